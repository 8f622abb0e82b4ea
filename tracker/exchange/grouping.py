"""Rows of a table to exams and patients, with every contradiction between rows named by both their numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.domain.lengths import Length
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import LIVER, Modality, ReportStatus, Segment
from tracker.errors import Problem
from tracker.exchange.columns import Header
from tracker.exchange.rows import Row
from tracker.exchange.values import Opens

#: In the column accession: the second, third … exam of its date and modality, without a number of its own.
_NTH = re.compile(r"#([2-9]|1\d|20)")


@dataclass(frozen=True, slots=True)
class TableExam:
    """One exam with its lesion rows, in the order of the file. ``lines`` are all rows that speak of it."""

    performed_on: date
    modality: Modality
    accession: str | None
    ordinal: int
    status: ReportStatus | None
    count: StatedCount | None
    opens: Opens | None
    phase: str | None
    slice_thickness: Length | None
    remark: str | None
    lines: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def is_baseline(self) -> bool:
        return self.opens in (Opens.YES, Opens.ONLY)


@dataclass(frozen=True, slots=True)
class TableLesion:
    """A lesion as the whole file describes it; None where no row says it. ``line`` is its first row."""

    label: str
    line: int
    organ: str | None
    segments: tuple[Segment, ...] | None


@dataclass(frozen=True, slots=True)
class TablePatient:
    """One patient's exams in the order of their dates, baselines first among exams of one date."""

    identifier: str
    authority: str
    exams: tuple[TableExam, ...]
    lesions: Mapping[str, TableLesion]


