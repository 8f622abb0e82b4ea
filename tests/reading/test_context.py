"""Cues and their scopes: what is denied, open, earlier, new or changed, and which words only look so."""

from __future__ import annotations

import pytest

from tracker.reading.context import find_cues, says
from tracker.reading.sections import load_words, split

#: Words, the word asked about, and the categories that reach it.
CASES = (
    ("No focal hepatic mass.", "mass", {"absent"}),
    ("No mass, stone or cyst.", "cyst", {"absent"}),
    ("No mass, but a cyst in the kidney.", "cyst", set()),
    ("No pleural effusion, a 2 cm nodule in the lung.", "nodule", set()),
    ("No adenopathy (largest node 6 mm).", "node", set()),
    ("Liver without evidence of metastasis.", "metastasis", {"absent"}),
    ("A lesion is not seen in the liver.", "lesion", {"absent"}),
    ("The kidneys fail to demonstrate a mass.", "mass", {"absent"}),
    ("Cannot exclude a metastasis.", "metastasis", {"possible"}),
    ("A metastasis cannot be entirely excluded.", "metastasis", {"possible"}),
    ("Not only the mass has grown.", "mass", {"increased"}),
    ("No change in the lesion.", "lesion", {"stable"}),
    ("No significant interval change in the lesion.", "lesion", {"stable"}),
    ("Without significant change of the lesion.", "lesion", {"stable"}),
    ("The lesion has not significantly changed.", "lesion", {"stable"}),
    ("The lesion is no longer seen.", "lesion", {"resolved"}),
    ("Interval resolution of the lesion.", "lesion", {"resolved"}),
    ("The lesion has completely disappeared.", "lesion", {"resolved"}),
    ("The nodule is below PET resolution.", "nodule", set()),
    ("The lesion has decreased.", "lesion", {"decreased"}),
    ("The lesion shows decreased attenuation.", "lesion", set()),
    ("Marked decrease in size of the metastases.", "metastases", {"decreased"}),
    ("The lesion is less bulky.", "lesion", {"decreased"}),
    ("The lesion has enlarged.", "lesion", {"increased"}),
    ("A new lesion in segment II.", "lesion", {"new"}),
    ("A lesion not seen on the prior CT.", "lesion", {"absent", "new"}),
    ("Newly diagnosed colon cancer.", "cancer", set()),
    ("Findings are suspicious for metastasis.", "metastasis", {"possible"}),
    ("Focal fatty sparing in segment IV.", "segment", {"not a lesion"}),
    ("There was no prior CT for the lesion.", "lesion", set()),
)  # fmt: skip


@pytest.mark.parametrize(("words", "target", "expected"), CASES)
def test_a_cue_reaches_what_it_is_said_of(words: str, target: str, expected: set[str]) -> None:
    text = "FINDINGS: " + words
    cues = find_cues(split(text))
    start = text.index(target, 10)
    categories = {group["category"] for group in load_words("cues.toml")["cue"]} - {"no cue"}
    assert {one for one in categories if says(cues, one, start, start + len(target))} == expected


def test_a_cue_never_reaches_the_next_sentence() -> None:
    text = "FINDINGS: No mass. A cyst is seen."
    cues = find_cues(split(text))
    assert not says(cues, "absent", text.index("cyst"), text.index("cyst") + 4)
