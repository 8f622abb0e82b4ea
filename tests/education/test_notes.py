"""The notes themselves: complete, short, readable, and in the words of this house."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources

import pytest

from tests.education.readability import count_syllables, reading_grade
from tracker.domain.vocabulary import Primary
from tracker.education import Audience, Note, NoteText, Region, find_note, load_notes, search_notes
from tracker.education.shapes import PATIENT_CLOSING, count_words
from tracker.errors import NotFoundError

NOTES = load_notes()
TEXTS = [(note, text) for note in NOTES for text in note.texts]
#: Reading grades by audience; the meeting reads without limit.
GRADES = {Audience.NURSE: 10, Audience.PATIENT: 7}
MOST_WORDS = 90

#: Words a page never says, and why: verdicts, blame, orders, promises.
NEVER = re.compile(
    r"progression detected|\bresponders?\b|\bfail|resectab|\bswitch|\bburden|\bsafe|\bnormal|\bshould\b|\bAI\b|diagnos",
    re.IGNORECASE,
)
#: What a patient's text keeps to the people who can talk about it.
NEVER_FOR_PATIENTS = re.compile(
    r"%|surviv|prognos|outlook|life expectancy|\bmonths to\b|\bdie|death|\bcure|\byou (need|must|ought)\b|recommend",
    re.IGNORECASE,
)
#: Every figure a patient's text may hold: the fever, the weeks and the hours of the red flags.
FIGURES_FOR_PATIENTS = {"38", "6", "24"}


def _id(value: object) -> str:
    return value.id if isinstance(value, Note) else str(getattr(value, "audience", value))


def test_every_note_of_the_list_is_there() -> None:
    numbers = {note.id.split("-")[0] for note in NOTES}
    assert numbers >= {f"N{number:02}" for number in range(1, 34)}


@pytest.mark.parametrize("primary", [one for one in Primary if one not in (Primary.OTHER, Primary.UNKNOWN)])
def test_every_known_primary_has_its_usual_look(primary: Primary) -> None:
    assert find_note(f"N28-{primary}").primaries == (primary,)


def test_notes_ship_inside_the_package() -> None:
    folder = resources.files("tracker.education").joinpath("notes")
    files = [entry.name for entry in folder.iterdir()]
    assert len(files) == len(NOTES)
    assert all(name.endswith(".md") for name in files)


@pytest.mark.parametrize("note", NOTES, ids=_id)
def test_front_matter_is_complete(note: Note) -> None:
    assert note.sources
    assert note.reviewed == date(2026, 11, 24)
    assert note.priority in (1, 2, 3, 4)
    assert note.texts
    assert note.region in Region
    assert count_words(note.title) <= 9


def test_the_red_flag_is_one_note_of_first_priority_with_a_text_for_the_patient() -> None:
    assert [note.id for note in NOTES if note.is_red_flag] == ["N25"]
    assert find_note("N25").text_for(Audience.PATIENT) is not None


@pytest.mark.parametrize(("note", "text"), TEXTS, ids=_id)
def test_a_card_is_read_in_seconds(note: Note, text: NoteText) -> None:
    assert count_words(f"{note.title} {text}") <= MOST_WORDS


#: Notes whose catalogue marks a fact as general knowledge of the literature: nobody re-read it at its source yet.
GENERAL_KNOWLEDGE = {
    "N12", "N13", "N17", "N21", "N24", "N28-breast", "N28-lung", "N28-pancreas", "N28-stomach", "N28-GIST",
    "N28-melanoma", "N28-kidney", "N28-ovary",
}  # fmt: skip


def test_a_note_on_general_knowledge_says_that_it_is_to_be_checked() -> None:
    assert {note.id for note in NOTES if note.to_check_at_source} >= GENERAL_KNOWLEDGE


#: The part of the board that owns each note of the catalogue; N28 to N33 belong to the patient.
PLACES = {
    Region.SUM_CHART: range(1, 11), Region.LESION_TABLE: range(11, 16), Region.SEGMENT_MAP: range(16, 19),
    Region.PET_LANE: range(19, 22), Region.MARKERS: range(22, 25), Region.HEADER: range(25, 34),
}  # fmt: skip


@pytest.mark.parametrize("region", list(Region))
def test_a_note_stands_beside_the_part_of_the_board_that_owns_it(region: Region) -> None:
    numbers = {int(note.id[1:3]) for note in NOTES if note.region is region}
    assert {number for number in numbers if number < 34} == set(PLACES[region])


#: The audiences the catalogue gives each note; a note may have more.
AUDIENCES = {
    "N": {"N01", "N02", "N05", "N06", "N07", "N11", "N12", "N13", "N14", "N16", "N20", "N22", "N23", "N24", "N25", "N26",
          "N29", "N30", "N31"},
    "M": {"N01", "N02", "N03", "N04", "N05", "N06", "N07", "N08", "N09", "N10", "N11", "N15", "N16", "N17", "N18", "N19",
          "N20", "N21", "N22", "N23", "N24", "N26", "N27"},
    "P": {"N02", "N11", "N16", "N25", "N29", "N32", "N33"},
}  # fmt: skip


def test_each_note_has_a_text_for_whom_the_catalogue_names() -> None:
    for letter, audience in (("N", Audience.NURSE), ("M", Audience.MEETING), ("P", Audience.PATIENT)):
        assert AUDIENCES[letter] <= {note.id for note in NOTES if audience in note.audiences}
    for note in NOTES:
        if note.id.startswith("N28-"):
            assert {Audience.NURSE, Audience.MEETING} <= set(note.audiences)


@pytest.mark.parametrize("note", [note for note in NOTES if not note.is_red_flag], ids=_id)
def test_the_first_fact_and_what_it_does_not_mean_fit_two_lines_of_the_board(note: Note) -> None:
    for text in note.texts:
        if text.audience is not Audience.PATIENT:
            assert len(f"{text.facts[0]} {text.does_not_mean}") <= 192


@pytest.mark.parametrize(("note", "text"), [pair for pair in TEXTS if pair[1].audience in GRADES], ids=_id)
def test_reading_grade(note: Note, text: NoteText) -> None:
    assert reading_grade(str(text)) <= GRADES[text.audience]
    assert reading_grade(" ".join(text.facts)) <= GRADES[text.audience] + 1


@pytest.mark.parametrize(("note", "text"), TEXTS, ids=_id)
def test_words_that_are_never_said(note: Note, text: NoteText) -> None:
    found = NEVER.search(f"{note.title} {text}")
    assert found is None, found


@pytest.mark.parametrize(("note", "text"), TEXTS, ids=_id)
def test_every_sentence_is_finished(note: Note, text: NoteText) -> None:
    for sentence in (*text.facts, text.check, text.does_not_mean):
        assert sentence[0].isupper() or sentence[0].isdigit() or sentence[0] == '"'
        assert sentence[-1] in ".?"
    beginning = "This does not mean " if text.audience is Audience.PATIENT else "Does not mean "
    assert text.does_not_mean.startswith(beginning)


@pytest.mark.parametrize(("note", "text"), [pair for pair in TEXTS if pair[1].audience is Audience.PATIENT], ids=_id)
def test_a_patient_reads_no_outlook_no_advice_and_whom_to_ask(note: Note, text: NoteText) -> None:
    found = NEVER_FOR_PATIENTS.search(f"{note.title} {text}")
    assert found is None, found
    assert str(text).endswith(PATIENT_CLOSING)
    assert set(re.findall(r"\d+", str(text))) <= (FIGURES_FOR_PATIENTS if note.is_red_flag else set())


def test_a_patient_never_gets_the_text_of_professionals() -> None:
    for note in NOTES:
        text = note.text_for(Audience.PATIENT)
        assert text is None or text.audience is Audience.PATIENT
        for professional in (None, Audience.NURSE, Audience.MEETING):
            shown = note.text_for(professional)
            assert shown is None or shown.audience is not Audience.PATIENT


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", -1.45),  # six words, six syllables, one sentence
        (
            "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
            11.3,
        ),  # 13 words, 24 syllables
    ],
)
def test_the_reading_grade_is_kincaids(text: str, grade: float) -> None:
    assert reading_grade(text) == pytest.approx(grade, abs=0.05)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("liver", 2), ("scanned", 1), ("treated", 2), ("scale", 1), ("scales", 1), ("table", 2), ("places", 2), ("CT", 2),
     ("38", 2), ("metastases", 4), ("the", 1), ("tumour", 2), ("you’re", 1)],
)  # fmt: skip
def test_syllables(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_search_finds_all_words_in_any_order_and_titles_first() -> None:
    found = [note.id for note in search_notes(NOTES, "scanner another")]
    assert found[0] == "N06"
    assert [note.id for note in search_notes(NOTES, "PSEUDOPROGRESSION irecist")] == ["N05"]
    assert search_notes(NOTES, "scanner unicorn") == ()


def test_search_does_not_mind_accents_and_capitals() -> None:
    assert search_notes(NOTES, "ÁBLATÉD area")[0].id == "N16"


def test_search_by_audience_looks_only_into_that_text() -> None:
    assert [note.id for note in search_notes(NOTES, "neutropenic", Audience.NURSE)] == ["N25"]
    assert search_notes(NOTES, "neutropenic", Audience.PATIENT) == ()
    assert all(Audience.PATIENT in note.audiences for note in search_notes(NOTES, "", Audience.PATIENT))


def test_search_by_primary_leaves_out_the_others() -> None:
    found = {note.id for note in search_notes(NOTES, "usually look", primary=Primary.BREAST)}
    assert found == {"N28-breast"}
    assert {note.id for note in search_notes(NOTES, "", primary=Primary.BREAST)} > {"N28-breast", "N01"}


def test_an_unknown_id_is_said() -> None:
    with pytest.raises(NotFoundError, match="N99"):
        find_note("N99")
