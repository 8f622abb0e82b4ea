"""``python -m dashboards``: serve the pages on this machine. TRACKER_PORT sets the port (8501)."""

from __future__ import annotations

import sys

from dashboards import runtime
from dashboards.asgi import FONT_URL, build_app
from dashboards.settings import server_options
from tracker.errors import SettingsError


def main() -> int:
    """Serve until stopped. Exit code 2 where a setting is refused, with one sentence on standard error."""
    try:
        options = server_options(runtime.settings().port, FONT_URL)
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
