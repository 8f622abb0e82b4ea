"""People who act under their own name, until accounts bring them in: who confirms a response is a named person."""

from __future__ import annotations

import re

from sqlalchemy import select

from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import MembershipRow, UserRow
from tracker.errors import InputError
from tracker.services.actors import Actor
from tracker.services.checks import check_text, tidy_text
from tracker.services.transactions import change, lock_site


def enter_clinician(db: Database, actor: Actor, name: str) -> Actor:
    """The clinician of that name, who is entered where nobody has it. Raises InputError."""
    name = tidy_text(name)
    with change(db, actor) as opened:
        problems = tuple(check_text("name", name, limit=80, needed=True))
        if problems:
            raise InputError(problems)
        site = lock_site(opened)
        known = opened.session.scalars(select(UserRow).where(UserRow.name == name, UserRow.kind == "person")).first()
        if known is not None:
            return Actor(known.id, known.name)
        login = re.sub(r"[^a-z]+", "-", name.casefold()).strip("-")
        row = UserRow(login=login, name=name, kind="person", active=True)
        opened.session.add(row)
        opened.session.flush()
        opened.session.add(MembershipRow(user_id=row.id, site_id=site.id, role="clinician"))
        opened.audit(history.SYSTEM, "user.enter", "user_account", row.id, after={"name": name, "role": "clinician"})
        return Actor(row.id, row.name)
