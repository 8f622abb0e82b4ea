"""Sizes in columns: rows of lesions under headings such as "Segment", "Now", "Previous (mm)", and the older size in brackets.

A table is a line of headings, at least one of which tells of which examination its column is, and the lines below it that
have cells too. Cells are kept apart by tabs, strokes or two spaces; where the strokes are missing a cell belongs to the
heading that it stands under.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tracker.reading.dates import find_dates
from tracker.reading.model import Change, Document, Kind, Mention, MentionType, Time
from tracker.reading.segments import read_list

_GAP = re.compile(r"[ ]*\|[ ]*|[ ]*\t[\t ]*|[ ]{2,}")
_PRIOR = re.compile(
    r"\b(?:prev(?:ious(?:ly)?)?|prior|before|baseline|last|old|nadir|earlier|former|initial)\b", re.IGNORECASE
)
_CURRENT = re.compile(
    r"\b(?:now|today|current(?:ly)?|present|new\ssize|this\s(?:exam|scan|study|ct|mri)|size|diameters?|longest|measurements?|long\saxis|short\saxis|SUV(?:[\s-]?(?:max|peak|mean))?)\b",
    re.IGNORECASE,
)
_SEGMENT = re.compile(r"\b(?:seg(?:ment|m)?s?|site|location|place)\b", re.IGNORECASE)
_UNIT = re.compile(r"[(\[/,\s](?:in\s)?(?P<unit>mm|cm)\b", re.IGNORECASE)
_BRACKETED = re.compile(
    r"[(\[]\s*(?:mm,?\s*)?(?:prev(?:ious)?|prior|before|last|baseline)\b[^)\]]{0,20}[)\]]|\b(?:previous|prior|earlier)\s(?:\w+\s){0,3}in\s(?:brackets|parenthes[ie]s)\b",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(
    r"(?:seg(?:ment|m)?s?\.?\s*)?S?(?:VIII|VII|VI|IV\s?[ab]?|V|III|II|I|4\s?[ab]|[1-8])(?:\s*[/,&+-]\s*S?(?:VIII|VII|VI|IV[ab]?|V|III|II|4[ab]|[1-8]))*",
    re.IGNORECASE,
)
_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_ONE_NUMBER = re.compile(_NUMBER)
_UPTAKE = re.compile(r"\bSUV[\s_-]?\(?(?P<of>max|peak|mean)?\b", re.IGNORECASE)
_BARE = re.compile(rf"[~<>≤≥]?\s*(?P<size>{_NUMBER}(?:\s*[x×]\s*{_NUMBER}){{0,2}})\s*")
_IN_BRACKETS = re.compile(
    rf"(?P<unit>mm|cm)\s{{0,6}}(?:\([A-Za-z][A-Za-z ]{{0,11}}\)\s{{0,8}})?\(\s?(?P<size>{_NUMBER}(?:\s*[x×]\s*{_NUMBER}){{0,2}})\s?\)"
)
_SIZED = re.compile(rf"{_NUMBER}\s?(?:mm|cm)\b", re.IGNORECASE)
_TECHNICAL = re.compile(r"(?:technique|phase|protocol|slices?|reconstructions?|acquisition|section)\b", re.IGNORECASE)
_ORGAN = re.compile(r"\b(?:liver|hepatic)\b", re.IGNORECASE)
_NOT_LIVER = re.compile(
    r"\b(?:lungs?|pulmonary|kidneys?|renal|spleen|adrenals?|pancreas|bones?|nodes?|lymph)\b", re.IGNORECASE
)
_OTHER_NOUN = re.compile(
    r"\b(?:cysts?|stones?|calcul\w+|aneurysm|haemangioma|hemangioma|collection|zone|cavity|abscess|biloma|seroma|nodes?)\b",
    re.IGNORECASE,
)
#: A line of words that is longer ends a table; a shorter one may stand between its parts.
_LONGEST_BETWEEN = 48


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell, ``text[start:end]``; ``column`` is where it begins on its line."""

    start: int
    end: int
    column: int


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a column holds."""

    cell: _Cell
    time: Time | None
    factor: Decimal | None
    segments: bool
    #: Of uptake values: their label ("SUVmax"), empty where only "SUV" is said; None for other columns.
    uptake: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its cells, each with the heading it stands under."""

    start: int
    end: int
    cells: tuple[tuple[_Cell, _Heading | None], ...]
    #: The words of the heading line, which may name the organ.
    headed: str

    def heading_at(self, position: int) -> _Heading | None:
        """The heading over a position of the text."""
        return next((heading for cell, heading in self.cells if cell.start <= position < cell.end), None)


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of all tables, where lines of technique stand, and the older sizes that stand bare in brackets."""

    rows: tuple[Row, ...] = ()
    technical: tuple[tuple[int, int], ...] = ()
    values: tuple[Mention, ...] = field(default=())
    bracketed: frozenset[int] = frozenset()


def read_tables(document: Document, performed_on: date | None = None) -> Tables:
    """The tables of a report; nothing where it has none."""
    text = document.text
    rows: list[Row] = []
    technical: list[tuple[int, int]] = []
    headings: tuple[_Heading, ...] = ()
    headed = ""
    for start, end in _lines(text):
        cells = _cells(text, start, end)
        if len(cells) < 2:
            if end - start > _LONGEST_BETWEEN:
                headings = ()
            continue
        found = _headings(text, cells, performed_on)
        if found:
            headings, headed = found, text[start:end]
            continue
        if (
            _TECHNICAL.match(text, cells[0].start, cells[0].end)
            and cells[0].end - start <= _LONGEST_BETWEEN
            and end - start <= 120
        ):
            technical.append((start, end))
        if headings:
            rows.append(Row(start, end, tuple(_under(text, cells, headings)), headed))
    bare = _bracketed(document)
    values = (*bare, *_bare_values(document, rows))
    return Tables(tuple(rows), tuple(technical), values, frozenset(one.start for one in bare))


def add_values(tables: Tables, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions with the sizes that have no unit of their own, in order."""
    starts = [one.start for one in mentions]
    more = []
    for value in tables.values:
        at = bisect_right(starts, value.start)
        overlaps = (at and mentions[at - 1].end > value.start) or (at < len(starts) and starts[at] < value.end)
        if not overlaps:
            more.append(value)
    return tuple(sorted([*mentions, *more], key=lambda one: one.start)) if more else tuple(mentions)


