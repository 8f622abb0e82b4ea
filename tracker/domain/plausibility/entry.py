"""Everything that is worth a look in one scan as it is entered, against the record it is entered into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from tracker.domain.drafts import ExamDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.plausibility.counts import (
    find_against_report,
    find_in_count,
    find_in_quoted_prior,
    find_in_stated_change,
    find_in_stated_sum,
)
from tracker.domain.plausibility.dates import find_against_exams, find_comparison, find_in_header, find_other_date
from tracker.domain.plausibility.finding import Finding
from tracker.domain.plausibility.identity import find_no_place, find_other_patient, find_other_primary
from tracker.domain.plausibility.places import Side, find_moved, find_wrong_side
from tracker.domain.plausibility.sizes import COPIED, SizeAgainstPrior, find_impossible_size, find_in_sizes
from tracker.domain.plausibility.starts import find_in_targets
from tracker.domain.plausibility.technique import (
    find_after_resection,
    find_glucose,
    find_in_technique,
    find_new_by_technique,
    find_other_modality,
    scan_before,
)
from tracker.domain.record import Exam, PatientRecord, StatedCount
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, Modality, Segment, State

#: What is said of a lesion without looking at its size: the size before it still is the prior.
_SAYS_NOTHING = (State.NOT_MENTIONED, State.NOT_EVALUABLE)


@dataclass(frozen=True, slots=True)
class ReportSays:
    """What the report says beside the values that are entered, as far as somebody read it."""

    priors: Mapping[str, Length] = field(default_factory=dict)
    segments: Mapping[str, tuple[Segment, ...]] = field(default_factory=dict)
    sides: Mapping[str, Side] = field(default_factory=dict)
    comparison: date | None = None
    sum_of_targets: Length | None = None
    #: Change in percent, against ``reference``; where the report names none, any of the computed ones will do.
    change: Decimal | None = None
    reference: Length | None = None
    #: The examination by the report's own words.
    performed_on: date | None = None
    modality: Modality | None = None
    count: StatedCount | None = None
    no_new_lesions: bool = False
    #: Segments of each liver lesion that the report describes.
    places: tuple[tuple[Segment, ...], ...] = ()
    #: Whose report it is, by its header; the primary in the report's words.
    name: str | None = None
    birth_year: int | None = None
    identifiers: tuple[str, ...] = ()
    primary: str | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """What the engine makes of the scan: the sum of targets, and the sums that a change may be stated against."""

    sum_of_targets: Length | None = None
    references: tuple[Length, ...] = ()


def find_in_exam(
    record: PatientRecord,
    draft: ExamDraft,
    today: date,
    *,
    exam_id: int | None = None,
    report: ReportSays | None = None,
    computed: Computed | None = None,
) -> tuple[Finding, ...]:
    """All findings on a scan, in the order of the page: its dates, how it was made, its lesions, its number of lesions.

    ``exam_id`` is the stored exam that is corrected: it is no prior of itself.
    """
    report = report or ReportSays()
    others = [exam for exam in record.exams if exam.id != exam_id]
    earlier = sorted((one for one in others if one.performed_on < draft.performed_on), key=lambda one: one.performed_on)
    before = scan_before(draft, others)
    sizes = find_in_sizes(tuple(sizes_against_priors(record, draft, earlier)))
    if exam_id is not None:
        # A correction shows the stored values: that they are there before anybody types says nothing.
        sizes = tuple(finding for finding in sizes if finding.rule != COPIED.id)
    counted = draft if draft.liver_count is not None else replace(draft, liver_count=report.count)
    count = find_in_count(counted, {lesion.label: lesion.organ for lesion in record.lesions})
    glucose = find_glucose(record, draft)
    return (
        *find_whose(record, report),
        *find_in_header(draft.performed_on, draft.reported_on, today, record.patient.birth_year),
        *find_against_exams(draft, others),
        *find_in_technique(draft, before),
        *((glucose,) if glucose is not None else ()),
        *_find_impossible_sizes(draft),
        *sizes,
        *find_new_by_technique(draft, before),
        *find_after_resection(record, draft, earlier),
        *_find_in_new_targets(record, draft),
        *_find_in_places(record, draft, report),
        *((count,) if count is not None else ()),
        *_find_in_report(record, draft, earlier, report, computed or Computed()),
    )


def find_whose(record: PatientRecord, report: ReportSays) -> Iterator[Finding]:
    """Whether the report is this patient's at all."""
    patient = record.patient
    yield from find_other_patient(
        patient, name=report.name, birth_year=report.birth_year, identifiers=report.identifiers
    )
    asked = (find_other_primary(patient, report.primary), find_no_place(record, report.places))
    yield from (finding for finding in asked if finding is not None)


