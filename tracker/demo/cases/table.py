"""Planted cases as tables: one row a lesion, one cell a scan, written the way a nurse would read them aloud.

Cells: ``23`` a diameter in mm (short axis for a node) · ``a`` absent · ``ts`` too small to measure · ``p`` present ·
``up`` unequivocal progression · ``ne:motion`` not evaluable and why · ``8?`` / ``12!`` a new lesion, equivocal or beyond
doubt · ``mL1`` merged into L1 · ``t34`` treated, the zone is 34 mm · ``-`` not mentioned, or not there yet.
After a size, ``h78`` gives the attenuation in HU and ``s1.8`` the SUVmax; ``ps1.8`` is present, with an SUVmax only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tracker.demo.drafting import working_day
from tracker.demo.facts import NOTHING, Around, sites_of
from tracker.demo.people import identifier
from tracker.domain.drafts import CourseDraft, ExamDraft, LesionDraft, MarkerDraft, PatientDraft, TreatmentDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import RecordedObservation, StatedCount
from tracker.domain.vocabulary import (
    LIVER,
    LYMPH_NODE,
    Appearance,
    CountKind,
    CourseKind,
    LesionRole,
    Modality,
    Primary,
    Provenance,
    Segment,
    Sex,
    State,
    Statement,
    TreatmentKind,
)

_SIZE = re.compile(r"(?P<mm>\d+(?:\.\d+)?)(?P<new>[?!]?)(?:h(?P<hu>-?\d+))?(?:s(?P<suv>\d+(?:\.\d+)?))?")
_WORDS = {
    "a": State.ABSENT,
    "ts": State.TOO_SMALL,
    "p": State.PRESENT,
    "up": State.UNEQUIVOCAL_PROGRESSION,
}
_NEW = {"": State.MEASURED, "?": State.EQUIVOCAL, "!": State.UNEQUIVOCAL}
_SEGMENTS = frozenset(Segment.words())
_GONE = frozenset({State.ABSENT, State.MERGED, State.TREATED, State.NOT_EVALUABLE})


@dataclass(frozen=True, slots=True)
class Row:
    """A lesion over all scans. ``place`` is a segment ("VII", "VII/VIII") or another organ; ``role`` of the first course."""

    label: str
    place: str
    role: LesionRole | None
    cells: str
    appearance: Appearance | None = None
    #: For ``t``: what treated it, and when.
    treated_by: str | None = None
    treated_on: date | None = None

    @property
    def segments(self) -> tuple[Segment, ...]:
        words = self.place.split("/")
        return tuple(Segment(word) for word in words) if _SEGMENTS.issuperset(words) else ()

    @property
    def organ(self) -> str:
        return LIVER if self.segments else self.place


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands beside the sizes, by number of the scan (0 is the first)."""

    remarks: Mapping[int, str]
    reported: Mapping[int, str]
    counts: Mapping[int, StatedCount]
    comments: Mapping[tuple[int, str], str]
    around: Around


def target(label: str, place: str, cells: str, appearance: Appearance | None = None) -> Row:
    return Row(label, place, LesionRole.TARGET, cells, appearance)


def non_target(label: str, place: str, cells: str, appearance: Appearance | None = None) -> Row:
    return Row(label, place, LesionRole.NON_TARGET, cells, appearance)


def new(label: str, place: str, cells: str, appearance: Appearance | None = None) -> Row:
    return Row(label, place, LesionRole.NEW, cells, appearance)


def scan_dates(today: date, last: int, weeks: Sequence[float]) -> tuple[date, ...]:
    """Dates of scans so many weeks apart, the last one ``last`` days before today; weekends move to Friday."""
    days = [today - timedelta(days=last)]
    for gap in reversed(weeks):
        days.append(days[-1] - timedelta(days=round(7 * gap)))
    return tuple(working_day(day) for day in reversed(days))


def draft_table(
    dates: Sequence[date],
    modalities: str,
    rows: Sequence[Row],
    *,
    remarks: Mapping[int, str] | None = None,
    reported: Mapping[int, str] | None = None,
    counts: Mapping[int, StatedCount] | None = None,
    comments: Mapping[tuple[int, str], str] | None = None,
    phase: str | None = None,
    introduced: Iterable[str] = (),
    around: Around = NOTHING,
) -> tuple[ExamDraft, ...]:
    """One exam a date. ``modalities`` names them in order ("CT CT MR"); ``introduced`` are lesions another table shows first.

    ValueError where a row has another length.
    """
    words = modalities.split()
    if len(words) == 1:
        words *= len(dates)
    cells = {row.label: row.cells.split() for row in rows}
    wrong = [label for label, row_cells in cells.items() if len(row_cells) != len(dates)]
    if wrong or len(words) != len(dates):
        raise ValueError(f"{len(dates)} scans, but other numbers of cells or modalities: {wrong or words}")
    notes = Notes(remarks or {}, reported or {}, counts or {}, comments or {}, around)
    known = set(introduced)
    return tuple(
        _draft(index, day, Modality(word), rows, {label: row_cells[index] for label, row_cells in cells.items()}, notes,
               phase, known)
        for index, (day, word) in enumerate(zip(dates, words, strict=True))
    )  # fmt: skip


