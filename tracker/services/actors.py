"""Who acts. Every service takes an actor; until people log in, it is one of the built-in users."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tracker.db.engine import Database
from tracker.db.models import UserRow
from tracker.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class Actor:
    """A user as the audit names them."""

    user_id: int
    name: str


def local_actor(db: Database) -> Actor:
    """The one user of a machine without login."""
    return _built_in(db, "local")


def demo_actor(db: Database) -> Actor:
    """The user of the synthetic demo."""
    return _built_in(db, "demo")


def system_actor(db: Database) -> Actor:
    """The program itself."""
    return _built_in(db, "system")


def _built_in(db: Database, login: str) -> Actor:
    with db.read() as session:
        user = session.scalars(select(UserRow).where(UserRow.login == login)).one_or_none()
    if user is None:
        raise DatabaseError(f"The database has no built-in user '{login}': run 'tracker db check'.")
    return Actor(user.id, user.name)
