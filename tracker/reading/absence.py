"""Words of a report that deny: no lesion in the liver, none that is new, a normal liver.

A denial is of the region that it names, of the liver where the paragraph is about it, and of everything where it names none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.reading.anatomy import LIVER
from tracker.reading.model import Change, Document, Kind, Mention, SaidSpan, Sentence, Time

#: What a metastasis of the liver is called.
LESION = (
    r"(?:lesions?|metasta(?:s[ei]s|tic\s+(?:disease|lesions?|deposits?|foci|spread|involvement))|mass(?:es)?|nodules?|deposits?|foci|focus|tumou?rs?|secondar(?:y|ies)"
    r"|neoplas\w+|malignan\w+|disease|abnormalit(?:y|ies)|mets|hepatic\s+recurrence|recurrence|findings?|SOLs?|hypodensit(?:y|ies))"
)
_FILL = r"(?:(?!(?:cyst|ha?emangiom|calcif|stone|change|other|further|additional)\w*)[\w/,'’()-]+\s+){0,8}?"
_NO = (
    r"(?:\b(?:no(?!\s+longer)|without|absence\s+of|free\s+of|negative\s+for|nor|not\s+(?:any|demonstrate\w*|show\w*|reveal\w*|contain)|(?:no|without|lacks?)\s+(?:definite\s+|any\s+)?"
    r"(?:evidence|sign|suggestion|indication)s?\s+(?:of|for)|fails?\s+to\s+(?:demonstrate|show|reveal))\b)"
)
_NO_NEW = re.compile(
    rf"{_NO}\s+(?:(?:additional|further|other)\s+(?:or|and|,)\s+)?{_FILL}(?:new(?:ly)?|fresh|de\s+novo|newly\s+\w+|interval\s+(?:development|appearance)\s+of)\s+{_FILL}{LESION}\b"
    rf"|\bno\s+{_FILL}{LESION}\s+(?:\w+\s+){{0,3}}?(?:(?:has|have)\s+(?:newly\s+)?)?(?:appeared|developed|emerged|arisen)\b"
    rf"|\bnew\s+(?:(?:liver|hepatic|focal|suspicious)\s+)*{LESION}\s*[:=]\s*(?:none|no|nil|absent|0)\b"
    rf"|\b(?:new|newly\s+\w+)\s+(?:(?:liver|hepatic|focal|suspicious)\s+)*{LESION}\s+(?:\w+\s+){{0,4}}?(?:(?:is|are|was|were)\s+)?(?:not|nowhere)\s+(?:seen|identified|detected|visible|found|present|demonstrated|evident|shown|observed|noted)"
    rf"|\b(?:none|no\s+one)\s+(?:of\s+\w+\s+)?(?:\w+\s+){{0,3}}?(?:is|are)\s+new\b|\bnothing\s+new\b|\bno\s+new\s+(?:liver|hepatic)\s+\w+"
    rf"|\bnumber\s+of\s+(?:\w+\s+){{0,3}}?{LESION}\s+(?:is\s+|remains\s+)?unchanged.{{0,40}}?\bno\s+new\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    rf"{_NO}\s+(?!new\b|fresh\b){_FILL}{LESION}\b|\b{LESION}\s*:\s*(?:none|no\b|nil|absent|negative)|\b(?:(?:is|are)\s+|(?:liver|parenchyma)\s+)(?:clear|free)\s+of\s+{_FILL}{LESION}",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\b(?:un-?remarkable|normal(?!\s+(?:in\s+)?(?:size|caliber|calibre|contour|volume)(?!\s*(?:,|and|/)))|within\s+normal\s+limits|WNL|intact|no\s+(?:significant\s+|focal\s+|relevant\s+|gross\s+)?"
    r"abnormalit(?:y|ies)|without\s+(?:focal\s+|significant\s+|relevant\s+)?abnormalit(?:y|ies)|normal\s+appear\w+|NAD|without\s+pathological\s+findings?|clear|without\s+(?:particularity|peculiarities))\b",
    re.IGNORECASE,
)
#: What makes "normal" a word of one property only.
_ONE_PROPERTY = re.compile(
    r"normal\s+(?:in\s+)?(?:overall\s+)?(?:size|contours?|volume|background|vascular\w*|vessel|perfusion|enhancement\s+of\s+the\s+vess)\b(?!\s*(?:,|and|/|with))",
    re.IGNORECASE,
)
BENIGN = re.compile(
    r"\b(?:micro-?\s?)?(?:cysts?|cystic|ha?emangiom\w+|FNH|focal\s+nodular\s+hyperplasia|calcifi\w+|granulom\w+|stones?|fat\w*|steatosis|perfusion\w*|hyper-?perfusion|biliary|duct\w*|HCC)\b",
    re.IGNORECASE,
)
_OTHER_THAN = re.compile(
    r"\b(?:other|additional|further|residual|more|larger|enlarging|growing|definite\s+change|progress\w*)\b",
    re.IGNORECASE,
)
#: Regions beside the liver that a statement can be limited to.
_ELSEWHERE = re.compile(
    r"\b(?:lungs?|pulmonary|intrapulmonary|chest|thora\w+|mediastin\w+|bone|bony|osseous|skelet\w+|node|nodal|nodes|lymph\w*|adenopathy|brain|cerebral|intracranial|renal|kidneys?"
    r"|splen\w+|adrenal|pancrea\w*|periton\w+|pelvi[sc]|pleura\w*|breast|colon\w*|rect\w+|anastomo\w+|soft\s+tissue|skin|muscle|lytic|sclerotic|vertebra\w*|ovar\w+|adnexa\w*|bladder|bowel|omental|mesenteric|thyroid)\b",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(r"\b(?:anywhere|abdom\w+|everywhere|visceral)\b", re.IGNORECASE)
#: A form that asks: "NEW LESIONS: none".
_FORM_NONE = re.compile(
    r"\bnew\s+(?:(?:liver|hepatic|target)\s+)?(?:lesions?|metastas[ei]s|disease)(?:\s+since\s+[\w ]{1,24})?(?:[ \t]*[:=|?-]|[ \t]{2,})\s*(?:none|no|nil|absent|0)\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\b(?:liver|hepatic|intra-?hepatic|bi-?lobar)\s+(?:\w+\s+){0,2}?(?:metasta\w+|lesions?|mass(?:es)?|nodules?|deposits?|tumou?rs?|secondaries)\b"
    r"|\b(?:metasta\w+|lesions?|mass(?:es)?|nodules?|deposits?)\s+(?:\w+\s+){0,4}?(?:in|of|within|throughout)\s+(?:the\s+|both\s+)?(?:\w+\s+){0,4}?(?:liver|hepatic|segments?\s+[1-8IV])",
    re.IGNORECASE,
)


def find_form_answers(text: str) -> list[SaidSpan]:
    """The answers "none" of forms that ask for new lesions."""
    return [SaidSpan(match.start(), match.end(), "no_new_lesions") for match in _FORM_NONE.finditer(text)]


def find_no_new(document: Document, sentence: Sentence, about: bool) -> list[SaidSpan]:
    """Statements that nothing is new, of the liver or of everything; ``segments`` holds the liver's own name where it is said."""
    found = []
    for match in _NO_NEW.finditer(document.text, sentence.start, sentence.end):
        clause = _clause(document.text, sentence, match.start(), match.end())
        names_liver = re.search(r"\b(?:liver|hepat\w+|intra-?hepatic)\b", clause, re.IGNORECASE) is not None
        if not names_liver and (
            (_ELSEWHERE.search(clause) and not _EVERYWHERE.search(clause))
            or (sentence.organ_heading not in (None, LIVER, "abdomen"))
        ):
            continue
        if BENIGN.search(match.group()):
            continue
        found.append(SaidSpan(match.start(), match.end(), "no_new_lesions", (LIVER,) if names_liver or about else ()))
    return found


