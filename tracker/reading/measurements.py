"""The grammar of sizes and uptake values, with the exact span of each: first digit to end of unit, exact millimetres.

The grammar is built from numbers upward: a number with or without its unit, numbers joined to a product ("2.3 x 1.8 cm"), two
of them joined to a range ("4-5 mm"), and a unit that serves several ("5 and 4 cm"). Each step looks at the few characters
between two neighbours, so that reading takes a time linear in the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tracker.reading.model import Document, Mention, MentionType, Qualifier
from tracker.reading.number_words import SMALL_VALUES
from tracker.reading.uptake import find_uptake

_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORDS = {"zero": 0} | SMALL_VALUES | _TENS
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "1/2": "0.5", "1/4": "0.25", "3/4": "0.75"}
_UNIT = r"(?:mms?|cms?|milli-?met(?:er|re)s?|centi-?met(?:er|re)s?)"
#: After the letters of a unit: no area, volume, speed or pressure, and no date in letters.
_NO_LENGTH = r"(?![A-Za-z0-9²³^]|\s?/\s?(?:s\b|sec|m\b|min|h\b|dd|yy)|\s?(?:hg|h2o|of (?:mercury|hg|water))\b|\s(?:per|a) (?:sec|min|hour)|[\s-](?:squared?|cubed?)\b)"
_DIGITS = r"(?:\d{1,2}\s(?:1/2|1/4|3/4)|\d{1,4}(?:[.·]\d{1,3}|,\d{1,2})?[½¼¾]?|[½¼¾]|(?<![\d.])\.\d{1,2})"
_SPELT = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_NUMBER = re.compile(
    rf"(?:(?<![\w·])(?<!\d[.,])(?<![A-Za-z]\d-)(?<![A-Za-z]\d\d-)|(?<=[\dm][x×]))(?:(?P<digits>{_DIGITS})|(?P<word>{_SPELT})(?=[\s-]{{1,3}}(?:{_UNIT}|(?:and|to|or|by|x)\s{_SPELT})\b))"
    rf"(?:[ \t]{{0,3}}[-–]?[ \t\r\n]{{0,4}}(?P<unit>{_UNIT}){_NO_LENGTH}|(?![\d%°]|[.,]\d|[A-WYZa-wyz]))",
    re.IGNORECASE,
)
_AXES = (
    r"(?:\(?(?:in\s)?(?:the\s)?(?:ap|a\.p\.|cc|si|tr|trv|trans|tv|ml|rl|ll|lr|[lwhdt]|long|wide|high|deep|tall|thick|short|sag|cor|axial(?:ly)?|transverse(?:ly)?|"
    r"cranio-?caudal(?:ly)?|cephalo-?caudad?|antero-?posterior(?:ly)?|medio-?lateral(?:ly)?|sagittal(?:ly)?|coronal(?:ly)?|longitudinal(?:ly)?|"
    r"superior(?:ly)?|inferior(?:ly)?|length|width|height|depth|thickness|diameter|dimension|axis|plane)\)?)"
)
_TIMES = re.compile(rf"(?:\s{{0,3}}{_AXES}){{0,3}}\s{{0,4}},?\s{{0,3}}(?:[x×X✕*]|by|X)\s{{0,4}}", re.IGNORECASE)
_RANGE = re.compile(r"\s{0,3}(?:[-–—]|to|or)\s{0,3}", re.IGNORECASE)
_LIST = re.compile(r"\s{0,3}(?:,\s{0,3}and|,|and|&|/|;)\s{1,3}", re.IGNORECASE)
_FROM_TO = re.compile(r"\s{0,3}(?:to|->|-->|=>|→|➔|➜|⇒|>)\s{0,3}", re.IGNORECASE)
_SECOND = re.compile(
    r"\)?,?\s{0,3}(?:[(,;]\s{0,3})?(?:was|were|prior(?:ly)?|previous(?:ly)?|prev\.?|formerly|before|earlier|vs?\.?|versus|compared (?:to|with)|from|to|now|currently|today|"
    r"->|-->|=>|→|➔|←|<-|/|baseline|nadir|and)(?:[\s:=]{1,3}(?:was|were|at|of|about|approximately|approx\.?|measured|measuring|size|prior(?:ly)?|previous(?:ly)?|to|baseline|a|now)){0,3}[\s:=]{0,3}",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:in|de)creas\w*|\bgr(?:own|ew|owth)|\bshr[aiu]nk\w*|\breduc\w*|\benlarg\w*|\bregress\w*|\bprogress\w*|\bdiminish\w*|\bchang\w*"
    r"|\b(?:down|up)\s+from|\bw(?:as|ent)\b|\bsmaller|\blarger|\bresponse|\bdoubl\w+|\btripl\w+|\bhalved|\bfell|\brose|\bdrop\w*",
    re.IGNORECASE,
)
_RANGING = re.compile(r"\b(?:rang(?:e|es|ed|ing)|var(?:y|ies|ied|ying)|between|anywhere)\b", re.IGNORECASE)
#: A number after these words is no size, whatever unit follows it later: "segments 5 and 6", "image 12".
_REFERENCE = re.compile(
    r"(?:segm?(?:ent)?s?\.?|levels?|images?|img\.?|im\.?|ima|series|ser\.?|se|slices?|stations?|no\.?|nos\.?|#|numbers?|grades?|types?|stages?|zones?|lesion|target|nodule|met|"
    r"phases?|figures?|cat(?:egory)?|(?:bi|ti|li|pi|lung)-?rads|score|deauville|ribs?|day|january|february|march|april|may|june|july|august|september|october|november|december)\s{0,2}\Z",
    re.IGNORECASE,
)
_QUALIFIERS: tuple[tuple[Qualifier, re.Pattern[str]], ...] = tuple(
    (
        qualifier,
        re.compile(
            rf"(?:{words})\s{{0,3}}(?:(?:about|approximately|approx\.?|roughly|a|an|the|some)\s{{1,3}}){{0,2}}[(\s]{{0,2}}$",
            re.IGNORECASE,
        ),
    )
    for qualifier, words in (
        (
            Qualifier.UP_TO,
            r"\bup\sto|\bmaximum\sof|\bmaximally|\bat\smost|\bas\slarge\sas|\bmax\.?(?:\sof)?|\bno\s(?:more|larger|greater|bigger)\sthan|\bnot?\sexceeding|≤|<=",
        ),
        (
            Qualifier.LESS_THAN,
            r"\b(?:less|smaller|fewer|shorter)\sthan(?!\sthe)|\bunder|\bbelow|\bsub-?|(?<!<)<|\bjust\sunder",
        ),
        (
            Qualifier.MORE_THAN,
            r"\b(?:more|greater|larger|bigger|longer)\sthan(?!\sthe)|\bat\sleast|(?<!not\s)\bexceeding|\bin\sexcess\sof|\babove|\b(?:just|slightly|well|of|is|are|was|measur\w{2,4})\sover|(?<![->=])>|≥|>=|\bminimum\sof",
        ),
        (
            Qualifier.APPROXIMATE,
            r"\babout|\bapprox(?:imately|\.)?|\broughly|\baround|\bcirca|\bca\.?|\bc\.|[~≈∼±]|\bestimated(?:\sat)?|\bnearly|\balmost|\bclose\sto|\bon\sthe\sorder\sof",
        ),
    )
)
#: Something of every qualifier; most sizes stand behind none of it, and are looked at no further.
_LOOSENING = re.compile(
    r"up\s|m[ai][xn]|most|large|exceed|[≤≥<>~≈∼±]|less|small|few|short|und|below|sub|more|great|big|long|least|excess|above|over|about|approx|rough|around|ca\b|circa|c\.|estim|near|close|order",
    re.IGNORECASE,
)
_MORE_AFTER = re.compile(r"\s{0,2}(?:\+(?!\w)|or\s(?:more|greater|larger))", re.IGNORECASE)
_LESS_AFTER = re.compile(r"\s{0,2}or\s(?:less|smaller)", re.IGNORECASE)
_SHORT_BEFORE = re.compile(
    r"\b(?:short(?:est)?[\s-]{1,2}(?:axis|diameter)|sad|min(?:imum|imal)?[\s-]axis)(?:\s(?:diameter|dimension|measurement))?(?:\s?(?:of|is|was|:|=|measur\w{2,4}|now|up\sto|about|approximately)){0,3}\s{0,3}\(?$",
    re.IGNORECASE,
)
_SHORT_AFTER = re.compile(
    r"\s{0,3}\(?(?:in\s)?(?:its\s|the\s)?(?:greatest\s|maxim(?:um|al)\s)?(?:short(?:est)?[\s-]{0,2}(?:axis|diameter)|\bsad\b|\bsa\b)",
    re.IGNORECASE,
)
_QUALITATIVE = re.compile(
    r"(?<![\w-])(?:(?:sub|infra|peri|supra)[\s-]?)?(?:centi|milli)met(?:ric|re|er|ral|er-sized|re-sized|ric-sized)(?![\w])|(?<![\w-])too\s(?:small|tiny)\s(?:to\s|for\s)(?:\w{1,12}ly\s)?characteri[sz]\w{1,6}",
    re.IGNORECASE,
)
_NOT_QUALITATIVE = re.compile(
    rf"(?:\d|\b{_SPELT}|½|\bper|\b(?:few|several|many|cubic|square|half|each|every))(?:[\s-]{{0,3}}(?:a|one)?)[\s-]{{0,3}}$",
    re.IGNORECASE,
)
_CUBIC = re.compile(r"\s?(?:cubic|square|sq\.?|cu\.?)\s?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Size:
    """Numbers of one size, still without their unit where it follows later. Factor: millimetres of its unit."""

    start: int
    end: int
    numbers: tuple[Decimal, ...]
    factors: tuple[Decimal | None, ...]
    range: bool = False

    @property
    def factor(self) -> Decimal | None:
        return next((factor for factor in reversed(self.factors) if factor is not None), None)

    @property
    def bare(self) -> bool:
        return self.factor is None


def find_values(document: Document) -> tuple[Mention, ...]:
    """Every size and uptake value of the report in order; what was measured, and when, is not yet judged."""
    text = document.text
    uptake = find_uptake(document)
    taken = {position for mention in uptake for position in range(mention.start, mention.end)}
    sizes = _share(text, list(_ranges(text, list(_products(text, _numbers(text))))))
    mentions = [_mention(text, size) for size in sizes if not size.bare and size.start not in taken and _sensible(size)]
    covered = {mention.end for mention in mentions}
    mentions += [
        Mention(match.start(), match.end(), match.group(), MentionType.QUALITATIVE)
        for match in _QUALITATIVE.finditer(text)
        if match.end() not in covered and not _counts_units(text, match)
    ]
    return tuple(
        replace(mention, sentence_start=sentence.start, sentence_end=sentence.end)
        for mention in sorted([*mentions, *uptake], key=lambda one: one.start)
        if (sentence := document.sentence_at(mention.start)) is not None
    )


def _counts_units(text: str, match: re.Match[str]) -> bool:
    """Whether the word is a unit that is counted ("a few centimetres"); "few subcentimetric nodes" counts none."""
    unit = match.group()[:5].lower() in {"centi", "milli"}
    return unit and _NOT_QUALITATIVE.search(text[max(0, match.start() - 24) : match.start()]) is not None


def _numbers(text: str) -> Iterator[_Size]:
    """Every number that may be a size, with its unit where one stands behind it."""
    for match in _NUMBER.finditer(text):
        unit, digits = match["unit"], match["digits"]
        factor = None if unit is None else Decimal(10 if unit[0] in "cC" else 1)
        number = _value(digits) if digits else Decimal(_WORDS[match["word"].lower()])
        end = match.end("unit") if unit else match.end("digits") if digits else match.end("word")
        if _CUBIC.search(text[max(0, match.start() - 8) : match.start()]):
            continue
        yield _Size(match.start(), end, (number,), (factor,))


def _value(digits: str) -> Decimal:
    for written, fraction in _FRACTIONS.items():
        if digits.endswith(written):
            return Decimal(digits.removesuffix(written).strip() or 0) + Decimal(fraction)
    return Decimal(digits.replace(",", ".").replace("·", "."))


def _between(text: str, first: _Size, second: _Size, pattern: re.Pattern[str], most: int = 48) -> bool:
    """Whether what stands between two sizes is of the pattern, and nothing else."""
    return second.start - first.end <= most and pattern.fullmatch(text, first.end, second.start) is not None


def _products(text: str, numbers: Iterator[_Size]) -> Iterator[_Size]:
    """Two or three numbers joined by "x" or "by"; a longer chain is no size, but its first three are."""
    held: _Size | None = None
    for one in numbers:
        if held is not None and len(held.numbers) < 3 and _between(text, held, one, _TIMES):
            held = _Size(held.start, one.end, held.numbers + one.numbers, held.factors + one.factors)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _ranges(text: str, sizes: list[_Size]) -> Iterator[_Size]:
    """Two single numbers joined to a range. "From 12 to 15 mm" after a word of change is none: it is two examinations."""
    index = 0
    while index < len(sizes):
        one = sizes[index]
        following = sizes[index + 1] if index + 1 < len(sizes) else None
        if following is not None and _is_range(text, one, following):
            yield _Size(
                one.start, following.end, one.numbers + following.numbers, one.factors + following.factors, True
            )
            index += 2
            continue
        yield one
        index += 1


def _is_range(text: str, one: _Size, following: _Size) -> bool:
    if len(one.numbers) > 1 or len(following.numbers) > 1 or following.bare or following.start - one.end > 12:
        return False
    before = text[max(0, one.start - 48) : one.start]
    joined = text[one.end : following.start].strip().lower()
    ascending = one.numbers[0] * (one.factor or following.factor or 1) < following.numbers[0] * (following.factor or 1)
    if not ascending or _is_reference(text, one):
        return False
    ranging = _RANGING.search(before) is not None
    if joined == "and":
        return re.search(r"\bbetween\s{1,3}(?:approximately\s|about\s)?$", before, re.IGNORECASE) is not None
    if not _RANGE.fullmatch(text, one.end, following.start):
        return False
    if joined == "to" and not ranging:
        directed = re.search(r"\bfrom\s{1,3}(?:about\s|approximately\s)?$", before, re.IGNORECASE)
        return _CHANGED.search(before) is None and directed is None
    return True


def _is_reference(text: str, size: _Size) -> bool:
    return (
        text[size.start - 1 : size.start] in {"-", "/", "#", ":"}
        or _REFERENCE.search(text[max(0, size.start - 14) : size.start]) is not None
    )


def _share(text: str, sizes: list[_Size]) -> list[_Size]:
    """Give a bare size the unit of its neighbour: "5 and 4 cm", "from 12 to 15 mm", "23 mm (previously 31)"."""
    shared = list(sizes)
    for index in range(len(shared) - 2, -1, -1):
        one, following = shared[index], shared[index + 1]
        if (
            one.bare
            and following.factor is not None
            and _shares_forward(text, one, following, chained=sizes[index + 1].bare)
        ):
            shared[index] = replace(one, factors=(following.factor,) * len(one.factors))
    for index in range(1, len(shared)):
        before, one = shared[index - 1], shared[index]
        if one.bare and before.factor is not None and _shares_backward(text, before, one):
            shared[index] = replace(one, factors=(before.factor,) * len(one.factors))
    return shared


def _shares_forward(text: str, one: _Size, following: _Size, *, chained: bool) -> bool:
    """Whether a bare size takes the unit of the next. A comma alone does it only in a row: "1, 2 and 3 cm"."""
    if (
        (one.numbers[0] == int(one.numbers[0]) and _is_reference(text, one))
        or len(one.numbers) != len(following.numbers)
        or _year(one)
    ):
        return False
    if text[one.end : following.start].strip() == "," and not chained:
        return False
    return any(_between(text, one, following, joint) for joint in (_LIST, _FROM_TO, _SECOND))


def _shares_backward(text: str, before: _Size, one: _Size) -> bool:
    """A second size without its unit: only after a word that announces it, and with nothing else counted by it."""
    if len(one.numbers) > len(before.numbers) or _year(one) or not _between(text, before, one, _SECOND):
        return False
    if text[before.end : one.start].strip().lower() in {"and", "/", "to", "from"} and len(one.numbers) == 1:
        return (
            text[before.end : one.start].strip().lower() == "to"
            and _CHANGED.search(text[max(0, before.start - 60) : before.start]) is not None
        )
    return re.match(
        r"\s{0,3}(?:[),.;\]]|$|\n|on\b|in\b|at\b|and\b|previously|now|as\b|when\b|,)", text[one.end : one.end + 14]
    ) is not None and not re.match(r"\.\d|\s{0,2}[-/.]\s?\d|\sin\s(?:total|number)", text[one.end : one.end + 10])


def _year(size: _Size) -> bool:
    return len(size.numbers) == 1 and size.bare and size.numbers[0] >= 1000


def _sensible(size: _Size) -> bool:
    """Not longer than a person, and more than nothing: 0 cm is no size."""
    longest = max(
        number * (factor or size.factor or 1) for number, factor in zip(size.numbers, size.factors, strict=True)
    )
    return 0 < longest <= 2000


def _mention(text: str, size: _Size) -> Mention:
    factors = list(size.factors)
    known = size.factor
    for index in range(len(factors) - 1, -1, -1):
        factors[index] = factors[index] or next((one for one in factors[index:] if one is not None), known)
    values = tuple(number * (factor or 1) for number, factor in zip(size.numbers, factors, strict=True))
    before, after = text[max(0, size.start - 40) : size.start], text[size.end : size.end + 48]
    short = _SHORT_BEFORE.search(before) is not None or _SHORT_AFTER.match(after) is not None
    qualifier = Qualifier.RANGE if size.range else _qualifier(before, after)
    return Mention(
        size.start,
        size.end,
        text[size.start : size.end],
        MentionType.SIZE,
        values,
        qualifier=qualifier,
        short_axis=short,
    )


def _qualifier(before: str, after: str) -> Qualifier | None:
    if _LOOSENING.search(before) is not None:
        for qualifier, pattern in _QUALIFIERS:
            if pattern.search(before):
                return qualifier
    if _MORE_AFTER.match(after):
        return Qualifier.MORE_THAN
    return Qualifier.LESS_THAN if _LESS_AFTER.match(after) else None
