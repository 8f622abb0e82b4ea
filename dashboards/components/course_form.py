"""The fields of a course: what kind, its name and treatment, from when, and by which criterion it is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboards.components.form_fields import ask_choice, ask_date, ask_text, field_key
from dashboards.components.page import esc, show_html
from tracker.domain.drafts import TreatmentDraft
from tracker.domain.vocabulary import CourseKind, TreatmentKind
from tracker.pictures.criteria import offered


@dataclass(frozen=True, slots=True)
class CourseFields:
    """What was typed of a course; ``treatment`` is None where there is none."""

    kind: CourseKind
    name: str
    start: date | None
    treatment: TreatmentDraft | None
    criterion: str


def ask_course(prefix: str, today: date) -> CourseFields:
    """The fields of a course, of its treatment, and by which criterion it is judged."""
    st.subheader("Course")
    columns = st.columns(6)
    with columns[0]:
        kind = CourseKind(ask_choice(prefix, "Kind of course", CourseKind.words(), start=str(CourseKind.SYSTEMIC)))
    with columns[1]:
        name = ask_text(prefix, "Name of the course", placeholder="FOLFOX + bevacizumab")
    with columns[2]:
        start = ask_date(prefix, "Start", None)
    with columns[3]:
        start_words = [str(CourseKind.SYSTEMIC)] if kind is CourseKind.SYSTEMIC else []
        treated = ask_choice(prefix, "Treatment", TreatmentKind.words(), start=start_words[0] if start_words else "")
    with columns[4]:
        faces = {face.key: face for face in offered()}
        criterion = st.selectbox(
            "Judged by", list(faces), format_func=lambda key: faces[key].with_source,
            key=field_key(prefix, "criterion"), persist_state="session",
        )  # fmt: skip
    show_html(
        f'<p class="hp-note" role="status"><b>{esc(faces[criterion].name)}:</b> {esc(faces[criterion].explains)}</p>'
    )
    treatment = None
    if treated and start is not None and name:
        treatment = TreatmentDraft(name, TreatmentKind(treated), start, planned=start > today)
    return CourseFields(kind, name, start, treatment, criterion)