def sizes_against_priors(
    record: PatientRecord, draft: ExamDraft, earlier: Sequence[Exam]
) -> Iterator[SizeAgainstPrior]:
    """Each size of the draft beside the last one before it. ``earlier`` are the exams before, in the order of their dates."""
    nodes = {lesion.label for lesion in record.lesions if lesion.organ == LYMPH_NODE}
    new = {lesion.label for lesion in draft.lesions}
    for said in draft.observations:
        size = said.observation.size(node=said.label in nodes)
        if size is None or said.label in new:
            continue
        measured = said.observation.state is State.MEASURED
        prior, prior_on = _prior(said.label, said.label in nodes, earlier)
        days = (draft.performed_on - prior_on).days if prior_on is not None else None
        yield SizeAgainstPrior(said.label, size, prior, prior_on, days, measured)


def _prior(label: str, node: bool, earlier: Sequence[Exam]) -> tuple[Length | None, date | None]:
    """The last size of a lesion; none where something else was said of it since (gone, merged, treated)."""
    for exam in reversed(earlier):
        said = exam.observation(label)
        if said is None or said.observation.state in _SAYS_NOTHING:
            continue
        size = said.observation.size(node=node)
        return (size, exam.performed_on) if size is not None else (None, None)
    return None, None


def _find_impossible_sizes(draft: ExamDraft) -> Iterator[Finding]:
    for said in draft.observations:
        yield from find_impossible_sizes(said.label, said.observation)


def find_impossible_sizes(place: str, seen: Observation) -> Iterator[Finding]:
    """Each diameter of an observation that no lesion has."""
    sizes = (("longest diameter", seen.longest), ("short axis", seen.short), *(("part", part) for part in seen.parts))
    for name, size in sizes:
        if size is not None and (finding := find_impossible_size(place, name, size)) is not None:
            yield finding


def _find_in_new_targets(record: PatientRecord, draft: ExamDraft) -> Iterator[Finding]:
    """Lesions that the scan itself makes targets: of a baseline that is entered or corrected."""
    roles = {lesion.label: lesion.role for lesion in draft.lesions if lesion.role is LesionRole.TARGET}
    if roles:
        yield from find_in_targets(record, draft, roles)


def _find_in_places(record: PatientRecord, draft: ExamDraft, report: ReportSays) -> Iterator[Finding]:
    known = {lesion.label: lesion.segments for lesion in record.lesions}
    said = {**{lesion.label: lesion.segments for lesion in draft.lesions}, **report.segments}
    for label, segments in said.items():
        moved = find_moved(label, known.get(label, ()), segments)
        if moved is not None:
            yield moved
    for label, side in report.sides.items():
        wrong = find_wrong_side(label, said.get(label) or known.get(label, ()), side)
        if wrong is not None:
            yield wrong


def _find_in_report(
    record: PatientRecord, draft: ExamDraft, earlier: Sequence[Exam], report: ReportSays, computed: Computed
) -> Iterator[Finding]:
    nodes = {lesion.label for lesion in record.lesions if lesion.organ == LYMPH_NODE}
    found: list[Finding | None] = []
    for label, quoted in report.priors.items():
        stored, _ = _prior(label, label in nodes, earlier)
        if stored is not None:
            found.append(find_in_quoted_prior(label, quoted, stored))
    found += [find_other_date(draft, report.performed_on), find_other_modality(draft, report.modality)]
    found += find_against_report(draft, report.count, no_new=report.no_new_lesions)
    if report.comparison is not None:
        found.append(find_comparison(report.comparison, earlier))
    now = computed.sum_of_targets
    if report.sum_of_targets is not None and now is not None:
        found.append(find_in_stated_sum(report.sum_of_targets, now))
    if report.change is not None and now is not None:
        references = computed.references if report.reference is None else (report.reference,)
        found.append(find_in_stated_change(report.change, now, references))
    yield from (finding for finding in found if finding is not None)
