"""Triggers that look at uptake on PET."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tracker.domain.record import Exam
from tracker.domain.vocabulary import State
from tracker.domain.wording import format_percent
from tracker.education.case import Because, Case, because, say_count, say_modality

_RISE = Decimal("1.3")
_NEAR = timedelta(days=42)
_TEN_MM = 10_000


def pet_up_size_same(case: Case) -> Because | None:
    """The hottest uptake rose by 30 % or more between the last two PET exams while the sum moved by less than 20 %.

    Source: PERCIST 1.0 (30 %); RECIST 1.1 gives uptake no part in the sum.
    """
    measured = [exam for exam in case.exams if exam.modality.has_pet and _hottest(exam, exam)]
    last, earlier = case.last, case.earlier_complete
    if len(measured) < 2 or last is None or earlier is None:
        return None
    then, now = _hottest(measured[-2], measured[-1]), _hottest(measured[-1], measured[-2])
    if then is None or now is None or now[1] < then[1] * _RISE:
        return None
    sum_now, sum_then = last.result.sum, earlier.result.sum
    if sum_now is None or sum_then is None or 5 * abs(sum_now.um - sum_then.um) >= sum_then.um:
        return None
    change = format_percent(100 * (now[1] - then[1]) / then[1], 0)
    on = measured[-1].performed_on
    return because(f"hottest {now[0]} {then[1]} → {now[1]} ({change}) on {case.say(on)}, the sum within 20 %", on)


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
    """A liver lesion that the newest PET exam does not show measures 10 mm or more on CT or MRI within six weeks of it.

    Source: pubmed 34581274 (mucinous metastases); Cancer Imaging 2023 (neuroendocrine).
    """
    pet_exams = [exam for exam in case.exams if exam.modality.has_pet]
    if not pet_exams:
        return None
    pet = pet_exams[-1]
    quiet = {
        seen.label
        for seen in pet.observations
        if seen.observation.state is State.ABSENT and case.is_in_liver(seen.label)
    }
    for exam in reversed(case.exams):
        if exam.modality.has_pet or not exam.modality.enters_sum or abs(exam.performed_on - pet.performed_on) > _NEAR:
            continue
        for seen in exam.observations:
            size = seen.observation.longest
            if seen.label in quiet and size is not None and size.um >= _TEN_MM:
                return because(
                    f"{seen.label}: {size} on {say_modality(exam.modality)} of {case.say(exam.performed_on)}, "
                    f"not seen on {say_modality(pet.modality)} of {case.say(pet.performed_on)}",
                    max(exam.performed_on, pet.performed_on),
                )
    return None


def pet_reference_in_diseased_liver(case: Case) -> Because | None:
    """The course is judged by PERCIST and follows lesions in the liver.

    Source: PERCIST 1.0 (blood pool replaces the liver as reference where the liver is diseased).
    """
    if case.course is None or not case.course.course.plan.criterion.startswith("percist") or not case.rows:
        return None
    in_liver = [lesion.label for lesion in case.lesions if case.is_in_liver(lesion.label)]
    if not in_liver:
        return None
    return because(
        f"judged by PERCIST with {say_count(len(in_liver), 'lesion')} followed in the liver", case.rows[0].date
    )
