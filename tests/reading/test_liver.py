"""What is said of the liver in words: totals, none new, none at all, new, gone. All texts are invented."""

from __future__ import annotations

import pytest

from tracker.reading.model import CountQualifier
from tracker.reading.report import read_report

COUNTS = [
    ("There are four liver metastases.", "exact", 4),
    ("Solitary liver metastasis in segment VII.", "exact", 1),
    ("New lesion in segment V of the liver, solitary.", "exact", 1),
    ("Unchanged appearance of two focal hepatic lesions:", "exact", 2),
    ("Liver metastases (n = 6).", "exact", 6),
    ("Number of hepatic metastases: 7", "exact", 7),
    ("The number of liver lesions is unchanged at 5.", "exact", 5),
    ("Liver: Three metastases, two of them in segment VI.", "exact", 3),
    ("Liver: At least 5 lesions.", "at least", 5),
    ("More than 20 liver metastases.", "at least", 20),
    ("Hepatic metastases, at least eight, are seen.", "at least", 8),
    ("Liver: 5-6 small metastases.", "at least", 5),
    ("Multiple liver metastases.", "multiple", None),
    ("Numerous bilobar hepatic metastases.", "multiple", None),
    ("Several hypodense liver lesions.", "multiple", None),
    ("Innumerable liver metastases.", "innumerable", None),
    ("Too numerous to count bilobar liver masses up to about 6 cm.", "innumerable", None),
    ("The liver metastases are too numerous to count.", "innumerable", None),
]


@pytest.mark.parametrize(("text", "qualifier", "value"), COUNTS)
def test_a_stated_total_is_read(text: str, qualifier: str, value: int | None) -> None:
    count = read_report(f"FINDINGS: {text}").liver.count
    assert count is not None
    assert (count.qualifier, count.value) == (CountQualifier(qualifier), value)


@pytest.mark.parametrize(
    "text",
    [
        "Two new liver lesions. The segment VII metastasis is stable.",
        "Three metastases in segment VI of the liver.",
        "Two of the four liver metastases have resolved.",
        "Previously four liver lesions.",
        "Several hepatic cysts.",
        "Greater than twenty pulmonary nodules. The liver is normal.",
        "Liver: 23 mm lesion in segment VII. 12 mm lesion in segment V.",
    ],
)
def test_a_part_or_another_thing_is_no_total(text: str) -> None:
    assert read_report(f"FINDINGS: {text}").liver.count is None


def test_two_totals_that_differ_are_both_shown_and_none_is_taken() -> None:
    reading = read_report("FINDINGS: There are four liver metastases.\nIMPRESSION: Five liver metastases.")
    assert reading.liver.count is None
    assert [span.says for span in reading.liver.spans] == ["count", "count"]
    assert len(reading.problems) == 1


#: What holds: no_new_lesions, no_liver_lesions, or neither.
DENIALS = [
    ("LIVER: No focal lesion.", "none"),
    ("The liver is unremarkable.", "none"),
    ("Normal liver.", "none"),
    ("Liver: Normal size and morphology.", "none"),
    ("The kidneys, liver, and pancreas are unremarkable.", "none"),
    ("The liver is homogeneous, without evidence of a focal mass.", "none"),
    ("No visible focal liver lesion.", "none"),
    ("Liver is free of metastases.", "none"),
    ("Liver: 12 mm cyst in segment IV. No suspicious lesion.", "none"),
    ("The liver shows no focal lesions. Haemangioma in segment IV unchanged.", "none"),
    ("No evidence of hepatic, pulmonary or osseous metastases.", "none"),
    ("No liver metastases. New 6 mm nodule in the right lower lobe.", "none"),
    ("No new focal hepatic lesions.", "new"),
    ("No fresh hepatic deposits.", "new"),
    ("No suspicious focal hepatic lesions appeared.", "new"),
    ("No evidence of new or progressive metastatic disease.", "new"),
    ("No new FDG-avid lesions.", "new"),
    ("NEW LESIONS: none", "new"),
    ("New hepatic lesions are not identified.", "new"),
    ("Nothing new in the liver.", "new"),
    ("No new liver lesion. New 9 mm lung nodule.", "new"),
    ("No new lesion. New 9 mm lung nodule.", ""),
    ("No new pulmonary nodules.", ""),
    ("No new liver lesions, except a new 7 mm lesion in segment II of the liver.", ""),
    ("No additional hepatic lesions.", ""),
    ("No other focal liver lesion.", ""),
    ("No intrahepatic bile duct dilatation.", ""),
    ("No change in the liver metastases.", ""),
    ("The liver is enlarged.", ""),
    ("The liver is normal in size.", ""),
    ("Liver: 14 mm metastasis in segment IV. No focal lesion in the spleen.", ""),
]


@pytest.mark.parametrize(("text", "holds"), DENIALS)
def test_what_is_denied_is_denied_of_the_liver(text: str, holds: str) -> None:
    liver = read_report(f"FINDINGS:\n{text}").liver
    assert (liver.no_new_lesions, liver.no_liver_lesions) == (holds == "new", holds == "none")
    assert not liver.no_new_lesions or any(span.says == "no_new_lesions" for span in liver.spans)
    assert not liver.no_liver_lesions or any(span.says == "no_liver_lesions" for span in liver.spans)


@pytest.mark.parametrize(
    ("text", "says", "segments"),
    [
        ("The lesion in segment VI of the liver is no longer seen.", "resolved", ("VI",)),
        ("Complete resolution of the segment IVb metastasis.", "resolved", ("IVb",)),
        ("Liver: The segment II and segment V lesions are no longer visible.", "resolved", ("II", "V")),
        ("Liver: Segment VII: no longer visible.", "resolved", ("VII",)),
        ("The lesion formerly present in segment III of the liver can no longer be identified.", "resolved", ("III",)),
        ("New metastasis in segment II of the liver.", "new", ("II",)),
        ("A lesion in segment V of the liver was not present previously.", "new", ("V",)),
    ],
)
def test_what_has_come_and_gone_is_said_with_its_segment(text: str, says: str, segments: tuple[str, ...]) -> None:
    spans = [span for span in read_report(f"FINDINGS: {text}").liver.spans if span.says in ("new", "resolved")]
    assert [(span.says, span.segments) for span in spans] == [(says, segments)]


def test_the_resolution_of_a_picture_is_none_of_a_lesion() -> None:
    reading = read_report("FINDINGS: The liver contour is smooth on high resolution images. No focal liver lesion.")
    assert [span.says for span in reading.liver.spans] == ["no_liver_lesions"]
