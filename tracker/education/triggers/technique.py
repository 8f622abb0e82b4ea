"""Triggers that look at how scans were made."""

from __future__ import annotations

from tracker.domain.record import Exam
from tracker.domain.vocabulary import LIVER, LesionRole, Modality
from tracker.education.case import Because, Case, CourseRow, because, say_modality


def scanner_type_changed(case: Case) -> Because | None:
    """The newest scan was made by another modality than the one before, and more lesions are counted or seen in the liver.

    Source: sensitivities by modality, Acta Radiol 2020 and BMC Gastroenterol 2019.
    """
    last, before = case.last, case.before
    if last is None or before is None:
        return None
    now, then = last.seen.time_point.modality, before.seen.time_point.modality
    if now is None or then is None or now is then:
        return None
    what = _count_rises(case, before, last)
    if what is None:
        return None
    return because(f"{say_modality(now)} on {case.say(last.date)}, {say_modality(then)} before; {what}", last.date)


def _count_rises(case: Case, before: CourseRow, last: CourseRow) -> str | None:
    """The rise in the counts as stated, else in the liver lesions seen, which a new row says even where no count does."""
    stated = [_stated_count(row) for row in (before, last)]
    if stated[0] is not None and stated[1] is not None and stated[1] > stated[0]:
        return f"count {stated[0]} → {stated[1]}"
    liver = [lesion.label for lesion in case.lesions if lesion.organ == LIVER]
    then, now = (sum(row.shows(label) for label in liver) for row in (before, last))
    return f"liver lesions seen {then} → {now}" if now > then else None


def _stated_count(row: CourseRow) -> int | None:
    values = [exam.liver_count.value for exam in row.exams if exam.liver_count is not None]
    return next((value for value in values if value is not None), None)


def phase_changed(case: Case) -> Because | None:
    """The recorded contrast phase or sequence is another than on the scan before, on the same kind of machine or another.

    Source: Huh 2018 (CT phases), Ngnitewe Massa'a 2022 (MRI contrast).
    """
    last, before = case.last, case.before
    if last is None or before is None or not _has_sizes(case, last):
        return None
    now, then = _main_exam(last), _main_exam(before)
    if now is None or then is None or not now.phase or not then.phase:
        return None
    if now.phase.strip().casefold() == then.phase.strip().casefold():
        return None
    machines = (
        ("", "")
        if now.modality is then.modality
        else (f"{say_modality(now.modality)} ", f"{say_modality(then.modality)} ")
    )
    return because(
        f"{machines[0]}{now.phase.strip()} on {case.say(last.date)}, "
        f"{machines[1]}{then.phase.strip()} on {case.say(before.date)}",
        last.date,
    )


def _has_sizes(case: Case, row: CourseRow) -> bool:
    """Whether any target or non-target has a size: without one no phase was measured."""
    return any(case.size(lesion, row) for lesion in case.lesions if lesion.role is not LesionRole.NEW)


def _main_exam(row: CourseRow) -> Exam | None:
    """The exam whose modality the time point carries."""
    modality = row.seen.time_point.modality
    return next((exam for exam in row.exams if exam.modality is modality), None)


def technique_not_recorded(case: Case) -> Because | None:
    """The newest CT or MRI has no contrast phase or, on CT, no slice thickness in the record.

    Source: RECIST 1.1, 3.1 and 3.2 (like with like; least size by slice thickness).
    """
    exam = case.last_exam
    if exam is None or exam.modality not in (Modality.CT, Modality.MR):
        return None
    missing = ["phase"] if not exam.phase else []
    if exam.modality is Modality.CT and exam.slice_thickness is None:
        missing.append("slice thickness")
    if not missing:
        return None
    return because(
        f"{say_modality(exam.modality)} of {case.say(exam.performed_on)} has no {' and no '.join(missing)} recorded",
        exam.performed_on,
    )
