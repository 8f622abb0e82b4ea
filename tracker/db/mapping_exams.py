"""Rows of exams become domain objects here, once, and drafts of exams become rows: lesions, exams, observations."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tracker.db.canonical import canonical_json, from_plain
from tracker.db.models import ExamRow, LesionRow, ObservationRow
from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    AcceptedFinding,
    Exam,
    RecordedLesion,
    RecordedObservation,
    SiteFinding,
    StatedCount,
    VesselContact,
)
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    Certainty,
    CountKind,
    Enhancement,
    Modality,
    Provenance,
    ReportStatus,
    Segment,
    Site,
    State,
    Statement,
)


def lesion_from_row(row: LesionRow) -> RecordedLesion:
    """A lesion."""
    return RecordedLesion(
        id=row.id,
        label=row.label,
        tracking_uid=row.tracking_uid,
        organ=row.organ,
        segments=tuple(Segment(word) for word in row.segments.split("/") if word),
        appearance=Appearance(row.appearance) if row.appearance else None,
        first_seen=row.first_seen,
    )


def fill_lesion(row: LesionRow, draft: LesionDraft) -> None:
    """Write what a draft says of a lesion into its row."""
    row.label = draft.label
    row.organ = draft.organ
    row.segments = "/".join(str(segment) for segment in draft.segments)
    row.appearance = None if draft.appearance is None else str(draft.appearance)
    row.first_seen = draft.first_seen


def exam_from_row(row: ExamRow, entered_by: str, observations: tuple[RecordedObservation, ...]) -> Exam:
    """An exam with its observations."""
    return Exam(
        id=row.id,
        performed_on=row.performed_on,
        modality=Modality(row.modality),
        version=row.version,
        ordinal=row.ordinal,
        authority=row.authority,
        accession=row.accession,
        reported_on=row.reported_on,
        entered_at=row.entered_at,
        entered_by=entered_by,
        phase=row.phase,
        slice_thickness=_length(row.slice_um),
        status=ReportStatus(row.status),
        liver_count=StatedCount(CountKind(row.count_kind), row.count_value) if row.count_kind else None,
        statements={place: Statement(word) for place, word in json.loads(row.statements).items()},
        remark=row.remark,
        report_text=row.report_text,
        reported_response=row.reported_response,
        uptake_minutes=row.uptake_minutes,
        observations=observations,
        # Nearly every exam has none, and a record is read often.
        accepted=()
        if row.accepted == "[]"
        else tuple(from_plain(AcceptedFinding, one) for one in json.loads(row.accepted)),
        background={}
        if row.background == "{}"
        else {BackgroundSign(sign): Statement(word) for sign, word in json.loads(row.background).items()},
        extrahepatic={}
        if row.extrahepatic == "{}"
        else {Site(site): from_plain(SiteFinding, said) for site, said in json.loads(row.extrahepatic).items()},
    )


def fill_exam(row: ExamRow, draft: ExamDraft) -> None:
    """Write what a draft says of an exam, its observations aside, into its row."""
    row.performed_on = draft.performed_on
    row.modality = str(draft.modality)
    row.ordinal = draft.ordinal
    row.authority = draft.authority
    row.accession = draft.accession
    row.reported_on = draft.reported_on
    row.phase = draft.phase
    row.slice_um = _um(draft.slice_thickness)
    row.status = str(draft.status)
    row.count_kind = None if draft.liver_count is None else str(draft.liver_count.kind)
    row.count_value = None if draft.liver_count is None else draft.liver_count.value
    row.statements = canonical_json(draft.statements)
    row.remark = draft.remark
    row.report_text = draft.report_text
    row.accepted = canonical_json(draft.accepted)
    row.reported_response = draft.reported_response
    row.uptake_minutes = draft.uptake_minutes
    row.background = canonical_json(draft.background)
    row.extrahepatic = canonical_json(draft.extrahepatic)


def observation_from_row(row: ObservationRow, labels: Mapping[int, str]) -> RecordedObservation:
    """An observation; ``labels`` gives each lesion's label by its key."""
    seen = Observation(
        state=State(row.state),
        longest=_length(row.longest_um),
        short=_length(row.short_um),
        into=None if row.into_lesion_id is None else labels[row.into_lesion_id],
        parts=tuple(Length(int(um)) for um in row.parts_um.split("/")) if row.parts_um else (),
        by=row.treated_by,
        treated_on=row.treated_on,
        reason=row.reason,
        certainty=Certainty(row.certainty) if row.certainty else None,
        grown=row.grown,
        provisional=row.provisional,
        first_seen=row.first_seen,
        measured_as_target=row.measured_as_target,
        sul_peak=row.sul_peak,
        suv_max=row.suv_max,
        tlg=row.tlg,
        mtv_ml=row.mtv_ml,
        attenuation_hu=row.attenuation_hu,
    )
    return RecordedObservation(
        label=labels[row.lesion_id],
        observation=seen,
        provenance=Provenance(row.provenance),
        source_text=row.source_text,
        qualifier=row.qualifier,
        comment=row.comment,
        source_start=row.source_start,
        source_end=row.source_end,
        appearance=Appearance(row.appearance) if row.appearance else None,
        enhancement=Enhancement(row.enhancement) if row.enhancement else None,
        vessels=() if row.vessels == "[]" else tuple(from_plain(VesselContact, one) for one in json.loads(row.vessels)),
    )


def row_from_observation(
    recorded: RecordedObservation, exam_id: int, position: int, ids: Mapping[str, int]
) -> ObservationRow:
    """The row of an observation; ``ids`` gives each lesion's key by its label."""
    seen = recorded.observation
    return ObservationRow(
        exam_id=exam_id,
        lesion_id=ids[recorded.label],
        position=position,
        state=str(seen.state),
        longest_um=_um(seen.longest),
        short_um=_um(seen.short),
        into_lesion_id=None if seen.into is None else ids[seen.into],
        parts_um="/".join(str(part.um) for part in seen.parts) or None,
        treated_by=seen.by,
        treated_on=seen.treated_on,
        reason=seen.reason,
        certainty=None if seen.certainty is None else str(seen.certainty),
        grown=seen.grown,
        provisional=seen.provisional,
        first_seen=seen.first_seen,
        measured_as_target=seen.measured_as_target,
        sul_peak=seen.sul_peak,
        suv_max=seen.suv_max,
        tlg=seen.tlg,
        mtv_ml=seen.mtv_ml,
        attenuation_hu=seen.attenuation_hu,
        provenance=str(recorded.provenance),
        source_text=recorded.source_text,
        qualifier=recorded.qualifier,
        comment=recorded.comment,
        source_start=recorded.source_start,
        source_end=recorded.source_end,
        appearance=None if recorded.appearance is None else str(recorded.appearance),
        enhancement=None if recorded.enhancement is None else str(recorded.enhancement),
        vessels=canonical_json(recorded.vessels),
    )


def _length(um: int | None) -> Length | None:
    return None if um is None else Length(um)


def _um(length: Length | None) -> int | None:
    return None if length is None else length.um
