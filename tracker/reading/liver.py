"""What a report says of the liver in words: how many lesions, none new, none at all, which are new, which are gone.

Only what is said: a total is never the number of sizes found, "two new" is no total, and a cyst is no metastasis.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.reading.anatomy import LIVER, find_namings
from tracker.reading.changes import find_changes
from tracker.reading.counts import find_counts
from tracker.reading.model import (
    Change,
    CountQualifier,
    Cue,
    Document,
    Kind,
    LiverCount,
    LiverSaid,
    Mention,
    SaidSpan,
    Section,
    Sentence,
    Time,
)

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
    rf"{_NO}\s+{_FILL}(?:new(?:ly)?|de\s+novo|newly\s+\w+|interval\s+(?:development|appearance)\s+of)\b{_FILL}\s*(?:\w+\s+){{0,6}}?{LESION}\b"
    rf"|\bno\s+{_FILL}{LESION}\s+(?:\w+\s+){{0,3}}?(?:(?:has|have)\s+(?:newly\s+)?)?(?:appeared|developed|emerged|arisen)\b"
    rf"|\bnew\s+(?:(?:liver|hepatic|focal|suspicious)\s+)*{LESION}\s*[:=]\s*(?:none|no|nil|absent|0)\b"
    rf"|\bnew\s+(?:(?:liver|hepatic|focal|suspicious)\s+)*{LESION}\s+(?:\w+\s+){{0,4}}?(?:(?:is|are|was|were)\s+)?(?:not|nowhere)\s+(?:seen|identified|detected|visible|found|present|demonstrated|evident|shown|observed|noted)"
    rf"|\b(?:none|no\s+one)\s+(?:of\s+\w+\s+)?(?:\w+\s+){{0,3}}?(?:is|are)\s+new\b|\bnothing\s+new\b|\bno\s+new\s+(?:liver|hepatic)\s+\w+"
    rf"|\bnumber\s+of\s+(?:\w+\s+){{0,3}}?{LESION}\s+(?:is\s+|remains\s+)?unchanged.{{0,40}}?\bno\s+new\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    rf"{_NO}\s+(?!new\b){_FILL}{LESION}\b|\b{LESION}\s*:\s*(?:none|no\b|nil|absent|negative)|\b(?:is|are)\s+(?:clear|free)\s+of\s+{_FILL}{LESION}",
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
_BENIGN = re.compile(
    r"\b(?:micro-?\s?)?(?:cysts?|cystic|ha?emangiom\w+|FNH|focal\s+nodular\s+hyperplasia|calcifi\w+|granulom\w+|stones?|fat\w*|steatosis|perfusion\w*|hyper-?perfusion|biliary|duct\w*|HCC)\b",
    re.IGNORECASE,
)
_OTHER_THAN = re.compile(
    r"\b(?:other|additional|further|residual|more|larger|enlarging|growing|definite\s+change|progress\w*)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"^\W*(?:(?:\d+[.)]|\w+:)\s*)?(?:[^.;]*?\b)?(?:no|without|nothing|none|absence|new)\b", re.IGNORECASE
)
#: Regions beside the liver that a statement can be limited to.
_ELSEWHERE = re.compile(
    r"\b(?:lungs?|pulmonary|intrapulmonary|chest|thora\w+|mediastin\w+|bone|bony|osseous|skelet\w+|node|nodal|nodes|lymph\w*|adenopathy|brain|cerebral|intracranial|renal|kidneys?"
    r"|splen\w+|adrenal|pancrea\w*|periton\w+|pelvi[sc]|pleura\w*|breast|colon\w*|rect\w+|anastomo\w+|soft\s+tissue|skin|muscle|lytic|sclerotic|vertebra\w*|ovar\w+|adnexa\w*|bladder|bowel|omental|mesenteric|thyroid)\b",
    re.IGNORECASE,
)
_EVERYWHERE = re.compile(
    r"\b(?:elsewhere|anywhere|abdom\w+|extrahepatic|everything|body|disease|distant|target|visceral|sites?)\b",
    re.IGNORECASE,
)
_GONE_KIND = re.compile(LESION + r"|\bit\b|\bthis\b", re.IGNORECASE)
_TOLD = (Section.FINDINGS, Section.IMPRESSION, Section.ADDENDUM)


def read_liver(document: Document, cues: Sequence[Cue], mentions: Sequence[Mention]) -> LiverSaid:
    """What the report says of the liver in words, with the place of each statement."""
    sentences = told_sentences(document)
    about = _about_liver(document, sentences)
    no_new = [span for one in sentences for span in _no_new(document, one, about[one.start])]
    new = [
        one
        for one in _new(document, cues, mentions, about)
        if all(one.end <= span.start or one.start >= span.end for span in no_new)
    ]
    gone = _resolved(document, cues, mentions, about)
    count, counted = _count(document, sentences, about)
    nothing = [span for one in sentences for span in _nothing(document, one, about[one.start])]
    has_lesions = _has_lesions(document, mentions, sentences, about) or count is not None or bool(new)
    has_new = bool(new)
    everywhere_new = any(
        one.new and one.time is Time.CURRENT and one.kind in (Kind.LESION, Kind.NODE) for one in mentions
    )
    stands = bool(no_new) and not has_new and (not everywhere_new or any(span.segments == (LIVER,) for span in no_new))
    spans = [
        *counted,
        *(SaidSpan(span.start, span.end, span.says) for span in no_new),
        *([] if has_lesions else nothing),
        *new,
        *gone,
    ]
    return LiverSaid(
        count, stands, bool(nothing) and not has_lesions, tuple(sorted(spans, key=lambda span: (span.start, span.end)))
    )


def told_sentences(document: Document) -> tuple[Sentence, ...]:
    """The sentences that tell what is seen; of a text without headings, all."""
    told = tuple(one for one in document.sentences if one.section in _TOLD)
    return told or document.sentences


def _about_liver(document: Document, sentences: Sequence[Sentence]) -> dict[int, bool]:
    """For each sentence, whether it is about the liver: by its words, its heading, or what the paragraph was about."""
    about: dict[int, bool] = {}
    near = False
    last: Sentence | None = None
    for sentence in sentences:
        if (
            last is None
            or last.section is not sentence.section
            or re.search(r"\n\s*\n", document.text[last.end : sentence.start])
        ):
            near = False
        if sentence.organ_heading is not None:
            near = sentence.organ_heading == LIVER
        organs = {
            one.organ
            for one in find_namings(document.text, sentence.start, sentence.end, liver_near=near)
            if one.organ and not one.beside
        }
        about[sentence.start] = LIVER in organs or (near and not organs)
        near = about[sentence.start] if organs else near
        last = sentence
    return about


def _no_new(document: Document, sentence: Sentence, about: bool) -> list[SaidSpan]:
    """Statements that nothing is new, of the liver or of everything; ``segments`` holds the liver's own name where it is said."""
    found = []
    for match in _NO_NEW.finditer(document.text, sentence.start, sentence.end):
        clause = _clause(document.text, sentence, match.start(), match.end())
        names_liver = re.search(r"\b(?:liver|hepat\w+|intra-?hepatic)\b", clause, re.IGNORECASE) is not None
        if not names_liver and (_ELSEWHERE.search(clause) or (sentence.organ_heading not in (None, LIVER, "abdomen"))):
            continue
        if _BENIGN.search(match.group()):
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


