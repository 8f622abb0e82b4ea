"""What a report says beside sizes and the liver: new disease by region, sums, percents, and whose report it is.

The header serves one purpose: that a report pasted into another patient's record is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from tracker.domain.vocabulary import LYMPH_NODE, Statement
from tracker.reading.absence import LESION
from tracker.reading.anatomy import BONE, LIVER, LUNG, find_namings
from tracker.reading.changes import find_changes
from tracker.reading.dates import find_dates
from tracker.reading.liver import told_sentences
from tracker.reading.model import Change, Cue, Document, Kind, LiverSaid, Mention, OtherSaid, Section, Sentence, Time

NODES, CHEST = "lymph nodes", "chest"
#: The organs of a region, in the words of anatomy.py.
_REGIONS = {
    LIVER: frozenset({LIVER}),
    NODES: frozenset({LYMPH_NODE}),
    CHEST: frozenset({LUNG, "pleura", "mediastinum"}),
    BONE: frozenset({BONE}),
}
_HEADINGS = {
    LUNG: CHEST,
    "chest": CHEST,
    "pleura": CHEST,
    "mediastinum": CHEST,
    LYMPH_NODE: NODES,
    BONE: BONE,
    LIVER: LIVER,
}
_NO_NEW = re.compile(
    r"\b(?:no|without|absence\s+of|nor)\b[^.;]{0,60}?\bnew\b|\bno\b[^.;]{0,60}\b(?:has|have)\s+(?:newly\s+)?(?:appeared|developed)\b|\bnew\b[^.;:]{0,40}:\s*(?:none|no|nil)\b"
    r"|\bno\s+(?:\w+\s+){0,4}?\w+\s+appeared\b",
    re.IGNORECASE,
)
_THING = re.compile(rf"\b(?:\w*nodules?|\w*adenopath(?:y|ies)|nodes?|{LESION[3:-1]})\b", re.IGNORECASE)

_DECIMAL = r"\d{1,4}(?:[.,]\d{1,2})?"
_SUM = re.compile(
    rf"\b(?:sum\s+of\s+(?:the\s+)?(?:longest\s+|long\s+axis\s+|largest\s+|target\s+|lesion\s+)*(?:diameters?|lesions?|LDs?|targets?)(?:\s+of\s+(?:the\s+)?(?:target\s+)?lesions)?|SLD|SOD|(?:target\s+)?(?:lesion\s+)?sum|total\s+tumou?r\s+diameter)"
    rf"(?:\s*\([^()\d]{{1,30}}\))?\s*(?:\w+\s+){{0,3}}?(?:[:=]|is|was|of|at|to|measures?|now|currently|has\s+\w+)?\s*(?:(?:now|currently|approximately|about|to|today)\s+)*(?P<sum>{_DECIMAL})\s*(?P<unit>mm|cm)\b",
    re.IGNORECASE,
)
_OLD_SUM = re.compile(r"\b(?:previous\w*|prior|baseline|nadir|last)\s+(?:\w+\s+)?$", re.IGNORECASE)
_PERCENT = re.compile(
    rf"(?:(?P<down>\b(?:decreas\w*|reduc\w*|reduction|shr[aiu]nk\w*|smaller|regress\w*|fall\w*|fell|declin\w*))|(?P<up>\b(?:increas\w*|ris\w*|rose|grown|grew|growth|larger|progress\w*))|(?P<change>\b(?:change|difference|response|RECIST|delta)\w*))"
    rf"[^.;%\n]{{0,60}}?(?P<sign>[-+−–]\s*)?(?<![\d.,])(?P<number>{_DECIMAL})\s*(?:%|per\s?cent|percent)"
    rf"|(?P<sign2>[-+−–]\s*)?(?<![\d.,])(?P<number2>{_DECIMAL})\s*(?:%|per\s?cent|percent)\s*(?:(?P<down2>decreas\w*|reduc\w*|smaller|shrink\w*|regress\w*|decline)|(?P<up2>increas\w*|larger|growth|rise))"
    rf"|(?<![\d\s])\s(?P<sign3>[-+−–])\s?(?P<number3>{_DECIMAL})\s*%",
    re.IGNORECASE,
)
_NOT_OF_SIZES = re.compile(
    r"\b(?:stenosis|ejection|fraction|height|vertebra\w*|fat\b|fibrosis|uptake|SUV|volume|tumou?r\s+volume|FLR|remnant|necro\w+|density|emphysema|cells?|threshold|criteria)\b",
    re.IGNORECASE,
)
_OF_TARGETS = re.compile(
    r"\b(?:sum|target|RECIST|baseline|nadir|SLD|diameters?|overall|lesions|metastases)\b", re.IGNORECASE
)

_BIRTH = re.compile(
    r"\b(?:date\s+of\s+birth|birth\s{0,9}date|DOB|D\.O\.B\.?|born(?:\s+on)?|birth)\s{0,9}[:=.]?\s{0,9}$", re.IGNORECASE
)
_BIRTH_YEAR = re.compile(
    r"\b(?:year\s+of\s+birth|birth\s{0,9}year|YOB|born(?:\s+in)?)\s{0,9}[:=]?\s{0,9}(?P<year>19\d\d|20[0-2]\d)(?!\s{0,9}[-/.]?\d)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(
    r"\b(?:MRN|PID|NHS(?:\s+(?:no\.?|number))?|CHI(?:\s+(?:no\.?|number))?|(?:patient|pat\.?|hospital|medical\s+record|record|unit|case)\s{0,9}(?:ID|identifier|no\.?|number|#|nr\.?)|Patient\s+ID|U\.?R\.?\s{0,9}(?:no\.?|number)|UHID|PatID)"
    r"\s{0,9}[:=#.]*\s{0,9}(?P<id>(?=[A-Za-z-]*\d)[A-Za-z0-9](?:[A-Za-z0-9./_-]|(?<=\d)\s(?=\d)){1,30}[A-Za-z0-9])",
    re.IGNORECASE,
)
_PRIMARIES: tuple[tuple[str, str], ...] = (
    ("neuroendocrine", r"neuro-?endocrine|carcinoid|\bNET\b|\bNEN\b|\bpNET\b|insulinoma|gastrinoma"),
    ("gist", r"\bGIST\b|gastro-?intestinal\s+stromal"),
    ("melanoma", r"melanoma"),
    ("colorectal", r"colo-?rectal|\bm?CRC\b"),
    ("rectum", r"rect(?:al|um)|rectosigmoid"),
    ("colon", r"colon(?:ic)?|sigmoid|c(?:a)?ecal|c(?:a)?ecum|bowel"),
    ("breast", r"breast|mammary"),
    ("lung", r"lung|bronch\w+|NSCLC|SCLC|pulmonary"),
    ("pancreas", r"pancrea\w+|PDAC"),
    ("stomach", r"gastric|stomach|gastro-?(?:o)?esophageal|(?:o)?esophag\w+"),
    ("kidney", r"renal(?:\s+cell)?|kidney|\bRCC\b|hypernephroma"),
    ("ovary", r"ovar\w+"),
    ("prostate", r"prostat\w*"),
    ("bladder", r"bladder|urothelial"),
    ("uterus", r"uter\w+|endometri\w+|cervical|cervix"),
    ("thyroid", r"thyroid"),
    ("bile duct", r"cholangio\w+"),
)  # fmt: skip
_CANCER = r"(?:\w*carcinoma|cancer|ca\b|adenocarcinoma|malignancy|neoplasm|tumou?r|primary|adeno-?ca|sarcoma)"
_PRIMARY = re.compile(
    "|".join(
        rf"(?P<p{at}>(?:{words})" + ("" if at in (0, 1, 2, 3) else rf"(?=\s+(?:\w+\s+){{0,2}}?{_CANCER})|(?<=carcinoma of the )(?:{words})|(?<=cancer of the )(?:{words})|(?<=carcinoma of )(?:{words})|(?<=cancer of )(?:{words})") + ")"
        for at, (_, words) in enumerate(_PRIMARIES)
    ),
    re.IGNORECASE,
)  # fmt: skip
_ABOUT_CANCER = re.compile(
    r"carcinom|cancer|tumou?r|primary|malignan|neoplas|CRC|GIST|stromal|melanoma|\bp?NET\b|\bNEN\b|colo-?rect|endocrine|carcinoid|sarcoma|\bca\b|[RNP]?S?[CD][LA]?CL?\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(r"\b(?:mother|father|sister|brother|family|aunt|uncle|grand\w+)\b", re.IGNORECASE)
_PHASE = re.compile(
    r"\b(?P<phase>portal[\s-]{0,9}venous|porto-?venous|late\s+arterial|arterial|hepato-?biliary|equilibrium|delayed|venous|non-?contrast|unenhanced|portal|nephrographic|tri-?phasic|multi-?phasic|bi-?phasic)"
    r"(?:\s{0,9}(?:-|and|,|/)\s{0,9}\w+)?\s{0,9}(?:phases?|timing|acquisition|(?:CT|MRI?)\b)",
    re.IGNORECASE,
)
_MEASURED_IN = re.compile(r"\bmeasur\w+[^.;\n]{0,60}$", re.IGNORECASE)
#: What may stand between the words of a phrase is short: runs of blanks would be tried in every way.
_SLICE = re.compile(
    rf"(?:(?:slice|section|reconstruct\w*|collimation|reformat\w*)[\s-]{{0,9}}(?:thickness)?(?:\s+(?:of|is|was|at|with))?\s{{0,9}}[:=]?\s{{0,9}}(?P<after>{_DECIMAL})\s{{0,9}}-?\s{{0,9}}mm)"
    rf"|(?:(?P<before>{_DECIMAL})\s{{0,9}}-?\s{{0,9}}mm\s+(?:axial\s+|contiguous\s+|thick\s+|thin\s+)*(?:slices?|sections?|slice\s+thickness|reconstruct\w*|collimation|cuts|images))",
    re.IGNORECASE,
)
_UPTAKE = re.compile(
    r"(?:uptake\s+(?:time|period|interval|phase)|incubation(?:\s+time)?|post[\s-]{0,9}injection|p\.?i\.?)\s{0,9}(?:of|was|is|[:=])?\s{0,9}(?:approximately\s+|about\s+)?(?P<a>\d{2,3})\s{0,9}(?:min(?:utes?)?)\b"
    r"|(?P<b>\d{2,3})\s{0,9}(?:min(?:utes?)?\.?)\s+(?:after|following|post|p\.?i|uptake)",
    re.IGNORECASE,
)


def read_others(document: Document, cues: Sequence[Cue], mentions: Sequence[Mention], liver: LiverSaid) -> OtherSaid:
    """What is said beside; everything None or empty where the report does not say."""
    new, spans = _new_disease(document, cues, mentions, liver)
    birth, year = _birth(document)
    return OtherSaid(
        new_disease=new,
        new_disease_spans=spans,
        sum_mm=_sum(document),
        change_percent=_percent(document),
        birth_date=birth,
        birth_year=birth.year if birth else year,
        identifiers=tuple(
            dict.fromkeys(" ".join(match["id"].split()) for match in _IDENTIFIER.finditer(document.text))
        ),
        primary=_primary(document),
        phase=_phase(document),
        slice_mm=_slice(document),
        uptake_minutes=_uptake(document),
    )


def _new_disease(
    document: Document, cues: Sequence[Cue], mentions: Sequence[Mention], liver: LiverSaid
) -> tuple[dict[str, Statement], dict[str, tuple[int, int]]]:
    """By region: stated none, or stated yes; "yes" stands against a "none" said for everything."""
    none: dict[str, tuple[int, int]] = {}
    yes: dict[str, tuple[int, int]] = {}
    for sentence in told_sentences(document):
        for match in islice(_NO_NEW.finditer(document.text, sentence.start, sentence.end), 20):
            end = _clause_end(document.text, match.end(), sentence.end)
            if _THING.search(document.text, match.start(), end):
                for region in _regions(document, sentence, match.start(), end):
                    none.setdefault(region, (match.start(), end))
    for cue, change in find_changes(document, cues):
        within = document.sentence_at(cue.start)
        if change is not Change.NEW or within is None or within.section is Section.INDICATION:
            continue
        end = _clause_end(document.text, cue.end, within.end)
        here = [
            one
            for one in mentions
            if cue.start <= one.start < end and one.kind in (Kind.LESION, Kind.NODE) and one.time is Time.CURRENT
        ]
        if not here and not _THING.search(document.text, cue.start, end):
            continue
        for region in _regions(document, within, cue.start, end, everywhere=False):
            yes.setdefault(region, (cue.start, end))
    for span in liver.spans:
        if span.says == "new":
            yes.setdefault(LIVER, (span.start, span.end))
        elif span.says == "no_new_lesions" and liver.no_new_lesions:
            none.setdefault(LIVER, (span.start, span.end))
    said = dict.fromkeys(none, Statement.NONE) | dict.fromkeys(yes, Statement.YES)
    return said, none | yes


def _clause_end(text: str, start: int, end: int) -> int:
    cut = re.compile(r"[;.]\s|,\s*(?:but|however|no|new|with)\b|\bbut\b|\n").search(text, start, end)
    return cut.start() if cut else end


def _regions(
    document: Document, sentence: Sentence, start: int, end: int, *, everywhere: bool = True
) -> tuple[str, ...]:
    """The regions that a clause speaks of; all of them where it names none and stands under no heading."""
    organs = {
        one.organ
        for one in find_namings(document.text, start, end, liver_near=sentence.organ_heading == LIVER)
        if one.organ and not one.beside
    }
    organs |= {LUNG} if re.search(r"\b(?:chest|thora\w+)\b", document.text[start:end], re.IGNORECASE) else set()
    named = tuple(region for region, held in _REGIONS.items() if organs & held)
    if named or organs:
        return named
    if sentence.organ_heading is not None:
        region = _HEADINGS.get(sentence.organ_heading)
        return (region,) if region else ()
    return tuple(_REGIONS) if everywhere else ()


def _number(words: str) -> Decimal:
    return Decimal(words.replace(",", "."))


def _sum(document: Document) -> Decimal | None:
    """The stated sum of diameters of this examination, in mm."""
    found = []
    for match in _SUM.finditer(document.text):
        sentence = document.sentence_at(match.start())
        start = sentence.start if sentence else 0
        if not _OLD_SUM.search(document.text[start : match.start()]):
            found.append(_number(match["sum"]) * (10 if match["unit"].lower() == "cm" else 1))
    return found[0] if found else None


def _percent(document: Document) -> Decimal | None:
    """The stated change of the sum in percent, negative for a decrease."""
    for sentence in told_sentences(document):
        words = document.say(sentence)
        if _NOT_OF_SIZES.search(words) or not _OF_TARGETS.search(words):
            continue
        match = _PERCENT.search(words)
        if match is None:
            continue
        number = _number(match["number"] or match["number2"] or match["number3"])
        sign = (match["sign"] or match["sign2"] or match["sign3"] or "").strip()
        down = match["down"] or match["down2"] or sign in ("-", "−", "–")
        return -number if down else number
    return None


def _birth(document: Document) -> tuple[date | None, int | None]:
    for said in find_dates(document.text):
        if _BIRTH.search(document.text[max(0, said.start - 24) : said.start]):
            years = {day.year for day in said.readings}
            return said.day, years.pop() if len(years) == 1 else None
    match = _BIRTH_YEAR.search(document.text)
    return None, int(match["year"]) if match else None


def _primary(document: Document) -> str | None:
    """The primary that the indication names, else the impression or the findings."""
    for section in (Section.INDICATION, Section.HEADER, Section.IMPRESSION, Section.FINDINGS):
        for sentence in document.sentences:
            if sentence.section is not section or _RELATIVE.search(document.say(sentence)):
                continue
            if not _ABOUT_CANCER.search(document.text, sentence.start, sentence.end):
                continue
            match = _PRIMARY.search(document.text, sentence.start, sentence.end)
            if match:
                return _PRIMARIES[int((match.lastgroup or "p0")[1:])][0]
    return None


def _phase(document: Document) -> str | None:
    """The phase that is said to be measured in, else the only one of the technique."""
    said = list(_PHASE.finditer(document.text))
    for match in said:
        if _MEASURED_IN.search(document.text[: match.start()][-80:]):
            return _plain(match["phase"])
    technique = {
        _plain(match["phase"])
        for match in said
        if (one := document.sentence_at(match.start())) and one.section in (Section.TECHNIQUE, Section.HEADER)
    }
    return technique.pop() if len(technique) == 1 else None


def _plain(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words.lower())


def _slice(document: Document) -> Decimal | None:
    """The slice thickness; the thickest where several are said, since measurability asks for that one."""
    found = [_number(match["after"] or match["before"]) for match in _SLICE.finditer(document.text)]
    return max((one for one in found if 0 < one <= 20), default=None)


def _uptake(document: Document) -> int | None:
    match = _UPTAKE.search(document.text)
    return int(match["a"] or match["b"]) if match else None
