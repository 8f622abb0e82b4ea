"""The site whose record this is."""

from __future__ import annotations

from sqlalchemy import select

from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import PatientRow
from tracker.services.actors import system_actor
from tracker.services.transactions import change, find_site


def name_first_site(db: Database, authority: str) -> None:
    """Say who issues the identifiers of a new database. Nothing happens once a patient is registered."""
    with change(db, system_actor(db)) as opened:
        site = find_site(opened.session)
        registered = opened.session.scalar(select(PatientRow.id).limit(1)) is not None
        if registered or site.authority == authority:
            return
        before = {"authority": site.authority}
        site.authority = authority
        opened.audit(history.SYSTEM, "site.name", "site", site.id, before=before, after={"authority": authority})
