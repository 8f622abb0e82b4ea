"""Alembic's way into the database: the connection the program gives, else the address in TRACKER_DATABASE_URL."""

from __future__ import annotations

import os
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from tracker.db import models  # noqa: F401 - makes the tables known
from tracker.db.base import Base, CalendarDate, Exact, Flag, Moment
from tracker.db.engine import open_database

#: How a column type is written in a revision, which imports nothing of the tracker.
WRITTEN = {
    CalendarDate: "sa.Text().with_variant(sa.Date(), 'postgresql')",
    Moment: "sa.Text().with_variant(sa.DateTime(timezone=True), 'postgresql')",
    Exact: "sa.Text().with_variant(sa.Numeric(), 'postgresql')",
    Flag: "sa.Integer().with_variant(sa.Boolean(), 'postgresql')",
}


def write_type(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Autogenerate's question how to write an item: our types in SQLAlchemy's, the rest as it likes."""
    return WRITTEN.get(type(item), False) if kind == "type" else False


def run(connection: Connection) -> None:
    """Run what was asked for on a connection that is in a transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=write_type,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database, never as a script: leave --sql out.")
given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    address = os.environ.get("TRACKER_DATABASE_URL")
    if not address:
        raise SystemExit("Set TRACKER_DATABASE_URL to the database, such as sqlite:////tmp/hepatrack.db.")
    database = open_database(address)
    with database.engine.begin() as opened:
        run(opened)
    database.dispose()
