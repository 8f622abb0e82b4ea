"""Lanes, lesions, markers, uptake and counts: what each panel shows, and what it leaves to its table."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.pictures.records import counts_only, course, exam, record, simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import MarkerResult, PatientRecord, RecordedObservation, StatedCount, Treatment
from tracker.domain.vocabulary import CountKind, Modality, State, TreatmentKind
from tracker.pictures.board import CARD_HEIGHT, HEAD_HEIGHT, Board, derive_board
from tracker.pictures.markers import shown_markers
from tracker.pictures.shapes import Panel, Shape, Tone
from tracker.pictures.time_axis import derive_time_axis


def board_of(patient: PatientRecord) -> Board:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    return board


def panel_of(patient: PatientRecord, key: str) -> Panel:
    panel = board_of(patient).panel(key)
    assert panel is not None
    return panel


def texts(panel: Panel) -> list[str]:
    return [line.text for label in panel.labels for line in label.lines]


# --- the axis


def test_months_are_named_every_one_every_second_or_rarer_as_the_span_grows() -> None:
    def ticks(count: int, every: int) -> list[str]:
        patient = simple([40] * count, every=every)
        axis = derive_time_axis(patient, board_of(patient).columns)
        assert axis is not None
        return [tick.text for tick in axis.ticks]

    assert ticks(4, 56)[:3] == ["Jan 2026", "Feb", "Mar"]
    assert ticks(12, 56)[:3] == ["Jan 2026", "Mar", "May"]
    assert ticks(20, 56)[:3] == ["Jan 2026", "Apr", "Jul"]
    assert "2030" in ticks(12, 365)


def test_a_treatment_planned_for_the_end_of_time_leaves_the_axis_as_it_is() -> None:
    patient = two_courses()
    (first, *others) = patient.treatments
    late = replace(first, id=99, start=date.max, stop=None, planned=True)
    endless = replace(patient, treatments=(replace(first, stop=date.max), *others, late))
    assert board_of(endless).axis.end == board_of(patient).axis.end


def test_the_year_stands_at_its_first_month() -> None:
    strong = [tick.text for tick in board_of(two_courses()).axis.ticks if tick.strong]
    assert strong == ["Jul 2025", "Jan 2026"]


def test_the_month_the_axis_ends_in_is_named_too() -> None:
    axis = board_of(simple([40, 38, 36, 35, 34, 33], first=date(2026, 1, 22))).axis
    assert axis.end.month == 11
    assert axis.end.day < 18
    assert axis.ticks[-1].text == "Nov"
    assert axis.ticks[-1].on == date(2026, 11, 1)


def test_a_record_without_a_scan_has_no_board() -> None:
    assert derive_board(record([], []), ()) is None


# --- lanes


def test_treatments_stand_in_lanes_local_ones_with_their_lesions() -> None:
    lanes = panel_of(two_courses(), "lanes")
    assert [(bar.text, bar.ongoing) for bar in lanes.bars] == [
        ("FOLFIRI + bevacizumab · 18 cycles", False),
        ("mFOLFOX6 + bevacizumab", True),
    ]
    assert [mark.shape for mark in lanes.marks] == [Shape.RINGED_CROSS]
    assert "microwave ablation of L3" in texts(lanes)


def treated(*treatments: Treatment) -> Panel:
    return panel_of(replace(simple([50, 45, 40]), treatments=treatments), "lanes")


def test_treatments_that_overlap_take_lanes_of_their_own() -> None:
    lanes = treated(
        Treatment(1, "A", TreatmentKind.SYSTEMIC, date(2026, 1, 10)),
        Treatment(2, "B", TreatmentKind.TARGETED, date(2026, 2, 10)),
        Treatment(3, "C", TreatmentKind.SYSTEMIC, date(2026, 1, 1), date(2026, 1, 9)),
    )
    assert {bar.full.split(",")[0]: bar.lane for bar in lanes.bars} == {"C": 0, "A": 0, "B": 1}


def test_a_long_name_shortens_its_drugs_then_stands_after_its_bar() -> None:
    long = "carboplatin + nab-paclitaxel + pembrolizumab + bevacizumab"
    short = treated(Treatment(1, long, TreatmentKind.SYSTEMIC, date(2026, 1, 10), date(2026, 2, 20)))
    assert short.bars[0].text == "carboplatin + 3"
    after = treated(Treatment(1, long, TreatmentKind.SYSTEMIC, date(2026, 1, 10), date(2026, 1, 14)))
    assert (after.bars[0].inside, after.bars[0].text) == (False, long)
    assert after.bars[0].full.startswith(long)


def test_a_name_that_fits_nowhere_is_cut_and_kept_whole_behind_it() -> None:
    names = [("trifluridine/tipiracil", 10, 30), ("trifluridine/tipiracil", 31, 60)]
    first, last = treated(
        *(
            Treatment(
                at, name, TreatmentKind.SYSTEMIC, date(2026, 1, 1) + timedelta(start), date(2026, 1, 1) + timedelta(end)
            )
            for at, (name, start, end) in enumerate(names)
        )
    ).bars
    assert first.text.startswith("trifl")
    assert first.text.endswith("…")
    assert first.full.startswith("trifluridine/tipiracil")
    assert last.text == "trifluridine/tipiracil"


def test_a_treatment_before_the_axis_is_not_called_none() -> None:
    lanes = treated(Treatment(1, "hemihepatectomy", TreatmentKind.RESECTION, date(2024, 2, 1), date(2024, 2, 1)))
    assert texts(lanes) == ["none recorded", "before: hemihepatectomy, 1 Feb 2024"]


def test_a_planned_treatment_says_so() -> None:
    lanes = treated(Treatment(1, "FOLFOX", TreatmentKind.SYSTEMIC, date(2026, 4, 2), planned=True))
    assert lanes.bars[0].planned
    assert not lanes.bars[0].ongoing
    assert "planned" in lanes.sentence


def test_no_treatment_is_said() -> None:
    lanes = treated()
    assert texts(lanes) == ["none recorded", "none"]
    assert lanes.sentence == "No treatment is recorded."


# --- markers


def test_the_primarys_marker_comes_first_and_a_liver_test_only_where_it_is_raised() -> None:
    day = date(2026, 1, 5)
    values = [("CA19-9", 20, 37), ("CA19-9", 22, 37), ("CEA", 30, 5), ("ALP", 240, 120), ("bilirubin", 12, 21)]
    markers = tuple(
        MarkerResult(at, name, day, Decimal(value), "U", Decimal(limit))
        for at, (name, value, limit) in enumerate(values)
    )
    assert shown_markers(replace(simple([50, 45]), markers=markers)) == ("CEA", "CA19-9", "ALP")


def test_a_raised_liver_test_is_drawn_in_multiples_of_its_upper_limit() -> None:
    markers = (MarkerResult(1, "ALP", date(2026, 1, 5), Decimal(240), "U/L", Decimal(120)),)
    panel = panel_of(replace(simple([50, 45]), markers=markers), "marker ALP")
    assert panel.subtitle == "× upper limit"
    assert texts(panel) == ["2"]
    assert [line.text for label in panel.edge_labels for line in label.lines] == ["upper limit"]


def marked(*values: tuple[str, str], limit: str | None = "5") -> PatientRecord:
    results = tuple(
        MarkerResult(at, "CEA", date(2026, 1, 8 + at), Decimal(value), unit, None if limit is None else Decimal(limit))
        for at, (value, unit) in enumerate(values)
    )
    return replace(simple([50, 45]), markers=results)


def test_a_marker_is_drawn_on_a_logarithmic_scale_with_its_limit() -> None:
    cea = panel_of(two_courses(), "marker CEA")
    assert cea.title == "CEA"
    assert cea.subtitle == "µg/L, log scale"
    assert cea.marks[0].value == pytest.approx(math.log10(86))
    assert [line.points[0][1] for line in cea.lines if line.tone is Tone.LIMIT] == [pytest.approx(math.log10(5))]
    assert cea.edge_labels[0].lines[0].text == "upper limit 5"
    assert {"86", "7.8", "14"} <= set(texts(cea))


def test_values_at_zero_or_in_another_unit_stay_in_the_table() -> None:
    cea = panel_of(marked(("12", "ng/mL"), ("0", "µg/L"), ("8", "µg/L")), "marker CEA")
    assert len(cea.marks) == 1
    assert len(cea.table.rows) == 3
    assert "2 values in another unit or at zero: in the table." in cea.sentence


def test_a_marker_that_cannot_be_drawn_has_no_panel() -> None:
    assert board_of(marked(("0", "µg/L"))).panel("marker CEA") is None


def test_tumour_markers_come_before_liver_tests() -> None:
    more = [MarkerResult(at, "ALP", date(2026, 1, 2 + at), Decimal(90), "U/L") for at in range(5)]
    patient = marked(("12", "µg/L"))
    board = board_of(replace(patient, markers=(*patient.markers, *more)))
    assert next(panel.key for panel in board.panels if panel.key.startswith("marker")) == "marker CEA"


# --- uptake


def with_uptake(minutes: int | None) -> PatientRecord:
    patient = simple([50, 45])
    seen = tuple(
        RecordedObservation(label, Observation(State.MEASURED, longest=Length(30_000), suv_max=Decimal(suv)))
        for label, suv in (("L1", "6.1"), ("L2", "4"))
    )
    pet = exam(9, date(2026, 2, 2), {}, Modality.PET_CT, uptake_minutes=minutes)
    lesions = record([exam(1, date(2026, 1, 8), {"L1": 1, "L2": 1})], []).lesions
    return replace(patient, lesions=lesions, exams=(*patient.exams, replace(pet, observations=seen)))


def test_the_hottest_lesion_is_plotted_and_not_joined() -> None:
    uptake = panel_of(with_uptake(60), "uptake")
    assert uptake.lines == ()
    assert [(mark.value, mark.filled) for mark in uptake.marks] == [(6.1, True)]
    assert texts(uptake) == ["6.1 · L1"]


def test_uptake_without_its_time_is_an_open_dot_with_the_reason() -> None:
    uptake = panel_of(with_uptake(None), "uptake")
    assert not uptake.marks[0].filled
    assert texts(uptake) == ["6.1 · L1, uptake time not recorded"]


# --- events


def test_not_seen_and_new_are_words_under_their_scans() -> None:
    events = panel_of(two_courses(), "events")
    assert texts(events).count("○ L4") == 5
    assert "✚ L6 ?" in texts(events)
    assert events.marks == ()
    assert "New: L6 ? on 9 Nov 2026." in events.sentence


# --- heights


@pytest.mark.parametrize(
    "patient",
    [
        two_courses(),
        twelve_scans(),
        simple([71]),
        simple([50, 45]),
        with_uptake(None),
        counts_only([StatedCount(CountKind.INNUMERABLE)] * 4),
    ],
)
def test_the_board_fits_its_card(patient: PatientRecord) -> None:
    board = board_of(patient)
    rows = len(board.table.rows) + 3 + bool(board.table.folded) + bool(board.table.counts)
    words = 150 if board.without_sum is not None else 0
    assert board.height + HEAD_HEIGHT + rows * board.row_height + words <= CARD_HEIGHT
    main = board.panel("sum")
    assert main is None or main.height >= 240


def test_every_panel_has_a_sentence_and_a_table() -> None:
    board = board_of(two_courses())
    assert [panel.key for panel in board.panels] == ["lanes", "sum", "events", "marker CEA"]
    for panel in board.panels:
        assert panel.sentence.endswith(".")
        assert panel.table.caption
        assert all(len(row) == len(panel.table.header) for row in panel.table.rows)
        assert panel.sentence in board.sentence
    assert len(board.in_words) == 5


def test_courses_without_targets_are_named_and_have_no_sum() -> None:
    exams = [exam(at + 1, date(2026, at + 1, 5), {"L1": 40, "L2": "seen"}) for at in range(4)]
    courses = [
        course(1, {"L1": "t"}, [[1], [2]], date(2026, 1, 5)),
        course(2, {"L2": "n"}, [[3], [4]], date(2026, 3, 5)),
    ]
    main = panel_of(record(exams, courses), "sum")
    heads = {line.text: line.after for label in main.labels for line in label.lines if line.after}
    assert heads == {"Course 1": "baseline 5 Jan 2026", "Course 2": "no target sum"}
    assert len([mark for mark in main.marks if mark.shape is not Shape.DIAMOND]) == 2