def _nothing(document: Document, sentence: Sentence, about: bool) -> list[SaidSpan]:
    """Statements that the liver holds no lesion, or that it is normal."""
    if not about:
        return []
    text, found = document.text, []
    for match in _NOTHING.finditer(text, sentence.start, sentence.end):
        clause = _clause(text, sentence, match.start(), match.end())
        owns = re.search(r"\b(?:liver|hepat\w+|intra-?hepatic)\b", clause, re.IGNORECASE) is not None
        if (
            re.search(r"\bnew(?:ly)?\b|\b(?:appeared|developed|emerged)\b", clause, re.IGNORECASE)
            or _OTHER_THAN.search(match.group())
            or _BENIGN.search(match.group())
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


def _has_lesions(
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
    present = re.compile(
        r"\b(?:liver|hepatic|intra-?hepatic|bi-?lobar)\s+(?:\w+\s+){0,2}?(?:metasta\w+|lesions?|mass(?:es)?|nodules?|deposits?|tumou?rs?|secondaries)\b"
        r"|\b(?:metasta\w+|lesions?|mass(?:es)?|nodules?|deposits?)\s+(?:\w+\s+){0,4}?(?:in|of|within|throughout)\s+(?:the\s+|both\s+)?(?:\w+\s+){0,4}?(?:liver|hepatic|segments?\s+[1-8IV])",
        re.IGNORECASE,
    )
    for sentence in sentences:
        words = document.say(sentence)
        for match in present.finditer(words):
            before = words[: match.start()]
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
            if not denied and not _BENIGN.search(words) and about[sentence.start]:
                return True
    return False


def _count(
    document: Document, sentences: Sequence[Sentence], about: dict[int, bool]
) -> tuple[LiverCount | None, list[SaidSpan]]:
    """The total as stated. A number goes before a vague word; of two numbers that differ none is taken."""
    said = [one for sentence in sentences for one in find_counts(document, sentence, about[sentence.start])]
    spans = [SaidSpan(one.start, one.end, "count", one.segments) for one in said]
    numbers = {(one.count.qualifier, one.count.value) for one in said if one.count.value is not None}
    if numbers:
        exact = {value for qualifier, value in numbers if qualifier is CountQualifier.EXACT}
        if len(exact) > 1 or (not exact and len(numbers) > 1):
            return None, spans
        if exact:
            return LiverCount(CountQualifier.EXACT, exact.pop()), spans
        return LiverCount(*numbers.pop()), spans
    vague = {one.count.qualifier for one in said}
    for qualifier in (CountQualifier.INNUMERABLE, CountQualifier.MULTIPLE):
        if qualifier in vague:
            return LiverCount(qualifier), spans
    return None, spans


def _new(
    document: Document, cues: Sequence[Cue], mentions: Sequence[Mention], about: dict[int, bool]
) -> list[SaidSpan]:
    """New lesions of the liver: the words that say so, with their segments."""
    spans = []
    for cue, change in find_changes(document, cues):
        sentence = document.sentence_at(cue.start)
        if change is not Change.NEW or sentence is None or not about.get(sentence.start, False):
            continue
        here = [one for one in mentions if sentence.start <= one.start < sentence.end and one.new]
        if here and all(one.organ != LIVER for one in here):
            continue
        noun = re.search(LESION, document.text[cue.start : sentence.end], re.IGNORECASE)
        if not here and (
            noun is None
            or _BENIGN.search(document.say(sentence))
            or not _names_liver_near(document, sentence, cue.start)
        ):
            continue
        segments = tuple(dict.fromkeys(segment for one in here for segment in one.segments)) or _segments_after(
            document, sentence, cue.start
        )
        spans.append(SaidSpan(cue.start, cue.start + noun.end() if noun else cue.end, "new", segments))
    return spans


def _names_liver_near(document: Document, sentence: Sentence, at: int) -> bool:
    """Whether the place nearest to what is new is the liver."""
    named = [
        one
        for one in find_namings(document.text, sentence.start, sentence.end, liver_near=True)
        if one.organ and not one.beside
    ]
    return not named or min(named, key=lambda one: abs(one.start - at)).organ == LIVER


def _segments_after(document: Document, sentence: Sentence, at: int) -> tuple[str, ...]:
    named = [
        one
        for one in find_namings(document.text, sentence.start, sentence.end, liver_near=True)
        if one.segments and not one.beside
    ]
    nearest = min(named, key=lambda one: abs(one.start - at), default=None)
    return nearest.segments if nearest else ()


def _resolved(
    document: Document, cues: Sequence[Cue], mentions: Sequence[Mention], about: dict[int, bool]
) -> list[SaidSpan]:
    """Lesions of the liver said to be gone, with or without the size they had."""
    spans = []
    for cue, change in find_changes(document, cues):
        sentence = document.sentence_at(cue.start)
        if change is not Change.RESOLVED or sentence is None or not about.get(sentence.start, False):
            continue
        if not _GONE_KIND.search(document.say(sentence)) or not _names_liver_near(document, sentence, cue.start):
            continue
        spans.append(SaidSpan(cue.start, cue.end, "resolved", _segments_after(document, sentence, cue.start)))
    return spans