def _clause(text: str, sentence: Sentence, start: int, end: int) -> str:
    """The clause around a span: up to a semicolon, a full stop, or "and no" that begins another statement."""
    cut = re.compile(
        r";|\.\s|,\s*(?:and\s+|or\s+)?(?:no|without|with|but|new)\b|\band\s+(?:no|without)\b|\bbut\b|\n", re.IGNORECASE
    )
    left = max((match.end() for match in cut.finditer(text, sentence.start, start)), default=sentence.start)
    right = cut.search(text, end, sentence.end)
    return text[left : right.start() if right else sentence.end]


def find_nothing(document: Document, sentence: Sentence, about: bool) -> list[SaidSpan]:
    """Statements that the liver holds no lesion, or that it is normal."""
    if not about:
        return []
    text, found = document.text, []
    for match in _NOTHING.finditer(text, sentence.start, sentence.end):
        clause = _clause(text, sentence, match.start(), match.end())
        owns = re.search(r"\b(?:liver|hepat\w+|intra-?hepatic)\b", clause, re.IGNORECASE) is not None
        if (
            re.search(r"\bnew(?:ly)?\b|\bfresh\b|\b(?:appeared|developed|emerged)\b", clause, re.IGNORECASE)
            or _OTHER_THAN.search(match.group())
            or BENIGN.search(match.group())
        ):
            continue
        if not owns and _ELSEWHERE.search(clause):
            continue
        if re.search(r"\b(?:finding|disease|abnormalit|recurrence)\w*$", match.group(), re.IGNORECASE) and not (
            owns or sentence.organ_heading == LIVER
        ):
            continue
        found.append(SaidSpan(match.start(), match.end(), "no_liver_lesions"))
    words = document.say(sentence)
    normal = _NORMAL.search(words)
    if (
        not found
        and normal
        and not _ONE_PROPERTY.match(words, normal.start())
        and _says_of_liver(words, normal, sentence)
    ):
        found.append(SaidSpan(sentence.start, sentence.end, "no_liver_lesions"))
    return found


