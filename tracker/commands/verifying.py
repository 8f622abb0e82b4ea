"""``tracker verify``: proof on this machine that the installed version answers as published, or as a study's readers did."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from tracker.commands.files import write_out
from tracker.errors import InputError

EXAMPLE = """
\b
Examples:
  tracker verify
  tracker verify study/ --convention each-visit-alone
  tracker verify study/ --json > sheet.json

\b
A study is a folder of CDISC SDTM with the three domains TU, TR and RS: tu.csv, tr.csv, rs.csv, or the same as SAS
transport (.xpt, version 5) or Dataset-JSON 1.1 (.json, .ndjson). Each reader is judged apart, nodes by their short
axis; a visit without a full date is placed by VISITNUM, and what depends on its day is said to be not verified.

\b
Exit codes: 0 all rows that could be compared agree, 1 a row differs or a shipped case could not be run,
2 the input is wrong.
"""


@click.command(epilog=EXAMPLE)
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--criteria", default="recist-1.1", show_default=True, help="The published rules a study is judged by.")
@click.option(
    "--convention", type=click.Choice(["sticky", "each-visit-alone"]), default="sticky", show_default=True,
    help="Whether a partial response of a study goes on until progression (EORTC), or each visit is judged alone.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the sheet as JSON.")
def verify(folder: str | None, criteria: str, convention: str, as_json: bool) -> int:
    """Check this installed version, and print a dated pass sheet.

    The published cases that are shipped are always run. DIR is a study whose measurements are judged anew and compared
    with its readers' responses, row by row. Nothing is stored, and no database is needed.
    """
    from tracker.config import load_settings
    from tracker.domain.assess import CRITERIA, say_unknown
    from tracker.exchange.jsontext import write_json
    from tracker.verification.published import run_cases
    from tracker.verification.sheet import join_sheets
    from tracker.verification.study import run_folder

    if criteria not in CRITERIA:
        raise InputError(f"--criteria {criteria}: {say_unknown(criteria)}")
    today = datetime.now(ZoneInfo(load_settings(os.environ).timezone)).date()
    studies = [] if folder is None else [run_folder(Path(folder), today, criteria, convention)]
    sheet = join_sheets([run_cases(today), *studies])
    write_out(write_json(sheet.to_dict()) + "\n" if as_json else sheet.to_text())
    return 0 if sheet.agrees else 1
