"""What the words of a report say of change. All texts are invented."""

from __future__ import annotations

import pytest

from tracker.reading.report import read_report

#: The text, and the change of each value in order; - for none.
CHANGES = [
    ("The metastasis in segment VII has decreased to 23 mm.", "decreased"),
    ("The metastasis in segment VII is smaller, 23 mm, previously 31 mm.", "decreased decreased"),
    ("Interval growth of the segment V metastasis, now 23 mm.", "increased"),
    ("Segment V metastasis enlarged to 23 mm from 18 mm.", "increased increased"),
    ("Segment V metastasis stable, 28 x 24 mm today.", "stable"),
    ("Segment V metastasis 28 mm, no significant change.", "stable"),
    ("Unchanged liver lesions: 5 mm (segment II), 7 mm (segment V), and 9 mm (segment VI).", "stable stable stable"),
    ("Liver lesions in segment II (12 mm) and segment V (23 mm) are unchanged.", "stable stable"),
    (
        "The lesion in segment VII has decreased to 23 mm and the lesion in segment V is stable at 12 mm.",
        "decreased stable",
    ),
    ("Segment VII lesion unchanged at 23 mm, segment V lesion 12 mm, segment II lesion new, 8 mm.", "stable - new"),
    (
        "Partial regression of the liver lesions:\n12 mm lesion in segment VI\n4 mm lesion in segment III",
        "decreased decreased",
    ),
    ("Marked decrease in size of the liver metastases. Segment VIII metastasis 31 mm.", "decreased"),
    ("The segment VI metastasis measures 24 mm. This is a decrease.", "decreased"),
    ("New 8 mm metastasis in segment II.", "new"),
    ("8 mm metastasis in segment II, not seen previously.", "new"),
    ("Two of the liver lesions are new: 12 mm in segment II and 10 mm in segment VI.", "new new"),
    ("NEW LESIONS: yes\n- Liver lesion in segment VIII, 12 mm\n- Liver lesion in segment II, 9 mm", "new new"),
    ("Cannot exclude a new 5 mm lesion in segment III of the liver.", "-"),
    ("Possible new 5 mm lesion in segment III of the liver.", "-"),
    ("No new lesions; 9 mm metastasis in segment V.", "-"),
    ("Five liver metastases have appeared since. The largest: 24 mm in segment VIII, 17 mm in segment V.", "new new"),
    ("New: segment IVb, 8 mm, with diffusion restriction; segment VII, subcapsular, 6 mm.", "new new"),
    ("Two fresh liver metastases (8 mm and 6 mm).", "new new"),
    ("Mesenteric node 33 x 25 mm, stationary.", "stable"),
    (
        "Segment VIII metastasis 31 mm (28 mm).\nIMPRESSION: Slight progress of the metastasis in segment VIII, otherwise stationary.",
        "increased increased",
    ),
    ("Liver metastases, larger ones measuring 32 mm in segment VII and 24 mm in segment IVa.", "- -"),
    ("The segment VI metastasis measures 14 mm. The conclusion is unchanged.", "-"),
    ("Segment V metastasis: 31 mm -> 23 mm.", "- -"),
    ("Segment V metastasis 23 mm, was 31 mm.", "- -"),
    ("Segment V metastasis 23 mm (prior 31 mm).", "- -"),
    ("Segment V metastasis of 23 mm with increased enhancement.", "-"),
    ("A subcarinal lymph node is enlarged. It measures 24 mm.", "-"),
    ("The segment V metastasis is not enlarged compared with before, 23 mm.", "stable"),
    ("Haemangioma with progressive centripetal contrast enhancement, 19 mm.", "-"),
]


@pytest.mark.parametrize(("text", "changes"), CHANGES)
def test_change_is_what_the_words_say(text: str, changes: str) -> None:
    mentions = read_report(f"FINDINGS:\n{text}").mentions
    assert " ".join("-" if one.change is None else str(one.change) for one in mentions) == changes
    assert all(one.new is (one.change == "new") for one in mentions)
