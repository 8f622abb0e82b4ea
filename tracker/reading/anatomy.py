"""Where words of a report stand for a place of the body: organs, lobes and segments of the liver.

A naming that only says what lies beside ("abutting the stomach", "adjacent to the liver") is kept and marked, so that it
places nothing. A word that holds the name of an organ and means another ("hepatic flexure") is named for what it means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from tracker.domain.vocabulary import LYMPH_NODE
from tracker.reading.segments import find_segments

LIVER, LUNG, BONE = "liver", "lung", "bone"
_NUMBERED = frozenset({LUNG, BONE, "brain", "soft tissue", "heart"})
_LOBED = frozenset({"thyroid", "brain", "prostate", LUNG})

#: Longest and most particular first; the first that fits a place wins. None: no place at all.
_ORGANS: tuple[tuple[str | None, str], ...] = (
    (None, r"extra-?\s?hepatic|peri-?hepatic|hepatopetal|hepatofugal|hepatocellular|hepatocyte\w*|hepatolog\w+|hepatitis"),
    (None, r"hepato-?(?:duodenal|gastric)|gastro-?hepatic|porta\s+hepatis|falciform|skull\s+(?:CT|base)|bone\s+(?:scan|window|marrow\s+biops\w+)"),
    (None, r"(?:liver|hepatic)\s+(?:hilum|hilus|hilar|function|enzymes?|veins?|arter\w+|vein|vessels?|vascul\w+|vasculature|protocol)"),
    (None, r"hil(?:um|us)\s+of\s+the\s+liver|supra-?hepatic\s+veins?|(?:MRI|MR|CT|ultrasound|US)\s+(?:of\s+the\s+)?liver"),
    ("bile duct", r"bile\s+ducts?|biliary(?:\s+(?:tree|tract|ducts?|system))?|choledoch\w*|common\s+(?:hepatic\s+|bile\s+)?duct|CBD|cholangio\w*"),
    ("pancreatic duct", r"pancreatic\s+duct|wirsung"),
    ("colon", r"(?:hepatic|splenic)\s+flexure|sigmoid|colon|colonic|c(?:a)?ecum|caecal|colorectal|appendix"),
    ("abdominal wall", r"(?:anterior\s+)?abdominal\s+wall|umbilic\w+|rectus"),
    ("liver", r"liver|hepatic|intra-?hepatic|hepatis|hepatomegaly|bi-?lobar"),
    (LYMPH_NODE, r"lymph[\s-]*nodes?|nodes?|nodal|lymphadenopath\w+|adenopath\w+|LN|LNs"),
    ("pleura", r"pleura\w*"),
    ("lung", r"lungs?|pulmonary(?!\s+(?:arter|embol|vein|trunk))|(?:right|left|bilateral|both)?\s*(?:upper|lower|middle)\s+lobes?|"
             r"intra-?pulmonary|RUL|RML|RLL|LUL|LLL|lingula\w*|(?:left|right|pulmonary)\s+hil(?:um|us|ar)|apical\s+segment|bronch\w+|S(?:10|9|[1-8])[DGdg]|(?:lung|lower)\s+bases?"),
    ("pancreas", r"pancrea\w*|uncinate"),
    ("spleen", r"spleen|splenic(?!\s+(?:arter|vein))|splenomegaly"),
    ("kidney", r"kidneys?|renal(?!\s+(?:arter|vein|hil))|perinephric"),
    ("adrenal", r"(?:supra|ad)renals?(?:\s+glands?)?"),
    ("gallbladder", r"gall\s?bladder|GB|cholecyst\w+|gall\s?stones?|cholelith\w+"),
    ("stomach", r"stomach|gastric|antrum|pylor\w+"),
    ("oesophagus", r"(?:o)?esophag\w+|gastro-?(?:o)?esophageal\s+junction"),
    ("rectum", r"rectum|rectal|rectosigmoid|mesorect\w+"),
    ("small bowel", r"small\s+bowel|ileum|ileal|jejun\w+|duoden\w+|small\s+intestin\w+"),
    ("bowel", r"bowel|intestin\w+"),
    ("peritoneum", r"periton\w+|oment\w+|mesenter\w+|ascites|douglas|paracolic"),
    ("bladder", r"(?:urinary\s+)?bladder"),
    ("prostate", r"prostat\w*"),
    ("uterus", r"uter(?:us|ine)|cervix|endometri\w+|fibroids?|myometri\w+"),
    ("ovary", r"ovar\w+|adnexa\w*"),
    ("testis", r"testi\w+|epididym\w+|scrot\w+"),
    ("breast", r"breasts?|mammary|retroareolar"),
    ("thyroid", r"thyroid\w*|isthmus"),
    ("brain", r"brain|cerebr\w+|cerebell\w+|intracranial|(?:parietal|frontal|temporal|occipital)\s+lobes?|meninge\w*"),
    ("larynx", r"larynx|laryngeal|glott\w+|epiglott\w+"),
    ("heart", r"heart|cardiac|myocard\w+|atri(?:um|al)|ventric\w+"),
    ("pericardium", r"pericardi\w+"),
    ("aorta", r"aort(?:a|ic)(?!\s*-?(?:caval|pulmonary))"),
    ("vessel", r"pulmonary\s+(?:arter\w+|trunk|veins?)|portal\s+vein|vena\s+cava|IVC|(?:renal|splenic|iliac|mesenteric)\s+(?:arter\w+|veins?)"),
    ("bone", r"bones?|bony|osseous|skelet\w*|vertebra\w*|spine|spinal|sacr(?:um|al)|ribs?|femur|femoral\s+(?:head|neck)|humer\w+|stern(?:um|al)|"
             r"clavic\w+|scapula\w*|iliac\s+(?:bone|crest|wing)|acetabul\w+|ischi\w+|pubi[cs]|skull|calvari\w+|"
             r"(?:[LDC]\d{1,2}|T(?:1[0-2]|[3-9])|T[12](?=\s*[-/]\s*T?\d|\s+(?:vertebra|body|level|lesion|metast|spin)))"
             r"(?:\s*[-/]\s*[LTDCS]?\d{1,2})?(?:\s+vertebra\w*)?|manubrium|pedicle"),
    ("mediastinum", r"mediastin\w+|thym\w+"),
    ("soft tissue", r"soft\s+tissues?|subcutan\w+|muscles?|intramuscular|psoas|cutaneous"),
)  # fmt: skip
_LOBES = (
    r"(?P<lobe1>right|left|rt|lt)\s+(?:(?:lateral|medial|anterior|posterior)\s+)?(?:hepatic|liver)\s+(?:lobe|section|sector|segment)|"
    r"(?P<lobe2>right|left|rt|lt)\s+(?:(?:lateral|medial|anterior|posterior)\s+)?(?:lobe|section|sector|side|half)\s+of\s+(?:the\s+)?liver|"
    r"(?P<lobe3>right|left|rt|lt)\s+(?:hemi-?liver|liver(?!\s*/))|"
    r"(?:hepatic|liver)\s+(?P<lobe4>right|left|rt|lt)\s+lobe|liver[,:]?\s+(?P<lobe5>right|left|rt|lt)\s+lobe"
)
_BARE_LOBE = re.compile(
    r"\b(?P<lobe>right|left|rt|lt)\.?\s+(?:lobe|(?:lateral|medial|anterior|posterior)\s+(?:section|sector|segment))s?\b",
    re.IGNORECASE,
)
_GROUPS = {f"o{at}": organ for at, (organ, _) in enumerate(_ORGANS)}
_NAMED = re.compile(
    rf"(?<![A-Za-z\d])(?:(?P<lobe>{_LOBES})|"
    + "|".join(f"(?P<o{at}>{words})" for at, (_, words) in enumerate(_ORGANS))
    + r")(?![A-Za-z])",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:\b(?:adjacent|next|close|anterior|posterior|lateral|medial|superior|inferior|caudal|cranial|distal|proximal|dorsal|ventral"
    r"|contiguous|contact|distance|superficial|deep)\s+(?:to|with)|\b(?:abut\w*|contact(?:s|ing)|compress\w+|displac\w+|indent\w+|invad\w+|encas\w+"
    r"|infiltrat(?:es|ing)|border(?:s|ing)|near|beneath|below|above|under|underneath|along|between|beside|behind|towards?|reach(?:es|ing)"
    r"|touch(?:es|ing)|outside|surrounding|overlying|extend\w*\s+(?:in)?to|(?<!arising\s)(?<!originating\s)(?<!resolved\s)from"
    r"|secondary\s+to|due\s+to))"
    r"(?:\s+(?!in\b|within\b|at\b|is\b|measur|of\s+the\s+liver\s*$)[\w'-]+){0,6}\s*$",
    re.IGNORECASE,
)
#: What tells where the disease came from, before and after the name of the primary.
_CAME_FROM = re.compile(
    r"(?:\bmetastatic|\bhistory\s+of|\bknown|\bresected|\bmetasta\w+\s+of|\bprimary(?:\s+tumou?r)?\s+in)(?:\s+[\w'-]+){0,2}\s*$",
    re.I,
)
_HAS_GONE_TO = re.compile(
    r"\s+(?:liver|hepatic|lung|bone|nodal)\b|(?:\s+\w*(?:carcinoma|cancer|primary))?\s+(?:metasta|origin|secondar)",
    re.I,
)
_LEVEL = re.compile(r"\blevels?\s+of\s+(?:the\s+)?$", re.IGNORECASE)
#: Where a primary can lie, as its name tells.
PRIMARIES = frozenset(
    {"colon", "rectum", "breast", "lung", "pancreas", "stomach", "prostate", "ovary", "oesophagus", "kidney"}
)


@dataclass(frozen=True, slots=True)
class Naming:
    """A place named in the text; ``organ`` None for a word that names no place though it looks like one."""

    start: int
    end: int
    organ: str | None
    segments: tuple[str, ...] = ()
    lobe: str | None = None
    #: It says only what lies beside, or where the disease came from.
    beside: bool = False


def find_namings(text: str, start: int, end: int, *, liver_near: bool = False) -> tuple[Naming, ...]:
    """The places named in ``text[start:end]``, in order.

    ``liver_near`` says that the words around are about the liver, so that "S7" and "right lobe" can be of it.
    """
    found = _find(text[start:end], liver_near)
    return tuple(
        Naming(one.start + start, one.end + start, one.organ, one.segments, one.lobe, one.beside) for one in found
    )


@lru_cache(maxsize=256)
def _find(words: str, liver_near: bool) -> tuple[Naming, ...]:
    """The places of one sentence; several readers ask for those of the same one."""
    found: list[Naming] = []
    for match in _NAMED.finditer(words):
        lobe, organ = None, LIVER
        if match["lobe"]:
            lobe = next(match[name] for name in ("lobe1", "lobe2", "lobe3", "lobe4", "lobe5") if match[name])
        found.append(Naming(*match.span(), organ if lobe else _GROUPS[match.lastgroup or ""], lobe=_side(lobe)))
    named = find_segments(words, 0, len(words))
    liver = liver_near or any(naming.organ == LIVER for naming in found)
    # "S2 12 mm, S7 31 mm": a row of them is of the liver where no other organ with such numbers is named.
    liver = liver or (sum(one.short for one in named) > 1 and not any(naming.organ in _NUMBERED for naming in found))
    for segments in named:
        if not segments.short or liver:
            found = [one for one in found if one.end <= segments.start or one.start >= segments.end]
            found.append(Naming(segments.start, segments.end, LIVER, segments.segments))
    lobes_elsewhere = any(naming.organ in _LOBED for naming in found)
    if liver and not (lobes_elsewhere and not liver_near):
        for match in _BARE_LOBE.finditer(words):
            if all(match.end() <= one.start or match.start() >= one.end for one in found):
                found.append(Naming(*match.span(), LIVER, lobe=_side(match["lobe"])))
    found.sort(key=lambda naming: naming.start)
    return tuple(_judge(words, naming) for naming in found)


def _side(word: str | None) -> str | None:
    return None if word is None else "right" if word.lower().startswith("r") else "left"


def _judge(text: str, naming: Naming) -> Naming:
    """The naming, marked where it only says what lies beside."""
    before = text[max(0, naming.start - 70) : naming.start]
    beside = naming.organ is not None and _BESIDE.search(before) is not None
    if naming.organ == BONE and _LEVEL.search(before):
        beside = True  # a vertebra that only tells how high
    if naming.organ in PRIMARIES and not beside:
        beside = _CAME_FROM.search(before) is not None
        # "Pulmonary metastases" lie in the lung, "colorectal metastases" nowhere that the word would tell.
        beside = beside or (naming.organ != LUNG and _HAS_GONE_TO.match(text, naming.end) is not None)
    return replace(naming, beside=True) if beside else naming
