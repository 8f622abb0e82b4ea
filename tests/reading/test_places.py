"""Where values were measured: segments in every spelling, lobes, organs, and what only lies beside. All texts are invented."""

from __future__ import annotations

import pytest

from tracker.reading.report import read_report
from tracker.reading.segments import find_segments

SEGMENTS = [
    ("segment VI", "VI"),
    ("segments V-VI", "V VI"),
    ("segments V to VIII", "V VI VII VIII"),
    ("segment 7/8", "VII VIII"),
    ("the segment 2/3 lesion", "II III"),
    ("segment four A lesion", "IVa"),
    ("segments 6, 8 or 10", ""),
    ("segment IVa/b", "IVa IVb"),
    ("IVa segment", "IVa"),
    ("seg. 4A", "IVa"),
    ("segment IV A", "IVa"),
    ("segments II, III and IVb", "II III IVb"),
    ("Couinaud segment eight", "VIII"),
    ("the eighth segment", "VIII"),
    ("caudate lobe", "I"),
    ("S7", "VII"),
    ("S4a/b", "IVa IVb"),
    ("junction of segments VII and VIII", "VII VIII"),
    ("segment 7, 5 mm lesion", "VII"),
    ("segment 5 - 12 mm", "V"),
    ("segment 6 and 8 mm lesion", "VI"),
    ("segment 4 a 12 mm lesion", "IV"),
    ("segment VI and I recommend MRI", "VI"),
    ("segment 6 of the left lower lobe", ""),
    ("left lower lobe segment 6", ""),
    ("micronodule in S6D", ""),
    ("L5-S1", ""),
    ("a segment of small bowel", ""),
]


@pytest.mark.parametrize(("text", "segments"), SEGMENTS)
def test_segments_are_read_in_every_spelling(text: str, segments: str) -> None:
    found = find_segments(text, 0, len(text))
    assert " ".join(one for naming in found for one in naming.segments) == segments


#: The text, and for each value: organ, segments, lobe.
PLACES = [
    (
        "Liver: Segment VII: 23 x 18 mm lesion (previously 31 mm); segment V: 12 mm lesion (previously 15 mm).",
        ["liver VII", "liver VII", "liver V", "liver V"],
    ),
    ("A 23 mm lesion in segment VII and a 12 mm lesion in segment V of the liver.", ["liver VII", "liver V"]),
    ("Segment VII lesion 23 mm, previously 31 mm, segment V lesion 12 mm.", ["liver VII", "liver VII", "liver V"]),
    ("Liver metastases in segments VIII (12 mm) and V (9 mm).", ["liver VIII", "liver V"]),
    ("Liver metastases in segment II (2,7 cm), segment III (0,9 cm).", ["liver II", "liver III"]),
    ("Lesions in segments VI and II of the liver measure 23 and 12 mm respectively.", ["liver VI", "liver II"]),
    (
        "Uptake in liver segment 7 (SUVmax 12.4) and segment 3 (SUVmax 21.0); the last one is growing, 19 mm on CT.",
        ["liver VII", "liver III", "liver III"],
    ),
    ("Target 1: Liver, segment 8. Baseline 23 mm. Current 18 mm.", ["liver VIII", "liver VIII"]),
    ("GB calculus 9 mm.", ["gallbladder"]),
    ("The metastasis in segment VI is seen again. It measures 23 mm.", ["liver VI"]),
    ("The segment VI metastasis of 23 mm abuts segment VII and the right adrenal gland.", ["liver VI"]),
    ("A 12 mm liver metastasis and a 9 mm nodule in the right lower lobe.", ["liver", "lung"]),
    ("Hypodense lesion in the left hepatic lobe measuring 14 mm.", ["liver left"]),
    ("Mass within the inferior aspect of the right lobe of the liver measuring 21 mm.", ["liver right"]),
    ("Metastasis from colon cancer in segment IVa measuring 18 mm.", ["liver IVa"]),
    ("LIVER: 23 mm lesion in segment VII. LUNGS: 6 mm nodule.", ["liver VII", "lung"]),
    ("A 16 mm nodule adjacent to the liver, in the omentum.", ["peritoneum"]),
    ("Peritoneal nodule of 16 mm beneath the right lobe of the liver.", ["peritoneum"]),
    ("Pancreatic tail tumour, 38 mm, with liver metastases.", ["pancreas"]),
    ("Node at the hepatic hilum measuring 12 mm.", ["lymph node"]),
    ("Liver: the largest lesion in segment II measures 40 mm, the rest under 10 mm.", ["liver II", "liver"]),
    (
        "Liver metastases: Rt lobe 24 mm (prev. 30 mm) and Lt lobe 11 mm (prev. 14 mm).",
        ["liver right"] * 2 + ["liver left"] * 2,
    ),
    ("Metastases: S2 12 mm, S4a 9 mm, S7 31 mm.", ["liver II", "liver IVa", "liver VII"]),
    (
        "Liver: 21 mm lesion in segment 8 and 14 mm lesion in segment 6, compared with 29 mm and 18 mm, respectively.",
        ["liver VIII", "liver VI", "liver VIII", "liver VI"],
    ),
    ("Sclerotic metastasis of L3, 15 mm.", ["bone"]),
    ("Thyroid: nodule of the right lobe, 14 mm.", ["thyroid"]),
]


@pytest.mark.parametrize(("text", "places"), PLACES)
def test_a_value_is_placed_where_its_own_words_say(text: str, places: list[str]) -> None:
    found = read_report(f"FINDINGS: {text}").mentions
    assert [" ".join(filter(None, (one.organ, " ".join(one.segments), one.lobe))) for one in found] == places


def test_the_primary_lies_in_the_organ_that_the_history_names() -> None:
    text = (
        "HISTORY: Oesophageal carcinoma.\nFINDINGS:\nNodes: none avid.\nPrimary: SUVmax 3.9, post radiotherapy change."
    )
    assert [one.organ for one in read_report(text).mentions] == ["oesophagus"]
