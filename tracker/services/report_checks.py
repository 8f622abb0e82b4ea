"""Whose report it is: what its own header gives to somebody else is not stored with this patient, whoever sends it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from tracker.domain.drafts import ExamDraft
from tracker.domain.plausibility import Level, ReportSays
from tracker.domain.plausibility.entry import find_whose
from tracker.domain.record import Exam, PatientRecord
from tracker.errors import Problem

_log = logging.getLogger(__name__)


def check_report(record: PatientRecord, draft: ExamDraft, stored: Exam | None) -> Iterator[Problem]:
    """Another birth year or name than the patient's. A text that is stored already is not read again."""
    text = draft.report_text
    if not text or (stored is not None and stored.report_text == text):
        return
    # The reading compiles its patterns as it is loaded: only a scan with a report needs it.
    from tracker.reading.report import read_report
    from tracker.reading.says import complete_says

    try:
        says = complete_says(ReportSays(), read_report(text), text)
    except Exception as failure:  # noqa: BLE001 - a report that cannot be read never keeps anybody from storing a scan
        _log.error("a report of %d characters could not be read: %s", len(text), type(failure).__name__)
        return
    for finding in find_whose(record, says):
        if finding.level is Level.REFUSE:
            yield finding.problem
