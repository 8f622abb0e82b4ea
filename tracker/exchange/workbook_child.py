"""The part of reading a workbook that runs in a process of its own: bytes on standard input, JSON on standard output.

A sheet of one kilobyte may claim a cell in its last corner; the reader then asks for more memory than there is and
takes its process with it. So it runs here, under a ceiling on memory and time. It imports nothing of the tracker.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any


def cell_text(value: Any) -> str:
    """One cell as the text a person would have typed: ISO dates, numbers in their shortest form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Fifteen digits are what a sheet keeps; the rest is the noise of binary fractions.
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def read_sheet(data: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    """The first visible sheet that holds anything: its name, the names of other filled sheets, all rows from row 1."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            visible = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
            filled = [name for name in visible if book.get_sheet_by_name(name).end is not None]
            if not filled:
                return {"problem": "the workbook holds no visible sheet with any cell"}
            sheet = book.get_sheet_by_name(filled[0])
            if sheet.total_height > most_rows or sheet.total_width > most_columns:
                text = f"the sheet reaches beyond row {most_rows} or column {most_columns}; clear what stands there"
                return {"problem": text}
            rows = [[cell_text(value) for value in row] for row in sheet.iter_rows()]
    except PasswordError:
        return {"problem": "the workbook is protected by a password; save it without one"}
    except CalamineError as trouble:
        return {"problem": f"the workbook cannot be read: {trouble}"}
    return {"sheet": filled[0], "others": filled[1:], "rows": rows}


def main(most_rows: int, most_columns: int, memory: int, seconds: int) -> None:
    """Set the ceilings, read, answer."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read_sheet(sys.stdin.buffer.read(), most_rows, most_columns), sys.stdout)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:5]))
