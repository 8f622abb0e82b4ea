"""Which values of a report are of one lesion. All texts are invented."""

from __future__ import annotations

import pytest

from tracker.reading.lesions import name_lesion
from tracker.reading.report import read_report

#: The report, and the letters of its values in order; - for none.
LETTERS = [
    ("FINDINGS: Liver: Segment VII 23 x 18 mm (previously 31 mm). Segment V 12 mm.\nIMPRESSION: Metastases of 23 mm and 12 mm.", "A A B A B"),
    ("FINDINGS: 23 mm metastasis in segment VII.\nIMPRESSION: The segment VII metastasis has SUVmax 5.1.", "A A"),
    ("FINDINGS: The metastasis in segment VI measures 24 mm. It measured 30 mm previously.", "A A"),
    ("FINDINGS: Metastasis in segment VIII, 15 mm. Another metastasis in segment VIII, 15 mm.", "A B"),
    ("FINDINGS: A 7 mm and a 5 mm pulmonary nodule.", "A B"),
    ("FINDINGS: The segment VI metastasis has grown from 18 mm to 25 mm; that of segment VII has shrunk from 30 mm to 22 mm.", "A A B B"),
    ("FINDINGS: Liver lesions of 23 and 12 mm (previously 31 and 15 mm).", "A B A B"),
    (
        "FINDINGS: Target lesion 1 (liver, segment VII): 23 mm. Target lesion 2 (liver, segment VII): 12 mm.\n"
        "IMPRESSION: Target lesion 2 is 12 mm, target lesion 1 is 23 mm.",
        "A B B A",
    ),
    ("FINDINGS: Liver metastases, the largest 40 mm in segment II, the rest under 10 mm.\nIMPRESSION: Largest metastasis 4 cm.", "A - A"),
    ("FINDINGS: Multiple liver metastases, each less than 1 cm.", "-"),
    ("FINDINGS: Lymph nodes: right axillary 18 x 17 mm, right iliac 18 x 12 mm.", "A B"),
    ("FINDINGS: Liver: cyst of 22 mm. Metastasis of 15 mm in segment V. CBD 6 mm.", "- A -"),
    ("FINDINGS: Liver: 12 mm lesion in segment II. 12 mm lesion in segment VI.\nIMPRESSION: Stable 12 mm lesion in segment VI.", "A B B"),
    ("IMPRESSION: New 12 mm liver lesion.\n\nFINDINGS: Liver: Lesion in segment V of 12 x 10 mm, not present previously.", "A A"),
    ("FINDINGS: The left upper lobe nodule is 8 mm. The right upper lobe nodule is 8 mm.\nIMPRESSION: Left upper lobe nodule, 8 mm.", "A B A"),
    ("FINDINGS: PET: liver metastasis in segment V with SUVmax 6.2, 25 mm. Node with SUV 3.1.\nIMPRESSION: Node with SUV of 3.1.", "A A B B"),
    ("FINDINGS: The 9 mm segment V metastasis is stable at 9 mm.", "A A"),
    ("FINDINGS: Metastases: segment 4a 2.2 cm (22 mm), segment 6 18 mm (prev 24).", "A A B B"),
    ("FINDINGS: Segment VIII: two lesions, 22 mm (22 mm) and 12 mm (12 mm).", "A A B B"),
    ("FINDINGS: Segment V metastasis 35 mm, formerly 61 mm. The lateral segment lesion of the last scan (12 mm) is not seen.", "A A B"),
    ("FINDINGS: Uptake in liver segment 7 (SUVmax 12.4) and segment 3 (SUVmax 21.0); the last one is growing, 19 mm on CT.", "A B B"),
    ("FINDINGS: Target 1: Liver, segment 8. Baseline 23 mm. Current 18 mm.", "A A"),
    ("ADDENDUM\nThe segment VI lesion is 14 mm. The figure of 24 mm in the report is an error.\n\nORIGINAL REPORT\nFINDINGS: Segment VI lesion 24 mm, previously 11 mm.", "A A A A"),
    ("FINDINGS: Segment VI metastasis measures 26 mm in long axis and 20 mm in short axis.", "A A"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "letters"), LETTERS)
def test_values_of_one_lesion_share_a_letter(text: str, letters: str) -> None:
    assert " ".join(one.lesion or "-" for one in read_report(text).mentions) == letters


def test_what_is_said_of_a_lesion_stands_on_each_of_its_values() -> None:
    reading = read_report(
        "FINDINGS: Liver: Lesion in segment VII, 23 mm, previously 31 mm.\nIMPRESSION: The segment VII metastasis has decreased."
    )
    assert [(one.segments, str(one.change)) for one in reading.mentions] == [(("VII",), "decreased")] * 2


@pytest.mark.parametrize(
    ("text", "superseded"),
    [
        ("FINDINGS: Segment VI metastasis 23 mm.\nADDENDUM: The segment VI metastasis should read 32 mm instead of 23 mm.", [True, False, True]),
        ("FINDINGS: Segment VI metastasis 23 mm.\nADDENDUM: On remeasurement the segment VI metastasis is 28 mm.", [True, False]),
        (
            "ADDENDUM\nThe segment VI lesion is 14 mm. The figure of 24 mm in the body of the report is a typographical error.\n"
            "ORIGINAL REPORT\nFINDINGS: Segment VI lesion 24 mm.",
            [False, True, True],
        ),
        ("FINDINGS: Segment VI metastasis 23 mm.\nADDENDUM: Lung nodule of 4 mm, not mentioned before.", [False, False]),
        ("FINDINGS: Segment VI metastasis 23 mm, not 32 mm as last time.", [False, False]),
    ],
)  # fmt: skip
def test_only_an_addendum_corrects(text: str, superseded: list[bool]) -> None:
    assert [one.superseded for one in read_report(text).mentions] == superseded


@pytest.mark.parametrize(("number", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA")])
def test_letters_go_on_after_z(number: int, name: str) -> None:
    assert name_lesion(number) == name


@pytest.mark.parametrize(
    "text",
    [
        "FINDINGS: A 31 mm metastasis in segment V.\nIMPRESSION: A 31 mm metastasis in segment VII.",
        "FINDINGS: Segment V metastasis has increased to 31 mm.\nIMPRESSION: Stable segment V metastasis, 31 mm.",
        "FINDINGS: Segment V metastasis has decreased, 31 mm, previously 22 mm.",
        "FINDINGS: The segment V metastasis measures 31 mm.\nIMPRESSION: The segment V metastasis measures 27 mm.",
        "FINDINGS: No new liver lesions. New 8 mm liver lesion in segment II.",
    ],
)
def test_a_contradiction_is_told_with_both_places(text: str) -> None:
    problems = read_report(text).problems
    assert len(problems) == 1
    assert problems[0].place.count("characters") == 1
    assert " and " in problems[0].place
