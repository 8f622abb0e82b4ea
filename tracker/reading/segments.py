"""Couinaud's segments as reports write them: Arabic, Roman, in words, in lists and ranges.

The answer is Roman, ``IVa`` and ``IVb`` where the half is said. Segments of the lung have the same numbers; what names a
lobe of the lung, or carries a side's letter ("S6D"), is none of the liver. Source of the scheme: Brisbane 2000.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
#: In the order in which a range runs.
SEGMENTS = ("I", "II", "III", "IV", "IVa", "IVb", "V", "VI", "VII", "VIII")
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_VALUE = {name: roman for names in (_WORDS, _ORDINALS) for name, roman in zip(names, ROMAN, strict=True)}
_VALUE |= {str(at + 1): roman for at, roman in enumerate(ROMAN)} | {roman.lower(): roman for roman in ROMAN}

_HALF = r"(?:[-–]?[ABab]|\s(?-i:[AB]|b))(?![A-Za-z])"
_NO_UNIT = r"(?!\d|[.,]\d|\s*[-–]?\s*(?:mm|cm|millimet|centimet)|\s*[x×X*]\s*\d)"
#: What follows a number of a list that is a size or a count and no segment.
_NO_SIZE = (
    _NO_UNIT + r"(?!\s*(?:to|-|–|and|or)\s*\d+(?:[.,]\d+)?\s*(?:mm|cm))"
    r"(?!\s+(?:(?:new|small|further|other|additional|hypo\w+|stable|enhancing|tiny)\s+)*(?:lesion|metasta|nodule|foci|mass))"
)
_ROMAN_ITEM = rf"(?:IV{_HALF}|VIII|VII|VI|IV|V|III|II|I)(?![\w'’])|(?-i:iv[ab]?|viii|vii|vi|iii|ii)(?!\w)"
_FIRST = rf"(?:(?:4{_HALF}|[1-8]){_NO_UNIT}|{_ROMAN_ITEM})"
_NUMBER = rf"(?:(?:4{_HALF}|[1-8]){_NO_SIZE}|{_ROMAN_ITEM})"
_WORD = rf"(?:(?:four\s(?-i:[AB])|{'|'.join(_WORDS)})(?![\w-]))"
#: "the segment 2/3 lesion": close behind its stroke a number is a segment, whatever follows it.
_CLOSE = rf"(?<=[\dIVab][/–-])(?:4{_HALF}|[1-8]){_NO_UNIT}"
_ITEM = rf"(?:{_CLOSE}|(?:S(?=[1-8IV]))?{_NUMBER})"
_LINK = r"\s*(?:,\s*(?:and|or|&)?|/|&|\+|-|–|—|(?<=[\s)])(?:and|or|to|through)(?=\s)|\|)\s*"
_LIST = (
    rf"(?:S(?=[1-8IV]))?(?:{_FIRST}|{_WORD})(?:{_LINK}(?:segments?\s*)?(?!I\s+[a-z])(?:{_ITEM}|{_WORD}|b(?![\w-])))*"
)
_KEY = r"(?:segments?|segs?\b\.?|sgts?\b\.?|sg\b\.?|segm\b\.?)\s*[-–#]?\s*(?:no\.?\s*|number\s+)?"
_NAMED = re.compile(rf"(?<![\w-])(?:(?:{_KEY}(?P<list>{_LIST}))|(?P<caudate>caudate(?:\s+lobe)?)\b)", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?<![\w-])(?P<list>(?:VIII|VII|VI|IV(?:[ab](?:/b)?)?|V|III|II)|{'|'.join(_ORDINALS)})(?:th|rd|nd|st)?\s+"
    r"(?:(?:liver|hepatic|Couinaud)\s+)?segments?\b(?!\s*[1-8IV])"
)
_SHORT = re.compile(
    r"(?<![\w-])S[-–]?(?:VIII|VII|VI|IV[ab]?|V|III|II|[1-8][ab]?)(?:\s*[/,&+–-]\s*(?:b|S?(?:VIII|VII|VI|IV[ab]?|V|III|II|[1-8][ab]?)))*(?![\w-])"
)
#: Going on without the word: "segments VIII (12 mm) and V (9 mm)", "segment II: 12 mm, III: 9 mm".
_GOING_ON = re.compile(
    rf"(?:[,;)]|\band\b)\s*(?P<list>{_NUMBER})(?=\s*\(\s*[\d~<≤]|\s*[:=]\s*\d|\s+\d+(?:[.,]\d+)?\s*(?:mm|cm|x\s*\d))"
)
_NOT_LIVER_AFTER = re.compile(
    r"[\s,(]*(?:of|in)\s+(?:the\s+)?(?:(?:left|right|both)\s+)?(?:(?:upper|lower|middle)\s+lobe|lungs?\b|lingula|duoden|colon|sigmoid"
    r"|pancrea|bowel|rect|spine|ureter|\w+\s+arter)|\s*(?:of\s+)?(?:the\s+)?(?:LLL|RLL|LUL|RUL|RML)\b"
    # The liver has eight.
    r"|\s*(?:,|/|&|and\b|or\b|to\b|-)+\s*(?:or\s+|and\s+)?(?:9|10)\b(?!\s*(?:[-–]?\s?(?:mm|cm)|[x×.,]\s?\d))",
    re.IGNORECASE,
)
_NOT_LIVER_BEFORE = re.compile(
    r"(?:lungs?|pulmonary|bronchopulmonary|bronchial|(?:upper|lower|middle)\s+lobe|LLL|RLL|LUL|RUL|RML|lingula\w*|vertebra\w*|sacr\w*)"
    r"[\s,(:]*(?:in\s+)?(?:the\s+)?(?:\w+,?\s+)?$",
    re.IGNORECASE,
)
_SACRUM = re.compile(r"(?:L[45]\s*[-–/]\s*|level\s+of\s+|sacr\w+\s+|vertebra\w*\s+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SegmentNaming:
    """Where segments are named; ``short`` where only "S7" stands, which needs a word of the liver near it."""

    start: int
    end: int
    segments: tuple[str, ...]
    short: bool = False


def find_segments(text: str, start: int, end: int) -> tuple[SegmentNaming, ...]:
    """The segments named in ``text[start:end]``, in order; positions count in the whole text."""
    found: list[SegmentNaming] = []
    for match in _NAMED.finditer(text, start, end):
        caudate = match["caudate"] is not None
        segments = ("I",) if caudate else read_list(match["list"])
        # "caudate lobe (segment I)" is said once.
        if segments and not _is_elsewhere(text, match.start(), match.end(), start, end):
            found.append(SegmentNaming(match.start(), match.end(), segments))
    named = bool(found)
    for pattern, short in ((_BEFORE, False), (_SHORT, True)):
        for match in pattern.finditer(text, start, end):
            segments = read_list(match.group() if short else match["list"])
            if _free(found, match.start(), match.end()) and not _is_elsewhere(
                text, match.start(), match.end(), start, end
            ):
                if short and _SACRUM.search(text, max(start, match.start() - 20), match.start()):
                    continue
                found.append(SegmentNaming(match.start(), match.end(), segments, short))
    if named:
        first = min(naming.start for naming in found)
        for match in _GOING_ON.finditer(text, first, end):
            if _free(found, match.start("list"), match.end("list")):
                found.append(SegmentNaming(match.start("list"), match.end("list"), read_list(match["list"])))
    return tuple(sorted(found, key=lambda naming: naming.start))


def read_list(words: str) -> tuple[str, ...]:
    """The segments of a list such as ``V-VI``, ``7/8``, ``IVa/b``, ``II, III and IVb``; a dash runs from one to the other."""
    found: list[str] = []
    run = False
    for token in re.findall(r"[A-Za-z]+\d?[A-Za-z]?|\d\s?[ABab]?(?![A-Za-z])|[-–—]", _close_up(words)):
        plain = token.strip().lower()
        if plain in ("-", "–", "—", "to", "through"):
            run = bool(found)
            continue
        if plain in ("a", "b") and found and found[-1].startswith("IV"):
            # "IVa/b": the second half of the same segment.
            found[-1:] = [found[-1] if found[-1] != "IV" else "IVa", f"IV{plain}"]
            run = False
            continue
        segment = _value(plain)
        if segment is None:
            continue
        if run:
            found += _between(found[-1], segment)
        found.append(segment)
        run = False
    return tuple(dict.fromkeys(found))


def can_be_one_place(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether two namings can be of one place: a common segment, where ``IV`` holds both its halves."""
    return any(a == b or (a.rstrip("ab") == b.rstrip("ab") and "IV" in (a, b)) for a in one for b in two)


