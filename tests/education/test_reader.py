"""A note file with a mistake is refused, with the file and the field named; all mistakes at once."""

from __future__ import annotations

import pytest

from tracker.education import Audience
from tracker.education.reader import read_note
from tracker.errors import InputError

GOOD = """+++
id = "N99"
title = "A note for the tests"
trigger = "everybody"
region = "header"
priority = 4
audiences = ["nurse", "patient"]
topics = ["symptoms"]
reviewed = 2026-11-24
to_check_at_source = false
sources = [{ cite = "Somebody 2020", supports = "something" }]
+++

## nurse

- One fact,
  on two lines.
- Another fact.
- A third one.

**Check:** This.

**Does not mean** that.

## patient

- One fact.
- Another fact.

**Check:** What?

**This does not mean** that. Your team can explain what this means for you.
"""


def test_a_note_is_read() -> None:
    note = read_note("n99-a-note.md", GOOD)
    nurse = note.text_for(Audience.NURSE)
    assert nurse is not None
    assert nurse.card_facts == ("One fact, on two lines.", "Another fact.")
    assert nurse.does_not_mean == "Does not mean that."
    assert note.audiences == (Audience.NURSE, Audience.PATIENT)


@pytest.mark.parametrize(
    ("good", "wrong", "place", "says"),
    [
        ('id = "N99"', 'id = "99"', "n99-a-note.md, id", "an id such as"),
        ('id = "N99"', 'id = "N98"', "n99-a-note.md, id", "begins with n98"),
        ('title = "A note for the tests"', 'title = "a b c d e f g h i j"', "n99-a-note.md, title", "at most 9 words"),
        ('trigger = "everybody"', 'trigger = "always"', "n99-a-note.md, trigger", "not 'always'"),
        ('region = "header"', 'region = "footer"', "n99-a-note.md, region", "known are sum chart"),
        ("priority = 4", "priority = 5", "n99-a-note.md, priority", "from 1 to 4"),
        ("priority = 4", "priority = true", "n99-a-note.md, priority", "from 1 to 4"),
        ("priority = 4\n", "", "n99-a-note.md, priority", "is missing"),
        ("priority = 4", "priority = 4\nkind = 2", "n99-a-note.md, kind", "is not a field"),
        ('["nurse", "patient"]', '["nurse"]', "n99-a-note.md, audiences", "nurse, patient"),
        ('["symptoms"]', '["weather"]', "n99-a-note.md, topics", "'weather' is not known"),
        ('["symptoms"]', '"symptoms"', "n99-a-note.md, topics", "is a list"),
        ("2026-11-24", '"today"', "n99-a-note.md, reviewed", "a date such as"),
        ("to_check_at_source = false", "to_check_at_source = 0", "n99-a-note.md, to_check_at_source", "true or false"),
        ('sources = [{ cite = "Somebody 2020", supports = "something" }]', "sources = []", "n99-a-note.md, sources", "at least one"),
        (', supports = "something"', "", "n99-a-note.md, sources 1", "what it supports"),
        ("- A third one.", "\nA third one.", "n99-a-note.md, nurse", "is no fact"),
        ("- Another fact.\n- A third one.\n", "", "n99-a-note.md, nurse", "two to four facts"),
        ("**Check:** This.", "", "n99-a-note.md, nurse", "what to check"),
        ("**Does not mean** that.", "", "n99-a-note.md, nurse", "does not mean"),
        (" Your team can explain what this means for you.", "", "n99-a-note.md, patient", "ends with"),
        ("## patient", "## family", "n99-a-note.md, section family", "nurse, meeting, patient"),
        ("## patient", "## nurse", "n99-a-note.md, text", "one section an audience"),
        ("## nurse", "Something\n\n## nurse", "n99-a-note.md, text", "stands in a section"),
        ("+++\nid", "id", "n99-a-note.md", "two lines of"),
        ("priority = 4", "priority =", "n99-a-note.md", "no TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_field(good: str, wrong: str, place: str, says: str) -> None:
    assert good in GOOD
    with pytest.raises(InputError) as refused:
        read_note("n99-a-note.md", GOOD.replace(good, wrong, 1))
    assert any(problem.place == place and says in problem.text for problem in refused.value.problems), str(
        refused.value
    )


def test_all_mistakes_are_named_at_once() -> None:
    wrong = GOOD.replace("priority = 4", "priority = 9").replace('"header"', '"footer"').replace("**Check:** This.", "")
    with pytest.raises(InputError) as refused:
        read_note("n99-a-note.md", wrong)
    assert len(refused.value.problems) == 3
