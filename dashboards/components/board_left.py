"""The left card of the board: charts and table on one axis of time; a mark or a badge that is pressed opens its reasons."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards.charts.marks import CONFIG
from dashboards.components import loaded
from dashboards.components.board_facts import CaseFacts
from dashboards.components.board_files import show_files
from dashboards.components.board_rows import Row, column_of, open_row, row_of_words
from dashboards.components.lesion_charts import show_lesion_charts
from dashboards.components.lesion_table import Framed, lesion_table_html
from dashboards.components.page import esc, show_html
from dashboards.components.pick import show_pick
from dashboards.components.text_tables import words_html
from tracker.domain.derivation import CourseAssessment
from tracker.domain.record import PatientRecord
from tracker.domain.schedule.changes import Changes
from tracker.pictures.board import WORDS, Board
from tracker.pictures.words import say_date

#: The exam whose correction was asked for: a page can only be left while it runs.
CORRECTING = "patient-correcting"


def show_left(
    record: PatientRecord,
    courses: tuple[CourseAssessment, ...],
    board: Board,
    chosen: Row | None,
    facts: CaseFacts,
    on_ask: Callable[[str], None],
) -> None:
    """The whole card. ``chosen`` is the row whose reasons are read: its mark gets a ring, its badge an edge.

    ``on_ask`` takes a question that is written ready, where only targets would give a sum.
    """
    with (
        st.container(key="in-words"),
        st.popover("In words", help="Every chart as a sentence and a table, and as files"),
    ):
        show_files(record, board)
        show_html(words_html(board.in_words))
    show_lesion_charts(record, courses)
    key = f"board-{record.patient.id}"
    with st.container(key="board-figure", gap=None):
        st.plotly_chart(
            loaded.board_figure(record, loaded.mode(), column_of(board, chosen)),
            theme=None,
            config=CONFIG,
            key=key,
            alt=board.sentence,
            on_select=lambda: _on_mark(key, courses, board),
            selection_mode="points",
        )
        if (words := _without_sum_html(board)) and (said := board.without_sum) is not None:
            show_pick(f"without-sum-{record.patient.id}", words, lambda _: on_ask(said.question))
    markup = lesion_table_html(board, chosen, find_framed(board, facts.changes))
    show_pick(f"lesions-{record.patient.id}", markup, lambda picked: on_scan(courses, picked))


def on_scan(courses: tuple[CourseAssessment, ...], picked: str) -> None:
    """A button of the table or of the reasons: another scan's reasons, or the correction of a stored scan."""
    action, _, value = picked.partition(":")
    if action == "correct" and value.isdigit():
        st.session_state[CORRECTING] = int(value)
    elif (row := row_of_words(picked)) is not None:
        open_row(courses, row)


def find_framed(board: Board, changes: Changes | None) -> Framed | None:
    """The scans that the patient's own last decision did not see; the newest one where no meeting decided on the patient yet.

    A meeting that spoke of others is no reference. None where there is one scan only: nothing is to be told apart.
    """
    if changes is not None and changes.reference.is_own:
        new = {exam.id for exam in changes.entered}
        columns = {at for at, column in enumerate(board.columns) if any(exam.id in new for exam in column.exams)}
        begins = "framed: since" if columns else "no scan since"
        made = changes.reference.moment.date()
        ahead = made < changes.reference.day
        what = f"decision of {say_date(made)}" if ahead else f"MDT of {say_date(changes.reference.day)}"
        return Framed(frozenset(columns), (begins, what))
    if len(board.columns) < 2:
        return None
    return Framed(frozenset({len(board.columns) - 1}), ("framed:", "newest scan"))


def _on_mark(key: str, courses: tuple[CourseAssessment, ...], board: Board) -> None:
    """A mark of a scan was pressed: its reasons, in the later course where it stands in two."""
    for point in st.session_state[key].selection.points:
        column = point.get("customdata")
        if isinstance(column, int) and 0 <= column < len(board.columns) and board.columns[column].judged:
            judged = board.columns[column].judged[-1]
            open_row(courses, (judged.course, judged.row))
            return


def _without_sum_html(board: Board) -> str:
    """What can be said without a sum, over the place of the sum chart; empty where there is a sum."""
    said, place = board.without_sum, board.panel(WORDS)
    if said is None or place is None:
        return ""
    button = '<button type="button" class="hp-button" data-pick="ask">Ask radiology for targets…</button>'
    columns = (
        ("Can be said", said.can, ""),
        ("Cannot be said", said.cannot, ""),
        ("What would help", said.helps, button if said.question else ""),
    )
    inner = "".join(
        f"<div><h3>{name}</h3>{''.join(f'<p>{esc(text)}</p>' for text in texts)}{more}</div>"
        for name, texts, more in columns
    )
    return f'<div class="hp-without" style="--top:{board.top_of(place)}px;--height:{place.height}px">{inner}</div>'