def settle(document: Document, tables: Tables, mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions as their rows and columns have them: what, when, and in which segment."""
    if not (tables.rows or tables.technical or tables.bracketed):
        return tuple(mentions)
    starts = [row.start for row in tables.rows]
    technical = [start for start, _ in tables.technical]
    settled = []
    for mention in mentions:
        line = bisect_right(technical, mention.start) - 1
        if line >= 0 and mention.start < tables.technical[line][1]:
            settled.append(replace(mention, kind=Kind.TECHNIQUE, time=Time.CURRENT, organ=None))
            continue
        at = bisect_right(starts, mention.start) - 1
        row = tables.rows[at] if at >= 0 and mention.start < tables.rows[at].end else None
        settled.append(_settle(document.text, row, mention, bracketed=mention.start in tables.bracketed))
    return tuple(settled)


def _settle(text: str, row: Row | None, mention: Mention, *, bracketed: bool) -> Mention:
    if bracketed:
        mention = replace(mention, time=Time.PRIOR)
    if row is None:
        return mention
    heading = row.heading_at(mention.start)
    if heading is not None and heading.time is not None and not bracketed:
        mention = replace(mention, time=heading.time)
    segments = _segments_of(text, row)
    words = text[row.start : mention.start]
    if not segments or (_NOT_LIVER.search(words) and not _ORGAN.search(words)):
        return mention
    other = _OTHER_NOUN.search(words) is not None
    mention = replace(mention, organ="liver", segments=segments, lobe=None)
    if not other and mention.type is MentionType.SIZE:
        mention = replace(mention, kind=Kind.LESION)
    if not other and any(
        heading is not None and heading.time is Time.PRIOR and _says_new(text, cell) for cell, heading in row.cells
    ):
        mention = replace(mention, new=True, change=Change.NEW)
    return mention


def _says_new(text: str, cell: _Cell) -> bool:
    return text[cell.start : cell.end].strip(" ()-.").lower() in {"new", "not seen", "not present"}


def _segments_of(text: str, row: Row) -> tuple[str, ...]:
    """The segments in the column of segments."""
    for cell, heading in row.cells:
        words = text[cell.start : cell.end].strip()
        if heading is not None and heading.segments and _SEGMENTS.fullmatch(words):
            return read_list(words)
    return ()


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            yield start, end
        start = end + 1


def _cells(text: str, start: int, end: int) -> list[_Cell]:
    """The cells of a line. An empty one between two strokes counts, as the columns are told by number then."""
    line = text[start:end].rstrip("\r ")
    strokes = "|" in line
    inner = line.strip(" |") if strokes else line.strip()
    at = line.find(inner)
    cells: list[_Cell] = []
    position = at
    for gap in _GAP.finditer(line, at, at + len(inner)):
        if strokes and "|" not in gap.group():
            continue
        cells.append(_Cell(start + position, start + gap.start(), position))
        position = gap.end()
    cells.append(_Cell(start + position, start + at + len(inner), position))
    return cells


def _headings(text: str, cells: Sequence[_Cell], performed_on: date | None) -> tuple[_Heading, ...]:
    """The headings of a table; none where the line is a row, or a name and what it is."""
    line = text[cells[0].start : cells[-1].end]
    if _SIZED.search(line) or len(line) > 160:
        return ()
    dated = _dated(text, cells, performed_on)
    headings = []
    for index, cell in enumerate(cells):
        words = text[cell.start : cell.end]
        time = dated.get(index) if len(cells) > 2 else None
        if time is None and index:
            bracket = _BRACKETED.search(words)
            if bracket is not None and bracket.start() > 0:
                time = Time.CURRENT
            else:
                time = Time.PRIOR if _PRIOR.search(words) else Time.CURRENT if _CURRENT.search(words) else None
        unit = _UNIT.search(words)
        factor = None if unit is None else Decimal(10 if unit["unit"].lower() == "cm" else 1)
        headings.append(
            _Heading(cell, time, factor, _SEGMENT.search(words) is not None, _uptake_label(words) if index else None)
        )
    timed = [one for one in headings if one.time is not None]
    first = text[cells[0].start : cells[0].end]
    if not timed or _PRIOR.search(first) or (len(cells) == 2 and not _BRACKETED.search(line)):
        return ()
    if not any(one.time is Time.CURRENT for one in timed) and not dated:
        return ()
    return tuple(headings)


def _uptake_label(words: str) -> str | None:
    found = _UPTAKE.search(words)
    return None if found is None else f"SUV{found['of'].lower()}" if found["of"] else ""


def _dated(text: str, cells: Sequence[_Cell], performed_on: date | None) -> dict[int, Time]:
    """Columns that are headed by dates: the day of the examination, or else the newest, is now."""
    days: dict[int, date] = {}
    for index, cell in enumerate(cells):
        said = find_dates(text[cell.start : cell.end])
        if index and len(said) == 1 and said[0].day is not None:
            days[index] = said[0].day
    if len(days) < 2:
        return {}
    now = performed_on if performed_on in days.values() else max(days.values())
    return {index: Time.CURRENT if day == now else Time.PRIOR for index, day in days.items()}


def _under(text: str, cells: Sequence[_Cell], headings: Sequence[_Heading]) -> Iterator[tuple[_Cell, _Heading | None]]:
    """Each cell with its heading: by number where the numbers agree, else by where it stands."""
    by_number = len(cells) == len(headings) or "|" in text[cells[0].end : cells[-1].start]
    for index, cell in enumerate(cells):
        if by_number:
            yield cell, headings[index] if index < len(headings) else None
        else:
            nearest = min(headings, key=lambda one: abs(one.cell.column - cell.column))
            yield cell, nearest if abs(nearest.cell.column - cell.column) <= 6 else None


def _bare_values(document: Document, rows: Iterable[Row]) -> Iterator[Mention]:
    """Numbers alone in a column whose heading names the unit."""
    for row in rows:
        for cell, heading in row.cells:
            if heading is None or heading.time is None or (heading.factor is None and heading.uptake is None):
                continue
            match = _BARE.fullmatch(document.text, cell.start, cell.end)
            if match is not None and heading.uptake is not None:
                yield from _uptake(document, match, heading.uptake)
            elif match is not None and heading.factor is not None:
                yield from _mention(document, match.start("size"), match.end("size"), heading.factor)


def _uptake(document: Document, match: re.Match[str], label: str) -> Iterator[Mention]:
    """An uptake value alone in its cell."""
    start, end = match.span("size")
    text, sentence = document.text, document.sentence_at(start)
    if sentence is not None and _ONE_NUMBER.fullmatch(text, start, end):
        yield Mention(
            start, end, text[start:end], MentionType.SUV, value=_value(text[start:end]), label=label or None,
            sentence_start=sentence.start, sentence_end=sentence.end,
        )  # fmt: skip


def _bracketed(document: Document) -> tuple[Mention, ...]:
    """``23 mm (31)``: older sizes bare in brackets, where a heading says so or the report does it more than once."""
    text = document.text
    found: list[Mention] = []
    for match in _IN_BRACKETS.finditer(text):
        before = re.search(rf"({_NUMBER})\s?$", text[max(0, match.start() - 8) : match.start()])
        factor = Decimal(10 if match["unit"].lower() == "cm" else 1)
        for mention in _mention(document, match.start("size"), match.end("size"), factor):
            now = _value(before.group(1)) * factor if before else Decimal(0)
            if now * 4 >= mention.values_mm[-1] and now <= 4 * mention.values_mm[0]:
                found.append(mention)
    return tuple(found) if len(found) > 1 or (found and _BRACKETED.search(text)) else ()


def _mention(document: Document, start: int, end: int, factor: Decimal) -> Iterator[Mention]:
    text, sentence = document.text, document.sentence_at(start)
    values = tuple(_value(number) * factor for number in re.findall(_NUMBER, text[start:end]))
    if sentence is not None and all(0 < value <= 2000 for value in values):
        yield Mention(
            start, end, text[start:end], MentionType.SIZE, values, sentence_start=sentence.start, sentence_end=sentence.end
        )  # fmt: skip


def _value(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "."))
