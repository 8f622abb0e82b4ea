"""Enter a scan: the patient in view, the scan's own fields, one table of lesions, a live preview, a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import runtime
from dashboards.components import loaded
from dashboards.components.entry_actions import (
    correction_key,
    discard_entry,
    has_left,
    keep_draft,
    leave_entry,
    receipt_key,
    refusal_of,
    save_entry,
    say_refusal,
    typed_key,
)
from dashboards.components.entry_drafts import DRAFT_URL
from dashboards.components.entry_findings import show_findings
from dashboards.components.entry_form import show_entry_form
from dashboards.components.entry_inbox import corrected_exam
from dashboards.components.entry_opened import find_item, open_item, say_item
from dashboards.components.entry_preview import build_preview
from dashboards.components.entry_reading import read_entry, typed_day
from dashboards.components.entry_report import as_if_taken, propose_from_report
from dashboards.components.entry_says import find_of_content
from dashboards.components.entry_table import (
    EntryScope,
    entry_data,
    fit_content,
    followed_rows,
    sent,
    show_entry_table,
)
from dashboards.components.navigation import open_page
from dashboards.components.page import esc, show_banner, show_footer, show_html, show_refusal
from dashboards.components.receipt import show_receipt
from dashboards.components.receipt_next import find_next, offer_undo, offer_withdrawal
from dashboards.components.response_words import find_response
from dashboards.components.verify_panel import show_verification
from dashboards.state import choose_patient, chosen_exam, chosen_inbox_item, current_patient
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.second_person import needs_verification
from tracker.domain.wording import count_of
from tracker.errors import ConflictError, NotFoundError
from tracker.services import drafts, exams
from tracker.services.inbox import InboxItem

_CHOSEN = "entry-choose"
_PLAIN = "entry-plain"
_WITHDRAWN = "entry-withdrawn"
_HINT = "Nothing enters the record unseen. Corrections keep the first entry: who, when, why, before and after."


def show() -> None:
    """The page."""
    patient_id = current_patient()
    if patient_id is None:
        _choose_patient()
        return
    if has_left():
        open_page("worklist")
    try:
        record = runtime.load_record(patient_id)
    except NotFoundError as refusal:
        show_refusal(str(refusal))
        _choose_patient()
        return
    receipt = st.session_state.get(receipt_key(patient_id))
    if receipt is not None:
        _show_saved(record, receipt)
    else:
        _show_entry(record)
    show_footer(_HINT)


def _choose_patient() -> None:
    """Which patient the scan belongs to."""
    patients = {summary.id: summary for summary in runtime.list_patients()}
    st.header("Enter a scan")
    if not patients:
        st.info("There is no patient yet. Register the first one with the baseline scan.")
        if st.button("New patient", type="primary"):
            open_page("new-patient")
        show_footer()
        return
    st.selectbox(
        "Patient",
        list(patients),
        index=None,
        format_func=lambda key: " · ".join(
            filter(None, (patients[key].identifier, patients[key].name, str(patients[key].primary)))
        ),
        placeholder="Type an identifier or a name",
        key=_CHOSEN,
        on_change=_on_chosen,
    )
    show_footer()


def _on_chosen() -> None:
    """Stand at the patient before the page is drawn: it is drawn once, with the entry."""
    choose_patient(st.session_state[_CHOSEN])


def _show_entry(record: PatientRecord) -> None:
    item, refused = find_item(record, chosen_inbox_item())
    stored = _exam_to_correct(record, item)
    base = stored.version if stored is not None else record.patient.version
    scope = EntryScope(record.patient.id, stored.id if stored is not None else None, base)
    rows = followed_rows(record, stored)
    side = f"{count_of(len(rows), 'lesion')} followed" if stored is None else f"correcting version {stored.version}"
    show_banner(record, side=side, change_link=True)
    if withdrawn := st.session_state.pop(_WITHDRAWN, None):
        show_html(f'<div class="hp-card" role="status">{esc(withdrawn)}</div>')
    if not record.courses:
        st.info("No course has begun: the scan is kept, but no response is computed before a course has its baseline.")
    draft = drafts.load_draft(runtime.database(), runtime.actor(), scope.patient_id, scope.exam_id)
    content = st.session_state.get(typed_key(scope)) or (draft.content if draft is not None else None)
    if item is not None:
        content, refused = open_item(record, item, content)
        show_html(f'<div class="hp-card" role="status">{esc(say_item(item))}</div>')
    if refused:
        st.info(refused)
    refusal = refusal_of(scope)
    if isinstance(refusal, ConflictError):
        _show_conflict(record, refusal, content or {})
    data = entry_data(record, scope, rows, stored, runtime.today())
    fitted = fit_content(content, data) if content is not None else None
    if draft is not None and draft.base_version != base and typed_key(scope) not in st.session_state:
        st.info("The record has changed since this draft was begun. What you had typed is in its rows: check it again.")
    if st.session_state.get(_PLAIN, False):
        show_entry_form(scope, record, fitted or data["start"], data, stored)
        if refusal is not None:
            show_refusal(say_refusal(refusal), str(refusal).splitlines()[1:])
        _offer_more(scope.patient_id, stored)
        return
    data |= _read(fitted or data["start"], record, stored)
    data |= {
        "draft": fitted,
        "draftUrl": DRAFT_URL,
        "kept": f"{draft.saved_at.astimezone(ZoneInfo(runtime.settings().timezone)):%H:%M:%S}" if draft else None,
        "keptMark": draft.content.get("mark") if draft is not None else None,
        "refusal": say_refusal(refusal) if refusal is not None else None,
    }
    show_entry_table(
        scope,
        data,
        {
            "draft": partial(_on_draft, scope),
            "save": partial(_on_save, scope, record, stored),
            "leave": partial(_on_leave, scope),
            "discard": partial(_on_discard, scope),
        },
    )
    _offer_more(scope.patient_id, stored)


def _read(typed: Mapping[str, Any], record: PatientRecord, stored: Exam | None) -> dict[str, Any]:
    """What the server makes of the entry as typed: what its report proposes, what is asked of it, what it would come to."""
    day, today = typed_day(typed), runtime.today()
    rows = followed_rows(record, stored, day)
    reading = read_entry(typed, rows, stored)
    exam_id = stored.id if stored is not None else None
    proposals = propose_from_report(typed, record, rows, day)
    preview = build_preview(record, rows, reading, exam_id, today, typed["accepted"])
    if proposals is not None and (taken := as_if_taken(typed, proposals)) is not None:
        then = build_preview(record, rows, read_entry(taken, rows, stored), exam_id, today, typed["accepted"])
        preview["ifTaken"] = then if then.get("badge") else None
    return {
        "proposals": proposals,
        "findings": show_findings(find_of_content(typed, record, rows, reading, stored, today)),
        "preview": preview,
    }


def _offer_more(patient_id: int, stored: Exam | None) -> None:
    """The switch to the fallback, the same fields as an ordinary form; and the way to take a stored scan back."""
    st.toggle("Plain form instead of the table", key=_PLAIN)
    if stored is not None:
        _say_undone(patient_id, offer_withdrawal(stored))


def _on_draft(scope: EntryScope) -> None:
    if (content := sent(scope, "draft")) is not None:
        keep_draft(scope, content)


def _on_save(scope: EntryScope, record: PatientRecord, stored: Exam | None) -> None:
    if (content := sent(scope, "save")) is not None:
        save_entry(scope, content, record, stored)


def _on_leave(scope: EntryScope) -> None:
    if (content := sent(scope, "leave")) is not None:
        leave_entry(scope, content)


def _on_discard(scope: EntryScope) -> None:
    if sent(scope, "discard") is not None:
        discard_entry(scope)


def _exam_to_correct(record: PatientRecord, item: InboxItem | None = None) -> Exam | None:
    """The stored exam that the address names (``exam=<number>``), or that the report of the inbox corrects, if it is one
    of this patient."""
    number = chosen_exam()
    if number is None and item is not None:
        number = corrected_exam(record, item)
    return next((exam for exam in record.exams if exam.id == number), None)


def _show_conflict(record: PatientRecord, conflict: ConflictError, content: Mapping[str, Any]) -> None:
    """Both values side by side, nothing overwritten; and the way to the stored scan."""
    theirs = {problem.place: problem.text for problem in conflict.theirs}
    rows = "".join(
        f"<tr><td>{esc(one.place)}</td><td><b>{esc(one.text)}</b></td><td>{esc(theirs.get(one.place, ''))}</td></tr>"
        for one in conflict.mine
    )
    table = (
        '<table class="hp-table hp-stored"><thead><tr><th>Where</th><th>Your entry</th><th>In the record</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )
    show_html(
        f'<div class="hp-card hp-conflict" role="alert"><h2>Two different entries</h2><p>{esc(conflict)}</p>'
        f"{table if rows else ''}<p class='hp-note'>Your entry is kept as a draft.</p></div>"
    )
    exam = content.get("exam", {})
    key = (exam.get("performed_on"), exam.get("modality"))
    stored = next((one for one in record.exams if (one.performed_on.isoformat(), str(one.modality)) == key), None)
    if stored is not None and stored.id != chosen_exam() and st.button("Open the stored scan to correct it"):
        choose_patient(record.patient.id, stored.id)
        st.rerun()


def _show_saved(record: PatientRecord, receipt: exams.ExamReceipt) -> None:
    """The receipt, and what can be done next."""
    patient_id = record.patient.id
    show_banner(record, side="already stored, nothing changed" if receipt.already_stored else "saved")
    exam = next((one for one in record.exams if one.id == receipt.exam_id), None)
    if exam is None:
        st.info("This scan was withdrawn since.")
    else:
        response = find_response(runtime.assessments(patient_id), exam.id)
        show_receipt(record, exam, response, st.session_state.get(correction_key(patient_id)))
        reasons = needs_verification(record, runtime.assessments(patient_id), exam)
        if reasons and show_verification(record, exam, reasons):
            _close_receipt(patient_id)
            choose_patient(patient_id, exam.id)
            st.rerun()
    _offer_next(patient_id, exam)
    if exam is not None:
        _say_undone(patient_id, offer_undo(exam, st.session_state.get(correction_key(patient_id))))


def _offer_next(patient_id: int, exam: Exam | None) -> None:
    """Where to go from the receipt; Enter leads to the next patient whose scan can be entered."""
    after = find_next(loaded.worklist().rows, patient_id)
    with st.container(horizontal=True, key="receipt-actions"):
        if after is not None and st.button(after.words, type="primary", shortcut="Enter"):
            _close_receipt(patient_id)
            choose_patient(after.patient_id, inbox_item=after.inbox_item)
            st.rerun()
        if after is None and st.button("Worklist", type="primary", shortcut="Enter"):
            _close_receipt(patient_id)
            open_page("worklist")
        if after is not None and st.button("Worklist", shortcut="W"):
            _close_receipt(patient_id)
            open_page("worklist")
        if st.button("Open the patient", shortcut="P"):
            _close_receipt(patient_id)
            open_page("patient", patient_id)
        if st.button("Enter another scan"):
            _close_receipt(patient_id)
            st.rerun()
        if exam is not None and st.button("Correct, with a reason…", shortcut="U"):
            _close_receipt(patient_id)
            choose_patient(patient_id, exam.id)
            st.rerun()


def _say_undone(patient_id: int, done: str | None) -> None:
    """The scan was taken back, or its earlier values were put back: the page says so and begins anew."""
    if done is None:
        return
    _close_receipt(patient_id)
    st.session_state[_WITHDRAWN] = done
    st.rerun()


def _close_receipt(patient_id: int) -> None:
    for key in (receipt_key(patient_id), correction_key(patient_id)):
        st.session_state.pop(key, None)
    choose_patient(patient_id)
