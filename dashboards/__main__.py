"""``python -m dashboards``: serve the pages on this machine. TRACKER_PORT sets the port (8501)."""

from __future__ import annotations

import os
import sys

from dashboards.asgi import FONT_URL, build_app
from dashboards.settings import server_options
from tracker.errors import SettingsError


def main() -> int:
    """Serve until stopped. Exit code 2 where a setting is refused, with one sentence on standard error."""
    asked = os.environ.get("TRACKER_PORT", "8501")
    try:
        if not asked.isascii() or not asked.isdigit():
            raise SettingsError(f"TRACKER_PORT is {asked!r}; a port is a number from 0 to 65535 (0 takes a free one).")
        options = server_options(int(asked), FONT_URL)
    except SettingsError as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        return 2
    try:
        build_app().run(config=options)
    except SystemExit as stop:
        return 2 if stop.code else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
