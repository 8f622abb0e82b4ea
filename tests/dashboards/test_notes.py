"""Notes beside the charts: they fit their card, are put away with a reason, come back, and are remembered as shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.note_cards import HEIGHT, TO_CHECK, lay_out, panel_html
from dashboards.components.note_panel import find_notes
from tests.dashboards.pages import html, markup, run_page
from tests.education.builders import build_record
from tests.education.test_triggers import CASES
from tests.support.builders import fill_patient
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.vocabulary import Primary
from tracker.education import match_notes, part_notes
from tracker.education.shapes import count_words
from tracker.services import note_history, patients, symptoms
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("primary", [Primary.COLORECTAL, Primary.BREAST, Primary.NEUROENDOCRINE])
def test_the_cards_fit_the_height_they_are_given(primary: Primary) -> None:
    """For every patient of the table of triggers; each card is read in seconds."""
    for described in CASES:
        record = build_record(described | {"patient": {"primary": primary}})
        selection = part_notes(match_notes(record, assess_record(record), TODAY))
        cards = lay_out(selection)
        assert sum(card.height for card in cards) + 42 <= HEIGHT or (len(cards) == 2 and selection.red_flags)
        assert [card.chosen for card in cards][: len(selection.red_flags)] == list(selection.red_flags)
        assert len(cards) - len(selection.red_flags) >= min(1 if selection.red_flags else 2, len(selection.shown))
        assert all(card.facts and count_words(card.visible) <= 90 for card in cards)


def test_a_card_says_why_what_it_does_not_mean_and_where_it_comes_from() -> None:
    described = next(one for one in CASES if one["trigger"] == "liver_tests_off" and "shows" in one)
    record = build_record(described)
    selection = part_notes(match_notes(record, assess_record(record), TODAY))
    markup_ = panel_html(selection, lay_out(selection), 7)
    for words in (
        "Shown because: Bilirubin 52",
        "<b>Does not mean",
        "<b>Check:</b>",
        "Sources: StatPearls",
        "Reviewed 24 Nov",
    ):
        assert words in markup_
    assert TO_CHECK in markup_
    assert 'href="learn?patient=7"' in markup_
    assert 'data-pick="dismiss:N24"' in markup_
    assert "For the nurse" in markup_


def test_a_red_flag_has_no_way_to_put_it_away() -> None:
    record = build_record({"symptoms": [{"on": date(2026, 11, 20), "told": ["fever"]}]})
    selection = part_notes(match_notes(record, assess_record(record), TODAY))
    shown = panel_html(selection, lay_out(selection), 7)
    assert "hp-red-flag" in shown
    assert "dismiss:N25" not in shown


def test_what_is_shown_is_logged_once_beside_the_version_it_was_shown_with(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    page = run_page("patient", filled.patient_id)
    version = patients.patient_version(db, filled.patient_id)
    first = note_history.list_shown(db, filled.patient_id)
    assert first
    assert {one.patient_version for one in first} == {version}
    page.run()
    assert note_history.list_shown(db, filled.patient_id) == first
    symptoms.record_symptoms(db, actor, filled.patient_id, db.today(), ("fever",))
    page.run()
    later = note_history.list_shown(db, filled.patient_id)
    assert {one.patient_version for one in later} == {version, version + 1}
    assert "N25" in {one.note_id for one in later if one.patient_version == version + 1}


def test_a_note_put_away_leaves_the_board_and_is_shown_again_from_the_learn_page(
    run_page: Run, db: Database, actor: Actor
) -> None:
    filled = fill_patient(db, actor)
    record = patients.load_record(db, actor, filled.patient_id)
    page = run_page("patient", filled.patient_id)
    selection, _ = find_notes(record)
    one = selection.shown[0]
    page.session_state[f"note-to-dismiss-{filled.patient_id}"] = one.note.id
    page.run()
    page.selectbox(key=f"dismiss-reason-{filled.patient_id}-{one.note.id}").set_value("known to the team").run()
    page.button(key=f"dismiss-{filled.patient_id}-{one.note.id}").click().run()
    (away,) = note_history.list_dismissals(db, filled.patient_id)
    assert (away.note_id, away.data_key, away.reason) == (one.note.id, one.data_key, "known to the team")
    board = markup(page, f"notes-{filled.patient_id}")
    assert f"dismiss:{one.note.id}" not in board
    assert "1 put away" in board
    learn = html(run_page("learn", filled.patient_id))
    assert "Notes that fit this patient" in learn
    assert f'data-pick="restore:{one.note.id}"' in learn
    assert "known to the team" in learn


def test_all_notes_stand_under_the_part_of_the_board_they_explain(run_page: Run) -> None:
    text = html(run_page("learn"))
    heads = [
        text.find(f">{name}<") for name in ("Sum chart", "Lesion table", "Segment map", "PET lane", "Markers", "Header")
    ]
    assert heads == sorted(heads)
    assert min(heads) > text.find('id="N25"') > 0
