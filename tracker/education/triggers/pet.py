"""Triggers that look at uptake on PET."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import Exam
from tracker.domain.vocabulary import CountKind, State
from tracker.domain.wording import format_percent
from tracker.education.case import SEEN, Because, Case, because, say_modality

_RISE = Decimal("1.3")
_NEAR = timedelta(days=42)
_TEN_MM = 10_000
#: SUVmax up to which uptake is about that of the liver itself.
_QUIET = Decimal("2.5")
#: From so many lesions on the liver's own uptake is a doubtful reference.
_MANY = 10


def pet_up_size_same(case: Case) -> Because | None:
    """The hottest uptake rose by 30 % or more between the last two PET exams while the sum moved by less than 20 %.

    The sums compared are those nearest in time to the two exams; where one sum is nearest to both, it and the one before.

    Source: PERCIST 1.0 (30 %); RECIST 1.1 gives uptake no part in the sum.
    """
    measured = [exam for exam in case.exams if exam.modality.has_pet and _hottest(exam, exam)]
    if len(measured) < 2:
        return None
    then, now = _hottest(measured[-2], measured[-1]), _hottest(measured[-1], measured[-2])
    if then is None or now is None or now[1] < then[1] * _RISE:
        return None
    sums = _sums_near(case, measured[-2].performed_on, measured[-1].performed_on)
    if sums is None or 5 * abs(sums[1].um - sums[0].um) >= sums[0].um:
        return None
    change = format_percent(100 * (now[1] - then[1]) / then[1], 0)
    on = measured[-1].performed_on
    return because(f"hottest {now[0]} {then[1]} → {now[1]} ({change}) on {case.say(on)}, the sum within 20 %", on)


def _sums_near(case: Case, then: date, now: date) -> tuple[Length, Length] | None:
    """The complete sums nearest to two days, the earlier first; None where the course has fewer than two."""
    complete = [(row.date, row.result.sum) for row in case.rows if row.result.sum is not None]
    if len(complete) < 2:
        return None
    at_then, at_now = (
        min(range(len(complete)), key=lambda at: (abs(complete[at][0] - day), at)) for day in (then, now)
    )
    if at_then == at_now:
        at_then, at_now = (at_now - 1, at_now) if at_now else (0, 1)
    return complete[at_then][1], complete[at_now][1]


def _hottest(exam: Exam, other: Exam) -> tuple[str, Decimal] | None:
    """The hottest lesion's value of one exam, in the measure both exams have: SULpeak, else SUVmax."""
    for name, field in (("SULpeak", "sul_peak"), ("SUVmax", "suv_max")):
        values = [
            [value for seen in one.observations if (value := getattr(seen.observation, field)) is not None]
            for one in (exam, other)
        ]
        if all(values):
            return name, max(values[0])
    return None


def pet_quiet_lesion_visible(case: Case) -> Because | None:
    """A liver lesion of 10 mm or more that the newest PET exam does not show, or shows with an SUVmax of 2.5 or less.

    The size is the exam's own, or that of a CT or MRI within six weeks. Source: pubmed 34581274 (mucinous metastases);
    Cancer Imaging 2023 (neuroendocrine). 2.5 is a rule of thumb, about the liver's own uptake, and is to be checked.
    """
    pet = next((exam for exam in reversed(case.exams) if exam.modality.has_pet), None)
    if pet is None:
        return None
    near = [
        exam for exam in case.exams if exam.modality.enters_sum and abs(exam.performed_on - pet.performed_on) <= _NEAR
    ]
    for seen in pet.observations:
        uptake = _say_quiet(seen.observation)
        if uptake is None or not case.is_in_liver(seen.label):
            continue
        for exam in sorted(near, key=lambda one: one is not pet):
            size = _longest(exam, seen.label)
            if size is None or size.um < _TEN_MM:
                continue
            on_pet = f"{say_modality(pet.modality)} of {case.say(pet.performed_on)}"
            if exam is pet:
                return because(f"{seen.label}: {size} but {uptake} on {on_pet}", pet.performed_on)
            on_other = f"{say_modality(exam.modality)} of {case.say(exam.performed_on)}"
            newest = max(exam.performed_on, pet.performed_on)
            return because(f"{seen.label}: {size} on {on_other}, {uptake} on {on_pet}", newest)
    return None


def _say_quiet(said: Observation) -> str | None:
    """How a PET exam calls a lesion quiet; None where it does not."""
    if said.state is State.ABSENT:
        return "not seen"
    if said.suv_max is not None and said.suv_max <= _QUIET:
        return f"SUVmax {said.suv_max}"
    return None


def _longest(exam: Exam, label: str) -> Length | None:
    seen = exam.observation(label)
    return None if seen is None else seen.observation.longest


def pet_reference_in_diseased_liver(case: Case) -> Because | None:
    """The course is judged by PERCIST and much of the liver holds lesions: innumerable, or ten or more at the newest count.

    Ten is this record's line for "much". Source: PERCIST 1.0 (blood pool replaces the liver as reference where the liver is diseased).
    """
    if case.course is None or not case.course.course.plan.criterion.startswith("percist") or not case.rows:
        return None
    stated = next((exam.liver_count for exam in reversed(case.exams) if exam.liver_count is not None), None)
    latest = case.latest_observations()
    seen = sum(
        lesion.label in latest and latest[lesion.label][1].state in SEEN and case.is_in_liver(lesion.label)
        for lesion in case.record.lesions
    )
    if stated is not None and stated.value is None:
        many = f"{stated} lesions" if stated.kind is CountKind.INNUMERABLE else None
    else:
        number = max(seen, 0 if stated is None or stated.value is None else stated.value)
        many = f"{number} lesions" if number >= _MANY else None
    if many is None:
        return None
    return because(f"judged by PERCIST with {many} in the liver", case.rows[-1].date)
