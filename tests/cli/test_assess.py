"""``tracker assess``: the output of the format, whatever goes in, and no byte on standard output for what is no JSON."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tracker

EXAMPLE: dict[str, Any] = {
    "format": "timeline/1",
    "id": "example",
    "settings": {"minimum_sd_days": 42, "confirmation_days": 28, "confirmation_required": False, "sticky_pr": True},
    "lesions": [
        {"label": "T1", "role": "target", "organ": "liver", "segments": ["VII"]},
        {"label": "T2", "role": "target", "organ": "lymph node"},
        {"label": "NT1", "role": "non-target", "organ": "liver"},
        {"label": "NEW1", "role": "new", "organ": "lung"},
    ],
    "time_points": [
        {
            "date": "2026-01-05",
            "modality": "CT",
            "observations": {"T1": {"longest_mm": 32}, "T2": {"short_mm": 18}, "NT1": {"state": "present"}},
        },
        {
            "date": "2026-03-02",
            "modality": "CT",
            "observations": {"T1": {"longest_mm": 20.5}, "T2": {"short_mm": 9}, "NT1": {"state": "present"}},
        },
        {
            "date": "2026-05-04",
            "modality": "CT",
            "observations": {
                "T1": {"state": "not evaluable", "reason": "motion"},
                "T2": {"short_mm": 9},
                "NT1": {"state": "present"},
                "NEW1": {"state": "unequivocal"},
            },
        },
    ],
    "treatments": [{"name": "FOLFIRI + bevacizumab", "kind": "systemic", "start": "2026-01-12", "stop": None}],
    "death": None,
}


def wrong(**changed: Any) -> dict[str, Any]:
    return {**EXAMPLE, **changed}


def write(folder: Path, content: object) -> Path:
    file = folder / "timeline.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_a_timeline_is_answered_in_the_format(tracker: Tracker, tmp_path: Path) -> None:
    outcome = tracker("assess", write(tmp_path, EXAMPLE))
    assert (outcome.code, outcome.err) == (0, "")
    result = json.loads(outcome.out)
    assert (result["id"], result["criteria"], result["best_overall_response"]) == ("example", "recist-1.1", "PR")
    assert [row["sum_mm"] for row in result["time_points"]] == [50.0, 29.5, None]
    assert [row["overall_response"] for row in result["time_points"]] == [None, "PR", "PD"]
    assert '"sum_mm": 29.5' in outcome.out
    assert '"sum_mm": 50.0' in outcome.out
    assert '"change_from_nadir_percent": -41.0' in outcome.out
    # A whole sum beside one with a decimal shows one too.
    sentence = "29.5 mm is 41.0 % below the baseline sum of 50.0 mm (30 % or more is needed)."
    assert result["time_points"][1]["reasons"][0]["text"] == sentence


@pytest.mark.parametrize("words", [("--json",), ("--criteria", "recist-1.1")])
def test_the_switches_change_nothing_here(tracker: Tracker, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = write(tmp_path, EXAMPLE)
    assert tracker("assess", file, *words) == tracker("assess", file)


def test_standard_input_is_read(tracker: Tracker, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("\ufeff" + json.dumps(EXAMPLE)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert json.loads(tracker("assess", "-").out)["id"] == "example"


def test_a_list_is_answered_by_a_list_in_its_order(tracker: Tracker, tmp_path: Path) -> None:
    timelines = [wrong(id="a"), wrong(id="b", lesions="none"), 3, wrong(id="d")]
    outcome = tracker("assess", write(tmp_path, timelines))
    assert outcome.code == 2
    results = json.loads(outcome.out)
    assert [result["id"] for result in results] == ["a", "b", None, "d"]
    assert [bool(result["time_points"]) for result in results] == [True, False, False, True]
    assert [bool(result["problems"]) for result in results] == [False, True, True, False]
    assert set(results[0]) == set(results[1])
    assert all(line.startswith(("[1] ", "[2] ")) for line in outcome.lines)


def test_an_empty_list_is_an_empty_list(tracker: Tracker, tmp_path: Path) -> None:
    outcome = tracker("assess", write(tmp_path, []))
    assert (outcome.code, outcome.out) == (0, "[]\n")


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"format": "timeline/2"}, "format"),
        ({"lesions": []}, "time_points[0].observations.T1"),
        ({"time_points": []}, "time_points"),
        ({"colour": 1}, "colour"),
        ({"id": None}, "id"),
        ({"time_points": [EXAMPLE["time_points"][0] | {"date": "2026-02-30"}]}, "time_points[0].date"),
        (
            {"time_points": [{"date": "2026-01-05", "observations": {"T1": {"longest_mm": 0}}}]},
            "time_points[0].observations.T1.longest_mm",
        ),
        (
            {"time_points": [{"date": "2026-01-05", "observations": {"T1": {"longest_mm": True}}}]},
            "time_points[0].observations.T1.longest_mm",
        ),
        ({"time_points": [EXAMPLE["time_points"][0], EXAMPLE["time_points"][0]]}, "time_points[1].date"),
    ],
)
def test_a_wrong_timeline_is_answered_with_its_problems(
    tracker: Tracker, tmp_path: Path, changed: dict[str, Any], place: str
) -> None:
    outcome = tracker("assess", write(tmp_path, wrong(**changed)))
    assert outcome.code == 2
    result = json.loads(outcome.out)
    assert result["time_points"] == []
    assert place in [problem["place"] for problem in result["problems"]]
    assert len(outcome.lines) == len(result["problems"])
    assert any(line.startswith(f"{place}: ") for line in outcome.lines)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file is empty"),
        ("{", "this is no JSON"),
        ('{"id": "a", "id": "b"}', "the key 'id' stands twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": Infinity}', "Infinity is no number"),
        ("[" * 5_000, "nested too deeply"),
        ("3", "neither a timeline nor a list"),
        ('"timeline"', "neither a timeline nor a list"),
        ("null", "neither a timeline nor a list"),
    ],
)
def test_what_is_no_timeline_prints_nothing_on_standard_output(
    tracker: Tracker, tmp_path: Path, content: str, sentence: str
) -> None:
    outcome = tracker("assess", write(tmp_path, content))
    assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
    assert sentence in outcome.err


def test_numbers_are_read_exactly(tracker: Tracker, tmp_path: Path) -> None:
    """14.0 mm to 9.8 mm is exactly -30 % (RECIST 1.1, 4.3.1); a binary fraction says it is not."""
    text = (
        '{"format": "timeline/1", "id": "x", "lesions": [{"label": "A", "role": "target", "organ": "liver"}],'
        '"time_points": [{"date": "2026-01-05", "observations": {"A": {"longest_mm": 14.0}}},'
        '{"date": "2026-03-02", "observations": {"A": {"longest_mm": 9.8}}}]}'
    )
    result = json.loads(tracker("assess", write(tmp_path, text)).out)
    assert result["time_points"][1]["overall_response"] == "PR"
    finer = tracker("assess", write(tmp_path, text.replace("9.8}", "9.8004}")))
    assert finer.code == 2
    assert "three decimals" in finer.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("missing.json",), "missing.json: there is no such file"),
        ((".",), ".: this is a folder"),
        (("x\0y",), "the file cannot be read"),
        (("timeline.json", "--criteria", "recist-2"), "--criteria recist-2: not known here; known are: recist-1.1"),
        (
            ("timeline.json", "--criteria", "mrecist"),
            "--criteria mrecist: mRECIST measures the part of a hepatocellular",
        ),
        (("timeline.json", "--criteria", "EASL"), "use recist-1.1 instead, or choi, modified-choi or percist-1.0"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    tracker: Tracker, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    write(tmp_path, EXAMPLE)
    outcome = tracker("assess", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert sentence in outcome.err
    assert outcome.err.count("\n") == 1


def test_every_criterion_is_told_by_the_help_and_the_readme_and_can_be_chosen(tracker: Tracker, tmp_path: Path) -> None:
    from tracker.domain.assess import CRITERIA

    told = tracker("assess", "--help").out
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    for criterion in CRITERIA.values():
        assert f"{criterion.name} " in told
        assert f"({criterion.version})" in told
        assert f"`{criterion.name}`" in readme
        outcome = tracker("assess", write(tmp_path, EXAMPLE), "--criteria", criterion.name)
        assert outcome.code == 0
        result = json.loads(outcome.out)
        assert (result["criteria"], result["criteria_version"]) == (criterion.name, criterion.version)


def test_half_a_character_does_not_stop_the_output(tracker: Tracker, tmp_path: Path) -> None:
    outcome = tracker("assess", write(tmp_path, json.dumps(wrong(id="half \ud800"))))
    assert outcome.code == 0
    assert json.loads(outcome.out)["id"] == "half \ud800"


def test_explain_adds_the_derivation_and_nothing_else(tracker: Tracker, tmp_path: Path) -> None:
    file = tmp_path / "timeline.json"
    file.write_text(json.dumps([EXAMPLE, {"format": "timeline/1"}]))
    plain, explained = (json.loads(tracker("assess", str(file), *more).out) for more in ((), ("--explain",)))
    assert [{key: value for key, value in one.items() if key != "explanation"} for one in explained] == plain
    found, wrong = (one["explanation"] for one in explained)
    assert wrong is None
    assert [row["response"] for row in found["time_points"]] == [None, "PR", "PD"]
    assert found["time_points"][1]["would_change"][0]["by_mm"] == 30.5
    assert {one["reader"] for one in found["time_points"][1]["noise"]} == {"the same reader", "another reader"}
    assert all(one["is_a_lower_bound"] for one in found["time_points"][1]["noise"])
    assert found["settings_that_decide"][0]["setting"] == "confirmation_required"
