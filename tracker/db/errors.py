"""Driver errors in a person's words. No value of the record and no password gets into a sentence."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError

from tracker.errors import ConflictError, DatabaseError, TrackerError

#: What SQLite's and PostgreSQL's messages mean. The first words that occur in the message decide.
_MEANINGS = (
    ("no such table", "The database has no tables of this version: run 'tracker db upgrade'."),
    ("no such column", "The database is at another version than the program: run 'tracker db upgrade'."),
    ("append-only", "The audit and the versions of exams are append-only: nothing in them is changed or removed."),
    ("database is locked", "The database is busy with another program. Try again in a moment."),
    ("disk is full", "The disk of the database is full. Make room and try again."),
    ("no space left", "The disk of the database is full. Make room and try again."),
    ("readonly database", "The database file may not be written by this user."),
    ("unable to open", "The database file cannot be opened. Check the path and its permissions."),
    ("not a database", "The file is not a database of the tracker."),
    ("malformed", "The database file is damaged. Restore the last good backup."),
    ("disk i/o error", "The disk of the database does not answer as it should."),
)
_PG_STATES = {
    "42P01": _MEANINGS[0][1],
    "42703": _MEANINGS[1][1],
    "53100": _MEANINGS[4][1],
    "28P01": "The database refuses the user name or password.",
    "3D000": "The database server has no database of that name.",
    "25006": "The database takes no changes now (read-only).",
    "55P03": _MEANINGS[3][1],
    "57014": "The database took too long to answer.",
}


#: What a driver, or the pool of connections, may raise. Anything else is a defect and is not translated.
DRIVER_ERRORS = (DBAPIError, TimeoutError, sqlite3.Error)


def translate(error: Exception) -> TrackerError:
    """The tracker's error for one of DRIVER_ERRORS."""
    original = error.orig if isinstance(error, DBAPIError) else error
    message = str(original).lower()
    state = getattr(original, "sqlstate", None)
    meaning = _PG_STATES.get(state) if state else None
    if meaning is None:
        meaning = next((sentence for words, sentence in _MEANINGS if words in message), None)
    if meaning is None and isinstance(error, IntegrityError):
        return ConflictError(
            "Somebody else stored the same thing at the same moment. Nothing of yours was stored: reload and look."
        )
    if meaning is None:
        meaning = "The database does not answer."
    return DatabaseError(f"{meaning} Nothing was stored.")
