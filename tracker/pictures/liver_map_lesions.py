"""What one scan says of each liver lesion, as the map draws it and the list beside it says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.domain.bounds import Bounds, Knowledge, brief_bounds
from tracker.domain.ledger import derive_ledger
from tracker.domain.ledger_entry import LedgerEntry, LedgerLine, Standing
from tracker.domain.lesions import Observation
from tracker.domain.record import PatientRecord, RecordedLesion
from tracker.domain.vocabulary import LIVER, Certainty, LesionRole, Segment, State, Term, TreatmentKind
from tracker.pictures.cells import say_arrow
from tracker.pictures.columns import Column
from tracker.pictures.words import say_mm

#: Map units for a millimetre, the least radius, and that of a bubble whose size is not a tumour's.
_UNITS_PER_MM, LEAST_RADIUS, PLAIN_RADIUS = 0.8, 4.0, 9.0


class BubbleKind(Term):
    """How a lesion is drawn; the words beside it say the same."""

    TARGET = "target", "Filled."
    NON_TARGET = "non-target", "A ring."
    NEW = "new", "A double ring."
    TREATED = "treated", "Hatched: the zone is no tumour size."
    NOT_SEEN = "not seen", "A dashed ring at the old site."
    SMALL = "too small or without a size", "The least ring."
    UNKNOWN = "not said", "A dot: the exam does not say, which is no size and no absence."
    REST = "more", "A ring with the number of lesions that have no room of their own."


@dataclass(frozen=True, slots=True)
class MapRow:
    """One line of the list: how it is drawn, label, segments, size or state with its arrow, what else is to be said."""

    kind: BubbleKind
    label: str
    place: str
    size: str
    word: str


@dataclass(frozen=True, slots=True)
class MapLesion:
    """One liver lesion at one scan. ``radii`` in map units: one, or one for each part; none where it is not drawn."""

    label: str
    row: MapRow
    segments: frozenset[Segment]
    kind: BubbleKind
    radii: tuple[float, ...]
    #: The size, for a bubble that has room for it; ``text`` names label and size for one that has not.
    size: str
    text: str


@dataclass(slots=True)
class LesionMemory:
    """Tumour sizes at the scans so far, in micrometres."""

    #: The size an arrow compares with: 0 after a scan that no longer saw the lesion.
    before: dict[str, int] = field(default_factory=dict)
    #: The last size that was seen.
    last: dict[str, int] = field(default_factory=dict)


def radius_of(um: int) -> float:
    """Area goes with the square of the diameter: 0.8 map units for a millimetre, never under 4."""
    return max(LEAST_RADIUS, round(_UNITS_PER_MM * um / 1000, 1))


def entry_of(ledger: Mapping[int, LedgerEntry], column: Column) -> LedgerEntry:
    """The liver at a scan of one or several exams: of each lesion what the exam says that says most."""
    entries = sorted((ledger[exam.id] for exam in column.exams), key=lambda one: -one.measured_count)
    first = entries[0]
    if len(entries) == 1:
        return first
    lines = tuple(max(lines, key=_says) for lines in zip(*(one.lines for one in entries), strict=True))
    counts = (one.stated_count for one in entries if one.stated_count is not None)
    return LedgerEntry(first.exam_id, column.on, first.modality, lines, next(counts, None))


def ledger_by_exam(record: PatientRecord) -> Mapping[int, LedgerEntry]:
    return {entry.exam_id: entry for entry in derive_ledger(record)}


def lesions_at(
    record: PatientRecord,
    entry: LedgerEntry,
    column: Column,
    roles: Mapping[str, LesionRole],
    memory: LesionMemory,
) -> Iterator[MapLesion]:
    """The lesions that exist at this scan; ``memory`` is moved on."""
    carried = _carried(entry.lines)
    for line in entry.lines:
        if line.standing is Standing.NOT_YET:
            continue
        lesion = record.lesion(line.label)
        seen = _seen(column, line)
        yield _lesion(record, lesion, line, seen, roles.get(line.label), memory, carried.get(line.label, ()), column.on)


def _says(line: LedgerLine) -> tuple[bool, bool, bool]:
    return line.is_measured, not line.is_missing, line.said is not None


def _carried(lines: Sequence[LedgerLine]) -> dict[str, tuple[str, ...]]:
    """For each lesion the labels that have merged into it."""
    carried: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.standing is Standing.MERGED and line.into:
            carried[line.into] = (*carried.get(line.into, ()), line.label)
    return carried


def _seen(column: Column, line: LedgerLine) -> Observation | None:
    """The exam's own words for the lesion, of the exam whose line was chosen."""
    said = (exam.observation(line.label) for exam in column.exams)
    return next((one.observation for one in said if one is not None and one.observation.state is line.said), None)


