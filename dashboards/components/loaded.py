"""What the pages draw, computed once for each version of what it rests on: boards, figures, lists of all patients.

Every key carries the database, so that two databases in one process never share an answer.
"""

from __future__ import annotations

import logging
from datetime import date
from functools import lru_cache

import plotly.graph_objects as go
import streamlit as st

from dashboards import runtime
from dashboards.charts.board import draw_board
from tracker.domain.record import PatientRecord
from tracker.errors import TrackerError
from tracker.pictures.board import Board, derive_board
from tracker.pictures.palette import Mode
from tracker.services import patients
from tracker.services import worklist as worklists
from tracker.services.owners import Owner, list_owners
from tracker.services.worklist import Memory, Worklist

_log = logging.getLogger("hepatrack.pages")

#: Moves with every change of any record.
Stamp = tuple[int, int]
#: From so many patients on the first worklist is derived while the server starts.
LARGE_SITE = 500


def mode() -> Mode:
    """Light or dark, as the page is shown now."""
    return "dark" if st.context.theme.type == "dark" else "light"


def board(record: PatientRecord) -> Board | None:
    """The board of a patient; None where there is no scan."""
    return _board_at(_database(), record.patient.id, record.patient.version)


def board_figure(record: PatientRecord, look: Mode, ringed: int | None) -> go.Figure:
    """The drawn board; only for a patient who has one."""
    return _figure_at(_database(), record.patient.id, record.patient.version, look, ringed)


def patient_keys() -> tuple[int, ...]:
    """Every patient, by identifier."""
    return _keys_at(_database(), worklists.stamp(runtime.database()))


def worklist() -> Worklist:
    """The worklist of today."""
    return _worklist_at(_database(), worklists.stamp(runtime.database()), runtime.today())


def is_worklist_at_hand() -> bool:
    """Whether the next list derives no more than what changed; the first one of a process derives every record."""
    return _memory_of(_database()).is_filled


def warm_worklist() -> None:
    """Derive the first list of a large site before anybody asks for it (2.5 ms a patient); a small one takes no time."""
    try:
        if _stamp_of_all()[0] >= LARGE_SITE:
            worklist()
    except TrackerError as refusal:
        # The page will say so to whoever opens it.
        _log.warning("the first worklist was not derived: %s", type(refusal).__name__)


def owners() -> tuple[Owner, ...]:
    """Everybody who may look after a patient."""
    return list_owners(runtime.database(), runtime.actor())


def _database() -> str:
    return runtime.database().url_safe


def _stamp_of_all() -> Stamp:
    """One small query, whatever the number of patients."""
    return patients.stamp_of_all(runtime.database())


@lru_cache(maxsize=128)
def _board_at(_url: str, patient_id: int, _version: int) -> Board | None:
    return derive_board(runtime.load_record(patient_id), runtime.assessments(patient_id))


@lru_cache(maxsize=128)
def _figure_at(url: str, patient_id: int, version: int, look: Mode, ringed: int | None) -> go.Figure:
    found = _board_at(url, patient_id, version)
    if found is None:
        raise ValueError("a patient without a scan has no board to draw")
    return draw_board(found, look, ringed)


@lru_cache(maxsize=4)
def _worklist_at(url: str, _stamp: int, today: date) -> Worklist:
    return worklists.list_worklist(runtime.database(), runtime.actor(), today, _memory_of(url))


@lru_cache(maxsize=4)
def _keys_at(_url: str, _stamp: int) -> tuple[int, ...]:
    return patients.list_keys(runtime.database())


@lru_cache(maxsize=4)
def _memory_of(_url: str) -> Memory:
    """What was derived of the records of a database, so that a change of one does not derive all again."""
    return Memory()