def _close_up(words: str) -> str:
    """The half of segment IV joined to its number: ``IV A`` and ``IV-A`` become ``IVA``."""
    return re.sub(r"\b(IV|4|four)[\s–-]([ABab])(?![A-Za-z])", r"\1\2", words, flags=re.IGNORECASE)


def _value(token: str) -> str | None:
    token = (
        token[1:]
        if len(token) > 1 and token[0] == "s" and token not in ("six", "seven", "sixth", "seventh", "second")
        else token
    )
    if token in _VALUE:
        return _VALUE[token]
    if token[:-1] in ("iv", "4", "four") and token[-1] in "ab":
        return f"IV{token[-1]}"
    return None


def _between(first: str, last: str) -> list[str]:
    """What a range passes over, without its ends; nothing where it does not run upwards."""
    whole = [segment for segment in SEGMENTS if segment in ROMAN]
    begin, stop = (whole.index(segment.rstrip("ab")) for segment in (first, last))
    return whole[begin + 1 : stop] if begin < stop else []


def _is_elsewhere(text: str, at: int, stop: int, start: int, end: int) -> bool:
    """Whether the words around say lung, bowel or spine."""
    return bool(
        _NOT_LIVER_AFTER.match(text, stop, min(end, stop + 40))
        or _NOT_LIVER_BEFORE.search(text[max(start, at - 40) : at])
    )


def _free(found: list[SegmentNaming], start: int, end: int) -> bool:
    return all(end <= naming.start or start >= naming.end for naming in found)
