"""``tracker import`` and ``tracker export``: files into the record, and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tracker.commands.connecting import ready
from tracker.commands.files import read_file, shown_name, write_file, write_out
from tracker.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from tracker.db.engine import Database
    from tracker.exchange.tabular import TableOptions
    from tracker.services.imports import ImportReport

IMPORT_EXAMPLE = """
\b
Examples:
  tracker import --dry-run scans.csv
  tracker import --date-order dmy scans.xlsx
  tracker import --preset pyrecist --modality CT measurements.csv

The table has one row a lesion an exam. Needed are patient_id, exam_date and modality; the README describes all columns.
A file with any problem stores nothing. The same file again changes nothing.
"""
EXPORT_EXAMPLE = """
\b
Examples:
  tracker export --format csv scans.csv
  tracker export --format timeline --patient 4711 - | tracker assess -
"""


@click.command("import", epilog=IMPORT_EXAMPLE)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "kind", type=click.Choice(["auto", "table"]), default="auto", show_default=True)
@click.option("--preset", metavar="NAME", help="Columns of another program: pyrecist.")
@click.option("--modality", metavar="WORD", help="Modality where the table has none, such as CT.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="Day and month in dates that are not ISO.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def import_files(
    files: tuple[str, ...], kind: str, preset: str | None, modality: str | None, date_order: str | None,
    dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Store tables (CSV, .xlsx, .xls, .ods) in the record.

    Each FILE is stored whole or not at all; - reads standard input. All its problems are named at once, by row and
    column.
    """
    from tracker.exchange.jsontext import write_json

    options = _options(preset, modality, date_order)
    reports: list[ImportReport] = []
    wrong = False
    with ready() as db:
        for name in files:
            try:
                report = _import_file(db, name, options, dry_run=dry_run)
            except InputError as refusal:
                wrong = True
                click.echo(f"{refusal} (nothing of it was stored)", err=True)
                continue
            reports.append(report)
            wrong = wrong or bool(report.problems)
            for problem in report.problems:
                click.echo(f"{report.file}: {problem}", err=True)
            if not as_json:
                _tell(report)
    if as_json:
        write_out(write_json({"files": [report.to_dict() for report in reports]}) + "\n")
    return 2 if wrong else 0


def _options(preset: str | None, modality: str | None, date_order: str | None) -> TableOptions:
    """The switches as options of the reader. InputError names the switch that is wrong."""
    from tracker.exchange.codes import read_modality
    from tracker.exchange.columns import find_preset
    from tracker.exchange.tabular import TableOptions
    from tracker.exchange.values import DateOrder

    try:
        chosen = read_modality(modality) if modality is not None else None
    except ValueError as trouble:
        raise InputError(f"--modality: {trouble}") from None
    if preset is not None:
        try:
            find_preset(preset)
        except InputError as refusal:
            raise InputError(f"--preset: {refusal}") from None
    return TableOptions(preset=preset, modality=chosen, date_order=DateOrder(date_order) if date_order else None)


def _import_file(db: Database, name: str, options: TableOptions, *, dry_run: bool) -> ImportReport:
    from tracker.exchange.grid import MOST_BYTES
    from tracker.services.actors import local_actor
    from tracker.services.imports import import_table

    data = read_file(name, MOST_BYTES)
    return import_table(db, local_actor(db), data, shown_name(name), options, dry_run=dry_run)


def _tell(report: ImportReport) -> None:
    click.echo(f"{report.file}: {report.summary}")
    if report.dry_run:
        for change in report.changes:
            click.echo(f"  would store {change}")
    for remark in report.remarks:
        click.echo(f"  remark: {remark}")


@click.command(epilog=EXPORT_EXAMPLE)
@click.argument("out", metavar="OUT")
@click.option(
    "--format", "kind", type=click.Choice(["csv", "timeline"]), default="csv", show_default=True,
    help="csv is the table that import reads; timeline is what assess reads.",
)  # fmt: skip
@click.option("--patient", metavar="ID", help="The site's identifier of one patient; else all are written.")
def export(out: str, kind: str, patient: str | None) -> None:
    """Write the record to the file OUT; - is standard output. The file names patients by their identifiers."""
    from tracker.exchange.jsontext import write_json
    from tracker.services import exports
    from tracker.services.actors import local_actor

    with ready() as db:
        try:
            records = exports.select_records(db, local_actor(db), patient)
        except NotFoundError as refusal:
            raise InputError(f"--patient: {refusal}") from None
    if kind == "csv":
        text = exports.export_table(records)
    else:
        text = write_json(exports.export_timelines(records)) + "\n"
    write_file(out, text)
    if (others := exports.other_criteria(records)) is not None:
        click.echo(others, err=True)
    if out != "-":
        click.echo(f"{out}: {len(records)} patient{'' if len(records) == 1 else 's'} written", err=True)
