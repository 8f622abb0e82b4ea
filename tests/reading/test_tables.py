"""Sizes in columns: which examination a column is of, which segment a row, and sizes without a unit of their own."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from tracker.reading.report import read_report

#: Layouts of one and the same table: segments VII and IVa, now 23 and 8 mm, before 31 and 11 mm.
LAYOUTS = {
    "spaces": """
        CT LIVER 2 March 2026
        Segment     Now       Previous
        VII         23 mm     31 mm
        IVa         8 mm      11 mm
        """,
    "the older column first": """
        CT LIVER 2 March 2026
        Liver segment     Baseline    Today
        VII               31 mm       23 mm
        IVa               11 mm       8 mm
        """,
    "strokes": """
        CT LIVER 2 March 2026
        | Segment | Prior | Current | Comment |
        | VII | 31 mm | 23 mm | smaller |
        | IVa | 11 mm | 8 mm | |
        """,
    "tabs and the unit in the headings": """
        CT LIVER 2 March 2026
        Lesion\tSegment\tSize (mm)\tPrevious (mm)
        Liver metastasis\tVII\t23\t31
        Liver metastasis\tIVa\t8\t11
        """,
    "centimetres in the headings": """
        CT LIVER 2 March 2026
        Organ    Segment   Current (cm)   Prior (cm)
        Liver    7         2.3            3.1
        Liver    4a        0,8            1,1
        """,
    "dates over the columns": """
        CT LIVER 2 March 2026
        Segment   05 Jan 2026   02 Mar 2026
        VII       31 mm         23 mm
        IVa       11 mm         8 mm
        """,
    "the older size in brackets": """
        CT LIVER 2 March 2026
        LIVER METASTASES    size (previous)
        Seg VII             23 mm  (31)
        Seg IVa             8 mm   (11)
        """,
    "brackets without a heading": """
        CT LIVER 2 March 2026
        Liver metastases:
        Segment VII 23 mm (31)
        Segment IVa 8 mm (11)
        """,
}


def _read(text: str) -> list[dict[str, Any]]:
    return list(read_report(dedent(text).strip()).to_dict()["mentions"])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_says_the_same_in_each_layout(layout: str) -> None:
    found = {(tuple(one["segments"]), one["time"], one["values_mm"][0], one["kind"]) for one in _read(LAYOUTS[layout])}
    assert found == {
        (("VII",), "current", 23.0, "lesion"),
        (("VII",), "prior", 31.0, "lesion"),
        (("IVa",), "current", 8.0, "lesion"),
        (("IVa",), "prior", 11.0, "lesion"),
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_values_of_a_row_are_of_one_lesion(layout: str) -> None:
    letters: dict[tuple[str, ...], set[str]] = {}
    for one in _read(LAYOUTS[layout]):
        letters.setdefault(tuple(one["segments"]), set()).add(one["lesion"])
    assert all(len(found) == 1 for found in letters.values())
    assert len(set().union(*letters.values())) == 2


def test_a_lesion_without_an_older_size_is_new_where_its_column_says_so() -> None:
    mentions = _read("""
        Organ    Segment    Diameter    Previous
        Liver    II         14 mm       12 mm
        Liver    V          10 mm       new
        """)
    assert [one["new"] for one in mentions] == [False, False, True]


def test_other_organs_and_cysts_in_the_rows_of_a_table_are_no_metastases() -> None:
    mentions = _read("""
        Organ    Segment    Diameter    Previous
        Liver    II         14 mm       12 mm
        Cyst     VI         9 mm        9 mm
        Lung     VI         6 mm        6 mm
        Spleen              12 cm       12 cm
        """)
    assert [one["kind"] for one in mentions[2:4]] == ["other finding"] * 2
    assert [one["segments"] for one in mentions[4:6]] == [[], []]
    assert {one["organ"] for one in mentions[6:]} == {"spleen"}


@pytest.mark.parametrize(
    "text",
    [
        "Previous     11-Feb-2025\nPrimary      caecum\nSegment VII lesion 23 mm.",
        "There is a 23 mm lesion in segment VII (series 3). A 12 mm lesion in segment II (5).",
        "Size     Contrast\nSegment VII lesion measures 23 mm (image 31).",
    ],
)
def test_what_only_looks_like_a_table_adds_no_value(text: str) -> None:
    assert all("mm" in one["text"] for one in _read(text))
    assert all(one["time"] == "current" for one in _read(text))


def test_a_report_that_lost_its_line_breaks_is_no_row_of_its_technique() -> None:
    mentions = _read(
        "TECHNIQUE:, CT.,FINDINGS:, A 22 mm metastasis in segment VI.,IMPRESSION:,1.  Metastasis of 22 mm.,2.  No new lesion."
    )
    assert [one["kind"] for one in mentions] == ["lesion", "lesion"]


def test_uptake_values_stand_in_columns_of_their_own() -> None:
    mentions = _read("""
        Site                      SUVmax    Prior SUVmax
        Liver segment 8           9.7       6.2
        Periportal lymph node     5.1       4.4
        Mediastinal blood pool    2.5       2.4
        """)
    assert [(one["value"], one["label"], one["time"], one["kind"]) for one in mentions] == [
        (9.7, "SUVmax", "current", "lesion"),
        (6.2, "SUVmax", "prior", "lesion"),
        (5.1, "SUVmax", "current", "node"),
        (4.4, "SUVmax", "prior", "node"),
        (2.5, "SUVmax", "current", "reference"),
        (2.4, "SUVmax", "prior", "reference"),
    ]
    assert mentions[0]["lesion"] == mentions[1]["lesion"]
    assert mentions[0]["segments"] == ["VIII"]
