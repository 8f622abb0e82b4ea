"""One file from outside, whatever it is: told apart, read, and brought where it belongs.

A table goes into the record (every value of it is typed), whole or not at all. Reports go into the inbox, where each waits
for a person; what cannot be read of such a file is named, and the rest of it is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from tracker.db.engine import Database
from tracker.domain.wording import count_of
from tracker.errors import InputError, Problem
from tracker.exchange import hl7v2, pdf, report_text, sniff
from tracker.exchange.grid import MOST_BYTES as MOST_OF_A_TABLE
from tracker.exchange.reports import ReportsRead
from tracker.exchange.tabular import TableOptions
from tracker.services import inbox
from tracker.services.actors import Actor
from tracker.services.imports import ImportReport, import_table
from tracker.services.inbox import Source, StageReceipt

#: What can be said of a file: to find out, or to read it as one of these.
FORMATS = ("auto", *sniff.FORMATS)
#: No format reads a larger file.
MOST_BYTES = max(MOST_OF_A_TABLE, pdf.MOST_BYTES)
_READERS = {"hl7": hl7v2.read_messages, "text": report_text.read_report_file, "pdf": pdf.read_pdf_report}


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. ``problems`` of a table: nothing was stored; of reports: these were left out.

    ``changes`` are one sentence each on what was done (or, in a dry run, would be).
    """

    file: str
    format: str
    sha256: str
    summary: str
    changes: tuple[str, ...]
    remarks: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    dry_run: bool
    #: One of both.
    table: ImportReport | None = None
    reports: StageReceipt | None = None

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON; a table's is that of its import."""
        if self.table is not None:
            return {"format": self.format} | self.table.to_dict()
        said = {} if self.reports is None else self.reports.to_dict()
        told = {"summary": self.summary, "problems": [_plain(one) for one in self.problems]}
        return {"format": self.format} | said | told | {"remarks": [_plain(one) for one in self.remarks]}


def bring_file(
    db: Database,
    actor: Actor,
    data: bytes,
    name: str,
    kind: str = "auto",
    options: TableOptions | None = None,
    *,
    dry_run: bool = False,
) -> FileReport:
    """Bring one file in. Raises InputError for a file that cannot be read at all; then nothing of it was stored."""
    found = sniff.find_format(data, name) if kind == "auto" else kind
    if found == "table":
        return _of_table(import_table(db, actor, data, name, options, dry_run=dry_run))
    read = _READERS[found](data, name)
    receipt = inbox.stage(db, actor, read.reports, Source.of(data, name, found), dry_run=dry_run)
    return _of_reports(found, read, receipt)


def _of_table(report: ImportReport) -> FileReport:
    changes = tuple(f"{'would store' if report.dry_run else 'stored'} {one}" for one in report.changes)
    return FileReport(
        report.file,
        "table",
        report.sha256,
        report.summary,
        changes,
        report.remarks,
        report.problems,
        report.dry_run,
        table=report,
    )


def _of_reports(kind: str, read: ReportsRead, receipt: StageReceipt) -> FileReport:
    problems = (*read.problems, *receipt.problems)
    said = [receipt.summary]
    if problems:
        said.append(f"{count_of(len(problems), 'block')} refused")
    if read.ignored:
        said.append(f"{read.ignored} ignored")
    return FileReport(
        receipt.file,
        kind,
        receipt.sha256,
        ", ".join(said),
        receipt.lines,
        read.remarks,
        problems,
        receipt.dry_run,
        reports=receipt,
    )


def refusal_report(data: bytes, name: str, refusal: InputError) -> dict[str, Any]:
    """What is written beside a file that was refused: the same shape as of one that was read."""
    return {
        "format": None,
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "summary": "nothing was stored: the file cannot be read",
        "problems": [_plain(problem) for problem in refusal.problems],
    }


def _plain(problem: Problem) -> dict[str, str]:
    return {"place": problem.place, "text": problem.text}
