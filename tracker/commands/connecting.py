"""The database of the settings, opened for a command, and the sentences that say what is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tracker.config import Settings, load_settings
from tracker.errors import DatabaseError

if TYPE_CHECKING:
    from tracker.db.engine import Database


@contextmanager
def opened(settings: Settings, *, make: bool = False) -> Iterator[Database]:
    """The database of the settings, given back at the end. With ``make`` it may be a new one.

    DatabaseError where there is none yet, or where its server does not answer.
    """
    from tracker.db.engine import open_database, read_url
    from tracker.db.files import make_private_folder

    address = read_url(settings.database_url)
    if make:
        make_private_folder(settings.data_dir)
    elif address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        raise DatabaseError(f"There is no database {address.database}: make it with 'tracker init'.")
    db = open_database(settings.database_url, data_dir=settings.data_dir, timezone=ZoneInfo(settings.timezone))
    try:
        yield db
    finally:
        db.dispose()


@contextmanager
def ready(settings: Settings | None = None) -> Iterator[Database]:
    """The database of the settings at the newest schema. DatabaseError with the command that mends it."""
    from tracker.db import history

    with opened(settings or load_settings(os.environ)) as db:
        require_newest(db)
        history.read_key(db.key_file)
        yield db


def require_newest(db: Database) -> None:
    """Refuse a database whose schema is not this program's."""
    from tracker.db import migrate

    revision, newest = migrate.current(db), migrate.head()
    if revision is None:
        raise DatabaseError(f"The database {db.url_safe} is empty: make its tables with 'tracker init'.")
    if revision != newest:
        raise DatabaseError(
            f"The database {db.url_safe} is at schema {revision}, this program needs {newest}: run 'tracker db upgrade'."
        )


def environment(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables under which a child process has the same settings."""
    return {
        **environ,
        "TRACKER_DATABASE_URL": settings.database_url,
        "TRACKER_DATA_DIR": str(settings.data_dir),
        "TRACKER_TIMEZONE": settings.timezone,
        "TRACKER_SITE": settings.site,
        "TRACKER_PORT": str(settings.port),
        "TRACKER_DEMO": "yes" if settings.demo else "no",
        "TRACKER_PHONE": settings.phone,
        "TRACKER_HELPLINE": settings.helpline,
    }
