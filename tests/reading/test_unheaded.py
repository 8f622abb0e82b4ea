"""A report without the heading of its findings: they begin on a line after the comparison or the technique."""

from __future__ import annotations

import pytest

from tracker.reading.model import Section
from tracker.reading.sections import split


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("Comparison: 16 June 2025.\nThe segment 7 deposit is now 12 mm.", Section.FINDINGS),
        ("Technique: 240 MBq, 60 minutes.\nThere is an avid lesion in segment 8.", Section.FINDINGS),
        ("Comparison: CT 16 June 2025.\nMRI liver 3 March 2025 was also reviewed.", Section.COMPARISON),
        ("Technique: Portal venous phase.\nAxial images of the liver were obtained.", Section.TECHNIQUE),
        ("Comparison: CT 16 June 2025. The lesion was 12 mm then.\nFindings: Liver 10 mm lesion.", Section.COMPARISON),
        (
            "Referral: NET. Control.\n\nCompared to MRI 02.10.2023 and CT 15.09.2022.\n\nThere are five lesions.",
            Section.INDICATION,
        ),
        (
            "History: lung cancer.\nIn comparison with the examination of 15-08-2023.\nResult: Stable.",
            Section.COMPARISON,
        ),
        ("History: lung cancer.\n\nThe lesion in segm 8 is 31 mm.", Section.FINDINGS),
        ("History: lung cancer.\n\nKnown lesion in segment 8.", Section.INDICATION),
        ("History: lung cancer.\nCompared to 2023 the lesion is unchanged.", Section.INDICATION),
    ],
)
def test_the_second_sentence_is_of_the_section_that_it_tells_of(text: str, section: Section) -> None:
    assert split(text).sentences[1].section is section


def test_the_findings_follow_a_comparison_that_stands_under_the_referral() -> None:
    document = split(
        "Referral: NET.\n\nCompared to MRI 02.10.2023.\n\nThere are five metastases in the liver. Segm 6: 15 mm."
    )
    assert [one.section for one in document.sentences][1:] == [Section.COMPARISON, Section.FINDINGS, Section.FINDINGS]


def test_lines_of_a_form_are_sentences_of_their_own() -> None:
    document = split("Portal vein thrombus: no\nExtrahepatic disease: periportal node 1.3 cm\nVarices: yes")
    assert len(document.sentences) == 3


def test_the_original_report_below_an_addendum_is_none_of_it() -> None:
    document = split("ADDENDUM 24/09/2025\nThe lesion is 14 mm.\n\nORIGINAL REPORT\nCT ABDOMEN 22 September 2025")
    assert [one.section for one in document.sentences][-1] is Section.HEADER