def _says_of_liver(words: str, normal: re.Match[str], sentence: Sentence) -> bool:
    """Whether "normal" is said of the liver itself: "Normal liver", "The kidneys, liver and spleen are unremarkable"."""
    if re.match(
        r"\s*(?:intra-?hepatic|bile|biliary|vascul\w+|vessels?|portal|caliber|calibre)\b",
        words[normal.end() :],
        re.IGNORECASE,
    ):
        return False
    liver = re.search(
        r"\b(?:liver|hepatic\s+parenchyma|hepatic)\b(?!\s+(?:vein|arter|vess|flex|vascul|funct))", words, re.IGNORECASE
    )
    if liver is None:
        return (
            sentence.organ_heading == LIVER
            and normal.start() < 40
            and not re.search(r"\b(?:duct|vein|vessel|biliary|flow)", words[: normal.start()], re.IGNORECASE)
        )
    between = words[min(liver.end(), normal.end()) : max(liver.start(), normal.start())]
    return not re.search(
        r"[;]|\.\s|\b(?:but|contains?|shows?|demonstrates?|with(?!in)|lesions?|metasta\w+|enlarged|steato\w+|fatty)\b",
        between,
        re.IGNORECASE,
    )


def has_lesions(
    document: Document, mentions: Sequence[Mention], sentences: Sequence[Sentence], about: dict[int, bool]
) -> bool:
    """Whether the report tells of a lesion in the liver that may be a metastasis: measured, or said to be there."""
    if any(
        one.organ == LIVER
        and one.kind is Kind.LESION
        and one.time is Time.CURRENT
        and one.change is not Change.RESOLVED
        for one in mentions
    ):
        return True
    for sentence in sentences:
        words = document.say(sentence)
        for match in _PRESENT.finditer(words):
            before = words[: match.start()]
            if re.search(r"\b(?:clear|free|no|without|not)\b", match.group(), re.IGNORECASE):
                continue
            denied = re.search(
                rf"{_NO}[^.;]{{0,90}}$|\b(?:resect\w+|treated|ablat\w+|previous\w*|history|post|after|exclud\w+|for|resol\w+)\b[^.;]{{0,40}}$",
                before,
                re.IGNORECASE,
            )
            denied = denied or re.match(
                r"[^.;]{0,60}\b(?:no\s+longer|(?:is|are|not)\s+(?:not\s+)?(?:seen|identified|detected|excluded)|resolved|disappeared|: ?none|unlikely)",
                words[match.end() :],
                re.IGNORECASE,
            )
            if not denied and not BENIGN.search(words) and about[sentence.start]:
                return True
    return False
