"""What happens when an entry is kept, saved, left or thrown away: one service call each, then a word for the page.

These run as callbacks, before the page is drawn, so no later drawing can cut them short.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import streamlit as st

from dashboards import runtime
from dashboards.components.entry_drafts import store_draft
from dashboards.components.entry_findings import answer_findings
from dashboards.components.entry_opened import item_of, with_envelope
from dashboards.components.entry_reading import read_entry, refuse_incomplete, typed_day
from dashboards.components.entry_says import find_of_content
from dashboards.components.entry_table import EntryScope, followed_rows
from dashboards.components.receipt import Correction
from dashboards.state import once
from tracker.domain.record import Exam, PatientRecord
from tracker.errors import ConflictError, TrackerError
from tracker.services import drafts, exams

_LEFT = "_entry_left"


def typed_key(scope: EntryScope) -> str:
    return f"entry-typed-{scope.key}"


def refusal_key(scope: EntryScope) -> str:
    """Without the version: what refused an entry is often that the version has moved."""
    return f"entry-refusal-p{scope.patient_id}-e{scope.exam_id or 'new'}"


def receipt_key(patient_id: int) -> str:
    return f"entry-receipt-p{patient_id}"


def correction_key(patient_id: int) -> str:
    return f"entry-correction-p{patient_id}"


def token(scope: EntryScope) -> str:
    """The same entry sent twice is stored once."""
    return once(f"entry-token-{scope.key}")


def keep_draft(scope: EntryScope, content: Mapping[str, Any]) -> None:
    """Keep what was typed in the database; where that cannot be, in this session, and say so."""
    try:
        store_draft(scope, content)
        st.session_state[typed_key(scope)] = None
    except TrackerError as refusal:
        st.session_state[typed_key(scope)] = content
        st.session_state[refusal_key(scope)] = refusal


def save_entry(scope: EntryScope, content: Mapping[str, Any], record: PatientRecord, stored: Exam | None) -> None:
    """Store the scan (or its correction) in one call; a refusal keeps the entry as a draft and says why."""
    database, actor = runtime.database(), runtime.actor()
    st.session_state.pop(refusal_key(scope), None)
    reason = str(content.get("exam", {}).get("reason", ""))
    try:
        rows = followed_rows(record, stored, typed_day(content))
        reading = read_entry(content, rows, stored)
        draft = refuse_incomplete(reading)
        found = find_of_content(content, record, rows, reading, stored, runtime.today())
        item = item_of(content)
        draft = with_envelope(answer_findings(found, draft, content), item)
        came = None if item is None else item.id
        if stored is None:
            receipt = exams.record_exam(database, actor, scope.patient_id, draft, token=token(scope), inbox_item=came)
        else:
            receipt = exams.correct_exam(
                database, actor, stored.id, draft, expected_version=scope.base_version, reason=reason, inbox_item=came
            )
    except TrackerError as refusal:
        keep_draft(scope, content)
        st.session_state[refusal_key(scope)] = refusal
        return
    _forget(scope)
    st.session_state[receipt_key(scope.patient_id)] = receipt
    st.session_state[correction_key(scope.patient_id)] = Correction(stored, reason) if stored is not None else None
    # The scan is stored whatever becomes of its draft: one that stays would only come to "already stored".
    with suppress(TrackerError):
        drafts.discard_draft(database, actor, scope.patient_id, scope.exam_id)


def leave_entry(scope: EntryScope, content: Mapping[str, Any]) -> None:
    """Keep the draft and go."""
    keep_draft(scope, content)
    st.session_state[_LEFT] = True


def discard_entry(scope: EntryScope) -> None:
    """Throw away what was typed and not saved; where that cannot be, say so and stay."""
    try:
        drafts.discard_draft(runtime.database(), runtime.actor(), scope.patient_id, scope.exam_id)
    except TrackerError as refusal:
        st.session_state[refusal_key(scope)] = refusal
        return
    _forget(scope)
    st.session_state[_LEFT] = True


def has_left() -> bool:
    """Whether the entry was just left; asked once."""
    return bool(st.session_state.pop(_LEFT, False))


def refusal_of(scope: EntryScope) -> TrackerError | None:
    return st.session_state.get(refusal_key(scope))


def say_refusal(refusal: TrackerError) -> str:
    """One line for the save bar: what is wrong and what happened to the entry."""
    if isinstance(refusal, ConflictError):
        return "Not saved: the record says something else, see above. Your entry is kept as a draft."
    first, *more = str(refusal).splitlines()
    others = f" (and {len(more)} more)" if more else ""
    return f"Not saved: {first}{others}. Your entry is kept as a draft.".replace("..", ".")


def _forget(scope: EntryScope) -> None:
    for key in (typed_key(scope), refusal_key(scope), f"entry-token-{scope.key}"):
        st.session_state.pop(key, None)
