"""The grammar of sizes and uptake values: what is found, with which span and which millimetres, and what never is."""

from __future__ import annotations

import time

import pytest

from tracker.errors import InputError
from tracker.reading.measurements import find_values
from tracker.reading.model import Mention, MentionType
from tracker.reading.report import LONGEST, MOST_VALUES, read_report
from tracker.reading.sections import split

#: Words, and the values in them: quotation = millimetres, with the qualifier where there is one.
SIZES = (
    ("a 2.3 cm lesion", "2.3 cm = 23.0"),
    ("a 12mm lesion", "12mm = 12"),
    ("an 8-mm nodule", "8-mm = 8"),
    ("an 8 - mm nodule", "8 - mm = 8"),
    ("a 2.3 x 1.8 cm lesion", "2.3 x 1.8 cm = 23.0 18.0"),
    ("a 4x6mm lesion", "4x6mm = 4 6"),
    ("a 4x6x5mm lesion", "4x6x5mm = 4 6 5"),
    ("11.0 x 7.5 x 11.0 cm", "11.0 x 7.5 x 11.0 cm = 110.0 75.0 110.0"),
    ("2.4 X 3.9 cm and 24 × 39 mm", "2.4 X 3.9 cm = 24.0 39.0; 24 × 39 mm = 24 39"),
    ("23 by 18 mm", "23 by 18 mm = 23 18"),
    ("3.4 cm x 2.5 cm", "3.4 cm x 2.5 cm = 34.0 25.0"),
    ("1.2 cm x 8 mm", "1.2 cm x 8 mm = 12.0 8"),
    ("4.1 cm transversely x 3.2 AP", "4.1 cm transversely x 3.2 = 41.0 32.0"),
    ("23 mm (AP) x 18 mm (TR) x 20 mm (CC)", "23 mm (AP) x 18 mm (TR) x 20 mm = 23 18 20"),
    ("a 9-millimeter nodule", "9-millimeter = 9"),
    ("13 millimetres", "13 millimetres = 13"),
    ("Thirteen millimeter node", "Thirteen millimeter = 13"),
    ("a two-centimetre mass", "two-centimetre = 20"),
    ("17,5 cm and 17,5cm", "17,5 cm = 175.0; 17,5cm = 175.0"),
    (".5 cm and 0.5cm", ".5 cm = 5.0; 0.5cm = 5.0"),
    ("1 1/2 cm and 1½ cm", "1 1/2 cm = 15.0; 1½ cm = 15.0"),
    ("2 to 3 mm nodules", "2 to 3 mm = 2 3 range"),
    ("4-5 mm nodules", "4-5 mm = 4 5 range"),
    ("4 mm to 5 mm nodules", "4 mm to 5 mm = 4 5 range"),
    ("5 or 6 mm", "5 or 6 mm = 5 6 range"),
    ("between 3 and 4 mm", "3 and 4 mm = 3 4 range"),
    ("ranging from 3 to 8 mm", "3 to 8 mm = 3 8 range"),
    ("decreased from 12 to 9 mm", "12 = 12; 9 mm = 9"),
    ("increased from 9 to 12 mm", "9 = 9; 12 mm = 12"),
    ("increased from 9 x 8 to 12 x 10 mm", "9 x 8 = 9 8; 12 x 10 mm = 12 10"),
    ("lesions of 5 and 4 cm", "5 = 50; 4 cm = 40"),
    ("2,7 and 0,9 cm", "2,7 = 27.0; 0,9 cm = 9.0"),
    ("1.5, 2.0 and 3.1 cm", "1.5 = 15.0; 2.0 = 20.0; 3.1 cm = 31.0"),
    ("6 x 5 and 4 x 3 cm", "6 x 5 = 60 50; 4 x 3 cm = 40 30"),
    ("1.4 -> 0.8 cm", "1.4 = 14.0; 0.8 cm = 8.0"),
    ("23 mm (previously 31)", "23 mm = 23; 31 = 31"),
    ("23 x 18 mm (previously 31 x 24)", "23 x 18 mm = 23 18; 31 x 24 = 31 24"),
    ("11 cm in length and 6 cm in height", "11 cm = 110; 6 cm = 60"),
    ("approximately 3 cm", "3 cm = 30 approx"),
    ("up to about 9 mm", "9 mm = 9 up to"),
    ("<5 mm, under 5 mm, sub-5 mm", "5 mm = 5 less than; 5 mm = 5 less than; 5 mm = 5 less than"),
    ("at least 15 mm, > 15 mm", "15 mm = 15 more than; 15 mm = 15 more than"),
    ("smaller,19x15mm", "19x15mm = 19 15"),
    ("measures 2.3\ncm", "2.3\ncm = 23.0"),
    ("The shape is 2.3 x\n1.8 cm", "2.3 x\n1.8 cm = 23.0 18.0"),
)  # fmt: skip

