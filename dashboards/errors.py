"""What a person sees when a page cannot go on, and what the log may hold of it."""

from __future__ import annotations

import logging
import secrets
import traceback

from dashboards.components.page import show_refusal
from tracker.errors import TrackerError

_log = logging.getLogger("hepatrack.pages")


class WithoutUncaught(logging.Filter):
    """Keeps Streamlit's own record of an uncaught error out of the log: its message may hold what was typed.

    ``handle_script_error`` logs the same error by its reference.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.exc_info and record.getMessage() == "Uncaught app execution")


def reference_for(error: BaseException) -> str:
    """A short reference for an unexpected error, logged with the kind and the places in the code.

    Neither the message nor any value goes into the log: they may hold what was typed about a patient.
    """
    reference = secrets.token_hex(3).upper()
    frames = [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    _log.error("reference %s: %s at %s", reference, type(error).__name__, " > ".join(frames[-6:]))
    return reference


def handle_script_error(error: Exception) -> bool:
    """Show one clear sentence instead of a traceback; Streamlit then shows nothing of its own."""
    if isinstance(error, TrackerError):
        first, *more = str(error).splitlines() or [""]
        show_refusal(first, more)
    else:
        show_refusal(
            f"Something went wrong (reference {reference_for(error)}). "
            "Nothing was saved; your entries are kept as a draft."
        )
    return True
