"""After the receipt: who is next on the worklist to be entered, and the ways to take back what was just stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from dashboards import runtime
from dashboards.components.receipt import Correction
from tracker.domain.record import Exam
from tracker.domain.schedule.states import State
from tracker.pictures.words import say_date, say_modality
from tracker.services import exams
from tracker.services.exam_content import as_draft
from tracker.services.worklist import WorklistRow

#: Whose scan can be entered, the surest first: the report is in, or the scan was made, or it should have been.
_TO_ENTER = (State.TO_ENTER, State.REPORT_AWAITED, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class NextPatient:
    """The next patient to enter a scan of, and why; the report that waits in the inbox, where one does."""

    patient_id: int
    identifier: str
    state: State
    inbox_item: int | None = None

    @property
    def words(self) -> str:
        return f"Next: {self.identifier}, {self.state}"


def find_next(rows: Iterable[WorklistRow], patient_id: int) -> NextPatient | None:
    """The first patient on the worklist, other than this one, whose scan can be entered."""
    others = [row for row in rows if row.patient_id != patient_id]
    for state in _TO_ENTER:
        for row in others:
            if any(standing.state is state for standing in row.standings):
                report = row.report.id if row.report is not None else None
                return NextPatient(row.patient_id, row.identifier, state, report)
    return None


def offer_undo(exam: Exam, correction: Correction | None) -> str | None:
    """Take back what was stored, for a reason: a correction gives its values back by another correction, a scan is
    withdrawn. Everything stays in the history. Returns what was done, in a sentence; None where nothing was."""
    if correction is not None:
        return _offer_values_back(exam, correction)
    return offer_withdrawal(exam)


def offer_withdrawal(exam: Exam) -> str | None:
    """Take a scan back. Returns what was done; None where nothing was."""
    with st.expander("Undo: withdraw this scan"), st.form(f"withdraw-{exam.id}-v{exam.version}", border=False):
        reason = st.text_input("Why is it withdrawn?", max_chars=200)
        if not st.form_submit_button("Withdraw"):
            return None
        database, actor = runtime.database(), runtime.actor()
        exams.withdraw_exam(database, actor, exam.id, expected_version=exam.version, reason=reason)
    return (
        f"{_name(exam)} was withdrawn. It enters no table and no response any more; its values, your reason and the time "
        "stay in the history of the record."
    )


def _offer_values_back(exam: Exam, correction: Correction) -> str | None:
    with st.expander("Undo this correction"), st.form(f"undo-{exam.id}-v{exam.version}", border=False):
        reason = st.text_input("Why is it undone?", max_chars=200)
        if not st.form_submit_button("Put the earlier values back"):
            return None
        database, actor = runtime.database(), runtime.actor()
        draft = as_draft(correction.before)
        exams.correct_exam(database, actor, exam.id, draft, expected_version=exam.version, reason=reason)
    return (
        f"{_name(exam)} holds the values it had before the correction; both versions stay in the history of the record."
    )


def _name(exam: Exam) -> str:
    return f"{say_modality(exam.modality)} of {say_date(exam.performed_on, year=True)}"
