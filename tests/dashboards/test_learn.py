"""The Learn page: all notes, red flags first, each with its sources and the date it was reviewed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.note_cards import note_card_html
from tests.dashboards.pages import html, run_page
from tracker.education.notes import WAITING, find_note, load_notes
from tracker.education.shapes import Audience
from tracker.pictures.words import count_of

__all__ = ["run_page"]

Run = Callable[..., AppTest]


def test_every_note_stands_there_red_flags_first(run_page: Run) -> None:
    text = html(run_page("learn"))
    places = {note.id: text.find(f'id="{note.id}"') for note in load_notes()}
    assert min(places.values()) >= 0
    red = [place for note, place in places.items() if note == "N25"]
    assert red == [min(places.values())]
    assert text.count("Sources:") == len(places)
    assert text.count("Reviewed ") == len(places)


@pytest.mark.parametrize("audience", list(Audience))
def test_notes_are_found_by_audience(run_page: Run, audience: Audience) -> None:
    page = run_page("learn", **{"learn-audience": str(audience)})
    own = [note for note in load_notes() if audience in note.audiences]
    assert f"{count_of(len(own), 'note')}, red flags first" in html(page)
    others = {"nurse", "meeting", "patient"} - {str(audience)}
    assert not any(f"for the {other}</span>" in html(page) for other in others)


def test_notes_are_found_by_words(run_page: Run) -> None:
    page = run_page("learn")
    page.text_input(key="learn-words").input("oxaliplatin").run()
    text = html(page)
    assert "oxaliplatin" in text.lower()
    assert text.count("<article") < len(load_notes())


def test_words_that_no_note_holds_are_answered(run_page: Run) -> None:
    page = run_page("learn")
    page.text_input(key="learn-words").input("xyzzy").run()
    assert "No note holds all these words." in html(page)


def test_the_sites_helpline_stands_with_the_note_on_waiting_alone() -> None:
    waiting, other = find_note(WAITING), find_note("N01")
    assert "Helpline:</b> Cancer line &lt;1&gt;" in note_card_html(waiting, None, "Cancer line <1>")
    assert "Helpline" not in note_card_html(waiting, None)
    assert "Helpline" not in note_card_html(other, None, "Cancer line <1>")
