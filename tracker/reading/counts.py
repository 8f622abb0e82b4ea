"""How many lesions of the liver a report says there are: totals only, never a part, never what is not a metastasis."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.reading.anatomy import LIVER, Naming, find_namings
from tracker.reading.model import CountQualifier, Document, LiverCount, Sentence
from tracker.reading.number_words import SMALL, SMALL_VALUES

_VALUES = SMALL_VALUES | {
    "solitary": 1,
    "single": 1,
    "sole": 1,
    "unique": 1,
    "both": 2,
    "thirty": 30,
    "dozen": 12,
}
_NUMBER = rf"(?:\d{{1,2}}(?![\d.,/-]*\d|\s*(?:mm|cm|%|x\b|×|-\s?mm|-\s?cm))|{'|'.join(SMALL)}|thirty)"
_NOUN = r"(?:(?:focal\s+)?(?:liver\s+|hepatic\s+)?(?:lesions?|metasta(?:s[ei]s|tic\s+(?:lesions?|deposits?|foci|nodules?))|mass(?:es)?|nodules?|deposits?|foci|tumou?rs?|secondaries|mets))"
_FILL = r"(?:(?!(?:of|the|new|cysts?|ha?emangiomas?|other|in|and|or|further|additional|these|are|is|mm|cm)\b)[\w/-]+,?\s+){0,5}?"
_LEAST = (
    r"(?:at\s+least|more\s+than|greater\s+than|over|>=?|≥|in\s+excess\s+of|no\s+fewer\s+than|upwards\s+of|minimum\s+of)"
)
_COUNT = re.compile(
    rf"(?P<innumerable>\b(?:innumerable|countless|uncountable|too\s+(?:many|numerous)\s+to\s+count|TNTC|myriads?(?:\s+of)?)\b)"
    rf"|(?P<total>\b(?:(?:total\s+)?(?:number|count)\s+of\s+(?:\w+\s+){{0,3}}?{_NOUN}|(?:liver\s+|hepatic\s+)?lesion\s+count|number)\s*(?:is|was|remains|=|:|of)?\s*(?:(?:unchanged|stable)\s+(?:at\s+)?)?(?:approximately\s+|about\s+)?"
    rf"(?P<least1>{_LEAST}\s*)?(?P<n1>{_NUMBER}))\b"
    rf"|(?P<least>{_LEAST}\s*(?P<n2>{_NUMBER})|(?P<n3>{_NUMBER})\s+or\s+more|(?P<n7>\d{{1,2}})\s*\+)\s+{_FILL}{_NOUN}\b"
    rf"|(?P<range>(?P<n4>\d{{1,2}}|{'|'.join(SMALL)})\s*(?:-|–|to|or)\s*{_NUMBER})\s+{_FILL}{_NOUN}\b"
    rf"|(?P<exact>\b(?P<n5>(?:a\s+)?(?:solitary|single|sole)|both|{_NUMBER})\s+{_FILL}{_NOUN})\b"
    rf"|(?P<later_least>\b{_NOUN}\s*(?:,|\(|:)\s*{_LEAST}\s*(?P<n9>{_NUMBER}))\b"
    rf"|(?P<later>\b{_NOUN}\s*(?:,\s*|\(\s*)?(?:totall?ing|numbering|n\s*=|in\s+total\s*:?|in\s+all\s*:?)\s*(?P<n6>{_NUMBER}))\b|(?P<innumber>{_NOUN},?\s+(?P<n8>{_NUMBER})\s+in\s+(?:number|total|all))\b"
    rf"|(?P<alone>\b(?:lesion|metastasis|mass|nodule|deposit)\b[^.;]{{0,90}}?,\s*(?P<n10>solitary|single))\b"
    rf"|(?P<multiple>\b(?:multiple|several|numerous|many|various|multifocal|a\s+(?:large\s+)?(?:number|few|couple)(?:\s+of)?|few|scattered|diffuse|disseminated|extensive|widespread)\s+{_FILL}{_NOUN})\b",
    re.IGNORECASE,
)
_NEW_COUNT = re.compile(rf"\b(?P<number>{_NUMBER})\s+new\s+{_FILL}{_NOUN}\b", re.IGNORECASE)
_PLURAL = re.compile(r"(?:ions|metastases|masses|nodules|deposits|foci|tumou?rs|secondaries|mets)$", re.IGNORECASE)
#: A part of them: what is new or changed, what lies in one place, what is left of others.
_PART_BEFORE = re.compile(
    r"\b(?:new|further|additional|other|another|remaining|remainder|resolved|previous(?:ly)?|prior|formerly|were|was|had|of\s+(?:the\s+)?(?:previous\w*|known|prior)|no|not|without|last|from|any|cannot"
    r"|largest|(?:one|two|three|four|five|six|\d+|some|most|several|many|few|either|each|none)\s+of\s+(?:the|these)|only\s+\w+\s+of|instead\s+of|history\s+of|resection\s+of|ablation\s+of|up\s+to)\s+(?:the\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
_PART_WITHIN = re.compile(
    r"\b(?:new|fresh|further|additional|other|remaining|resolved|treated|ablated|satellite|cyst\w*|ha?emangiom\w*|benign|calcified|pulmonary|lung|bone|nodal|renal|splenic|enlarging)\b",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"^\s*(?:which\s+|that\s+)?(?:(?:is|are|has|have|was|were)\s+(?:\w+\s+)?(?:new\b|resolved|disappeared|no\s+longer|not\s+(?:seen|visible)|previously)|(?:described|seen)\s+(?:previously|on\s+the\s+prior)"
    r"|(?:show|demonstrate)\w*\s+(?:\w+\s+)?(?:growth|increase|decrease))",
    re.IGNORECASE,
)
_ONE_PLACE = re.compile(
    r"^\s*(?:\w+\s+){0,2}?(?:in|within|of|at|involving)\s+(?:the\s+)?(?:hepatic\s+|liver\s+)?(?:(?:segment|seg\.?|S)\s*(?:[1-8]|VIII|VII|VI|IV|V|III|II|I)[ab]?\b(?!\s*(?:,|/|and|&|-|–|to))|(?:right|left|caudate)\b(?![^.;]*\b(?:left|right)\b[^.;]*\blobe))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CountSaid:
    """A total with its words."""

    start: int
    end: int
    count: LiverCount
    segments: tuple[str, ...] = ()


def find_new_counts(document: Document, sentence: Sentence, about: bool) -> tuple[CountSaid, ...]:
    """Numbers of new lesions of the liver: a part, unless they are all that the report tells of."""
    matches = list(_NEW_COUNT.finditer(document.text, sentence.start, sentence.end)) if about else []
    named = _named(document, sentence) if matches else []
    values = [(match, _value(match["number"])) for match in matches if _is_of_liver(named, match)]
    return tuple(
        CountSaid(match.start(), match.end(), LiverCount(CountQualifier.EXACT, value))
        for match, value in values
        if value
    )


def find_counts(document: Document, sentence: Sentence, about: bool) -> tuple[CountSaid, ...]:
    """The totals of liver lesions that a sentence states."""
    matches = list(_COUNT.finditer(document.text, sentence.start, sentence.end)) if about else []
    named = _named(document, sentence) if matches else []
    found = []
    for match in matches:
        count = _read(match)
        if count is not None and _is_of_liver(named, match) and not _is_part(document.text, sentence, match, count):
            found.append(CountSaid(match.start(), match.end(), count))
    return tuple(found)


def _named(document: Document, sentence: Sentence) -> list[Naming]:
    """The places that a sentence names; what only lies beside is left out."""
    found = find_namings(document.text, sentence.start, sentence.end, liver_near=True)
    return [one for one in found if one.organ and not one.beside]


def _read(match: re.Match[str]) -> LiverCount | None:
    words = match.group()
    if match["innumerable"]:
        return LiverCount(CountQualifier.INNUMERABLE)
    if match["multiple"]:
        # "Several" of one is no count; "extensive" may be said of one large mass.
        return LiverCount(CountQualifier.MULTIPLE) if _PLURAL.search(words) else None
    number = next(match[name] for name in ("n1", "n2", "n3", "n7", "n4", "n5", "n6", "n8", "n9", "n10") if match[name])
    value = _value(number)
    if value is None:
        return None
    least = match["least"] or match["least1"] or match["later_least"] or match["range"]
    if match["exact"] and value > 1 and not _PLURAL.search(words):
        return None
    if match["exact"] and value == 1 and not re.search(r"solitary|single|sole|\bone\b", number, re.IGNORECASE):
        return None
    if match["exact"] and number.lower() == "one":
        return None  # "one lesion in …" begins a list
    return LiverCount(CountQualifier.AT_LEAST if least else CountQualifier.EXACT, value)


def _value(number: str) -> int | None:
    word = number.lower().split()[-1]
    return int(word) if word.isdigit() else _VALUES.get(word)


def _is_of_liver(named: list[Naming], match: re.Match[str]) -> bool:
    """Whether the place nearest to what is counted is the liver, or none is named."""
    inside = [one for one in named if match.start() <= one.start < match.end()]
    if inside:
        return any(one.organ == LIVER for one in inside)

    def distance(one: Naming) -> int:
        near = min(abs(one.start - match.end()), abs(match.start() - one.end))
        return near + (15 if one.end <= match.start() else 0)

    nearest = min(named, key=distance, default=None)
    return nearest is None or nearest.organ == LIVER


def _is_part(text: str, sentence: Sentence, match: re.Match[str], count: LiverCount) -> bool:
    """Whether the number is of a part, of what was before, or of what is none."""
    before = text[max(sentence.start, match.start() - 120) : match.start()]
    after = text[match.end() : min(sentence.end, match.end() + 160)]
    if match["alone"]:
        return False
    if _PART_BEFORE.search(before) or _PART_WITHIN.search(match.group()) or _PART_AFTER.match(after):
        return True
    if (
        count.value is not None
        and count.value > 1
        and count.qualifier is CountQualifier.EXACT
        and _ONE_PLACE.match(after)
    ):
        return True
    return (
        count.value is not None
        and re.match(r"\s*(?:each\s+)?(?:have|has)\s+(?:\w+\s+)?(?:increased|decreased|grown|shrunk)", after)
        is not None
        and "all" not in before.lower()
        and match["n5"] is not None
        and not re.search(r"\b(?:the|both|all|these|known)\s*$", before, re.IGNORECASE)
        and "both" not in match.group().lower()
    )
