"""Reading ``timeline/1``: every wrong input is named with its place, and nothing exact is lost."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.lengths import Length
from tracker.errors import InputError


def _good() -> dict[str, Any]:
    return build_timeline(
        {"targets": {"T1": [30, 20]}, "non_targets": {"NT1": ["p", "p"]}, "new": {"NEW1": ["-", "un"]}}
    )


def _set(path: str, value: Any) -> Any:
    def change(timeline: dict[str, Any]) -> None:
        *parts, last = path.split("/")
        here: Any = timeline
        for part in parts:
            here = here[int(part)] if isinstance(here, list) else here[part]
        if isinstance(here, list):
            here[int(last)] = value
        else:
            here[last] = value

    return change


FIRST = "time_points/0/observations"
SECOND = "time_points/1/observations"
WRONG = [
    ("format", _set("format", "timeline/2"), "format"),
    ("unknown key", _set("lesion", []), "lesion"),
    ("no id", _set("id", ""), "id"),
    ("unknown setting", _set("settings", {"sticky": True}), "settings.sticky"),
    ("setting of the wrong kind", _set("settings", {"sticky_pr": "yes"}), "settings.sticky_pr"),
    ("boolean for a number of days", _set("settings", {"minimum_sd_days": True}), "settings.minimum_sd_days"),
    ("negative days", _set("settings", {"minimum_sd_days": -1}), "settings.minimum_sd_days"),
    ("unknown role", _set("lesions/0/role", "main"), "lesions[0].role"),
    ("label twice", _set("lesions/1/label", "T1"), "lesions[1].label"),
    ("unknown segment", _set("lesions/0/segments", ["IX"]), "lesions[0].segments[0]"),
    ("lesions are no list", _set("lesions", {}), "lesions"),
    ("no time points", _set("time_points", []), "time_points"),
    ("half a date", _set("time_points/1/date", "2026-03"), "time_points[1].date"),
    ("a date that does not exist", _set("time_points/1/date", "2026-02-30"), "time_points[1].date"),
    ("same date twice", _set("time_points/1/date", "2026-01-05"), "time_points[1].date"),
    ("dates go down", _set("time_points/1/date", "2025-12-01"), "time_points[1].date"),
    ("unknown modality", _set("time_points/0/modality", "MRI"), "time_points[0].modality"),
    ("NaN", _set(f"{SECOND}/T1/longest_mm", float("nan")), "time_points[1].observations.T1.longest_mm"),
    ("infinity", _set(f"{SECOND}/T1/longest_mm", float("inf")), "time_points[1].observations.T1.longest_mm"),
    ("boolean for a size", _set(f"{SECOND}/T1/longest_mm", True), "time_points[1].observations.T1.longest_mm"),
    ("text for a size", _set(f"{SECOND}/T1/longest_mm", "20"), "time_points[1].observations.T1.longest_mm"),
    ("negative size", _set(f"{SECOND}/T1/longest_mm", -3), "time_points[1].observations.T1.longest_mm"),
    ("zero is not absent", _set(f"{SECOND}/T1/longest_mm", 0), "time_points[1].observations.T1.longest_mm"),
    ("four decimals", _set(f"{SECOND}/T1/longest_mm", Decimal("20.0001")), "time_points[1].observations.T1.longest_mm"),
    ("no size at the baseline", _set(f"{FIRST}/T1", {"state": "present"}), "time_points[0].observations.T1"),
    ("target not on the baseline", _set(FIRST, {"NT1": {"state": "present"}}), "time_points[0].observations.T1"),
    ("unknown lesion", _set(f"{SECOND}/T9", {"longest_mm": 3}), "time_points[1].observations.T9"),
    ("unknown observation key", _set(f"{SECOND}/T1/size", 3), "time_points[1].observations.T1.size"),
    ("says nothing", _set(f"{SECOND}/T1", {}), "time_points[1].observations.T1"),
    ("absent with a size", _set(f"{SECOND}/T1", {"state": "absent", "longest_mm": 3}), "time_points[1].observations.T1"),
    ("measured without a size", _set(f"{SECOND}/T1", {"state": "measured"}), "time_points[1].observations.T1"),
    ("unequivocal said of a target", _set(f"{SECOND}/T1", {"state": "unequivocal"}), "time_points[1].observations.T1.state"),
    (
        "progression said of a target",
        _set(f"{SECOND}/T1", {"state": "unequivocal progression"}),
        "time_points[1].observations.T1.state",
    ),
    ("merged into nothing", _set(f"{SECOND}/T1", {"state": "merged"}), "time_points[1].observations.T1.into"),
    ("merged into itself", _set(f"{SECOND}/T1", {"state": "merged", "into": "T1"}), "time_points[1].observations.T1.into"),
    ("split without parts", _set(f"{SECOND}/T1", {"state": "split"}), "time_points[1].observations.T1.parts_mm"),
    (
        "short axis longer than the longest diameter",
        _set(f"{SECOND}/T1", {"longest_mm": 10, "short_mm": 12}),
        "time_points[1].observations.T1.short_mm",
    ),
    ("treatment stops before it starts",
     _set("treatments", [{"name": "X", "start": "2026-01-05", "stop": "2026-01-01"}]), "treatments[0].stop"),
    ("unknown kind of treatment", _set("treatments", [{"name": "X", "kind": "chemo", "start": "2026-01-05"}]), "treatments[0].kind"),
    ("parts and a diameter", _set(f"{SECOND}/T1", {"longest_mm": 20, "parts_mm": [1]}), "time_points[1].observations.T1.parts_mm"),
    ("not evaluable with a size", _set(f"{SECOND}/T1", {"state": "not evaluable", "longest_mm": 6}), "time_points[1].observations.T1"),
    ("not mentioned with a size", _set(f"{FIRST}/T1", {"state": "not mentioned", "longest_mm": 6}), "time_points[0].observations.T1"),
    ("unknown reference", _set("time_points/0/reference", {"note": 1}), "time_points[0].reference.note"),
    ("uptake beyond all numbers", _set(f"{SECOND}/T1/suv_max", Decimal("1e999999999")), "time_points[1].observations.T1.suv_max"),
    ("a number of 5,000 digits", _set(f"{SECOND}/T1/longest_mm", 10**5000), "time_points[1].observations.T1.longest_mm"),
    ("5,000 digits for an id", _set("id", 10**5000), "id"),
    ("more digits than a context keeps", _set(f"{SECOND}/T1/longest_mm", Decimal("21.0000000000000000000000000000001")),
     "time_points[1].observations.T1.longest_mm"),
    ("smaller than any micrometre", _set(f"{SECOND}/T1/longest_mm", Decimal("1e-999999")), "time_points[1].observations.T1.longest_mm"),
    ("a week date", _set("time_points/1/date", "2026-W10-1"), "time_points[1].date"),
    ("an exam in another time point's place", _set(f"{SECOND}/T1/on", "2026-01-05"), "time_points[1].observations.T1.on"),
    ("an exam years away", _set(f"{SECOND}/T1/on", "2031-01-01"), "time_points[1].observations.T1.on"),
    ("a label with a space at its end", _set("lesions/0/label", "T1 "), "lesions[0].label"),
    ("a comment has no place here", _set(f"{SECOND}/T1/comment", "x"), "time_points[1].observations.T1.comment"),
    ("death is no date", _set("death", "soon"), "death"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "place"), WRONG, ids=[name for name, _, _ in WRONG])
def test_wrong_input_is_named_with_its_place(name: str, change: Any, place: str) -> None:
    timeline = _good()
    change(timeline)
    with pytest.raises(InputError) as caught:
        Timeline.from_dict(timeline)
    assert place in [problem.place for problem in caught.value.problems]
    assert all(problem.text and not problem.text.startswith(" ") for problem in caught.value.problems)


def test_all_problems_are_named_at_once() -> None:
    timeline = _good()
    for _, change, _ in WRONG[:1] + WRONG[3:4] + WRONG[7:8]:
        change(timeline)
    with pytest.raises(InputError) as caught:
        Timeline.from_dict(timeline)
    assert len(caught.value.problems) >= 3


@pytest.mark.parametrize("value", [None, 3, "x", [], [1]], ids=repr)
def test_what_is_no_object_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        Timeline.from_dict(value)


@pytest.mark.parametrize("value", [9.8, Decimal("9.8"), "9.8"], ids=repr)
def test_a_size_is_read_by_its_decimal_digits(value: Any) -> None:
    assert Length.from_mm(value) == Length(9800)


def test_a_float_and_a_decimal_give_the_same_timeline() -> None:
    with_floats = _good()
    with_decimals = copy.deepcopy(with_floats)
    with_floats["time_points"][1]["observations"]["T1"]["longest_mm"] = 29.167
    with_decimals["time_points"][1]["observations"]["T1"]["longest_mm"] = Decimal("29.167")
    assert Timeline.from_dict(with_floats) == Timeline.from_dict(with_decimals)


def test_every_field_of_the_answer_is_always_there() -> None:
    answer = assess(Timeline.from_dict(_good())).to_dict()
    assert set(answer) == {
        "id", "criteria", "criteria_version", "time_points", "best_overall_response", "confirmed_best_overall_response",
        "progression_date", "response_start_date", "problems",
    }  # fmt: skip
    for row in answer["time_points"]:
        assert {
            "date", "sum_mm", "sum_of_measured_mm", "nadir_mm", "baseline_mm", "change_from_baseline_percent",
            "change_from_nadir_percent", "change_from_nadir_mm", "target_response", "non_target_response", "new_lesions",
            "overall_response", "after_progression", "reasons",
        } <= set(row)  # fmt: skip
    assert answer["time_points"][0]["change_from_baseline_percent"] == 0.0
    assert answer["time_points"][1]["change_from_baseline_percent"] == -33.3


def test_a_percentage_from_a_nadir_of_zero_is_null() -> None:
    case = {"targets": {"T1": [30, "a", 8]}, "non_targets": {"NT1": ["p", "p", "p"]}}
    row = assess(Timeline.from_dict(build_timeline(case))).to_dict()["time_points"][2]
    assert (row["nadir_mm"], row["change_from_nadir_percent"], row["change_from_nadir_mm"]) == (0.0, None, 8.0)


def test_a_lesion_does_not_merge_into_one_that_is_not_there() -> None:
    timeline = build_timeline({"targets": {"T1": [30, "m T2"], "T2": [20, "a"]}})
    with pytest.raises(InputError) as caught:
        Timeline.from_dict(timeline)
    assert [problem.place for problem in caught.value.problems] == ["time_points[1].observations.T1.into"]


def test_a_wrong_time_point_does_not_move_the_places_of_the_others() -> None:
    timeline = _good()
    timeline["time_points"][0]["date"] = "x"
    timeline["time_points"][1]["observations"]["T9"] = {"longest_mm": 3}
    with pytest.raises(InputError) as caught:
        Timeline.from_dict(timeline)
    assert [problem.place for problem in caught.value.problems] == [
        "time_points[0].date",
        "time_points[1].observations.T9",
    ]


def _nested(depth: int) -> list[Any]:
    nest: list[Any] = []
    for _ in range(depth):
        nest = [nest]
    return nest


@pytest.mark.parametrize(
    "path", ["format", "id", "settings", "death", "lesions", "lesions/0/segments", f"{SECOND}/T1/as"]
)
def test_a_deep_nest_anywhere_is_refused(path: str) -> None:
    timeline = _good()
    _set(path, _nested(50_000))(timeline)
    with pytest.raises(InputError):
        Timeline.from_dict(timeline)


def test_zeros_are_written_and_read_back() -> None:
    timeline = _good()
    timeline["time_points"][1]["observations"]["T1"] |= {"attenuation_hu": 0, "suv_max": 0}
    timeline["time_points"][0]["reference"] = {"liver_sul_mean": 2.1, "liver_sul_sd": 0}
    read = Timeline.from_dict(timeline)
    assert Timeline.from_dict(read.to_dict()) == read
    assert read.to_dict()["time_points"][1]["observations"]["T1"]["attenuation_hu"] == 0


def test_a_treatment_may_be_called_local_and_begins_no_line() -> None:
    obj = build_timeline({"targets": {"T1": [30, 29, 15]}})
    obj["treatments"] = [
        {"name": "FOLFIRI", "kind": "systemic", "start": "2026-01-06"},
        {"name": "two lesions of segment VI", "kind": "local", "start": "2026-03-10"},
    ]
    obj["time_points"][1]["markers"] = None
    timeline = Timeline.from_dict(obj)
    assert Timeline.from_dict(timeline.to_dict()) == timeline
    assert str(assess(timeline).best_overall_response) == "PR"
