"""What a reader of reports gives: the reports of one file, what could not be read, and what is no report."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.drafts import ReportDraft
from tracker.errors import Problem

#: A report of one examination is some thousand letters; what is longer is no report.
MOST_LETTERS = 200_000


@dataclass(frozen=True, slots=True)
class ReportsRead:
    """The reports of one file. ``problems`` are blocks that were refused; the other reports stand without them.

    ``remarks`` name what was left out on purpose, such as results of a laboratory: ``ignored`` of them.
    """

    reports: tuple[ReportDraft, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()

    @property
    def ignored(self) -> int:
        return len(self.remarks)
