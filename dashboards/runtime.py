"""What the pages share in one process: the database, who acts, and what was loaded, each cached under its version.

The only module of the pages that touches an engine.
"""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from os import environ
from zoneinfo import ZoneInfo

from sqlalchemy import text

from tracker.config import Settings, load_settings
from tracker.db import migrate
from tracker.db.engine import Database, open_database
from tracker.domain.conventions import Sensitivity, find_sensitivities
from tracker.domain.derivation import CourseAssessment, assess_record
from tracker.domain.record import PatientRecord
from tracker.errors import TrackerError
from tracker.services import actors, inbox, patients
from tracker.services.actors import Actor
from tracker.services.patients import PatientSummary


@cache
def settings() -> Settings:
    return load_settings(environ)


@cache
def database() -> Database:
    """The one database of this process."""
    chosen = settings()
    return open_database(chosen.database_url, data_dir=chosen.data_dir, timezone=ZoneInfo(chosen.timezone))


@cache
def actor() -> Actor:
    """Who acts: the local user, until people log in; the demo's own user in a demo."""
    return actors.demo_actor(database()) if settings().demo else actors.local_actor(database())


def today() -> date:
    """The calendar date at the site (TRACKER_TIMEZONE)."""
    return database().today()


def list_patients() -> tuple[PatientSummary, ...]:
    return patients.list_patients(database(), actor())


def count_waiting() -> int:
    """How many reports wait in the inbox; none where the database does not answer, which the page itself will say."""
    try:
        return inbox.count_waiting(database())
    except TrackerError:
        return 0


def load_record(patient_id: int) -> PatientRecord:
    """The record as it stands now; read again only after the patient's version has moved. NotFoundError."""
    return _record_at(patient_id, patients.patient_version(database(), patient_id))


def assessments(patient_id: int, version: int | None = None) -> tuple[CourseAssessment, ...]:
    """The computed responses of every course, under the same version as ``load_record``; where the record is at hand,
    under its ``version``, which is not asked again."""
    return _assessments_at(patient_id, patients.patient_version(database(), patient_id) if version is None else version)


def sensitivities(patient_id: int) -> tuple[tuple[Sensitivity, ...], ...]:
    """For every course where another named setting would change its conclusion, under the same version."""
    return _sensitivities_at(patient_id, patients.patient_version(database(), patient_id))


@lru_cache(maxsize=256)
def _record_at(patient_id: int, _version: int) -> PatientRecord:
    return patients.load_record(database(), actor(), patient_id)


@lru_cache(maxsize=256)
def _assessments_at(patient_id: int, version: int) -> tuple[CourseAssessment, ...]:
    return assess_record(_record_at(patient_id, version))


@lru_cache(maxsize=256)
def _sensitivities_at(patient_id: int, version: int) -> tuple[tuple[Sensitivity, ...], ...]:
    return tuple(find_sensitivities(one.timeline, one.assessment) for one in _assessments_at(patient_id, version))


def database_problems() -> tuple[str, ...]:
    """Why the pages could not serve now: one sentence each, empty where all is well."""
    try:
        with database().read() as session:
            session.execute(text("select 1"))
        return tuple(str(problem) for problem in migrate.check(database()))
    except TrackerError as refusal:
        return (str(refusal),)


def warm_up() -> None:
    """Open the database and import what every page needs, so that the first visitor does not wait for it."""
    import pandas  # noqa: F401 - Streamlit asks it about the data of every component
    import plotly.graph_objects  # noqa: F401

    actor()


def close() -> None:
    """Give the database back and forget what was loaded."""
    if database.cache_info().currsize:
        database().dispose()
    for cached in (settings, database, actor, _record_at, _assessments_at, _sensitivities_at):
        cached.cache_clear()