TRAPS = (
    "attenuation of 56.3 HU", "100 mL of Isovue-300", "937 cc in volume", "280 cm/sec and 280 cm/s", "on mm/dd/yyyy", "28 mmHg and 28 mm Hg",
    "12 cm2, 12 cm², 12 cm3, 12 cubic centimeters", "T11 and L4-L5", "image 45, series 3", "(IMA 8-34)", "(9-101)", "#33/68", "a 10 x 12 trocar",
    "70 % stenosis", "1.2 x 10-3 mm2/s", "b values 50, 400 and 800", "segments 5 and 6", "11 mCi of FDG", "0 mm", "9,000 mm", "45-year-old woman", "at 3 PM",
    "the 6:00 o'clock position", "grade 3, stage 2", "2.5 kg", "a few centimeters", "on 12/03/2026",
)  # fmt: skip

UPTAKE = (
    ("SUV of 3.8", "3.8"),
    ("SUVmax 7.3", "7.3 SUVmax"),
    ("SUV max of 7.3", "7.3 SUVmax"),
    ("SUV-max = 4,5", "4,5 SUVmax"),
    ("maximum SUV of 12.3", "12.3 SUVmax"),
    ("SUV (max) 7", "7 SUVmax"),
    ("maximum standardized uptake value (SUV) of 9.5", "9.5 SUVmax"),
    ("SUVpeak 3.2 and SUVmean of 2.1", "3.2 SUVpeak; 2.1 SUVmean"),
    ("an uptake of 3.4 SUVmax", "3.4 SUVmax"),
    ("SUV max of 7.3 compared to 4.0 on the other side", "7.3 SUVmax; 4.0 SUVmax"),
    ("SUVmax 7.3, previously 4.2", "7.3 SUVmax; 4.2 SUVmax"),
    ("SUVmax 7.3 (4.2)", "7.3 SUVmax; 4.2 SUVmax"),
    ("SUVs of 2.7 and 3.5 respectively", "2.7; 3.5"),
    ("SUVmax has decreased from 11.2 to 6.4", "11.2 SUVmax; 6.4 SUVmax"),
    ("SUVmax was 2.3 on 01/02/2025 versus 4.9 on 03/04/2024", "2.3 SUVmax; 4.9 SUVmax"),
    ("SUV max of 1.5 and 0.8 cm in short axis", "1.5 SUVmax"),
    ("SUVmax 1.6, below blood pool 1.9", "1.6 SUVmax; 1.9 SUVmax"),
    ("SUV 5.5 and 3 lesions", "5.5"),
    ("SUV values were corrected for 45 min", ""),
)  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), SIZES)
def test_a_size_has_its_span_and_its_millimetres(words: str, expected: str) -> None:
    assert "; ".join(_size(one) for one in _values(words)) == expected


@pytest.mark.parametrize("words", TRAPS)
def test_what_is_no_length_is_never_a_size(words: str) -> None:
    assert [one.text for one in _values(words)] == []


@pytest.mark.parametrize(("words", "expected"), UPTAKE)
def test_an_uptake_value_is_the_number_alone_with_its_label(words: str, expected: str) -> None:
    found = [one for one in _values(words) if one.type is MentionType.SUV]
    assert "; ".join(" ".join(filter(None, (one.text, one.label))) for one in found) == expected