def _lesion(
    record: PatientRecord,
    lesion: RecordedLesion,
    line: LedgerLine,
    seen: Observation | None,
    role: LesionRole | None,
    memory: LesionMemory,
    carried: Sequence[str],
    on: date,
) -> MapLesion:
    before, last = memory.before.get(line.label), memory.last.get(line.label)
    place = "/".join(str(segment) for segment in lesion.segments) or LIVER
    label = " + ".join((line.label, *carried))
    kind, size, word, radii = _face(record, line, seen, role, last, on)
    um = _um(line.size) if line.is_there or line.standing is Standing.UNCERTAIN else None
    arrow = "" if um is None else say_arrow(before, um)
    if um is not None:
        memory.before[line.label] = memory.last[line.label] = um
    elif line.said is State.ABSENT:
        memory.before[line.label] = 0
    row = MapRow(kind, label, place, f"{size} {arrow}".strip(), word)
    return MapLesion(line.label, row, frozenset(lesion.segments), kind, radii, size, _text(label, kind, size, word))


def _face(
    record: PatientRecord,
    line: LedgerLine,
    seen: Observation | None,
    role: LesionRole | None,
    last: int | None,
    on: date,
) -> tuple[BubbleKind, str, str, tuple[float, ...]]:
    """Kind, size in words, what else is to be said, radii."""
    was = f"was {say_mm(last)}" if last is not None else ""
    match line.standing:
        case Standing.WATCHED:
            return BubbleKind.NOT_SEEN, "not seen", was, (PLAIN_RADIUS,)
        case Standing.MERGED:
            return BubbleKind.UNKNOWN, f"in {line.into}" if line.into else "merged", "merged", ()
        case Standing.MISSING:
            said = "not evaluable" if line.said is State.NOT_EVALUABLE else "not mentioned"
            return BubbleKind.UNKNOWN, "–", said, (LEAST_RADIUS,)
        case Standing.TREATED:
            return _treated_face(record, line, seen, on)
    size = (
        "no size" if line.size is None or line.size.knowledge is Knowledge.UNKNOWN else brief_bounds(line.size, say_mm)
    )
    um = _um(line.size)
    parts = seen.parts if seen is not None and line.said is State.SPLIT else ()
    radii = tuple(radius_of(part.um) for part in parts) or ((LEAST_RADIUS,) if um is None else (radius_of(um),))
    if line.standing is Standing.UNCERTAIN:
        return BubbleKind.NEW, size, "new?", radii
    if role is LesionRole.NEW or line.said is State.UNEQUIVOCAL:
        return BubbleKind.NEW, size, "new", radii
    word = "watched" if role is None else str(role)
    if line.said is State.UNEQUIVOCAL_PROGRESSION:
        word = "worse"
    if line.said is State.TOO_SMALL:
        return BubbleKind.SMALL, "too small", word, (LEAST_RADIUS,)
    if um is None:
        return BubbleKind.SMALL, size, word, radii
    if parts:
        size = " + ".join(say_mm(part.um) for part in parts)
        word = "split"
    return BubbleKind.TARGET if role is LesionRole.TARGET else BubbleKind.NON_TARGET, size, word, radii


def _treated_face(
    record: PatientRecord, line: LedgerLine, seen: Observation | None, on: date
) -> tuple[BubbleKind, str, str, tuple[float, ...]]:
    """The zone by its own size, which is no tumour's; a recurrence by the tumour's, with a word that says so."""
    um = seen.longest.um if seen is not None and seen.longest is not None else None
    radii = (PLAIN_RADIUS,) if um is None else (max(PLAIN_RADIUS, radius_of(um)),)
    if line.recurrence is not None:
        sure = "" if line.recurrence is Certainty.UNEQUIVOCAL else "?"
        size = "no size" if um is None else say_mm(um)
        return BubbleKind.NEW, size, f"back{sure}", (LEAST_RADIUS if um is None else radius_of(um),)
    done = [one for one in record.treatments if line.label in one.lesions and one.kind.is_local and one.start <= on]
    kinds = {TreatmentKind.ABLATION: "ablated", TreatmentKind.RESECTION: "resected"}
    word = kinds.get(max(done, key=lambda one: one.start).kind, "treated") if done else "treated"
    return BubbleKind.TREATED, "zone" if um is None else f"zone {say_mm(um)}", word, radii


def _text(label: str, kind: BubbleKind, size: str, word: str) -> str:
    """The label of a bubble that holds no size inside."""
    if kind is BubbleKind.NOT_SEEN:
        return label
    if kind is BubbleKind.UNKNOWN:
        return f"{label} · {word}"
    if word in ("new?", "back", "back?"):
        return f"{label} · {size} {word.removeprefix('new')}"
    return f"{label} · {size}"


def _um(size: Bounds | None) -> int | None:
    """The number a bubble stands for: the size, or the end of the bound that is stated."""
    if size is None or size.knowledge is Knowledge.UNKNOWN:
        return None
    return size.least if size.most is None else size.most


def greatest_radius(record: PatientRecord, label: str) -> float:
    """Of every size ever recorded of the lesion, treated zones with them."""
    observations = (exam.observation(label) for exam in record.exams)
    sizes = [one.observation for one in observations if one is not None]
    lengths = [length.um for one in sizes for length in ((one.longest,) if one.longest else one.parts)]
    return radius_of(max(lengths, default=0))


def liver_lesions(record: PatientRecord) -> tuple[RecordedLesion, ...]:
    return tuple(lesion for lesion in record.lesions if lesion.organ == LIVER)
