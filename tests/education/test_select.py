"""Which notes stand on a patient's page, and in which order."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from tests.education.builders import build_record
from tests.education.test_triggers import CASES
from tracker.domain.derivation import assess_record
from tracker.domain.schedule.states import Standing, State
from tracker.domain.vocabulary import Primary
from tracker.education import (
    Audience,
    ChosenNote,
    load_notes,
    match_notes,
    part_notes,
    select_notes,
)

TODAY = date(2026, 11, 24)


def _select(described: dict[str, Any], **options: Any) -> tuple[ChosenNote, ...]:
    record = build_record(described)
    return select_notes(record, assess_record(record), TODAY, **options)


def _ids(chosen: tuple[ChosenNote, ...]) -> list[str]:
    return [one.note.id for one in chosen]


#: Course 2 of the board in the design: MRI after CT, a spot that may be new, a lesion not seen since the winter.
BOARD: dict[str, Any] = {
    "patient": {"primary": "colorectal", "detail": "sigmoid"},
    "lesions": {"L1": "target VIII", "L2": "target VI", "L4": "II", "L5": "non-target III", "L6": "V"},
    "course": {"number": 2, "name": "mFOLFOX6 + bevacizumab", "start": date(2026, 6, 5)},
    "treatments": [{"name": "mFOLFOX6 + bevacizumab", "kind": "systemic", "start": date(2026, 6, 5)}],
    "markers": [
        {"name": "CEA", "on": date(2026, 5, 20), "value": "24"},
        {"name": "CEA", "on": date(2026, 11, 5), "value": "14"},
    ],
    "scans": [
        {"on": date(2025, 11, 13), "alone": True, "seen": {"L4": "ts 4 mm"}},
        {"on": date(2026, 1, 22), "alone": True, "seen": {"L4": "a"}},
        {"on": date(2026, 5, 28), "seen": {"L1": "40", "L2": "25", "L4": "a", "L5": "12 mm"}},
        {"on": date(2026, 8, 20), "seen": {"L1": "34", "L2": "22", "L4": "a", "L5": "12 mm"}},
        {
            "on": date(2026, 11, 9),
            "modality": "MR",
            "seen": {"L1": "36", "L2": "24", "L4": "a", "L5": "12 mm", "L6": "eq 8 mm"},
        },
    ],
}


def test_what_could_turn_the_headline_comes_first() -> None:
    chosen = _select(BOARD)
    assert [one.note.priority for one in chosen] == [2, 2, 3]
    everything = _ids(_select(BOARD, limit=99))
    assert everything[:2] == ["N06", "N15"]
    assert {"N01", "N02", "N11", "N18", "N28-colorectal", "N29", "N45"} <= set(everything)
    assert "N46" not in everything
    assert "N28-breast" not in everything


def test_red_flags_stand_outside_the_limit() -> None:
    with_fever = BOARD | {"symptoms": [{"on": date(2026, 11, 20), "told": ["fever"]}]}
    assert _ids(_select(with_fever)) == ["N25", *_ids(_select(BOARD))]
    assert _ids(_select(with_fever, limit=0)) == ["N25"]


def _keys(chosen: tuple[ChosenNote, ...]) -> dict[str, str]:
    return {one.note.id: one.data_key for one in chosen}


def test_a_note_that_was_put_away_stays_away_while_its_data_are_the_same() -> None:
    first, second, third, fourth = _ids(_select(BOARD, limit=4))
    away = {(first, _keys(_select(BOARD))[first])}
    assert _ids(_select(BOARD, dismissed=away)) == [second, third, fourth]
    record = build_record(BOARD)
    everything = match_notes(record, assess_record(record), TODAY)
    parted = part_notes(everything, away)
    assert _ids(parted.dismissed) == [first]
    assert parted.count == len(everything) - 1
    assert len(parted.shown) == 3
    assert len(parted.others) == len(everything) - 4


def test_new_data_bring_a_note_back() -> None:
    away = {(one.note.id, one.data_key) for one in _select(BOARD, limit=99)}
    assert _select(BOARD, dismissed=away) == ()
    scans = [*BOARD["scans"][:-1], BOARD["scans"][-1] | {"on": date(2026, 11, 10)}]
    back = _ids(_select(BOARD | {"scans": scans}, limit=99, dismissed=away))
    assert {"N01", "N06", "N15"} <= set(back)
    assert "N29" not in back


def test_another_day_and_another_year_are_no_new_data() -> None:
    record = build_record(BOARD)
    courses = assess_record(record)
    now, later = (_keys(match_notes(record, courses, day)) for day in (TODAY, date(2027, 1, 20)))
    assert {note: key for note, key in now.items() if note in later} == {
        note: later[note] for note in now if note in later
    }
    assert {"N06", "N11", "N15"} <= now.keys() & later.keys()


def test_a_red_flag_cannot_be_put_away() -> None:
    with_fever = BOARD | {"symptoms": [{"on": date(2026, 11, 20), "told": ["fever"]}]}
    (red, *_) = _select(with_fever)
    assert not red.may_be_dismissed
    assert _ids(_select(with_fever, dismissed={(red.note.id, red.data_key)}))[0] == "N25"


def test_where_the_patient_stands_on_the_worklist_is_what_the_worklist_says() -> None:
    record = build_record(BOARD)
    waits = Standing(State.REPORT_AWAITED, "MRI performed 20 Nov, no report yet", date(2026, 11, 20), 4)
    for standings, shown in (((), False), ((waits,), True), (None, False)):
        chosen = match_notes(record, assess_record(record), TODAY, on_worklist=standings)
        assert ("N30" in _ids(chosen)) is shown


def test_a_first_scan_has_three_notes_beside_it() -> None:
    first = {
        "patient": {"primary": "neuroendocrine"},
        "lesions": {"L1": "target VIII", "L2": "target II", "L3": "non-target V"},
        "scans": [{"on": date(2026, 11, 9), "seen": {"L1": "40", "L2": "20", "L3": "12 mm"}}],
    }
    everything = _ids(_select(first, limit=99))
    assert {"N28-neuroendocrine", "N29", "N32", "N36", "N38", "N39", "N40", "N45"} <= set(everything)
    assert len(_select(first)) == 3


def test_a_patient_reads_only_texts_for_patients() -> None:
    chosen = _select(BOARD, audience=Audience.PATIENT, limit=99)
    assert {"N02", "N06", "N11", "N29"} <= set(_ids(chosen))
    assert {one.text.audience for one in chosen} == {Audience.PATIENT}


def test_the_nurse_reads_her_own_text_and_else_the_meetings() -> None:
    texts = {one.note.id: one.text.audience for one in _select(BOARD, audience=Audience.NURSE, limit=99)}
    assert texts["N02"] is Audience.NURSE
    assert texts["N18"] is Audience.MEETING


def test_priority_then_newest_data_then_id() -> None:
    for described in CASES:
        chosen = _select(described, limit=99)
        keys = [(one.note.priority, -one.on.toordinal(), one.note.id) for one in chosen]
        assert keys == sorted(keys)
        assert [one for one in chosen if not one.note.is_red_flag][:3] == [
            one for one in _select(described) if not one.note.is_red_flag
        ]


def test_the_order_of_the_notes_does_not_matter() -> None:
    notes = list(load_notes())
    Random(7).shuffle(notes)
    assert _select(BOARD, notes=notes) == _select(BOARD)


def test_a_note_for_another_primary_is_not_shown() -> None:
    seen = {"lesions": {"L1": "target VIII"}, "scans": [{"on": date(2026, 11, 9), "seen": {"L1": "40"}}]}
    for primary in Primary:
        usual = [one for one in _ids(_select(seen | {"patient": {"primary": primary}}, limit=99)) if "N28" in one]
        assert usual == ([] if primary in (Primary.OTHER, Primary.UNKNOWN) else [f"N28-{primary}"])


def test_every_note_can_be_reached_by_some_patient_of_the_table() -> None:
    reached = {
        one.note.id
        for described in CASES
        for primary in Primary
        for audience in (None, Audience.PATIENT)
        for one in _select(described | {"patient": {"primary": primary}}, limit=99, audience=audience)
    }
    assert {note.id for note in load_notes()} - reached == set()
