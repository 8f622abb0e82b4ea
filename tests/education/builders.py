"""Patients for the tests of notes, from a few words: what a nurse would type, scan by scan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.domain.cells import read_cell
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    Course,
    Exam,
    MarkerResult,
    Patient,
    PatientRecord,
    Plan,
    RecordedLesion,
    RecordedObservation,
    RecordedTimePoint,
    StatedCount,
    SymptomReport,
    Treatment,
)
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CountKind,
    CourseKind,
    Enhancement,
    LesionRole,
    Modality,
    Primary,
    Segment,
    Statement,
    TreatmentKind,
)
from tracker.domain.volumes import LiverVolume


def build_record(described: Mapping[str, Any]) -> PatientRecord:
    """A record from a description.

    ``lesions``: label to role, organ (liver unless "lymph node" or "lung" is said) and segments: "target VII", or "V" for
    a lesion without a role. ``scans``: ``on``, ``seen`` (label to what is typed in its box) and what else an exam has;
    ``looks`` and ``enhances`` (label to appearance or enhancement on that exam), ``background`` (sign to yes or none).
    ``alone`` keeps an exam out of the course. The others join one course, begun a week after the first of them.
    """
    lesions, roles = _build_lesions(described.get("lesions", {}), described.get("appearance", {}))
    scans = described.get("scans", ())
    exams = tuple(_build_exam(number, scan, lesions, roles) for number, scan in enumerate(scans, start=1))
    patient = described.get("patient", {})
    primary = Primary(patient.get("primary", "unknown"))
    return PatientRecord(
        Patient(1, "TEST-1", "site", 1, primary=primary, primary_detail=patient.get("detail")),
        tuple(lesions.values()),
        exams,
        _build_courses(described.get("course", {}), scans, exams, roles),
        tuple(_build_treatment(number, row) for number, row in enumerate(described.get("treatments", ()), start=1)),
        tuple(_build_marker(number, row) for number, row in enumerate(described.get("markers", ()), start=1)),
        tuple(
            SymptomReport(number, row["on"], tuple(row["told"]))
            for number, row in enumerate(described.get("symptoms", ()), start=1)
        ),
        volumes=tuple(
            LiverVolume(number, row["on"], Decimal(row["remnant"]), resection=row.get("resection"))
            for number, row in enumerate(described.get("volumes", ()), start=1)
        ),
    )


def _build_lesions(
    described: Mapping[str, str], appearance: Mapping[str, str]
) -> tuple[dict[str, RecordedLesion], dict[str, LesionRole]]:
    lesions: dict[str, RecordedLesion] = {}
    roles: dict[str, LesionRole] = {}
    for number, (label, words) in enumerate(described.items(), start=1):
        role = next((role for role in LesionRole if words.startswith(role)), None)
        if role is not None:
            roles[label] = role
        rest = words.removeprefix(role or "")
        organ = next((organ for organ in ("lymph node", "lung") if organ in rest), "liver")
        segments = tuple(Segment(word) for word in rest.replace(organ, "").split())
        look = Appearance(appearance[label]) if label in appearance else None
        lesions[label] = RecordedLesion(number, label, f"2.25.{number}", organ, segments, look)
    return lesions, roles


def _build_exam(
    number: int, scan: Mapping[str, Any], lesions: Mapping[str, RecordedLesion], roles: Mapping[str, LesionRole]
) -> Exam:
    """Phase, slice thickness and report date are there unless the scan says "" or 0."""
    slice_mm = scan.get("slice", 3)
    looks, lights = scan.get("looks", {}), scan.get("enhances", {})
    observations = tuple(
        RecordedObservation(
            label,
            _read_box(label, typed, lesions, roles),
            appearance=Appearance(looks[label]) if label in looks else None,
            enhancement=Enhancement(lights[label]) if label in lights else None,
        )
        for label, typed in scan.get("seen", {}).items()
    )
    return Exam(
        number,
        scan["on"],
        Modality(scan.get("modality", "CT")),
        1,
        reported_on=scan.get("reported", scan["on"]) or None,
        phase=scan.get("phase", "portal venous") or None,
        slice_thickness=Length.from_mm(slice_mm) if slice_mm else None,
        liver_count=_read_count(scan.get("count")),
        background={BackgroundSign(sign): Statement(said) for sign, said in scan.get("background", {}).items()},
        observations=observations,
    )


def _read_box(
    label: str, typed: str, lesions: Mapping[str, RecordedLesion], roles: Mapping[str, LesionRole]
) -> Observation:
    """What is typed in the box, then values such as "suv_max=8.4"; "verify" leaves the value provisional."""
    words = typed.split(" | ")
    node = lesions[label].organ == "lymph node"
    others = frozenset(lesions) - {label}
    reading = read_cell(words[0], node=node, labels=others, new=roles.get(label) in (None, LesionRole.NEW))
    if reading.observation is None:
        raise ValueError(f"{label} {words[0]!r}: {reading.problem or reading.question}")
    observation = reading.observation
    for word in words[1:]:
        name, _, value = word.partition("=")
        if name == "verify":
            observation = replace(observation, provisional=True)
        elif name == "treated_on":
            observation = replace(observation, treated_on=date.fromisoformat(value))
        else:
            observation = replace(observation, **{name: Decimal(value)})
    return observation


def _read_count(stated: str | None) -> StatedCount | None:
    if stated is None:
        return None
    if stated.isdigit():
        return StatedCount(CountKind.EXACT, int(stated))
    return StatedCount(CountKind(stated))


def _build_courses(
    described: Mapping[str, Any],
    scans: Sequence[Mapping[str, Any]],
    exams: Sequence[Exam],
    roles: Mapping[str, LesionRole],
) -> tuple[Course, ...]:
    joined = [exam for scan, exam in zip(scans, exams, strict=True) if not scan.get("alone")]
    if not joined or not (roles or described):
        return ()
    points = tuple(RecordedTimePoint(order, (exam.id,)) for order, exam in enumerate(joined))
    plan = Plan(1, described.get("criterion", "recist-1.1"), Settings(), dict(roles), points)
    kind = CourseKind(described.get("kind", "systemic"))
    start = described.get("start", joined[0].performed_on + timedelta(days=7))
    number = described.get("number", 1)
    return (Course(1, number, kind, described.get("name", "treatment"), start, described.get("stop"), plan),)


def _build_treatment(number: int, row: Mapping[str, Any]) -> Treatment:
    return Treatment(
        number,
        row["name"],
        TreatmentKind(row["kind"]),
        row["start"],
        row.get("stop"),
        planned=row.get("planned", False),
        lesions=tuple(row.get("lesions", ())),
    )


def _build_marker(number: int, row: Mapping[str, Any]) -> MarkerResult:
    limit = row.get("limit")
    return MarkerResult(
        number,
        row["name"],
        row["on"],
        Decimal(row["value"]),
        row.get("unit", "µg/L"),
        None if limit is None else Decimal(limit),
    )
