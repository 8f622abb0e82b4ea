"""What the cohort page draws, computed once for each version of what it rests on: any saved change moves the stamp."""

from __future__ import annotations

from functools import lru_cache

import plotly.graph_objects as go

from dashboards import runtime
from dashboards.charts.spider import draw_spider
from dashboards.charts.survival import draw_survival
from dashboards.charts.swimmer import draw_swimmer
from dashboards.charts.waterfall import draw_waterfall
from dashboards.components import loaded
from tracker.pictures.cohort_survival import Event
from tracker.pictures.palette import Mode
from tracker.services import patients
from tracker.services.cohort import Cohort, CohortChoice, load_cohort
from tracker.services.cohort_pictures import CohortCourses, CohortPictures
from tracker.services.cohort_regimens import Regimens, ScanCounts, count_scans, derive_regimens

Stamp = tuple[int, int]
EVERYONE = CohortChoice()


def cohort(choice: CohortChoice = EVERYONE) -> Cohort:
    """All courses of all patients, or those of a choice."""
    return _chosen_at(*_now(), choice)


def courses(choice: CohortChoice) -> CohortCourses:
    """The courses of a choice, ready to be drawn; they are judged by one criterion."""
    return _courses_at(*_now(), choice)


def pictures(choice: CohortChoice, event: Event, focused: int | None) -> CohortPictures:
    """The four charts of a choice, one patient looked at in all of them."""
    return _pictures_at(*_now(), choice, event, focused)


def figures(choice: CohortChoice, event: Event, focused: int | None, look: Mode) -> tuple[go.Figure, ...]:
    """Waterfall, spider, swimmer and curve as they are drawn."""
    return _figures_at(*_now(), choice, event, focused, look)


def regimens(choice: CohortChoice) -> Regimens:
    """Best response by treatment."""
    return _regimens_at(*_now(), choice)


def scans(choice: CohortChoice) -> ScanCounts | None:
    """Where the scans of the group stand; None while the first worklist of a large site is still being made."""
    if len(cohort().rows) >= loaded.LARGE_SITE and not loaded.is_worklist_at_hand():
        return None
    worklist = loaded.worklist()
    return count_scans(worklist.rows, {row.patient_id for row in cohort(choice).rows})


def _now() -> tuple[str, Stamp]:
    """The database and its stamp: one small query, whatever the number of patients."""
    return runtime.database().url_safe, patients.stamp_of_all(runtime.database())


@lru_cache(maxsize=2)
def _cohort_at(_url: str, _stamp: Stamp) -> Cohort:
    return load_cohort(runtime.database(), runtime.actor())


@lru_cache(maxsize=16)
def _chosen_at(url: str, stamp: Stamp, choice: CohortChoice) -> Cohort:
    return _cohort_at(url, stamp).only(**choice._asdict())


@lru_cache(maxsize=4)
def _courses_at(url: str, stamp: Stamp, choice: CohortChoice) -> CohortCourses:
    return CohortCourses(_chosen_at(url, stamp, choice))


@lru_cache(maxsize=16)
def _pictures_at(url: str, stamp: Stamp, choice: CohortChoice, event: Event, focused: int | None) -> CohortPictures:
    return _courses_at(url, stamp, choice).draw(event, focused)


@lru_cache(maxsize=16)
def _figures_at(
    url: str, stamp: Stamp, choice: CohortChoice, event: Event, focused: int | None, look: Mode
) -> tuple[go.Figure, ...]:
    seen = _pictures_at(url, stamp, choice, event, focused)
    return (
        draw_waterfall(seen.waterfall, look),
        draw_spider(seen.spider, look),
        draw_swimmer(seen.swimmer, look),
        draw_survival(seen.survival, look),
    )


@lru_cache(maxsize=16)
def _regimens_at(url: str, stamp: Stamp, choice: CohortChoice) -> Regimens:
    return derive_regimens(_chosen_at(url, stamp, choice))
