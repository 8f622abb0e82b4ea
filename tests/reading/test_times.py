"""Current or earlier: every way in which reports put a size beside an older one."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.reading.context import find_cues
from tracker.reading.kinds import sort_out
from tracker.reading.measurements import find_values
from tracker.reading.model import Time
from tracker.reading.sections import split
from tracker.reading.times import tell_times

#: A sentence, and its values in order with a "<" before those of an earlier examination.
CASES = (
    ("Segment VII lesion measures 23 mm, previously 31 mm.", "23 mm|<31 mm"),
    ("Segment VII lesion measures 23 mm (previously 31 mm).", "23 mm|<31 mm"),
    ("Segment VII lesion: 23 mm (prev. 31 mm).", "23 mm|<31 mm"),
    ("Segment VII lesion: 23 mm (prior 31).", "23 mm|<31"),
    ("Segment VII lesion: 23 mm (was 31 mm).", "23 mm|<31 mm"),
    # The same once more in brackets is the earlier size; the same in another unit is this one again.
    ("Segment VII lesion: 23 mm (23 mm).", "23 mm|<23 mm"),
    ("Segment VII lesion: 2.3 cm (23 mm).", "2.3 cm|23 mm"),
    ("Segment VIII: two lesions, 22 mm (22 mm) and 12 mm (12 mm).", "22 mm|<22 mm|12 mm|<12 mm"),
    ("The lesion now measures 23 mm, was 31 mm.", "23 mm|<31 mm"),
    ("The lesion measures 23 mm; it was 31 mm on the previous scan.", "23 mm|<31 mm"),
    ("The lesion measures 23 mm, having measured 31 mm previously.", "23 mm|<31 mm"),
    ("The metastasis measures 23 mm today and 31 mm previously.", "23 mm|<31 mm"),
    ("Segment VII: 22 mm (20 and 20 mm respectively).", "22 mm|<20|<20 mm"),
    ("Segment VII: 22 mm (21 mm on both earlier studies).", "22 mm|<21 mm"),
    ("It has enlarged since the prior study when it measured 17 x 14 mm.", "<17 x 14 mm"),
    ("The metastasis measures 23 mm vs 31 mm.", "23 mm|<31 mm"),
    ("The metastasis measures 23 mm versus 31 mm on the prior study.", "23 mm|<31 mm"),
    ("The metastasis measures 23 mm compared with 31 mm.", "23 mm|<31 mm"),
    ("The metastasis measures 23 mm compared to 31 mm before.", "23 mm|<31 mm"),
    ("The metastasis measures 23 x 18 mm, compared to 31 x 24 mm in January.", "23 x 18 mm|<31 x 24 mm"),
    ("The metastasis has decreased from 31 mm to 23 mm.", "<31 mm|23 mm"),
    ("The metastasis has decreased from 31 to 23 mm.", "<31|23 mm"),
    ("The metastasis decreased in size, from 31 x 24 mm to 23 x 18 mm.", "<31 x 24 mm|23 x 18 mm"),
    ("The metastasis has decreased to 23 mm from 31 mm.", "23 mm|<31 mm"),
    ("The metastasis is smaller at 23 mm, down from 31 mm.", "23 mm|<31 mm"),
    ("Segment IV metastasis 15 mm, up from 9 mm.", "15 mm|<9 mm"),
    ("Segment VII: 31 -> 23 mm.", "<31|23 mm"),
    ("Segment VII: 31 mm → 23 mm.", "<31 mm|23 mm"),
    ("Segment VII: 23 mm ← 31 mm.", "23 mm|<31 mm"),
    ("On image 40 of the prior CT there was an 11 mm nodule in segment II which has decreased to 6 mm.", "<11 mm|6 mm"),
    ("The prior CT showed a 31 mm lesion in segment VII, which now measures 23 mm.", "<31 mm|23 mm"),
    ("Previously, there was a 31 mm lesion in segment VII, now measuring 23 mm.", "<31 mm|23 mm"),
    ("Previously 31 mm, the lesion now measures 23 mm.", "<31 mm|23 mm"),
    ("The previously seen 34 mm collection has resolved.", "<34 mm"),
    ("The previously seen 31 mm lesion now measures 23 mm.", "<31 mm|23 mm"),
    ("The previously described 12 mm cyst is unchanged.", "12 mm"),
    ("The previously treated 12 mm lesion is unchanged.", "12 mm"),
    ("A 12 mm lesion in segment II is unchanged from the prior examination.", "12 mm"),
    ("A 12 mm lesion in segment II seen on the prior CT is unchanged.", "12 mm"),
    ("Compared with the prior CT of 5 January 2026, the segment VII lesion measures 23 mm.", "23 mm"),
    ("Compared to prior, the segment VII lesion has decreased and measures 23 mm (previously 31 mm).", "23 mm|<31 mm"),
    ("Since the previous examination the lesion has grown to 23 mm.", "23 mm"),
    ("8 mm on the right and 9 mm on the left in short axis vs 21 mm and 22 mm previously.", "8 mm|9 mm|<21 mm|<22 mm"),
    ("The lesions measure 23 and 18 mm, previously 31 and 24 mm.", "23|18 mm|<31|<24 mm"),
    ("The lesion measures 7 mm versus 12 mm on 3 May 2025 versus 15 mm on 4 January 2025.", "7 mm|<12 mm|<15 mm"),
    ("The lesion measures 23 mm, 31 mm on 5 January 2026 and 45 mm on 3 October 2025.", "23 mm|<31 mm|<45 mm"),
    ("Baseline 45 mm, nadir 20 mm, current 25 mm.", "<45 mm|<20 mm|25 mm"),
    ("Lesion in segment VIII, 23 mm currently, 31 mm at baseline.", "23 mm|<31 mm"),
    ("The node has enlarged from 8 x 6 mm (SUVmax 4.7) on the prior examination to 10 x 8 mm (SUVmax 6.1).", "<8 x 6 mm|<4.7|10 x 8 mm|6.1"),
    ("SUVmax 6.4, previously 11.2.", "6.4|<11.2"),
    ("SUVmax has decreased from 11.2 to 6.4.", "<11.2|6.4"),
    ("SUV max of 6.4 compared to prior SUV max of 11.2.", "6.4|<11.2"),
    ("SUV max of 6.4 compared to 4.0 on the contralateral side.", "6.4|4.0"),
    ("There was a 12 mm lesion in segment II.", "12 mm"),
    ("The lesion was 23 mm in diameter.", "23 mm"),
    ("The lesion lies 3 cm from the portal vein and measures 23 mm.", "3 cm|23 mm"),
    ("The lesion previously measured 31 x 24 mm and currently measures 23 x 18 mm.", "<31 x 24 mm|23 x 18 mm"),
    ("Index lesion segment VI 28 mm (prior: 33 mm; baseline: 41 mm).", "28 mm|<33 mm|<41 mm"),
    ("Lesion in segment V measuring 3.1 cm in greatest dimension, previously measuring up to 4.0 cm.", "3.1 cm|<4.0 cm"),
    ("Lesion in segment V measuring 3.1 cm (4.0 cm on prior).", "3.1 cm|<4.0 cm"),
    ("Lesion in segment V measuring 3.1 cm, 4.0 cm three months ago.", "3.1 cm|<4.0 cm"),
    ("Lesion in segment V measuring 3.1 cm, 4.0 cm last time.", "3.1 cm|<4.0 cm"),
    ("The dominant lesion, formerly 4.0 cm, is now 3.1 cm.", "<4.0 cm|3.1 cm"),
    ("Segment VI lesion increased in size from prior measurement of 1.2 cm to 1.9 cm.", "<1.2 cm|1.9 cm"),
    ("Segment VI lesion has grown by 3 mm and measures 15 mm.", "3 mm|15 mm"),
    ("In comparison to 31 mm on the last scan, the lesion is now 23 mm.", "<31 mm|23 mm"),
    ("Lesions range from 5 to 12 mm.", "5 to 12 mm"),
    ("No change in the 12 mm lesion, which was 12 mm on the previous CT.", "12 mm|<12 mm"),
    ("A new 12 mm lesion has appeared in segment III; the segment VII lesion measures 23 mm, prior 31 mm.", "12 mm|23 mm|<31 mm"),
    ("Right lobe lesion measures 4.2 x 3.8 cm, compared to previous 5.6 x 4.9 cm; left lobe lesion measures 2.0 cm, compared to previous 2.6 cm.", "4.2 x 3.8 cm|<5.6 x 4.9 cm|2.0 cm|<2.6 cm"),
    ("At the time of the previous examination the lesion measured 31 mm.", "<31 mm"),
    ("The report from March 2, 2025, states that the lesion was 31 mm, today it is 23 mm.", "<31 mm|23 mm"),
)  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), CASES)
def test_each_value_is_of_the_examination_that_the_words_say(sentence: str, expected: str) -> None:
    assert read_times("FINDINGS: " + sentence) == expected


def test_sizes_in_the_history_are_earlier_ones() -> None:
    text = "CLINICAL HISTORY: 31 mm metastasis in segment VII.\nFINDINGS: The metastasis measures 23 mm.\n"
    assert read_times(text) == "<31 mm|23 mm"


def test_a_history_that_is_the_whole_report_is_current() -> None:
    assert read_times("HISTORY: CT shows a 31 mm metastasis in segment VII.") == "31 mm"


def test_a_size_with_the_date_of_the_examination_is_current() -> None:
    text = "FINDINGS: Segment VII lesion, 31 mm on 5 January 2026, 23 mm on 2 March 2026."
    assert read_times(text, date(2026, 3, 2)) == "<31 mm|23 mm"


def read_times(text: str, performed_on: date | None = None) -> str:
    document = split(text)
    cues = find_cues(document)
    mentions = tell_times(document, cues, sort_out(document, cues, find_values(document)), performed_on)
    return "|".join(("<" if one.time is Time.PRIOR else "") + one.text for one in mentions)
