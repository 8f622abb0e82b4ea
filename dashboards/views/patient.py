"""The patient: the answer, the board on one axis of time, the reasons of every scan, the notes that fit."""

from __future__ import annotations

import streamlit as st

from dashboards import runtime
from dashboards.charts.marks import CONFIG
from dashboards.components import loaded
from dashboards.components.answer_strip import answer_html
from dashboards.components.lesion_table import lesion_table_html
from dashboards.components.liver_summary import liver_html
from dashboards.components.navigation import open_page
from dashboards.components.note_panel import notes_html
from dashboards.components.page import esc, show_banner, show_empty, show_footer, show_html
from dashboards.components.pick import show_pick
from dashboards.components.report_sources import sources_html
from dashboards.components.text_tables import words_html
from dashboards.components.verify_panel import say_to_verify, show_verification
from dashboards.components.view_styles import show_view_styles
from dashboards.components.why_panel import why_html
from dashboards.state import choose_patient, current_patient
from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.domain.second_person import awaits_verification
from tracker.errors import NotFoundError
from tracker.pictures.answer import Answer, derive_answer
from tracker.pictures.board import Board
from tracker.pictures.counts import WithoutSum
from tracker.pictures.liver import derive_liver
from tracker.pictures.why import derive_why

_HINT = "Outlined badge: computed, not yet confirmed by a clinician; filled: confirmed. Shaded band: 95 % of second reads of a sum by the same reader."

Row = tuple[int, int]

_CORRECTING = "patient-correcting"


def show() -> None:
    """The page."""
    show_view_styles()
    patient_id = current_patient()
    if patient_id is None:
        _choose_patient()
        return
    try:
        record = runtime.load_record(patient_id)
    except NotFoundError as refusal:
        st.error(str(refusal))
        _choose_patient()
        return
    _go_correct(record)
    courses = runtime.assessments(patient_id)
    answer = derive_answer(courses, record)
    chosen = _chosen_row(record, courses, answer)
    board = loaded.board(patient_id)
    show_banner(record)
    _show_strip(record, answer, board, chosen)
    if board is None:
        show_empty(
            "No scan yet.", "With the first scan and its targets the lines appear that say where PR and PD would begin."
        )
        show_footer()
        return
    with st.container(key="board-columns"):
        left, right = st.columns([1232, 624], gap="small")
    with left, st.container(key="board-card"):
        _show_board(record, board, chosen)
    with right:
        _show_reasons(record, courses, chosen)
        _show_liver(record, courses, chosen)
        _show_notes(patient_id)
    show_footer(_HINT)


def _show_strip(record: PatientRecord, answer: Answer | None, board: Board | None, chosen: Row | None) -> None:
    """The answer, and what can be done from here; while another scan's reasons are read, the way back to the newest."""
    with st.container(key="strip", horizontal=True, vertical_alignment="center", gap="small"):
        show_html(answer_html(answer))
        if answer is not None and chosen != (answer.course, answer.row):
            st.button(answer.question, key="why-now", on_click=_forget_row, args=(record,))
        if board is not None:
            with st.popover("In words", help="Every chart as a sentence and a table"):
                show_html(words_html(board.in_words))
        _offer_verification(record)
        before, after = _neighbours(record.patient.id)
        st.button(
            "Previous",
            key="previous-patient",
            shortcut="K",
            disabled=before is None,
            on_click=choose_patient,
            args=(before,),
        )
        st.button(
            "Next", key="next-patient", shortcut="J", disabled=after is None, on_click=choose_patient, args=(after,)
        )
        if st.button("Enter a scan", key="enter-scan", type="primary", shortcut="E"):
            open_page("enter-scan", record.patient.id)


def _offer_verification(record: PatientRecord) -> None:
    """Scans that wait for a second person: what is asked, and the two answers."""
    for one in awaits_verification(record, runtime.assessments(record.patient.id)):
        with st.popover(say_to_verify(one.reasons), key=f"to-verify-{one.exam.id}"):
            if show_verification(record, one.exam, one.reasons):
                open_page("enter-scan", record.patient.id, one.exam.id)


def _show_board(record: PatientRecord, board: Board, chosen: Row | None) -> None:
    """Charts and table on one axis; a mark pressed in the chart or a badge pressed in the table shows its reasons."""
    if board.without_sum is not None:
        show_html(_without_sum_html(board.without_sum))
    ringed = _column_of(board, chosen)
    figure = loaded.board_figure(record.patient.id, loaded.mode(), ringed)
    st.plotly_chart(
        figure,
        theme=None,
        config=CONFIG,
        key=f"board-{record.patient.id}",
        alt=board.sentence,
        on_select=lambda: _on_mark(record, board),
        selection_mode="points",
    )
    show_pick(
        f"lesions-{record.patient.id}", lesion_table_html(board, chosen), lambda picked: _on_badge(record, picked)
    )


