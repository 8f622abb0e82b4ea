"""Records in a few lines, for tests of pictures: sizes by date, roles, treatments; assessed by the domain itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

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
    Treatment,
)
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import (
    CourseKind,
    LesionRole,
    Modality,
    Primary,
    Segment,
    Sex,
    State,
    TreatmentKind,
)

ROLES = {"t": LesionRole.TARGET, "n": LesionRole.NON_TARGET}
SEGMENTS = (
    Segment.VIII, Segment.VI, Segment.IVB, Segment.II, Segment.III, Segment.V, Segment.VII, Segment.IVA, Segment.I,
)  # fmt: skip
WORDS = {
    "absent": State.ABSENT,
    "ts": State.TOO_SMALL,
    "ne": State.NOT_EVALUABLE,
    "nm": State.NOT_MENTIONED,
    "seen": State.PRESENT,
    "worse": State.UNEQUIVOCAL_PROGRESSION,
}


def seen(what: object) -> Observation:
    """23 or "23.5" mm; "absent", "ts", "ne", "nm", "seen", "worse"; "new 8", "new? 8", "zone 34"."""
    text = str(what)
    if text in WORDS:
        return Observation(WORDS[text], reason="not imaged" if text == "ne" else None)
    kinds = {"new": State.UNEQUIVOCAL, "new?": State.EQUIVOCAL, "zone": State.TREATED}
    kind, _, size = text.rpartition(" ")
    return Observation(kinds.get(kind, State.MEASURED), Length.from_mm(size))


def exam(number: int, on: date, sizes: Mapping[str, object], modality: Modality = Modality.CT, **more: object) -> Exam:
    observations = tuple(RecordedObservation(label, seen(what)) for label, what in sizes.items())
    return Exam(number, on, modality, 1, observations=observations, **more)  # type: ignore[arg-type]


def course(
    number: int, roles: Mapping[str, str], rows: Sequence[Sequence[int]], start: date, settings: Settings = Settings()
) -> Course:
    points = tuple(RecordedTimePoint(order, tuple(exams)) for order, exams in enumerate(rows))
    plan = Plan(number, "recist-1.1", settings, {label: ROLES[role] for label, role in roles.items()}, points)
    return Course(number, number, CourseKind.SYSTEMIC, f"line {number}", start, None, plan)


def record(
    exams: Sequence[Exam],
    courses: Sequence[Course],
    *,
    treatments: Sequence[Treatment] = (),
    markers: Sequence[MarkerResult] = (),
    organs: Mapping[str, str] | None = None,
) -> PatientRecord:
    labels = list(dict.fromkeys(one.label for exam_ in exams for one in exam_.observations))
    lesions = tuple(
        RecordedLesion(at, label, f"2.25.{at}", (organs or {}).get(label, "liver"), (SEGMENTS[at % 9],))
        for at, label in enumerate(labels)
    )
    patient = Patient(
        7, "DEMO-017", "HEPATRACK-DEMO", 3, birth_year=1961, sex=Sex.FEMALE, primary=Primary.COLORECTAL, synthetic=True
    )
    return PatientRecord(patient, lesions, tuple(exams), tuple(courses), tuple(treatments), tuple(markers))


def simple(sums: Sequence[object], *, first: date = date(2026, 1, 8), every: int = 56) -> PatientRecord:
    """One target followed through one course, a scan every eight weeks."""
    days = [date.fromordinal(first.toordinal() + every * at) for at in range(len(sums))]
    exams = [exam(at + 1, on, {"L1": size}) for at, (on, size) in enumerate(zip(days, sums, strict=True))]
    return record(exams, [course(1, {"L1": "t"}, [[one.id] for one in exams], first)])


def two_courses() -> PatientRecord:
    """Two courses with an ablation between them, a switch of modality and an equivocal new lesion at the end."""
    table = [
        (date(2025, 7, 10), [58, 44, 21, 11, 17, None]),
        (date(2025, 9, 11), [45, 34, 18, 8, 15, None]),
        (date(2025, 11, 13), [36, 26, 15, "ts", 13, None]),
        (date(2026, 1, 22), [27, 19, 14, "absent", 12, None]),
        (date(2026, 3, 26), [36, 23, 19, "absent", 12, None]),
        (date(2026, 5, 28), [40, 25, "zone 34", "absent", 13, None]),
        (date(2026, 8, 20), [34, 22, "zone 27", "absent", 12, None]),
        (date(2026, 11, 9), [36, 24, "zone 22", "absent", 12, "new? 8"]),
    ]
    exams = [
        exam(
            at + 1,
            on,
            {f"L{place + 1}": size for place, size in enumerate(sizes) if size is not None}
            | {"X1": "ne" if at == 7 else 6},
            Modality.MR if at == 7 else Modality.CT,
        )
        for at, (on, sizes) in enumerate(table)
    ]
    first = course(
        1,
        {"L1": "t", "L2": "t", "L3": "n", "L4": "n", "L5": "n", "X1": "n"},
        [[1], [2], [3], [4], [5]],
        date(2025, 7, 21),
    )
    second = course(2, {"L1": "t", "L2": "t", "L5": "n", "X1": "n"}, [[6], [7], [8]], date(2026, 6, 2))
    treatments = [
        Treatment(1, "FOLFIRI + bevacizumab", TreatmentKind.SYSTEMIC, date(2025, 7, 21), date(2026, 3, 30), cycles=18),
        Treatment(
            2, "microwave ablation", TreatmentKind.ABLATION, date(2026, 4, 16), date(2026, 4, 16), lesions=("L3",)
        ),
        Treatment(3, "mFOLFOX6 + bevacizumab", TreatmentKind.SYSTEMIC, date(2026, 6, 2), cycles=12),
    ]
    cea = [86, 64, 38, 22, 15, 10, 7.8, 10, 17, 20, 24, 17, 13, 12, 13, 14]
    markers = [
        MarkerResult(
            at, "CEA", date.fromordinal(date(2025, 7, 8).toordinal() + 32 * at), Decimal(str(value)), "µg/L", Decimal(5)
        )
        for at, value in enumerate(cea)
    ]
    return record(exams, [first, second], treatments=treatments, markers=markers, organs={"X1": "lung"})


def twelve_scans() -> PatientRecord:
    """Twelve scans of ten lesions, slow growth from the best point on."""
    sizes = {
        "L1": [68, 55, 46, 41, 38, 36, 35, 36, 38, 39, 41, 43], "L2": [50, 41, 34, 30, 28, 27, 26, 27, 28, 29, 31, 33],
        "L3": [31, 26, 22, 20, 19, 18, 18, 18, 19, 19, 20, 21], "L4": [24, 19, 16, 15, 14, 13, 13, 13, 13, 14, 14, 14],
        "L5": [19, 15, 12, 11, 10, 10, 10, 10, 10, 10, 11, 11], "L6": [17, 14, 12, 11, 11, 10, 10, 10, 10, 10, 10, 10],
        "L7": [15, 12, 10, 9, 8, 8, 8, 8, 8, 8, 9, 9], "L8": [14, 10, 8, 7, 7, 7, 7, 7, 7, 7, 7, 7],
        "L9": [12, 8, 6, "ts", "ts"] + ["absent"] * 7, "L10": [10, 6] + ["absent"] * 10,
    }  # fmt: skip
    exams = [
        exam(
            at + 1,
            date.fromordinal(date(2025, 3, 6).toordinal() + 56 * at),
            {label: row[at] for label, row in sizes.items()},
        )
        for at in range(12)
    ]
    roles = {label: "t" if label in ("L1", "L2") else "n" for label in sizes}
    treatments = [
        Treatment(1, "FOLFIRI + cetuximab", TreatmentKind.SYSTEMIC, date(2025, 3, 17), date(2025, 9, 1), cycles=12),
        Treatment(2, "5-FU/LV + cetuximab, maintenance", TreatmentKind.SYSTEMIC, date(2025, 9, 1)),
    ]
    cea = [142, 80, 44, 24, 15, 11, 8.4, 10, 12, 14, 18, 23]
    markers = [
        MarkerResult(at, "CEA", exams[at].performed_on, Decimal(str(value)), "µg/L", Decimal(5))
        for at, value in enumerate(cea)
    ]
    return record(
        exams,
        [course(1, roles, [[at + 1] for at in range(12)], date(2025, 3, 17))],
        treatments=treatments,
        markers=markers,
    )


def counts_only(counts: Sequence[StatedCount]) -> PatientRecord:
    """Scans that name no size at all."""
    exams = [
        exam(at + 1, date.fromordinal(date(2026, 5, 14).toordinal() + 56 * at), {"L1": "seen"}, liver_count=count)
        for at, count in enumerate(counts)
    ]
    return record(exams, [course(1, {"L1": "n"}, [[one.id] for one in exams], date(2026, 5, 20))])
