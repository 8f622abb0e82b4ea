"""One case on one screen: who, the question, the answer, charts and table on one axis, map, notes and the decision."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import runtime
from dashboards.components import loaded
from dashboards.components.answer_strip import answer_html, question_html
from dashboards.components.board_facts import CaseFacts, OpenCase, facts
from dashboards.components.board_left import CORRECTING, on_scan, show_left
from dashboards.components.board_rows import Row, all_rows, close_row, open_row, read_row, row_words
from dashboards.components.decision_box import GOING, newest_of, open_asking, show_decision
from dashboards.components.liver_map import show_liver_map
from dashboards.components.navigation import open_page
from dashboards.components.note_panel import show_notes
from dashboards.components.page import banner_html, esc, show_empty, show_footer, show_html, show_refusal
from dashboards.components.pick import show_pick
from dashboards.components.place import say_place
from dashboards.components.report_sources import sources_html
from dashboards.components.score_panel import show_scores
from dashboards.components.sheet_buttons import show_sheet
from dashboards.components.verify_panel import say_to_verify, show_verification
from dashboards.components.why_panel import why_html
from dashboards.state import choose_patient
from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.domain.second_person import awaits_verification
from tracker.pictures.answer import Answer, derive_answer
from tracker.pictures.why import derive_why

_HINT = "Filled badge: confirmed by a named clinician. Outlined: computed. Shaded band: 95 % of second reads of a sum by the same reader."

Courses = tuple[CourseAssessment, ...]


def show_case(record: PatientRecord, case: OpenCase | None) -> None:
    """The board of a patient; of a meeting's case where one is open."""
    _leave_where_asked(record)
    courses = runtime.assessments(record.patient.id, record.patient.version)
    answer = derive_answer(courses, record)
    around = facts(record.patient.id)
    chosen, unknown = read_row(courses)
    board = loaded.board(record)
    _show_head(record, case)
    if unknown:
        show_refusal(unknown)
    _show_strip(record, courses, answer, around, case)
    with st.container(key="board-columns", horizontal=True, gap="small"):
        with st.container(key="board-card"):
            if board is None:
                show_empty(
                    "No scan yet.",
                    "With the first scan and its targets the lines appear that say where PR and PD would begin.",
                )
            else:
                show_left(record, courses, board, chosen, around, lambda question: open_asking(record, case, question))
        with st.container(key="board-side", gap="small"):
            if chosen is None:
                with st.container(key="map-card"):
                    show_liver_map(record, courses)
                show_notes(record)
            else:
                _show_reasons(record, courses, chosen)
            with st.container(key="decision-card"):
                show_decision(record, newest_of(record, courses, answer), around, case)
    show_footer(_HINT)


# --- the banner and the strip


def _show_head(record: PatientRecord, case: OpenCase | None) -> None:
    """Who it is, which case of which meeting, and the ways on from here."""
    say_place(record.patient.identifier, *(() if case is None else (case.title,)))
    with st.container(key="banner"), st.container(key="board-head", horizontal=True, gap=None):
        show_html(banner_html(record, brief=True))
        with st.container(key="board-ways", gap=None):
            if case is not None:
                show_html(f'<span class="hp-side">{esc(case.title)}</span>')
            with st.container(key="board-keys", horizontal=True, gap="small"):
                before, after = _neighbours(record.patient.id, case)
                _step("Previous", "previous-patient", "K", before)
                _step("Next", "next-patient", "J", after)
                show_sheet(record.patient, None if case is None else case.listed.meeting.id)
                if st.button("Enter a scan", key="enter-scan", shortcut="E", type="tertiary"):
                    open_page("enter-scan", record.patient.id)


def _step(label: str, key: str, shortcut: str, patient_id: int | None) -> None:
    st.button(
        label,
        key=key,
        shortcut=shortcut,
        type="tertiary",
        disabled=patient_id is None,
        on_click=choose_patient,
        args=(patient_id,),
    )


def _neighbours(patient_id: int, case: OpenCase | None) -> tuple[int | None, int | None]:
    """The cases before and after this one on the list; away from a meeting, the patients by identifier."""
    if case is not None:
        return case.neighbour(-1), case.neighbour(1)
    ids = loaded.patient_keys()
    if patient_id not in ids:
        return None, None
    at = ids.index(patient_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)


def _show_strip(
    record: PatientRecord, courses: Courses, answer: Answer | None, around: CaseFacts, case: OpenCase | None
) -> None:
    """What is asked, and the answer with the button that opens its reasons."""
    with st.container(key="strip", horizontal=True, gap="small"):
        with st.container(key="question-card"):
            show_html(question_html(around, case))
        with st.container(key="answer-card", horizontal=True, vertical_alignment="center", gap="small"):
            waiting = awaits_verification(record, courses)
            show_html(answer_html(answer, around.changes, beside=len(waiting)))
            for one in waiting:
                with st.popover(say_to_verify(one.reasons), key=f"to-verify-{one.exam.id}"):
                    if show_verification(record, one.exam, one.reasons):
                        open_page("enter-scan", record.patient.id, one.exam.id)
            show_scores(record)
            if answer is not None:
                newest = (answer.course, answer.row)
                st.button(answer.question, key="why-now", on_click=open_row, args=(courses, newest))


# --- the right column


def _show_reasons(record: PatientRecord, courses: Courses, chosen: Row) -> None:
    """The derivation of one scan in the place of map and notes, and where its report says so; Esc closes it."""
    rows = all_rows(courses)
    place = rows.index(chosen)
    before = row_words(rows[place - 1]) if place else None
    after = row_words(rows[place + 1]) if place + 1 < len(rows) else None
    depends = runtime.sensitivities(record.patient.id)[chosen[0]]
    why = derive_why(record, courses, *chosen, depends)
    say_place(why.title)
    course, row = chosen
    sources = sources_html(record, [record.exam(number) for number in courses[course].exam_ids_by_row[row]])
    markup = why_html(why, before, after, f"{place + 1} of {len(rows)}", sources)
    with st.container(key="why-card"):
        show_pick(f"why-{record.patient.id}", markup, _on_reasons(courses))
        st.button("Close", key="close-why", shortcut="Escape", on_click=close_row)


def _on_reasons(courses: Courses) -> Callable[[str], None]:
    return lambda picked: on_scan(courses, picked)


# --- leaving the page


def _leave_where_asked(record: PatientRecord) -> None:
    """Open the stored scan, or the case at its meeting, whose button was pressed: a page can only be left while it runs."""
    exam_id = st.session_state.pop(CORRECTING, None)
    if exam_id is not None and any(exam.id == exam_id for exam in record.exams):
        open_page("enter-scan", record.patient.id, exam_id)
    decision_id = st.session_state.pop(GOING, None)
    if decision_id is not None and (meeting_id := _meeting_of(record.patient.id, decision_id)) is not None:
        open_page("meeting", record.patient.id, meeting_id=meeting_id)


def _meeting_of(patient_id: int, decision_id: int) -> int | None:
    """The meeting on whose list a question of the patient stands."""
    asked = facts(patient_id).decision(decision_id)
    return None if asked is None else asked.meeting_id
