"""The decision box of the board: outcome, owner, due, next scan, and the response that a clinician confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from dashboards import runtime
from dashboards.components.board_facts import CaseFacts, OpenCase
from dashboards.components.decision_actions import Answered, act, load_draft
from dashboards.components.decision_markup import Newest, Panel, box_html
from dashboards.components.own_component import own_component
from tracker.domain.derivation import CourseAssessment
from tracker.domain.opinions import latest_confirmation, responses_of
from tracker.domain.record import PatientRecord
from tracker.pictures.answer import Answer

_MOVED = "decision-moved"
#: The question (its decision's key) whose meeting is to be opened: a page can only be left while it runs.
GOING = "decision-going"


def newest_of(record: PatientRecord, courses: tuple[CourseAssessment, ...], answer: Answer | None) -> Newest | None:
    """The time point whose response the box confirms: the one that the strip speaks of."""
    if answer is None:
        return None
    course = courses[answer.course]
    row = course.assessment.time_points[answer.row]
    return Newest(
        course=course.course.number,
        on=row.date,
        computed=row.overall_response,
        is_baseline=answer.is_baseline,
        confirmed=latest_confirmation(record, course.course, row.date),
        responses=responses_of(course.course.plan.criterion),
    )


@st.fragment
def show_decision(
    record: PatientRecord,
    newest: Newest | None,
    facts: CaseFacts,
    case: OpenCase | None,
) -> None:
    """The box. What is written is kept as a draft without drawing the board again; what is stored draws it again."""
    if st.session_state.pop(_MOVED, False):
        st.rerun()
    key = _key(record, case)
    panel = _panel(key, record, case)
    markup = box_html(newest, facts, case, panel, runtime.today())
    data = {
        "html": markup,
        "said": st.session_state.get(f"{key}-said", ""),
        # While this stays the same, a form that is being written into is left alone.
        "about": f"{record.patient.version} {panel.mode} {'data-draft' in markup} {panel.problem}",
    }

    def answer() -> None:
        state = st.session_state.get(f"{key}-box")
        sent = None if state is None else state.get("sent")
        if isinstance(sent, Mapping):
            _on_sent(key, record, newest, facts, case, {str(name): str(text) for name, text in sent.items()})

    own_component("decision")(key=f"{key}-box", data=data, on_sent_change=answer)


def open_asking(record: PatientRecord, case: OpenCase | None, question: str) -> None:
    """Open the form that puts the patient on a list, with a question written ready; what is drafted stays."""
    name = f"{_key(record, case)}-panel"
    before: Panel = st.session_state.get(name) or Panel()
    st.session_state[name] = Panel(mode="ask", typed={**before.typed, "question": question})


def _key(record: PatientRecord, case: OpenCase | None) -> str:
    """What the box of a case is kept under in the session."""
    return f"decision-{record.patient.id}-{0 if case is None else case.listed.meeting.id}"


def _panel(key: str, record: PatientRecord, case: OpenCase | None) -> Panel:
    """What is open in the box; the first time in a session with the draft that was left on the server."""
    panel = st.session_state.get(f"{key}-panel")
    if panel is None:
        draft = load_draft(record.patient.id, case)
        panel = Panel(typed={} if draft is None else draft.content)
        st.session_state[f"{key}-panel"] = panel
        st.session_state[f"{key}-said"] = "" if draft is None else _say_kept(draft.saved_at)
    return panel


def _on_sent(
    key: str,
    record: PatientRecord,
    newest: Newest | None,
    facts: CaseFacts,
    case: OpenCase | None,
    fields: Mapping[str, str],
) -> None:
    """Before the page is drawn: one action, and what it leaves open."""
    before: Panel = st.session_state.get(f"{key}-panel") or Panel()
    answered: Answered = act(record, newest, facts, case, before, fields)
    st.session_state[f"{key}-panel"] = answered.panel
    if answered.kept_at is not None:
        st.session_state[f"{key}-said"] = _say_kept(answered.kept_at)
    elif answered.said is not None:
        st.session_state[f"{key}-said"] = answered.said
    if answered.going is not None:
        st.session_state[GOING] = answered.going
    if answered.is_stored or answered.going is not None or answered.panel.moved:
        st.session_state[_MOVED] = True


def _say_kept(at: datetime) -> str:
    return f"draft, saved {at.astimezone(runtime.database().timezone):%H:%M}"
