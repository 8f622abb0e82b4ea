"""``tracker init`` and ``tracker db``: make a database, bring it to the newest schema, look whether it is sound."""

from __future__ import annotations

import os

import click

from tracker.commands.connecting import opened
from tracker.commands.files import write_out
from tracker.config import load_settings

INIT_EXAMPLE = """
\b
Examples:
  tracker init
  tracker init --database postgresql://ward@db.example/hepatrack
"""
DB_EXAMPLE = """
\b
Example:
  tracker db check
"""


@click.command(epilog=INIT_EXAMPLE)
@click.option("--database", metavar="URL", help="Where to make it; else TRACKER_DATABASE_URL, else your data folder.")
def init(database: str | None) -> None:
    """Make a private, empty database.

    One that is there already is left as it is.
    """
    from tracker.db import migrate
    from tracker.services import sites

    given = {} if database is None else {"TRACKER_DATABASE_URL": database}
    settings = load_settings({**os.environ, **given})
    with opened(settings, make=True) as db:
        before = migrate.current(db)
        if before is None:
            migrate.upgrade(db)
            sites.name_first_site(db, settings.site)
            click.echo(f"The database is ready: {db.url_safe}")
        else:
            newest = before == migrate.head()
            click.echo(f"The database is there already: {db.url_safe}. Nothing was changed.")
            if not newest:
                click.echo("Its schema is not the newest: run 'tracker db upgrade'.")
        if database is not None and database != os.environ.get("TRACKER_DATABASE_URL"):
            click.echo("Other commands find it by the variable TRACKER_DATABASE_URL.")


@click.group(epilog=DB_EXAMPLE)
def db() -> None:
    """The schema of the database: upgrade, current, check."""


@db.command("upgrade", epilog="\b\nExample:\n  tracker db upgrade")
def upgrade() -> None:
    """Bring the schema to the newest version. One that is there already is left as it is."""
    from tracker.db import migrate
    from tracker.services import sites

    settings = load_settings(os.environ)
    with opened(settings, make=True) as database:
        before = migrate.current(database)
        migrate.upgrade(database)
        if before is None:
            sites.name_first_site(database, settings.site)
        after = migrate.current(database)
        what = "was at the newest schema already" if before == after else f"went from {before or 'empty'} to {after}"
        click.echo(f"The database {database.url_safe} {what}.")


@db.command("current", epilog="\b\nExample:\n  tracker db current")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def current(as_json: bool) -> None:
    """Print the version of the schema, and the newest that this program knows."""
    from tracker.db import migrate
    from tracker.exchange.jsontext import write_json

    with opened(load_settings(os.environ)) as database:
        revision, newest = migrate.current(database), migrate.head()
    if as_json:
        write_out(write_json({"current": revision, "newest": newest}) + "\n")
    else:
        click.echo(f"{revision or 'empty'}{' (newest)' if revision == newest else f'; the newest is {newest}'}")


@db.command("check", epilog="\b\nExample:\n  tracker db check --json")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> int:
    """Look whether the database is sound: schema, integrity, keys, files. Exit code 2 where it is not."""
    from tracker.db import migrate
    from tracker.exchange.jsontext import write_json

    with opened(load_settings(os.environ)) as database:
        problems = migrate.check(database)
    if as_json:
        listed = [{"place": problem.place, "text": problem.text} for problem in problems]
        write_out(write_json({"sound": not problems, "problems": listed}) + "\n")
    for problem in problems:
        click.echo(str(problem), err=True)
    if not problems and not as_json:
        click.echo("The database is sound.")
    return 2 if problems else 0