@dataclass(slots=True)
class Grouped:
    """All patients of a file, and what is wrong or was assumed."""

    patients: tuple[TablePatient, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


def group_rows(rows: Sequence[Row], header: Header) -> Grouped:
    """Patients in the order in which the file first names them."""
    grouping = _Grouping(header)
    rows = grouping.settle_accessions(rows)
    by_patient: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_patient[row.authority, row.identifier].append(row)
    grouping.found.patients = tuple(
        grouping.build_patient(identifier, authority, of_patient)
        for (authority, identifier), of_patient in by_patient.items()
    )
    return grouping.found


class _Grouping:
    """Collects problems and remarks while rows become exams."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.found = Grouped()

    def wrong(self, lines: Iterable[int], column: str, text: str) -> None:
        self.found.problems.append(Problem(self.place(lines, column), text))

    def place(self, lines: Iterable[int], column: str) -> str:
        numbers = sorted(set(lines))
        name = self.header.shown.get(column, column)
        return f"{'rows' if len(numbers) > 1 else 'row'} {' and '.join(map(str, numbers))}, column {name}"

    def settle_accessions(self, rows: Sequence[Row]) -> list[Row]:
        """Rows without a number belong to the exam of their date and modality that has one, where it is the only one."""
        numbered: dict[tuple[object, ...], dict[str, int]] = defaultdict(dict)
        owner: dict[tuple[str, str], Row] = {}
        for row in rows:
            if row.accession is None:
                continue
            numbered[_day(row)].setdefault(row.accession, row.line)
            first = owner.setdefault((row.authority, row.accession), row)
            if _day(first) != _day(row) and not _NTH.fullmatch(row.accession):
                text = f"one exam number, two exams ({_exam_words(first)}, {_exam_words(row)})"
                self.wrong((first.line, row.line), "accession", text)
        settled = []
        for row in rows:
            numbers = [number for number in numbered[_day(row)] if not _NTH.fullmatch(number)]
            if row.accession is None and len(numbers) == 1:
                settled.append(replace(row, accession=numbers[0]))
                continue
            if row.accession is None and numbers:
                text = f"is empty, and there are {len(numbers)} exams of this date and modality; say which"
                self.wrong((row.line,), "accession", text)
            settled.append(row)
        return settled

    def build_patient(self, identifier: str, authority: str, rows: Sequence[Row]) -> TablePatient:
        by_exam: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in rows:
            by_exam[row.performed_on, row.modality, row.accession].append(row)
        exams = [self.build_exam(of_exam) for of_exam in by_exam.values()]
        exams.sort(key=lambda exam: (exam.performed_on, not exam.is_baseline, exam.lines[0]))
        return TablePatient(identifier, authority, tuple(exams), self.describe_lesions(rows))

    def build_exam(self, rows: Sequence[Row]) -> TableExam:
        first: dict[str, Row] = {}
        for row in rows:
            if row.label is None:
                continue
            known = first.setdefault(row.label, row)
            if known is not row:
                text = f"{row.label} stands twice on one exam ({_exam_words(row)}); one exam says one thing of a lesion"
                self.wrong((known.line, row.line), "lesion_id", text)
        number = rows[0].accession
        nth = _NTH.fullmatch(number or "")
        remarks = [row.comment for row in rows if row.label is None and row.comment]
        return TableExam(
            performed_on=rows[0].performed_on,
            modality=rows[0].modality,
            accession=None if nth else number,
            ordinal=int(nth[1]) if nth else 1,
            status=self.agree(rows, "report_status", lambda row: row.status),
            count=self.agree(rows, "liver_lesion_count", lambda row: row.count),
            opens=self.agree(rows, "baseline", lambda row: row.opens),
            phase=self.agree(rows, "phase", lambda row: row.phase),
            slice_thickness=self.agree(rows, "slice_mm", lambda row: row.slice_thickness),
            remark="\n".join(remarks) or None,
            lines=tuple(row.line for row in rows),
            rows=tuple(first.values()),
        )

    def agree(self, rows: Sequence[Row], column: str, said: Callable[[Row], Any]) -> Any:
        """What the rows of one exam say in a column that speaks of the exam: one answer, silence allowed."""
        first: Row | None = None
        for row in rows:
            if said(row) is None:
                continue
            if first is None:
                first = row
            elif said(row) != said(first):
                text = f"one exam ({_exam_words(row)}), two answers: {said(first)} and {said(row)}"
                self.wrong((first.line, row.line), column, text)
        return None if first is None else said(first)

    def describe_lesions(self, rows: Sequence[Row]) -> dict[str, TableLesion]:
        lesions: dict[str, TableLesion] = {}
        spelt: dict[str, Row] = {}
        said: dict[tuple[str, str], Row] = {}
        for row in rows:
            if row.label is None:
                continue
            like = spelt.setdefault(row.label.casefold(), row)
            if like.label != row.label:
                text = f"'{like.label}' and '{row.label}' differ in capitals only; write one lesion in one way"
                self.wrong((like.line, row.line), "lesion_id", text)
            lesion = lesions.setdefault(row.label, TableLesion(row.label, row.line, None, None))
            if row.organ is not None:
                first = said.setdefault((row.label, "organ"), row)
                if first.organ != row.organ:
                    text = f"{row.label} lies in two organs: {first.organ} and {row.organ}"
                    self.wrong((first.line, row.line), "organ", text)
                lesion = replace(lesion, organ=first.organ)
            if row.segments is not None:
                first = said.setdefault((row.label, "segments"), row)
                if first.segments != row.segments:
                    text = f"{row.label} is in {_words(first.segments)} in row {first.line}; that is kept, not {_words(row.segments)}"
                    self.found.remarks.append(Problem(self.place((row.line,), "segment"), text))
                lesion = replace(lesion, segments=first.segments)
            lesions[row.label] = lesion
        for lesion in lesions.values():
            if lesion.segments and (lesion.organ or LIVER) != LIVER:
                text = f"liver segments belong to the liver; {lesion.label} lies in '{lesion.organ}'"
                self.wrong((said[lesion.label, "segments"].line,), "segment", text)
        return lesions


def _day(row: Row) -> tuple[object, ...]:
    return (row.authority, row.identifier, row.performed_on, row.modality)


def _exam_words(row: Row) -> str:
    return f"{row.modality} of {row.performed_on}"


def _words(segments: tuple[Segment, ...] | None) -> str:
    return "/".join(str(segment) for segment in segments or ())
