"""Formula injection: a text that a spreadsheet would run as a formula gets a leading apostrophe, and loses it on reading.

Source: OWASP, CSV injection. The full-width forms of the signs are read as the signs by some programs.
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"'*[ \xa0]*[=+\-@\t\r\n＝＋－＠]")


def guard(text: str) -> str:
    """The text as it may stand in a cell. ``unguard`` gives it back, whatever it was."""
    return f"'{text}" if _RISKY.match(text) else text


def unguard(text: str) -> str:
    """The text without the apostrophe that ``guard`` put before it."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
