"""How and when an examination was made, and with which it was compared. All texts are invented."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.vocabulary import Modality
from tracker.reading.dates import find_dates
from tracker.reading.exam import examine
from tracker.reading.sections import split

MODALITIES = [
    ("CT ABDOMEN AND PELVIS WITH CONTRAST\nFINDINGS: Liver normal.", Modality.CT),
    ("MRI liver with gadoxetate\nFINDINGS: Liver normal.", Modality.MR),
    ("TECHNIQUE: Axial T2 and DWI before and after gadolinium.\nFINDINGS: Liver normal.", Modality.MR),
    ("Whole-body FDG PET-CT\nFINDINGS: Liver normal.", Modality.PET_CT),
    ("CT thorax and abdomen\nFINDINGS: Segment VII metastasis with SUVmax 8.2, 23 mm.", Modality.PET_CT),
    ("CT abdomen. For correlation the PET/CT of last week was used.\nFINDINGS: Liver normal.", Modality.CT),
    ("EXAM: US ABDOMEN\nFINDINGS: Liver normal. An MRI would be of benefit.", Modality.US),
    ("Ultrasound of the upper abdomen\nFINDINGS: Liver normal.", Modality.US),
    ("IMPRESSION: No metastasis.\n\nEXAM: MRI abdomen, March 18, 2026\nFINDINGS: Liver normal.", Modality.MR),
    ("FINDINGS: Liver normal. CT is recommended.", None),
]


@pytest.mark.parametrize(("text", "modality"), MODALITIES)
def test_the_modality_is_that_of_this_examination(text: str, modality: Modality | None) -> None:
    assert examine(split(text))[0].modality is modality


DATES = [
    ("Date of exam: 02.03.2026\nDate of birth: 01.02.1960\nDictated: 04.03.2026", "2026-03-02"),
    ("CT of 2 March 2026.\nFINDINGS: Liver normal.", "2026-03-02"),
    ("CT TAP, 2nd of March, 2026\nReported 5 March 2026", "2026-03-02"),
    ("Study date: 2026-03-02\nReport date: 2026-03-03", "2026-03-02"),
    ("MR liver\nPerformed: March 2, 2026 14:30\nReported: March 3, 2026", "2026-03-02"),
    ("CT abdomen 02-Mar-2026", "2026-03-02"),
    ("EXAM: CT chest\nEXAM DATE: 03/04/2026\nCOMPARISON: 12/20/2025", "2026-03-04"),
    ("CT chest\nExam date: 03/04/2026\nComparison: 20/12/2025", "2026-04-03"),
    ("MRI performed 11/03/2026 (dd/mm/yyyy)", "2026-03-11"),
    ("DATE: 03/04/2026\nEXAM: CT\nCOMPARISON: 01/05/2026", "2026-03-04"),
    ("IMPRESSION: Stable.\n\nEXAM: CT abdomen, March 18, 2026\nFINDINGS: Liver normal.", "2026-03-18"),
    ("CT abdomen\nHistory: Hepatectomy on 13.06.2024.\nFINDINGS: Liver normal.", None),
    ("Patient born 12.05.1961\nCT abdomen\nSigned electronically 03.03.2026", None),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_the_date_is_that_of_the_examination(text: str, day: str | None) -> None:
    said, problems = examine(split(text))
    assert said.performed_on == (date.fromisoformat(day) if day else None)
    assert problems == ()


def test_a_date_in_two_ways_is_left_out_and_named() -> None:
    said, problems = examine(split("Exam date: 02/03/2026\nCT abdomen\nFINDINGS: Liver normal."))
    assert said.performed_on is None
    assert [problem.place for problem in problems] == ["exam.date"]
    assert "2026-03-02 or 2026-02-03" in problems[0].text


COMPARISONS = [
    ("COMPARISON: CT 05.01.2026 and 01.11.2025.\nFINDINGS: Liver normal.", "2026-01-05"),
    ("Exam date: 02.03.2026\nFINDINGS: Compared with the MRI of October 12, 2025 the lesion is stable.", "2025-10-12"),
    ("CT CAP 30 September 2026. Prev CT 1 July 2026.\nFINDINGS: Liver normal.", "2026-07-01"),
    ("Exam date: 02.03.2026\nCOMPARISON: none.\nFINDINGS: Resection on 05.01.2026.", None),
    (
        "Date: 02.10.2026\nComparison: MRI from 12.06.2026\nState after segmentectomy VI on 17.07.2026.\nFINDINGS: Liver normal.",
        "2026-06-12",
    ),
    ("Exam date: 02.03.2026\nFINDINGS: Liver normal.\nADDENDUM 05.03.2026: The lesion is stable.", None),
]


@pytest.mark.parametrize(("text", "day"), COMPARISONS)
def test_the_comparison_is_the_newest_examination_compared_with(text: str, day: str | None) -> None:
    assert examine(split(text))[0].comparison_date == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1.5 x 2.3 cm, 12/14 images, 4.5.6 and 31.02.2026", []),
        ("20260302", [date(2026, 3, 2)]),
        ("03/14/26 and 04/05/26", [date(2026, 3, 14), date(2026, 4, 5)]),
        ("Sept 5, 2026; 5 Sep 2026; 5-Sep-26", [date(2026, 9, 5)] * 3),
        # Points say that the day comes first, also in the dates of the same report that are written with strokes.
        ("02/03/2026 and 05.01.2026", [date(2026, 3, 2), date(2026, 1, 5)]),
        ("02/03/2026 and 05.14.2026", [date(2026, 2, 3), date(2026, 5, 14)]),
        ("02/03/2026, 05.01.2026 and 04/25/2026", [None, date(2026, 1, 5), date(2026, 4, 25)]),
    ],
)
def test_dates_are_read_in_every_form(text: str, days: list[date]) -> None:
    assert [said.day for said in find_dates(text)] == days
