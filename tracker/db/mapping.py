"""Rows become domain objects here, once, and drafts become rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tracker.db.canonical import canonical_json, from_plain
from tracker.db.models import (
    ConfirmationRow,
    CourseRow,
    ExamRow,
    ExamVerificationRow,
    LesionRow,
    LiverVolumeRow,
    MarkerResultRow,
    ObservationRow,
    PatientRow,
    PlanRow,
    SymptomReportRow,
    TreatmentRow,
)
from tracker.domain.drafts import ExamDraft, LesionDraft, PatientDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    AcceptedFinding,
    Confirmation,
    Course,
    Exam,
    LiverVolume,
    MarkerResult,
    Patient,
    Plan,
    RecordedLesion,
    RecordedObservation,
    RecordedTimePoint,
    SiteFinding,
    StatedCount,
    SymptomReport,
    Treatment,
    Verification,
    VesselContact,
)
from tracker.domain.timeline import Settings
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    Certainty,
    CountKind,
    CourseKind,
    Enhancement,
    LesionRole,
    Modality,
    Primary,
    Provenance,
    ReportStatus,
    Residual,
    Response,
    Segment,
    Sex,
    Site,
    State,
    Statement,
    TreatmentKind,
)


def patient_from_row(row: PatientRow, authority: str, identifier: str) -> Patient:
    """A patient under the identifier given."""
    return Patient(
        id=row.id,
        identifier=identifier,
        authority=authority,
        version=row.version,
        name=row.name,
        birth_year=row.birth_year,
        sex=Sex(row.sex),
        primary=Primary(row.primary_tumour),
        primary_detail=row.primary_detail,
        synthetic=row.synthetic,
        biomarkers=json.loads(row.biomarkers),
        ecog=row.ecog,
        tumour=PrimaryTumour(
            histology=row.histology,
            t_stage=row.t_stage,
            n_stage=row.n_stage,
            in_place=row.primary_in_place,
            diagnosed_on=_rough(row.primary_diagnosed),
            resected_on=_rough(row.primary_resected),
        ),
        metastases_on=_rough(row.metastases_found),
        asa=row.asa,
        comorbidity=row.comorbidity,
        ecog_on=row.ecog_on,
        biomarkers_on={name: date.fromisoformat(day) for name, day in json.loads(row.biomarkers_on).items()},
        died_on=row.died_on,
        last_alive_on=row.last_alive_on,
    )


def fill_patient(row: PatientRow, draft: PatientDraft) -> None:
    """Write what a draft says of a patient, identifiers aside, into the row."""
    row.name = draft.name
    row.birth_year = draft.birth_year
    row.sex = str(draft.sex)
    row.primary_tumour = str(draft.primary)
    row.primary_detail = draft.primary_detail
    row.synthetic = draft.synthetic
    row.biomarkers = canonical_json(draft.biomarkers)
    row.ecog = draft.ecog
    row.histology = draft.tumour.histology
    row.t_stage = draft.tumour.t_stage
    row.n_stage = draft.tumour.n_stage
    row.primary_in_place = draft.tumour.in_place
    row.primary_diagnosed = _rough_text(draft.tumour.diagnosed_on)
    row.primary_resected = _rough_text(draft.tumour.resected_on)
    row.metastases_found = _rough_text(draft.metastases_on)
    row.asa = draft.asa
    row.comorbidity = draft.comorbidity
    row.ecog_on = draft.ecog_on
    row.biomarkers_on = canonical_json(draft.biomarkers_on)
    row.died_on = draft.died_on
    row.last_alive_on = draft.last_alive_on


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


def course_from_rows(
    course: CourseRow, plan: PlanRow, roles: Mapping[str, LesionRole], time_points: Iterable[tuple[int, ...]]
) -> Course:
    """A course with its plan; ``time_points`` are the exams of each, in order."""
    return Course(
        id=course.id,
        number=course.number,
        kind=CourseKind(course.kind),
        name=course.name,
        start=course.start_on,
        stop=course.stop_on,
        plan=Plan(
            id=plan.id,
            criterion=plan.criterion,
            settings=from_plain(Settings, json.loads(plan.settings)),
            roles=dict(roles),
            time_points=tuple(RecordedTimePoint(order, exams) for order, exams in enumerate(time_points)),
            targets_chosen_afterwards=plan.targets_chosen_afterwards,
        ),
    )


def treatment_from_row(row: TreatmentRow, lesions: Mapping[str, int | None]) -> Treatment:
    """A treatment; ``lesions`` gives the margin in µm, where it is known, by the label of each lesion treated."""
    return Treatment(
        id=row.id,
        name=row.name,
        kind=TreatmentKind(row.kind),
        start=row.start_on,
        stop=row.stop_on,
        planned=row.planned,
        cycles=row.cycles,
        lesions=tuple(lesions),
        stop_reason=row.stop_reason,
        dose_gy=row.dose_gy,
        fractions=row.fractions,
        residual=Residual(row.residual) if row.residual else None,
        margins={label: Length(um) for label, um in lesions.items() if um is not None},
    )


def volume_from_row(row: LiverVolumeRow) -> LiverVolume:
    """A measured remnant of the liver."""
    return LiverVolume(row.id, row.measured_on, row.remnant_ml, row.total_ml, row.method, row.resection or None)


def marker_from_row(row: MarkerResultRow) -> MarkerResult:
    """A laboratory value."""
    return MarkerResult(row.id, row.name, row.taken_on, row.value, row.unit, row.upper_limit)


def symptoms_from_row(row: SymptomReportRow) -> SymptomReport:
    """Symptoms as told on a day."""
    return SymptomReport(row.id, row.told_on, tuple(json.loads(row.symptoms)))


def confirmation_from_row(row: ConfirmationRow, course_number: int, confirmed_by: str) -> Confirmation:
    """A confirmed response, and what the assessment stored with it said of its time point."""
    then = json.loads(row.assessment)
    day = row.time_point_on.isoformat()
    judged: Mapping[str, Any] = next((point for point in then.get("time_points", ()) if point["date"] == day), {})
    computed, total = judged.get("overall_response"), judged.get("sum_mm")
    return Confirmation(
        id=row.id,
        plan_id=row.plan_id,
        course_number=course_number,
        time_point_on=row.time_point_on,
        response=Response(row.response),
        confirmed_by=confirmed_by,
        confirmed_at=row.confirmed_at,
        engine_version=row.engine_version,
        computed=None if computed is None else Response(computed),
        sum=None if total is None else Length.from_mm(total),
        patient_version=then.get("patient_version"),
        remark=row.remark,
    )


def verification_from_row(row: ExamVerificationRow, verified_by: str) -> Verification:
    """That somebody looked again at one version of an exam."""
    return Verification(row.id, row.exam_id, row.exam_version, verified_by, row.verified_at, row.remark)


def _length(um: int | None) -> Length | None:
    return None if um is None else Length(um)


def _rough(text: str | None) -> RoughDate | None:
    return None if text is None else RoughDate.parse(text)


def _rough_text(day: RoughDate | None) -> str | None:
    return None if day is None else str(day)


def _um(length: Length | None) -> int | None:
    return None if length is None else length.um
