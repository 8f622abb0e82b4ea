"""``tracker merge-patients``: two records of one person become one, or two again."""

from __future__ import annotations

import click

from tracker.commands.connecting import ready
from tracker.commands.naming import find_named_patient, split_identifier
from tracker.errors import InputError, NotFoundError

MERGE_EXAMPLE = """
\b
Examples:
  tracker merge-patients 4711 0815 --reason "registered twice, confirmed by the ward"
  tracker merge-patients 4711 0815 --undo --reason "two persons after all"

A patient is named by an identifier of this site, or as ISSUER|IDENTIFIER.
"""


@click.command("merge-patients", epilog=MERGE_EXAMPLE)
@click.argument("keep", metavar="KEEP")
@click.argument("other", metavar="OTHER")
@click.option("--reason", required=True, metavar="TEXT", help="Why; both records keep it.")
@click.option("--undo", is_flag=True, help="Take OTHER out of KEEP again.")
def merge_patients(keep: str, other: str, reason: str, undo: bool) -> None:
    """Merge the record of patient OTHER into that of patient KEEP.

    Lesions of one label are renamed, exams of one date are counted on, and both are said. It can be undone as long as
    nothing was entered that speaks of lesions of both.
    """
    from tracker.services import merging, unmerging
    from tracker.services.actors import local_actor

    with ready() as db:
        actor = local_actor(db)
        keep_id = find_named_patient(db, actor, keep)
        if undo:
            try:
                merge_id = unmerging.find_merge(db, actor, keep_id, *split_identifier(other))
            except NotFoundError as refusal:
                raise InputError(str(refusal)) from None
            receipt = unmerging.undo_merge(db, actor, merge_id, reason=reason)
            click.echo(f"{other} is a patient of its own again")
        else:
            receipt = merging.merge_patients(db, actor, keep_id, find_named_patient(db, actor, other), reason=reason)
            click.echo(f"{other} was merged into {keep}")
    for sentence in receipt.said:
        click.echo(f"  {sentence}")
