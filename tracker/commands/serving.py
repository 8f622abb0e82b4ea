"""``tracker demo`` and ``tracker serve``: the pages on this machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from tracker.commands.connecting import environment, opened, ready
from tracker.commands.processes import ChildDied, Stopped, choose_port, pages, serve_until_stopped, stopping
from tracker.config import Settings, load_settings

PORT = click.IntRange(1, 65535)
USUAL_PORT = 8501


@click.command(epilog="\b\nExamples:\n  tracker demo\n  tracker demo --no-browser --port 8600 --patients 20")
@click.option("--port", type=PORT, help="Port on this machine; else 8501, or the next that is free.")
@click.option("--no-browser", is_flag=True, help="Do not open the browser.")
@click.option("--patients", type=click.IntRange(0, 5000), default=60, show_default=True, help="How many to invent.")
@click.option("--seed", type=int, default=20261124, show_default=True, help="The same seed, the same patients.")
def demo(port: int | None, no_browser: bool, patients: int, seed: int) -> int:
    """Show the pages with invented patients.

    The database lies in a temporary folder that is gone afterwards. Everything is marked SYNTHETIC.
    """
    settings = load_settings(os.environ)
    chosen = choose_port(port, USUAL_PORT)

    def run() -> None:
        folder = Path(tempfile.mkdtemp(prefix="hepatrack-demo-"))
        try:
            url = f"sqlite:///{folder / 'demo.sqlite3'}"
            invented = replace(settings, database_url=url, data_dir=folder, port=chosen, demo=True)
            click.echo(f"Inventing {patients} patients …")
            with pages(environment(invented, os.environ)) as child:
                _fill(invented, patients, seed)
                what = f"{patients} invented patients (SYNTHETIC)"
                serve_until_stopped(child, chosen, what, browser=not no_browser)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return _until_stopped(run)


@click.command(epilog="\b\nExamples:\n  tracker serve\n  tracker serve --port 8600")
@click.option("--port", type=PORT, help="Port on this machine; else TRACKER_PORT, else 8501 or the next that is free.")
def serve(port: int | None) -> int:
    """Serve the pages to this machine.

    Until there is a login, no other machine can reach them, and whoever uses this one is the local user.
    """
    settings = load_settings(os.environ)
    with ready(settings):
        pass
    asked = port if port is not None else (settings.port if settings.port != USUAL_PORT else None)
    chosen = choose_port(asked, USUAL_PORT)

    def run() -> None:
        with pages(environment(replace(settings, port=chosen, demo=False), os.environ)) as child:
            serve_until_stopped(child, chosen, "The record is open", browser=False)

    return _until_stopped(run)


def _until_stopped(run: Callable[[], None]) -> int:
    """0 where a signal ended it, 1 with the reason where the pages ended by themselves."""
    try:
        with stopping():
            run()
    except Stopped:
        return 0
    except ChildDied as end:
        click.echo(str(end), err=True)
    return 1


def _fill(settings: Settings, patients: int, seed: int) -> None:
    """Make the demo's database: invented patients, stored as a nurse's entries would be."""
    from tracker.db import migrate
    from tracker.demo import fill_database, generate_cohort
    from tracker.services.actors import demo_actor

    with opened(settings, make=True) as db:
        migrate.upgrade(db)
        cohort = generate_cohort(patients, seed, today=db.today())
        fill_database(db, demo_actor(db), cohort)
