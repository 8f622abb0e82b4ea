"""Treatment lanes: what was done when, on the same axis as the sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.record import PatientRecord, Treatment
from tracker.pictures.shapes import (
    NARROW_PLOT,
    Bar,
    Label,
    Mark,
    Panel,
    Shape,
    TextLine,
    TextTable,
    TimeAxis,
    Tone,
    ValueAxis,
)
from tracker.pictures.text_size import text_width
from tracker.pictures.words import count_of, join_words, say_date

LANE_HEIGHT = 27
#: More systemic treatments at one time than this share the lowest lane's place in the table only.
_MOST_LANES = 3
_PADDING = 8


def derive_lanes(record: PatientRecord, axis: TimeAxis) -> Panel:
    """Systemic treatments as bars, local ones as marks with the lesions they treat."""
    systemic = sorted((one for one in record.treatments if not one.kind.is_local), key=lambda one: (one.start, one.id))
    local = sorted((one for one in record.treatments if one.kind.is_local), key=lambda one: (one.start, one.id))
    lanes = _lanes_of([one for one in systemic if _seen(one, axis)])
    count = max([lane for _, lane in lanes], default=0) + 1
    bars = tuple(_bar(one, lane, lanes, axis) for one, lane in lanes)
    marks, labels = _local_marks(local, count, axis)
    if not lanes:
        labels = (_words(axis, 0.5, _unseen(systemic) or "none recorded"), *labels)
    if not marks:
        labels = (*labels, _words(axis, count + 0.5, _unseen(local) or "none"))
    names = ((0.5, "Systemic"), *((lane + 0.5, "") for lane in range(1, count)), (count + 0.5, "Local"))
    return Panel(
        key="lanes",
        title="",
        subtitle="",
        height=LANE_HEIGHT * (count + 1),
        axis=ValueAxis(count + 1, 0, names),
        sentence=_sentence(record.treatments),
        table=_table(record.treatments),
        bars=bars,
        marks=marks,
        labels=labels,
    )


def say_treatment(treatment: Treatment) -> str:
    """Name, cycles and dates in one line."""
    until = (
        "planned"
        if treatment.planned
        else "ongoing"
        if treatment.stop is None
        else f"to {say_date(treatment.stop, year=True)}"
    )
    if treatment.kind.is_local:
        planned = ", planned" if treatment.planned else ""
        return f"{_name_with_lesions(treatment)}, {say_date(treatment.start, year=True)}{planned}"
    cycles = f", {count_of(treatment.cycles, 'cycle')}" if treatment.cycles else ""
    return f"{treatment.name}{cycles}, from {say_date(treatment.start, year=True)}, {until}"


def _name_with_lesions(treatment: Treatment) -> str:
    """ "microwave ablation of L3"; a name that holds the labels already is left as it is."""
    if not treatment.lesions or all(label in treatment.name.split() for label in treatment.lesions):
        return treatment.name
    return f"{treatment.name} of {join_words(treatment.lesions)}"


def _seen(treatment: Treatment, axis: TimeAxis) -> bool:
    return treatment.start < axis.end and (treatment.stop is None or treatment.stop > axis.start)


def _lanes_of(treatments: Sequence[Treatment]) -> list[tuple[Treatment, int]]:
    """Each treatment on the first lane that is free at its start; what finds none is left to the table."""
    ends: list[date] = []
    lanes = []
    for one in treatments:
        until = one.stop or date.max
        lane = next((at for at, end in enumerate(ends) if end <= one.start), len(ends))
        if lane == _MOST_LANES:
            continue
        if lane == len(ends):
            ends.append(until)
        else:
            ends[lane] = until
        lanes.append((one, lane))
    return lanes


def _bar(one: Treatment, lane: int, lanes: Sequence[tuple[Treatment, int]], axis: TimeAxis) -> Bar:
    start, end = max(one.start, axis.start), min(one.stop or axis.end, axis.end)
    room = (axis.fraction(end) - axis.fraction(start)) * NARROW_PLOT - 2 * _PADDING
    later = [other.start for other, at in lanes if at == lane and other.start >= (one.stop or date.max)]
    after = (axis.fraction(min([*later, axis.end])) - axis.fraction(end)) * NARROW_PLOT - _PADDING
    texts = _bar_texts(one)
    text = next((text for text in texts if text_width(text) <= room), None)
    inside = text is not None
    if text is None:
        text = next((text for text in texts if text_width(text) <= after), None)
    if text is None:
        text, inside = _cut(texts[-1], room), True
    return Bar(start, end, lane, text, inside, one.stop is None and not one.planned, one.planned, say_treatment(one))


def _cut(text: str, room: float) -> str:
    """As much of a name as fits, with "…"; nothing where not even a few letters do."""
    while text and text_width(text + "…") > room:
        text = text[:-1]
    return f"{text}…" if len(text) > 3 else ""


def _bar_texts(one: Treatment) -> tuple[str, ...]:
    """From the full text to the first drug alone."""
    drugs = [drug.strip() for drug in one.name.split("+")]
    first = f"{drugs[0]} + {len(drugs) - 1}" if len(drugs) > 1 else drugs[0]
    if one.planned:
        return (f"planned from {say_date(one.start)}: {one.name}", f"planned: {one.name}", one.name, first, drugs[0])
    if one.cycles and one.stop is None:
        full = f"{one.name} · cycle {one.cycles}, ongoing"
    elif one.cycles:
        full = f"{one.name} · {count_of(one.cycles, 'cycle')}"
    elif one.stop is None:
        full = f"{one.name}, ongoing"
    else:
        full = one.name
    return tuple(dict.fromkeys((full, one.name, first, drugs[0])))


def _local_marks(local: Sequence[Treatment], lane: int, axis: TimeAxis) -> tuple[tuple[Mark, ...], tuple[Label, ...]]:
    """A ringed cross for each date, its words to the right where they fit before the next, else to the left, else shorter."""
    marks, labels = [], []
    shown = [one for one in local if axis.start <= one.start <= axis.end]
    free_from = 0.0
    for at, one in enumerate(shown):
        x = axis.fraction(one.start) * NARROW_PLOT
        next_x = axis.fraction(shown[at + 1].start) * NARROW_PLOT - 12 if at + 1 < len(shown) else NARROW_PLOT
        marks.append(Mark(one.start, lane + 0.5, Shape.RINGED_CROSS, Tone.SERIES, say_treatment(one), size=12))
        for text in dict.fromkeys((_name_with_lesions(one), one.name, join_words(one.lesions))):
            width = text_width(text)
            if text and x + 11 + width <= next_x:
                labels.append(Label(one.start, lane + 0.5, (TextLine(text),), dx=11, across="left"))
                free_from = x + 11 + width
                break
            if text and x - 11 - width >= free_from:
                labels.append(Label(one.start, lane + 0.5, (TextLine(text),), dx=-11, across="right"))
                free_from = x + 11
                break
        else:
            free_from = x + 11
    return tuple(marks), tuple(labels)


def _unseen(treatments: Sequence[Treatment]) -> str:
    """The last treatment where none lies on the axis, so that an empty lane does not claim there was none."""
    return f"before: {say_treatment(treatments[-1])}" if treatments else ""


def _words(axis: TimeAxis, at: float, text: str) -> Label:
    return Label(axis.start, at, (TextLine(text),), dx=8, across="left")


def _sentence(treatments: Sequence[Treatment]) -> str:
    if not treatments:
        return "No treatment is recorded."
    return f"Treatments: {'; '.join(say_treatment(one) for one in sorted(treatments, key=lambda one: one.start))}."


def _table(treatments: Sequence[Treatment]) -> TextTable:
    rows = tuple(
        (
            one.name,
            str(one.kind),
            say_date(one.start, year=True),
            "planned"
            if one.planned
            else ""
            if one.stop is None and one.kind.is_local
            else say_date(one.stop, year=True)
            if one.stop
            else "ongoing",
            str(one.cycles or ""),
            join_words(one.lesions),
        )
        for one in sorted(treatments, key=lambda one: one.start)
    )
    return TextTable("Treatments", ("Treatment", "Kind", "From", "To", "Cycles", "Lesions"), rows)
