"""The sheet of a meeting: one A4 page a case, for a pen and for any printer; all of a meeting in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from tracker.domain.wording import PURPOSE
from tracker.report.sheet_case import SheetCase
from tracker.report.sheet_data import sheet_data
from tracker.report.typesetting import set_pdf

#: Called after each case with how many are ready and how many there are; False stops.
Progress = Callable[[int, int], bool | None]


def render_sheet(case: SheetCase) -> bytes:
    """The PDF of one case: exactly one page, tagged, with the drawings in words. Raises TypesettingError."""
    return _set([sheet_data(case)], f"Meeting sheet, {case.record.patient.identifier}", case.printed_at)


def render_meeting(
    cases: Iterable[SheetCase], progress: Progress | None = None, *, number: int | None = None
) -> bytes | None:
    """All cases in one file in the order given, "page n of N" on each; None where ``progress`` stopped it.

    ``cases`` may be made one by one while they are asked for; then ``number`` says how many there will be. Without a case
    there is no page: ValueError. Raises TypesettingError.
    """
    waiting = cases if isinstance(cases, Sequence) else None
    total = number if number is not None else len(waiting) if waiting is not None else None
    pages: list[dict[str, Any]] = []
    meeting = ""
    printed_at: datetime | None = None
    for case in cases:
        pages.append(sheet_data(case))
        meeting, printed_at = pages[0]["meeting"].partition(" · ")[0], printed_at or case.printed_at
        if progress is not None and progress(len(pages), max(total or 0, len(pages))) is False:
            return None
    if printed_at is None:
        raise ValueError("a meeting without a case has no sheet")
    return _set(pages, f"Meeting sheets{f', {meeting}' if meeting else ''}", printed_at)


def _set(pages: list[dict[str, Any]], title: str, printed_at: datetime) -> bytes:
    data = {"title": title, "author": "Hepatrack", "description": PURPOSE, "cases": pages}
    return set_pdf("sheet.typ", data, printed_at)
