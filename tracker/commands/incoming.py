"""What comes from outside, from the command line: ``tracker inbox``, ``tracker review``, ``tracker preset``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.commands.bringing import read_options, table_options
from tracker.commands.connecting import ready
from tracker.commands.files import write_out
from tracker.commands.naming import find_named_patient
from tracker.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from tracker.services.inbox import InboxItem

INBOX_EXAMPLE = """
\b
Example, every five minutes from a timer of the system:
  tracker inbox /var/spool/hepatrack

The sender writes a file as NAME.part and renames it when it is whole; .part files are left alone.
"""
REVIEW_EXAMPLE = """
\b
Examples:
  tracker review list
  tracker review assign 12 4711 --reason "letter of referral of 2 March"
  tracker review refuse 13 --reason "no liver on this scan"
"""
PRESET_EXAMPLE = """
\b
Examples:
  tracker preset save ours "Pat. no.=patient_id" "Study date=exam_date" "Size=long_axis_mm" "Radiologist="
  tracker import --preset ours --modality CT table.csv

Nothing behind the = means that the column is there and is not read.
"""


@click.command("inbox", epilog=INBOX_EXAMPLE)
@click.argument("folder", metavar="DIR")
@table_options
@click.option("--json", "as_json", is_flag=True, help="Print what became of each file as JSON.")
def inbox_folder(folder: str, preset: str | None, modality: str | None, date_order: str | None, as_json: bool) -> int:
    """One pass over the folder DIR: tables go into the record, reports into the inbox.

    Each file ends in DIR/done or, with its problems in a .problems.json beside it, in DIR/failed. Exit code 2 where one did.
    """
    from tracker.exchange.jsontext import write_json
    from tracker.services.actors import system_actor
    from tracker.services.folder import pass_folder

    results = []
    with ready() as db:
        options = read_options(db, preset, modality, date_order)
        for one in pass_folder(db, system_actor(db), Path(folder), options):
            results.append(one)
            for problem in one.problems:
                click.echo(str(problem) if problem.place.startswith(one.file) else f"{one.file}: {problem}", err=True)
            if not as_json:
                click.echo(f"{one.file}: {one.summary}" + (f" → {one.moved_to}" if one.moved_to else ""))
    if as_json:
        write_out(write_json({"files": [one.to_dict() for one in results]}) + "\n")
    elif not results:
        click.echo(f"{folder}: no file waits")
    return 2 if any(one.failed for one in results) else 0


@click.group(epilog=REVIEW_EXAMPLE)
def review() -> None:
    """The reports that wait in the inbox. They are entered on the pages; here they are listed, assigned, refused."""


@review.command("list", epilog=REVIEW_EXAMPLE)
@click.option(
    "--state", type=click.Choice(["waiting", "taken", "refused", "superseded", "all"]), default="waiting",
    show_default=True, help="Which reports.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, without their texts.")
def list_reports(state: str, as_json: bool) -> None:
    """List the reports of the inbox, those that wait longest first."""
    from tracker.exchange.jsontext import write_json
    from tracker.services import inbox
    from tracker.services.actors import local_actor

    with ready() as db:
        items = inbox.list_items(db, local_actor(db), None if state == "all" else state)
    if as_json:
        write_out(write_json({"items": [_plain(item) for item in items]}) + "\n")
        return
    for item in items:
        click.echo(_line(item))
        for finding in item.findings:
            click.echo(f"      {finding}")
    if not items:
        click.echo("No report waits." if state == "waiting" else "There is none.")


@review.command("refuse", epilog=REVIEW_EXAMPLE)
@click.argument("item", type=int, metavar="NUMBER")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept with the report.")
def refuse_report(item: int, reason: str) -> None:
    """Put a waiting report aside. It stays, with the reason, and 'review reopen' lets it wait again."""
    from tracker.services import inbox
    from tracker.services.actors import local_actor

    with ready() as db:
        click.echo(_line(inbox.refuse_item(db, local_actor(db), item, reason)))


@review.command("reopen", epilog=REVIEW_EXAMPLE)
@click.argument("item", type=int, metavar="NUMBER")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is kept with the report.")
def reopen_report(item: int, reason: str) -> None:
    """Let a refused report wait again."""
    from tracker.services import inbox
    from tracker.services.actors import local_actor

    with ready() as db:
        click.echo(_line(inbox.reopen_item(db, local_actor(db), item, reason)))


@review.command("assign", epilog=REVIEW_EXAMPLE)
@click.argument("item", type=int, metavar="NUMBER")
@click.argument("patient", metavar="PATIENT")
@click.option("--reason", required=True, metavar="TEXT", help="How you know; it is kept with the report.")
def assign_report(item: int, patient: str, reason: str) -> None:
    """Say whose report it is: PATIENT is an identifier of this site, or ISSUER|IDENTIFIER."""
    from tracker.services import inbox
    from tracker.services.actors import local_actor

    with ready() as db:
        actor = local_actor(db)
        patient_id = find_named_patient(db, actor, patient)
        click.echo(_line(inbox.assign_patient(db, actor, item, patient_id, reason=reason)))


@click.group(epilog=PRESET_EXAMPLE)
def preset() -> None:
    """Columns of a site's own tables, saved under a name for 'import --preset NAME'."""


