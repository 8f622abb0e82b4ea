"""``tracker sheet``: the page of a meeting, all pages of a meeting, or a page in plain words for a patient, as PDF."""

from __future__ import annotations

import os
import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from tracker.commands.connecting import ready
from tracker.commands.files import STANDARD, write_bytes
from tracker.commands.naming import find_named_patient, split_identifier
from tracker.config import Settings, load_settings
from tracker.errors import InputError

if TYPE_CHECKING:
    from tracker.db.engine import Database
    from tracker.services.actors import Actor
    from tracker.services.meetings import MeetingSummary

EXAMPLE = """
\b
Examples:
  tracker sheet 4711
  tracker sheet 4711 --meeting 2026-11-19 --out 4711.pdf
  tracker sheet --meeting 2026-11-19
  tracker sheet 4711 --for patient --out -
"""


@click.command(epilog=EXAMPLE)
@click.argument("patient", required=False, metavar="[PATIENT]")
@click.option(
    "--out", metavar="FILE", help="The PDF to write; - is standard output. Else it is named by the identifier."
)
@click.option(
    "--meeting", metavar="DATE", help="The meeting it is for, such as 2026-11-19; its name may follow the date."
)
@click.option(
    "--for", "reader", type=click.Choice(["meeting", "patient"]), default="meeting", show_default=True,
    help="Who reads it: the meeting, or the patient (plain words, without any outlook).",
)  # fmt: skip
def sheet(patient: str | None, out: str | None, meeting: str | None, reader: str) -> None:
    """Print a patient on one A4 page, or all patients on the list of a meeting.

    PATIENT is the site's identifier, or ISSUER|IDENTIFIER. Without it --meeting names the meeting whose list is printed in
    its order. A file of that name is replaced; it is written whole or not at all.
    """
    from tracker.services.actors import local_actor

    if patient is None and (meeting is None or reader == "patient"):
        raise InputError("PATIENT: name a patient, or a meeting by --meeting DATE to print all of its list")
    settings = load_settings(os.environ)
    with ready(settings) as db:
        actor = local_actor(db)
        chosen = None if meeting is None else _find_meeting(db, actor, meeting)
        if patient is None and chosen is not None:
            _write(out, *_all_of(db, actor, chosen))
        elif patient is not None:
            _write(out, *_one(db, actor, patient, chosen, reader, settings))


def _one(
    db: Database, actor: Actor, patient: str, meeting: MeetingSummary | None, reader: str, settings: Settings
) -> tuple[str, bytes]:
    """The name and content of one patient's file."""
    from tracker.report.case import make_patient_page, make_sheet, suggest_name
    from tracker.report.patient_page import Contacts

    patient_id = find_named_patient(db, actor, patient)
    identifier = split_identifier(patient)[1]
    if reader == "patient":
        contacts = Contacts(settings.phone, settings.helpline)
        return suggest_name(identifier, "page"), make_patient_page(db, actor, patient_id, db.today(), contacts)
    meeting_id = None if meeting is None else meeting.id
    return suggest_name(identifier), make_sheet(db, actor, patient_id, db.today(), meeting_id=meeting_id)


def _all_of(db: Database, actor: Actor, meeting: MeetingSummary) -> tuple[str, bytes]:
    """The name and content of the file of a meeting; on a terminal it is told how far it is."""
    from tracker.report.case import make_meeting_sheets, suggest_name

    def tell(done: int, number: int) -> bool:
        if sys.stderr.isatty():
            click.echo(f"\r{done} of {number}", nl=done == number, err=True)
        return True

    if not meeting.questions:
        raise InputError(f"--meeting: nobody is on the list of {meeting.name} of {meeting.held_on}")
    made = make_meeting_sheets(db, actor, meeting.id, db.today(), tell)
    if made is None:
        raise InputError("stopped; no file was written")
    return suggest_name(f"{meeting.held_on}-{meeting.name}", "sheets"), made


def _find_meeting(db: Database, actor: Actor, text: str) -> MeetingSummary:
    """The meeting of a date, and of a name where that day has several. InputError says which there are."""
    from tracker.services.meetings import list_meetings

    day, _, name = text.strip().partition(" ")
    try:
        held_on = date.fromisoformat(day)
    except ValueError:
        raise InputError(f"--meeting: '{day}' is not a date; right is 2026-11-19") from None
    there = [one for one in list_meetings(db, actor) if one.held_on == held_on]
    found = [one for one in there if not name.strip() or one.name.casefold() == name.strip().casefold()]
    if len(found) == 1:
        return found[0]
    if not there:
        raise InputError(f"--meeting: there is no meeting on {held_on}")
    names = ", ".join(f'"{held_on} {one.name}"' for one in there)
    raise InputError(f"--meeting: give the name after the date, one of {names}")


def _write(out: str | None, name: str, data: bytes) -> None:
    write_bytes(out or name, data)
    if out != STANDARD:
        click.echo(f"{out or name}: {len(data) / 1000:.0f} kB written", err=True)
