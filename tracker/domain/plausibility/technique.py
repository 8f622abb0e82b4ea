"""Checks of how a scan was made, and of lesions that come or come back: what is seen depends on what looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tracker.domain.drafts import ExamDraft
from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import LesionRole, Modality, State, TreatmentKind
from tracker.domain.wording import format_date

TECHNIQUE = Check(
    "plausibility.technique",
    Level.NOTE,
    "RECIST 1.1 (Eisenhauer 2009), 3.2: the same method and technique at every scan",
)
NEW_BY_TECHNIQUE = Check(
    "plausibility.new-by-technique",
    Level.ASK,
    "RECIST 1.1 (Eisenhauer 2009), 4.3.5: a new lesion is none that another technique shows for the first time",
)
UPTAKE_TIME = Check(
    "plausibility.uptake-time", Level.NOTE, "PERCIST 1.0 (Wahl 2009): uptake times within 15 minutes of each other"
)
GLUCOSE = Check(
    "plausibility.glucose", Level.NOTE, "PERCIST 1.0 (Wahl 2009): blood glucose under 200 mg/dL at each scan"
)
OTHER_MODALITY = Check(
    "plausibility.other-modality",
    Level.ASK,
    "DICOM and HL7 code a PET/CT as CT or PT: the words of the report say what was made",
)
AFTER_RESECTION = Check(
    "plausibility.after-resection",
    Level.ASK,
    "A follow-up programme after resection (PMC2360492): 49 % relapse, half of them in the liver alone",
)


def find_in_technique(draft: ExamDraft, before: Exam | None) -> Iterator[Finding]:
    """Another modality or phase than the scan before; uptake without its time."""
    if before is not None and before.modality.enters_sum and draft.modality.enters_sum:
        other_phase = draft.phase and before.phase and _plain(draft.phase) != _plain(before.phase)
        if draft.modality is not before.modality or other_phase:
            text = f"measured on {_made(draft)}, the scan of {format_date(before.performed_on)} on {_made(before)}"
            yield TECHNIQUE.finds("phase" if draft.modality is before.modality else "modality", text)
    has_uptake = any(_has_uptake(said.observation) for said in draft.observations)
    if draft.modality.has_pet and has_uptake and draft.uptake_minutes is None:
        yield UPTAKE_TIME.finds(
            "uptake minutes", "not given, so this uptake cannot be compared with that of other scans"
        )


def find_glucose(record: PatientRecord, draft: ExamDraft) -> Finding | None:
    """Uptake depends on the blood glucose of that day; it is recorded among the laboratory values."""
    if not draft.modality.has_pet or not any(_has_uptake(said.observation) for said in draft.observations):
        return None
    if any(one.taken_on == draft.performed_on and "glucose" in one.name.casefold() for one in record.markers):
        return None
    return GLUCOSE.finds(
        "uptake minutes", "the blood glucose of that day is not recorded, so uptake is compared with care"
    )


def find_other_modality(draft: ExamDraft, said: Modality | None) -> Finding | None:
    """What the report says was made is what is typed: a PET/CT is often ordered and coded as a CT."""
    if said is None or said is draft.modality:
        return None
    text = f"the report describes {said}, typed is {draft.modality}: which is right?"
    return OTHER_MODALITY.finds("modality", text, {"said": str(said), "typed": str(draft.modality)})


def find_new_by_technique(draft: ExamDraft, before: Exam | None) -> Iterator[Finding]:
    """A new lesion on another modality than the scan before: was it there, unseen? Answered by ``first_seen``."""
    if before is None or before.modality is draft.modality:
        return
    answered = {said.label for said in draft.observations if said.observation.first_seen is not None}
    for lesion in draft.lesions:
        is_new = lesion.role in (None, LesionRole.NEW)
        if is_new and lesion.first_seen is None and lesion.label not in answered:
            text = (
                f"new on {draft.modality}, the scan of {format_date(before.performed_on)} was {before.modality}: "
                f"is it visible there in retrospect?"
            )
            yield NEW_BY_TECHNIQUE.finds(lesion.label, text)


def find_after_resection(record: PatientRecord, draft: ExamDraft, earlier: Sequence[Exam]) -> Iterator[Finding]:
    """A lesion that was removed is seen again, and not as a recurrence at the treated site."""
    removed = {
        label: treatment.start
        for treatment in sorted(record.treatments, key=lambda one: one.start)
        if treatment.kind is TreatmentKind.RESECTION and not treatment.planned and treatment.start < draft.performed_on
        for label in treatment.lesions
    }
    for exam in earlier:
        for said in exam.observations:
            seen = said.observation
            if seen.state is State.TREATED and seen.by and "resect" in seen.by.casefold():
                removed.setdefault(said.label, seen.treated_on or exam.performed_on)
    for said in draft.observations:
        state = said.observation.state
        if said.label in removed and state.shows_tumour and state is not State.RECURRENCE:
            text = (
                f"was resected ({format_date(removed[said.label])}) and is seen again: a recurrence there, another "
                f"lesion, or not the one that was resected?"
            )
            yield AFTER_RESECTION.finds(said.label, text)


def scan_before(draft: ExamDraft, others: Iterable[Exam]) -> Exam | None:
    """The last scan before the draft's date that could show a lesion in a sum."""
    earlier = [exam for exam in others if exam.performed_on < draft.performed_on and exam.modality.enters_sum]
    return max(earlier, key=lambda exam: (exam.performed_on, exam.id), default=None)


def _has_uptake(seen: object) -> bool:
    return any(getattr(seen, name) is not None for name in ("suv_max", "sul_peak", "tlg", "mtv_ml"))


def _made(exam: ExamDraft | Exam) -> str:
    return f"{exam.modality}, {exam.phase}" if exam.phase else str(exam.modality)


def _plain(phase: str) -> str:
    return " ".join(phase.casefold().replace("-", " ").split())


CHECKS = (TECHNIQUE, NEW_BY_TECHNIQUE, UPTAKE_TIME, GLUCOSE, OTHER_MODALITY, AFTER_RESECTION)
