"""Standardised uptake values. The span is the number alone; a label may serve several numbers of its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tracker.reading.model import Document, Mention, MentionType, Qualifier

_LABEL = re.compile(
    r"(?<![A-Za-z])(?:(?P<first>max(?:imum|imal)?|peak|mean|average)\.?[\s-]{1,2})?(?:SUVs?|standardi[sz]ed[\s-]uptake[\s-]values?)[\s_-]{0,2}(?:bw\b|lbm\b)?"
    r"[\s_-]{0,2}(?:values?[\s-]{0,2})?[(\s]{0,2}(?P<last>max(?:imum|imal)?|peak|mean|avg|average)?(?![A-Za-z]{2})",
    re.IGNORECASE,
)
_NUMBER = r"(?<!\d)(?P<number>\d{1,3}(?:[.,]\d{1,2})?)"
_NO_UNIT = r"(?!\d|[.,]\d|\s?[-–]?\s?(?:[cm]m\b|centi|milli|%|percent|months?\b|weeks?\b|days?\b|hours?\b|min|years?\b|x\b|×|mCi|MBq|HU\b|lesions?\b|nodes?\b|nodules?\b|foci\b|prior\b|/\d|th\b|nd\b|rd\b|st\b))"
#: Between the label and its number.
_TO_NUMBER = re.compile(
    r"(?:\s{0,2}(?:\((?:[^()\d]{0,24})\)|[\])(:=~≈<>,]|values?|levels?|scores?|max(?:imum|imal)?|peak|mean|readings?|intensity|uptake|of|is|are|was|were|at|up|to|now|about|approximately|measur\w{2,4}|"
    r"reach\w{0,3}|range[sd]?|ranging|from|between|with|an?|currently|previously|prior|increased|decreased|has|have|as|high|SUV|lbm|bw|the|this|that|lesions?|nodes?|nodules?|mass|metastas[ie]s|tumou?r|mediastinal|blood|pool|liver|background|reference|-|–)){0,7}\s{0,3}"
    + _NUMBER
    + _NO_UNIT,
    re.IGNORECASE,
)
#: From one number to the next of the same label: a joint, and only words that do not begin something else.
_TO_NEXT = re.compile(
    r"(?P<gap>(?:\s{0,2}(?:g/ml|[)\](,;:]|compared|versus|vs?\.?|below|above|than|mediastinal|blood|pool|liver|background|reference|previous(?:ly)?|prior(?:ly)?|formerly|earlier|was|were|from|and|to|or|now|currently|respectively|→|->|-->|⇒|-|–|/|at|of|an?|the|on|in|with|"
    r"max(?:imum)?|peak|mean|SUVs?|SUV[\s-]?max|SUV[\s-]?peak|SUV[\s-]?mean|values?|measured|measuring|about|approximately|right|left|side|lobe|baseline|study|exam|scan|pet|ct|pet/ct|examination|it|down|up|increas\w{2,4}|decreas\w{2,4}|"
    r"last|most|recent|nadir|dated|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|\d{4}-\d{2}-\d{2}|(?:\d{1,2}\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?(?:\s\d{1,2},)?\s\d{4})){1,9}\s{0,3})"
    + _NUMBER
    + _NO_UNIT,
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"compared|versus|\bvs?\b|pool|background|than|previous|prior|formerly|was|from|\band\b|\bto\b|→|->|⇒|now|\bor\b|[-–/]",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?<![\w.,/])(?P<number>\d{1,2}[.,]\d{1,2})\s{0,2}(?:\(?)(?P<label>SUV[\s-]?(?P<last>max|peak|mean)?)(?![A-Za-z])",
    re.IGNORECASE,
)


def find_uptake(document: Document) -> list[Mention]:
    """Every uptake value of the report, in order."""
    text = document.text
    found: dict[int, Mention] = {}
    for label in _LABEL.finditer(text):
        for mention in _after(text, label):
            found.setdefault(mention.start, mention)
    for match in _BEFORE.finditer(text):
        if match.start() not in found and not _TO_NUMBER.match(text, match.end("label")):
            found[match.start()] = _mention(text, match, match["last"])
    return [found[start] for start in sorted(found)]


def _after(text: str, label: re.Match[str]) -> Iterator[Mention]:
    """The numbers that follow a label, until something else is said."""
    kind = label["last"] or label["first"]
    match = _TO_NUMBER.match(text, label.end())
    if match is None:
        return
    if kind is None:
        inside = re.search(r"\b(max|peak|mean)", text[label.end() : match.start("number")], re.IGNORECASE)
        kind = inside.group(1) if inside else None
    yield _mention(text, match, kind)
    for _ in range(6):
        following = _TO_NEXT.match(text, match.end())
        if following is None or not (_JOINED.search(following["gap"]) or _in_brackets(text, following)):
            return
        whole = "." not in following["number"] and "," not in following["number"]
        if (
            whole
            and re.search(r"\band\b", following["gap"])
            and not re.match(
                r"\s{0,2}(?:[).,;]|respectively|on\b|in\b|$)", text[following.end() : following.end() + 16]
            )
        ):
            return
        match = following
        # "SUVmax 1.9; liver SUVmean 2.3": a label of its own in between.
        own = re.findall(r"max|peak|mean", following["gap"], re.IGNORECASE)
        kind = own[-1] if own else kind
        yield _mention(text, match, kind)


def _in_brackets(text: str, following: re.Match[str]) -> bool:
    """A second number alone in brackets: "SUVmax 13.6 (3.3)"."""
    return following["gap"].strip() == "(" and text[following.end() : following.end() + 1] == ")"


def _mention(text: str, match: re.Match[str], kind: str | None) -> Mention:
    start, end = match.span("number")
    before = text[max(0, start - 18) : start].lower()
    qualifier = None
    if before.rstrip().endswith("up to"):
        qualifier = Qualifier.UP_TO
    elif before.rstrip().endswith(("about", "approximately", "~")):
        qualifier = Qualifier.APPROXIMATE
    value = Decimal(match["number"].replace(",", "."))
    return Mention(start, end, text[start:end], MentionType.SUV, value=value, label=_label(kind), qualifier=qualifier)


def _label(kind: str | None) -> str | None:
    if kind is None:
        return None
    small = kind.lower()
    return "SUVpeak" if small == "peak" else "SUVmax" if small.startswith("max") else "SUVmean"