def _show_reasons(record: PatientRecord, courses: tuple[CourseAssessment, ...], chosen: Row | None) -> None:
    if chosen is None:
        return
    rows = [(at, row) for at, course in enumerate(courses) for row in range(len(course.assessment.time_points))]
    place = rows.index(chosen)
    before = _row_words(rows[place - 1]) if place else None
    after = _row_words(rows[place + 1]) if place + 1 < len(rows) else None
    depends = runtime.sensitivities(record.patient.id)[chosen[0]]
    markup = why_html(
        derive_why(record, courses, *chosen, depends), before, after, f"{place + 1} of {len(rows)} time points"
    )
    with st.container(key="why-card"):
        show_pick(f"why-{record.patient.id}", markup, lambda picked: _on_badge(record, picked))


def _show_liver(record: PatientRecord, courses: tuple[CourseAssessment, ...], chosen: Row | None) -> None:
    """Every liver lesion at the scan whose reasons are shown, and where its report says so, each folded into one line."""
    if chosen is None:
        return
    course, row = chosen
    liver = derive_liver(record, courses[course], row)
    sources = sources_html(record, [record.exam(number) for number in courses[course].exam_ids_by_row[row]])
    if liver is not None or sources:
        with st.container(key="liver-card"):
            show_html(f"{'' if liver is None else liver_html(liver)}{sources}")


def _show_notes(patient_id: int) -> None:
    chosen = loaded.notes(patient_id)
    with st.container(key="notes-card"):
        title = f"{len(chosen)}, chosen from this patient’s data" if chosen else ""
        show_html(
            f'<div class="hp-panel-head"><h2 class="hp-panel-title">Notes</h2><span class="hp-label">{esc(title)}</span></div>'
            f"{notes_html(chosen)}"
        )


def _without_sum_html(said: WithoutSum) -> str:
    columns = (("Can be said", said.can), ("Cannot be said", said.cannot), ("What would help", said.helps))
    inner = "".join(
        f"<div><h3>{name}</h3>{''.join(f'<p>{esc(text)}</p>' for text in texts)}</div>" for name, texts in columns
    )
    return f'<div class="hp-without">{inner}</div>'


# --- which scan's reasons are shown


def _row_key(record: PatientRecord) -> str:
    """A new version of the record starts at its newest scan again."""
    return f"reasons-p{record.patient.id}-v{record.patient.version}"


def _choose_row(record: PatientRecord, row: Row) -> None:
    st.session_state[_row_key(record)] = row


def _forget_row(record: PatientRecord) -> None:
    st.session_state.pop(_row_key(record), None)


def _chosen_row(record: PatientRecord, courses: tuple[CourseAssessment, ...], answer: Answer | None) -> Row | None:
    """The row chosen in this session while it still exists, else the newest."""
    kept = st.session_state.get(_row_key(record))
    if kept is not None and kept[0] < len(courses) and kept[1] < len(courses[kept[0]].assessment.time_points):
        return (kept[0], kept[1])
    return None if answer is None else (answer.course, answer.row)


def _column_of(board: Board, chosen: Row | None) -> int | None:
    if chosen is None:
        return None
    found = (
        at
        for at, column in enumerate(board.columns)
        for judged in column.judged
        if (judged.course, judged.row) == chosen
    )
    return next(found, None)


def _row_words(row: Row) -> str:
    return f"{row[0]}:{row[1]}"


def _on_badge(record: PatientRecord, picked: str) -> None:
    course, _, row = picked.partition(":")
    if course == "correct" and row.isdigit():
        st.session_state[_CORRECTING] = int(row)
        return
    if course.isdigit() and row.isdigit():
        _choose_row(record, (int(course), int(row)))


def _go_correct(record: PatientRecord) -> None:
    """Open the stored scan whose button was pressed: a page can only be left while it runs."""
    exam_id = st.session_state.pop(_CORRECTING, None)
    if exam_id is not None and any(exam.id == exam_id for exam in record.exams):
        open_page("enter-scan", record.patient.id, exam_id)


def _on_mark(record: PatientRecord, board: Board) -> None:
    """A mark of a scan was pressed: its reasons, in the later course where it stands in two."""
    selection = st.session_state[f"board-{record.patient.id}"].selection
    for point in selection.points:
        column = point.get("customdata")
        if isinstance(column, int) and 0 <= column < len(board.columns) and board.columns[column].judged:
            judged = board.columns[column].judged[-1]
            _choose_row(record, (judged.course, judged.row))
            return


# --- which patient


def _neighbours(patient_id: int) -> tuple[int | None, int | None]:
    """The patients before and after this one by identifier."""
    ids = [summary.id for summary in runtime.list_patients()]
    if patient_id not in ids:
        return None, None
    at = ids.index(patient_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)


def _choose_patient() -> None:
    patients = {summary.id: summary for summary in runtime.list_patients()}
    st.header("Patient")
    if not patients:
        show_empty("There is no patient yet.", "Register the first one with the baseline scan.")
        if st.button("New patient", type="primary"):
            open_page("new-patient")
        show_footer()
        return
    chosen = st.selectbox(
        "Patient",
        list(patients),
        index=None,
        format_func=lambda key: f"{patients[key].identifier} · {patients[key].primary}",
        placeholder="Type an identifier",
        key="patient-choose",
    )
    if chosen is not None:
        choose_patient(chosen)
        st.rerun()
    show_footer()