@pytest.mark.parametrize(
    "word",
    [
        "subcentimeter",
        "sub-centimetric",
        "infracentimetric",
        "pericentimetric",
        "millimetric",
        "too small to characterise",
    ],
)
def test_a_size_without_a_number_is_qualitative(word: str) -> None:
    (found,) = _values(f"There are {word} lesions")
    assert (found.type, found.text, found.values_mm) == (MentionType.QUALITATIVE, word, ())


@pytest.mark.parametrize(
    "words", ["12 mm in short axis", "short axis of 12 mm", "12 mm short-axis", "short-axis diameter 12 mm"]
)
def test_a_short_axis_is_known_as_such(words: str) -> None:
    assert [one.short_axis for one in _values(words)] == [True]


HOSTILE = (
    "1 x ", "1 x 1 x 1 cm ", "1", "1.1", "(", ")", " ", "\n", "\t", "cm ", "a", "a ", "previously ", "SUV max of ", "12 mm ", "from 12 to 15 mm ", "LIVER: ", "FINDINGS ",
    ".", ",", ".,", "no lesion and ", "segment V, ", "VIII and ", "in the ", "- a\n", "12 mm (previously ", "-", "*", "no longer ", "12, ", "lesion measuring ", "distance ", "?", "e.g. ", "one ", "12/03/2025 ", "new ",
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """Four times the text takes about four times as long; quadratic reading would take sixteen times."""
    small, large = (_seconds((piece * length)[:length]) for length in (5_000, 20_000))
    assert large < 0.5 or large < 9 * small


@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    ["12 mm ", "Segment VII 23 mm lesion. ", "no new ", "(", "1 x ", "12/03/2026 ", "Segment VII 23 mm (previously 31 mm), ", "lesion 12 mm\n\n", "new "],
    ids=repr,
)  # fmt: skip
def test_the_longest_text_that_is_read_costs_no_more_than_seconds(piece: str) -> None:
    # Under two on an idle machine; a busy one counts some of its waiting as work.
    assert _seconds((piece * LONGEST)[:LONGEST]) < 6


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(InputError, match="Nothing was stored"):
        read_report("a" * (LONGEST + 1))


def test_a_text_of_nothing_but_values_is_read_in_part() -> None:
    reading = read_report("FINDINGS: " + "12 mm lesion. " * (MOST_VALUES + 5))
    assert len(reading.mentions) == MOST_VALUES
    assert "values" in reading.problems[-1].text


@pytest.mark.parametrize("text", ["", " \n\t ", "....", "\x00\x01", "\ud800"])
def test_a_text_without_words_is_a_problem_and_no_error(text: str) -> None:
    assert read_report(text).mentions == ()


@pytest.mark.parametrize(
    "words",
    ["12", "slice", "uptake time", "MRN", "born", "arterial", "segment", "new", "SUV", "3 x", "previously", "date"],
)
def test_a_run_of_blanks_is_read_once(words: str) -> None:
    assert _seconds(f"Liver: {words}{' ' * 20_000}mm lesion") < 2


def test_many_changes_and_values_in_any_order_are_read_in_time() -> None:
    """Every sentence once asked for the changes of the whole report: minutes of them."""
    words = (
        "12 mm ",
        "liver ",
        "(",
        "new ",
        "no ",
        "previously ",
        "segment VII ",
        "\n",
        ". ",
        "3.1 cm ",
        "was ",
        "stable ",
    )
    text = "".join(words[at * at % 97 % len(words)] for at in range(12_000))[:LONGEST]
    assert _seconds(text) < 5


def _values(words: str) -> tuple[Mention, ...]:
    text = "FINDINGS: " + words + "."
    found = find_values(split(text))
    assert all(text[one.start : one.end] == one.text for one in found)
    return found


def _size(mention: Mention) -> str:
    values = " ".join(str(value) for value in mention.values_mm)
    return f"{mention.text} = {values}" + (f" {mention.qualifier}" if mention.qualifier else "")


def _seconds(text: str) -> float:
    began = time.process_time()
    read_report(text)
    return time.process_time() - began
