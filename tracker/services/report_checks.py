"""Whose report it is: what its own header gives to somebody else is not stored with this patient, whoever sends it."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.drafts import ExamDraft
from tracker.domain.plausibility import Level, ReportSays
from tracker.domain.plausibility.entry import find_whose
from tracker.domain.record import Exam, PatientRecord
from tracker.errors import Problem


def check_report(record: PatientRecord, draft: ExamDraft, stored: Exam | None) -> Iterator[Problem]:
    """Another birth year or name than the patient's. A text that is stored already is not read again."""
    text = draft.report_text
    if not text or (stored is not None and stored.report_text == text):
        return
    # The reading compiles its patterns as it is loaded: only a scan with a report needs it.
    from tracker.reading.report import LONGEST, try_report
    from tracker.reading.says import complete_says

    text = text[:LONGEST]
    reading = try_report(text)
    if reading is None:
        return
    for finding in find_whose(record, complete_says(ReportSays(), reading, text)):
        if finding.level is Level.REFUSE:
            yield finding.problem
