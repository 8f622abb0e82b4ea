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
    ],
)
def test_the_second_sentence_is_of_the_section_that_it_tells_of(text: str, section: Section) -> None:
    assert split(text).sentences[1].section is section
