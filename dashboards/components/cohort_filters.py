"""What is looked at of the cohort: primary, treatment, course, months of start, criterion, and the site where there are several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import streamlit as st

from dashboards.components import cohort_loaded
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, join_words, say_month
from tracker.services.cohort import Cohort, CohortChoice

T = TypeVar("T")


def choose(everyone: Cohort) -> CohortChoice:
    """The choice; a treatment is offered only where the primary has it, a month where a course began in it.

    Responses by different criteria are never counted together: where there are several, one of them is looked at.
    """
    with st.container(key="cohort-filters", horizontal=True, gap="small"):
        primary = _pick("Primary", everyone.primaries, str, "primary", 230)
        of_primary = cohort_loaded.cohort(CohortChoice(primary))
        treatment = _pick("Treatment", of_primary.treatments, str, "treatment", 360)
        course = _pick("Course", of_primary.courses, str, "course", 130)
        first = _pick("Started from", of_primary.months, _month, "from", 210)
        last = _pick("to", [month for month in of_primary.months if first is None or month >= first], _month, "to", 150)
        site = _pick("Site", everyone.site_names, str, "site", 240) if len(everyone.site_names) > 1 else None
        chosen = CohortChoice(primary, treatment, course, None, first, last, site)
        found = cohort_loaded.cohort(chosen)
        criterion = _pick_criterion(found)
    return chosen._replace(criterion=criterion)


def say_left_out(choice: CohortChoice) -> str:
    """How many courses of the choice are judged by other criteria, and so are not among those seen; empty where none is."""
    if choice.criterion is None:
        return ""
    found = cohort_loaded.cohort(choice._replace(criterion=None))
    others = [
        f"{count_of(number, 'course')} by {face_of(key).title}"
        for key, number in found.criteria
        if key != choice.criterion
    ]
    return f"Not among them: {join_words(others)}." if others else ""


def say_choice(choice: CohortChoice) -> tuple[str, ...]:
    """The choices made, in words; none where everything is seen."""
    said = (
        ("Primary", choice.primary),
        ("Treatment", choice.treatment),
        ("Course", choice.course),
        ("Started from", None if choice.first_month is None else _month(choice.first_month)),
        ("Started up to", None if choice.last_month is None else _month(choice.last_month)),
        ("Site", choice.site),
    )
    return tuple(f"{name}: {value}" for name, value in said if value is not None)


def _pick(name: str, options: Sequence[T], say: Callable[[T], str], key: str, width: int) -> T | None:
    """One filter; its name stands in it, so that it needs no line of its own."""
    return st.selectbox(
        name,
        [None, *options],
        format_func=lambda value: f"{name}: {'all' if value is None else say(value)}",
        key=f"cohort-{key}",
        width=width,
        label_visibility="collapsed",
        required=True,
    )


def _pick_criterion(found: Cohort) -> str | None:
    """The most frequent criterion first; None where there is no choice."""
    keys = [key for key, _ in found.criteria]
    if len(keys) < 2:
        return None
    return st.selectbox(
        "Judged by",
        keys,
        format_func=lambda key: f"Judged by: {face_of(key).title}",
        key="cohort-criterion",
        width=280,
        label_visibility="collapsed",
        required=True,
    )


def _month(first_day: date) -> str:
    return say_month(first_day, year=True)
