"""Small tables for tests: rows by column name, written as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

Row = dict[str, object]

BASELINE = {"patient_id": "P1", "exam_date": "2026-01-05", "modality": "CT"}
FOLLOW_UP = BASELINE | {"exam_date": "2026-03-02"}
LATER = BASELINE | {"exam_date": "2026-05-04"}


def table(*rows: Row, delimiter: str = ",") -> bytes:
    """The rows as CSV; the columns are those that any row names, in the order of first mention."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def seen(exam: Row, label: str, size: object = "", **more: object) -> Row:
    """A row of a lesion with its longest diameter."""
    return exam | {"lesion_id": label, "long_axis_mm": size} | more


def plain(*more: Row) -> Sequence[Row]:
    """Two liver targets and a non-target at the baseline, both measured once later, and further rows."""
    return (
        seen(BASELINE, "L1", 32, role="target", segment="VII"),
        seen(BASELINE, "L2", "20", role="target", segment="IVa/IVb"),
        seen(BASELINE, "L3", role="non-target", state="present"),
        seen(FOLLOW_UP, "L1", 25),
        seen(FOLLOW_UP, "L2", 15),
        *more,
    )