@preset.command("save", epilog=PRESET_EXAMPLE)
@click.argument("name", metavar="NAME")
@click.argument("columns", nargs=-1, required=True, metavar="THEIRS=OURS...")
def save_columns(name: str, columns: tuple[str, ...]) -> None:
    """Save which column of a table is which of ours. A preset of that name is replaced."""
    from tracker.services import presets
    from tracker.services.actors import local_actor

    pairs: dict[str, str] = {}
    for column in columns:
        theirs, sign, ours = column.rpartition("=")
        if not sign:
            raise InputError(f"'{column}' has no =: write theirs=ours, such as 'Study date=exam_date'")
        if theirs in pairs:
            raise InputError(f"'{theirs}' is named twice")
        pairs[theirs] = ours
    with ready() as db:
        changed = presets.save_preset(db, local_actor(db), name, pairs)
    click.echo(f"{name}: {'saved' if changed else 'saved already'}")


@preset.command("list", epilog=PRESET_EXAMPLE)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_columns(as_json: bool) -> None:
    """List the shipped presets and those of this site, with their columns."""
    from tracker.exchange.columns import PRESETS
    from tracker.exchange.jsontext import write_json
    from tracker.services import presets
    from tracker.services.actors import local_actor

    with ready() as db:
        saved = presets.list_presets(db, local_actor(db))
    found: list[dict[str, Any]] = [
        {"name": one.name, "shipped": True, "columns": dict(one.columns)} for one in PRESETS.values()
    ]
    found += [{"name": one.name, "shipped": False, "columns": dict(one.columns)} for one in saved]
    if as_json:
        write_out(write_json({"presets": found}) + "\n")
        return
    for one in found:
        click.echo(f"{one['name']}{' (shipped)' if one['shipped'] else ''}")
        for theirs, ours in one["columns"].items():
            click.echo(f"  {theirs} = {ours or '(not read)'}")


@preset.command("remove", epilog=PRESET_EXAMPLE)
@click.argument("name", metavar="NAME")
def remove_columns(name: str) -> None:
    """Forget a preset of this site."""
    from tracker.services import presets
    from tracker.services.actors import local_actor

    with ready() as db:
        try:
            presets.remove_preset(db, local_actor(db), name)
        except NotFoundError as refusal:
            raise InputError(str(refusal)) from None
    click.echo(f"{name}: removed")


def _line(item: InboxItem) -> str:
    """One report in one line; the patient by identifier only."""
    whose = item.patient.identifier if item.patient else f"not matched: {item.identifier or 'no identifier'}"
    issuer = f" of {item.authority}" if item.patient is None and item.authority else ""
    scan = f"{item.modality or 'scan'} of {item.performed_on or 'an unknown date'}"
    return f"{item.id:4}  {item.state}  {whose}{issuer}  {scan}  {item.status}  {item.place}"


def _plain(item: InboxItem) -> dict[str, Any]:
    """An item as plain values, without its text."""
    return {
        "id": item.id, "state": item.state, "place": item.place, "kind": item.kind, "status": str(item.status),
        "patient": item.patient.identifier if item.patient else None, "identifier": item.identifier,
        "authority": item.authority, "accession": item.accession,
        "modality": None if item.modality is None else str(item.modality),
        "performed_on": None if item.performed_on is None else item.performed_on.isoformat(),
        "reported_on": None if item.reported_on is None else item.reported_on.isoformat(),
        "received_at": item.received_at.isoformat(), "corrects": item.corrects, "findings": list(item.findings),
        "reason": item.reason,
    }  # fmt: skip