def _draft(
    index: int,
    day: date,
    modality: Modality,
    rows: Sequence[Row],
    cells: Mapping[str, str],
    notes: Notes,
    phase: str | None,
    known: set[str],
) -> ExamDraft:
    observations, lesions = [], []
    organs = {row.label: row.organ for row in rows}
    for row in rows:
        seen = read_cell(cells[row.label], row)
        if seen is None:
            continue
        at = (index, row.label)
        observations.append(
            RecordedObservation(
                row.label,
                seen,
                Provenance.SYNTHETIC,
                comment=notes.comments.get(at),
                appearance=notes.around.looks.get(at),
                enhancement=notes.around.enhances.get(at),
                vessels=notes.around.vessels.get(at, ()),
            )
        )
        if row.label not in known:
            known.add(row.label)
            lesions.append(LesionDraft(row.label, row.organ, row.segments, row.role, row.appearance))
    return ExamDraft(
        performed_on=day,
        modality=modality,
        reported_on=day + timedelta(days=1),
        phase=notes.around.phases.get(index)
        or phase
        or ("hepatobiliary" if modality is Modality.MR else "portal venous"),
        slice_thickness=Length.from_mm(3),
        liver_count=notes.counts.get(index) or _count(rows, observations),
        statements=_statements(rows, observations) if index else {},
        remark=notes.remarks.get(index),
        reported_response=notes.reported.get(index),
        uptake_minutes=62 if modality.has_pet else None,
        background=notes.around.background.get(index, {}),
        extrahepatic=sites_of([(organs[one.label], one.observation) for one in observations]),
        observations=tuple(observations),
        lesions=tuple(lesions),
    )


def read_cell(cell: str, row: Row) -> Observation | None:
    """What one cell says; None for a dash. ValueError for anything this module's grammar does not know."""
    if cell == "-":
        return None
    if cell in _WORDS:
        return Observation(_WORDS[cell])
    if cell.startswith("ne:"):
        return Observation(State.NOT_EVALUABLE, reason=cell.removeprefix("ne:").replace("_", " "))
    if cell.startswith("mL"):
        return Observation(State.MERGED, into=cell.removeprefix("m"))
    if cell.startswith("ps"):
        return Observation(State.PRESENT, suv_max=Decimal(cell.removeprefix("ps")))
    if cell.startswith("t"):
        zone = Length.from_mm(cell.removeprefix("t"))
        return Observation(State.TREATED, longest=zone, by=row.treated_by, treated_on=row.treated_on)
    found = _SIZE.fullmatch(cell)
    if found is None:
        raise ValueError(f"{row.label}: {cell!r} is no cell of a planted case")
    size = Length.from_mm(found["mm"])
    seen = Observation(_NEW[found["new"]], longest=size)
    if row.organ == LYMPH_NODE:
        seen = replace(seen, longest=None, short=size)
    return replace(
        seen,
        attenuation_hu=Decimal(found["hu"]) if found["hu"] else None,
        suv_max=Decimal(found["suv"]) if found["suv"] else None,
    )


def _count(rows: Sequence[Row], observations: Sequence[RecordedObservation]) -> StatedCount:
    in_liver = {row.label for row in rows if row.organ == LIVER}
    seen = [one for one in observations if one.label in in_liver and one.observation.state not in _GONE]
    return StatedCount(CountKind.EXACT, len(seen))


def _statements(rows: Sequence[Row], observations: Sequence[RecordedObservation]) -> dict[str, Statement]:
    """What the report says of new disease. An equivocal lesion is neither yes nor none: the place is left out."""
    said: dict[str, Statement] = {
        LIVER: Statement.NONE,
        "lymph nodes": Statement.NONE,
        "chest": Statement.NONE,
        "bone": Statement.NOT_MENTIONED,
    }
    places = {row.label: "chest" if row.organ == "lung" else row.organ for row in rows}
    for one in observations:
        if one.observation.state is State.UNEQUIVOCAL:
            said[places[one.label]] = Statement.YES
        elif one.observation.state is State.EQUIVOCAL:
            said.pop(places[one.label], None)
    return said


def roles_of(rows: Sequence[Row]) -> dict[str, LesionRole]:
    """Roles at the first baseline: targets and non-targets; what comes later is new without being listed."""
    return {row.label: row.role for row in rows if row.role in (LesionRole.TARGET, LesionRole.NON_TARGET)}


def course_draft(
    name: str,
    kind: TreatmentKind,
    baseline: ExamDraft,
    roles: Mapping[str, LesionRole],
    *,
    begins: int,
    lasts: int | None = None,
    cycles: int | None = None,
    course_kind: CourseKind = CourseKind.SYSTEMIC,
    criterion: str = "recist-1.1",
) -> CourseDraft:
    """A course whose treatment begins so many days after its baseline exam and lasts so many days (None: goes on)."""
    start = baseline.performed_on + timedelta(days=begins)
    stop = None if lasts is None else start + timedelta(days=lasts)
    treatment = TreatmentDraft(name, kind, start, stop, cycles=cycles)
    return CourseDraft(course_kind, name, start, roles, baseline=baseline, treatment=treatment, criterion=criterion)


def marker_series(
    name: str, unit: str, upper_limit: str, first: date, values: Mapping[int, str]
) -> tuple[MarkerDraft, ...]:
    """Values by day after ``first``."""
    limit = Decimal(upper_limit)
    return tuple(
        MarkerDraft(name, first + timedelta(days=day), Decimal(value), unit, limit) for day, value in values.items()
    )


def cea(first: date, values: Mapping[int, str]) -> tuple[MarkerDraft, ...]:
    """CEA in µg/L by day after ``first``; upper limit 5."""
    return marker_series("CEA", "µg/L", "5", first, values)


def person(
    number: int,
    today: date,
    age: int,
    sex: Sex,
    primary: Primary,
    detail: str,
    biomarkers: Mapping[str, str],
    ecog: int = 1,
) -> PatientDraft:
    """The patient of a planted case: no name, marked synthetic."""
    return PatientDraft(
        identifier=identifier(number),
        birth_year=today.year - age,
        sex=sex,
        primary=primary,
        primary_detail=detail,
        biomarkers=dict(biomarkers),
        ecog=ecog,
        synthetic=True,
    )
