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
    ExamVerificationRow,
    LiverVolumeRow,
    MarkerResultRow,
    PatientRow,
    PlanRow,
    SymptomReportRow,
    TreatmentRow,
)
from tracker.domain.drafts import PatientDraft
from tracker.domain.lengths import Length
from tracker.domain.record import (
    Confirmation,
    Course,
    MarkerResult,
    Patient,
    Plan,
    RecordedTimePoint,
    SymptomReport,
    Treatment,
    Verification,
)
from tracker.domain.timeline import Settings
from tracker.domain.tumour import PrimaryTumour, RoughDate
from tracker.domain.vocabulary import (
    CourseKind,
    LesionRole,
    Primary,
    Residual,
    Response,
    Sex,
    TreatmentKind,
)
from tracker.domain.volumes import LiverVolume


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
