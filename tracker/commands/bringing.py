"""``tracker import`` and ``tracker export``: files into the record or the inbox, and out of the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.commands.connecting import ready
from tracker.commands.files import read_file, shown_name, write_file, write_out
from tracker.errors import InputError, NotFoundError

if TYPE_CHECKING:
    from tracker.db.engine import Database
    from tracker.exchange.tabular import TableOptions
    from tracker.services.bringing import FileReport

IMPORT_EXAMPLE = """
\b
Examples:
  tracker import --dry-run scans.csv
  tracker import --date-order dmy scans.xlsx
  tracker import --preset pyrecist --modality CT measurements.csv
  tracker import reports.hl7 letter.pdf

A table has one row a lesion an exam. Needed are patient_id, exam_date and modality; the README describes all columns.
A table with any problem stores nothing. Reports (HL7 v2 messages, text, PDF with a text layer) wait in the inbox; a
message that cannot be read is named, and the others are kept. The same file again changes nothing.
"""
EXPORT_EXAMPLE = """
\b
Examples:
  tracker export --format csv scans.csv
  tracker export --format timeline --patient 4711 - | tracker assess -
"""
Command = TypeVar("Command", bound=Callable[..., Any])


def table_options(command: Command) -> Command:
    """The switches that say how a table is read; every command that brings files has them."""
    for option in (
        click.option("--date-order", type=click.Choice(["dmy", "mdy"]), help="Day and month in dates that are not ISO."),
        click.option("--modality", metavar="WORD", help="Modality where a table has none, such as CT."),
        click.option(
            "--preset", metavar="NAME", help="Columns of another program: pyrecist, or one saved by 'tracker preset save'."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command("import", epilog=IMPORT_EXAMPLE)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format", "kind", type=click.Choice(["auto", "table", "hl7", "text", "pdf"]), default="auto", show_default=True,
    help="What the files are; auto looks at each.",
)  # fmt: skip
@table_options
@click.option("--dry-run", is_flag=True, help="Say what would change, and store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def import_files(
    files: tuple[str, ...], kind: str, preset: str | None, modality: str | None, date_order: str | None,
    dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Store tables (CSV, .xlsx, .xls, .ods) in the record, and put reports (HL7 v2, text, PDF) into the inbox.

    Each table is stored whole or not at all; - reads standard input. All problems are named at once, by row and column.
    """
    from tracker.exchange.jsontext import write_json

    reports: list[FileReport] = []
    wrong = False
    with ready() as db:
        options = read_options(db, preset, modality, date_order)
        for name in files:
            try:
                report = _import_file(db, name, kind, options, dry_run=dry_run)
            except InputError as refusal:
                wrong = True
                click.echo(f"{refusal} (nothing of it was stored)", err=True)
                continue
            reports.append(report)
            wrong = wrong or bool(report.problems)
            for problem in report.problems:
                click.echo(f"{report.file}: {problem}" if report.format == "table" else str(problem), err=True)
            if not as_json:
                _tell(report)
    if as_json:
        write_out(write_json({"files": [report.to_dict() for report in reports]}) + "\n")
    return 2 if wrong else 0


def read_options(db: Database, preset: str | None, modality: str | None, date_order: str | None) -> TableOptions:
    """The switches as options of the reader. InputError names the switch that is wrong."""
    from tracker.exchange.codes import read_modality
    from tracker.exchange.tabular import TableOptions
    from tracker.exchange.values import DateOrder
    from tracker.services.actors import local_actor
    from tracker.services.presets import find_preset

    try:
        chosen = read_modality(modality) if modality is not None else None
    except ValueError as trouble:
        raise InputError(f"--modality: {trouble}") from None
    try:
        columns = find_preset(db, local_actor(db), preset) if preset is not None else None
    except InputError as refusal:
        raise InputError(f"--preset: {refusal}") from None
    return TableOptions(preset=columns, modality=chosen, date_order=DateOrder(date_order) if date_order else None)


def _import_file(db: Database, name: str, kind: str, options: TableOptions, *, dry_run: bool) -> FileReport:
    from tracker.services.actors import local_actor
    from tracker.services.bringing import MOST_BYTES, bring_file

    data = read_file(name, MOST_BYTES)
    return bring_file(db, local_actor(db), data, shown_name(name), kind, options, dry_run=dry_run)


def _tell(report: FileReport) -> None:
    click.echo(f"{report.file}: {report.summary}")
    if report.dry_run:
        for change in report.changes:
            click.echo(f"  {change}")
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
    from tracker.pictures.words import count_of
    from tracker.services import exports
    from tracker.services.actors import local_actor

    with ready() as db:
        try:
            records = exports.select_records(db, local_actor(db), patient)
        except NotFoundError as refusal:
            raise InputError(f"--patient: {refusal}") from None
    remarks = [exports.other_criteria(records)]
    written = len(records)
    if kind == "csv":
        text = exports.export_table(records)
        written = sum(bool(record.exams) for record in records)
        remarks += [exports.without_scans(records), exports.not_in_table(records)]
    else:
        text = write_json(exports.export_timelines(records)) + "\n"
    write_file(out, text)
    for remark in filter(None, remarks):
        click.echo(remark, err=True)
    if out != "-":
        click.echo(f"{out}: {count_of(written, 'patient')} written", err=True)
