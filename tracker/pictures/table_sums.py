"""The last rows of the lesion table: sum of targets, sum of the liver, what the report counts and says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.domain.bounds import brief_bounds, say_bounds
from tracker.domain.derivation import CourseAssessment
from tracker.domain.ledger_entry import LedgerEntry
from tracker.domain.vocabulary import CountKind, LesionRole
from tracker.pictures.cells import TableCell
from tracker.pictures.columns import Column, row_of
from tracker.pictures.criteria import face_of
from tracker.pictures.liver_sum import liver_cell
from tracker.pictures.words import say_mm

#: In the place of a sum where nothing was chosen to be summed.
NO_TARGETS = "no targets"


def sum_cell(courses: Sequence[CourseAssessment], column: Column) -> TableCell:
    """The sum of the running course; where a scan closes one course and opens the next, both stand there."""
    texts, titles = [], []
    for judged in column.judged:
        row = row_of(courses, judged)
        number = courses[judged.course].course.number
        if row.sum is not None:
            stated = courses[judged.course].stated_sum(judged.row)
            texts.append(say_mm(row.sum.um) if stated is None else brief_bounds(stated))
            counted = "" if stated is None else f" counted, {say_bounds(stated)} as stated"
            titles.append(f"course {number}: sum of targets {say_mm(row.sum.um, 3)} mm{counted}")
        elif face_of(courses[judged.course].assessment.criteria).lines is None:
            texts.append("by uptake")
            titles.append(f"course {number}: judged by uptake, without a sum")
        elif courses[judged.course].timeline.with_role(LesionRole.TARGET):
            measured = "nothing was" if row.sum_of_measured is None else f"{say_mm(row.sum_of_measured.um)} mm were"
            texts.append("not complete")
            titles.append(f"course {number}: a target is missing; {measured} measured")
        else:
            texts.append(NO_TARGETS)
            titles.append(f"course {number}: no target, no sum")
    texts = list(dict.fromkeys(texts))
    return TableCell(" | ".join(texts), " | ".join(texts), "; ".join(titles), strong=True)


def liver_sum_cell(ledger: Mapping[int, LedgerEntry], column: Column) -> TableCell:
    """Sum and count of the liver lesions, by the exam that measures most of them."""
    return liver_cell(max((ledger[exam.id] for exam in column.exams), key=lambda entry: entry.measured_count))


def count_cell(column: Column) -> TableCell:
    counts = [exam.liver_count for exam in column.exams if exam.liver_count is not None]
    if not counts:
        return TableCell("")
    return TableCell(str(counts[0]), str(counts[0]), f"number of liver lesions as the report states it: {counts[0]}")


def counts_say_more(columns: Sequence[Column]) -> bool:
    """Whether a stated count is more than the number of lesions with a size: a word, or "at least"."""
    stated = [exam.liver_count for column in columns for exam in column.exams if exam.liver_count is not None]
    return any(count.kind is not CountKind.EXACT for count in stated)


def reported_cell(column: Column) -> TableCell:
    """What the reports of the scan say of the response, in quotation marks."""
    said = [f"“{exam.reported_response}”" for exam in column.exams if exam.reported_response]
    words = " ".join(dict.fromkeys(said))
    return TableCell(words, words, f"in the report: {words}" if words else "no response in the report")
