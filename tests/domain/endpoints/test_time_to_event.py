"""Times to an event, case by case, under both rules of censoring; and what must hold for any course."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.tables import BASELINE, build_timeline
from tests.domain.test_properties import cases
from tracker.domain import Timeline, assess
from tracker.domain.endpoints.censoring import CENSORING, DayCount, TimeRules
from tracker.domain.endpoints.summary import Endpoints, derive_endpoints, rules_of
from tracker.domain.endpoints.time_to_event import Endpoint, NotApplicable, TimeToEvent
from tracker.domain.timeline import SETTING_WORDS
from tracker.errors import InputError

_FILE = Path(__file__).resolve().parents[2] / "cases" / "time_to_event.toml"
CASES = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["case"]
FIELDS = {
    "pfs": "progression_free_survival",
    "ttp": "time_to_progression",
    "dor": "duration_of_response",
    "dosd": "duration_of_stable_disease",
}


def _day(number: int) -> str:
    return (BASELINE + timedelta(days=number)).isoformat()


def read_case(case: dict[str, Any]) -> Timeline:
    timeline = build_timeline(case)
    timeline["treatments"] = [
        {"name": f"{kind} {number}", "kind": kind, "start": _day(start), "stop": _day(stop[0]) if stop else None}
        for number, (kind, start, *stop) in enumerate(case.get("treatments", ()))
    ]
    timeline["death"] = _day(case["death"]) if "death" in case else None
    return Timeline.from_dict(timeline)


def derive(case: dict[str, Any], **rules: Any) -> Endpoints:
    timeline = read_case(case)
    return derive_endpoints(timeline, assess(timeline), TimeRules(**{**case.get("rules", {}), **rules}))


def _short(result: TimeToEvent | NotApplicable) -> str:
    if isinstance(result, NotApplicable):
        return f"none {result.reason.rule}"
    how = "event" if result.event else "censored"
    return f"{(result.end - BASELINE).days} {how} {result.reason.rule}"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case_ends_as_its_source_says(case: dict[str, Any]) -> None:
    assert case["source"]
    endpoints = derive(case)
    found = {short: _short(getattr(endpoints, field)) for short, field in FIELDS.items()}
    asked = {short: case[short] for short in FIELDS if short in case}
    assert {short: found[short] for short in asked} == asked
    start = BASELINE + timedelta(days=case.get("start", 0))
    assert endpoints.progression_free_survival.start == endpoints.time_to_progression.start == start
    if "response_start" in case:
        assert isinstance(endpoints.duration_of_response, TimeToEvent)
        assert (endpoints.duration_of_response.start - BASELINE).days == case["response_start"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_reason_is_a_sentence_with_its_source(case: dict[str, Any]) -> None:
    endpoints = derive(case)
    for field in FIELDS.values():
        reason = getattr(endpoints, field).reason
        assert reason.text[0].isupper()
        assert reason.text.endswith(".")
        assert "None" not in reason.text
        assert reason.source.startswith(("Eisenhauer 2009", "FDA 2018", "EMA"))


GAP = next(case for case in CASES if case["name"] == "progression after two scans that were not evaluable")
NEW_LINE = next(case for case in CASES if case["name"] == "a new line before progression")


def test_the_sentence_names_what_cut_the_time_and_where() -> None:
    assert derive(GAP).progression_free_survival.reason.text == (
        "Progression on 17 Aug 2026 came after two or more missed visits (168 days without an adequate assessment, where one"
        " is planned every 56 days and may be 7 days late); the time is cut (censored) at the last adequate assessment before,"
        " 2 Mar 2026."
    )
    assert derive(NEW_LINE).time_to_progression.reason.text == (
        "A new line of treatment began on 15 Apr 2026, before progression; the time is cut (censored) at the last adequate"
        " assessment before, 2 Mar 2026."
    )


def test_without_a_planned_interval_the_sentence_says_that_missed_visits_were_not_judged() -> None:
    told = derive(GAP, planned_interval_days=None).progression_free_survival
    assert told.event
    assert told.reason.text.endswith("Missed visits were not judged: no planned interval is given.")
    unasked = derive(GAP, planned_interval_days=None, censoring="ema-2012").progression_free_survival
    assert "Missed visits" not in unasked.reason.text


def test_cdisc_counts_the_day_of_the_start() -> None:
    elapsed = derive(GAP).progression_free_survival
    cdisc = derive(GAP, day_count=DayCount.CDISC).progression_free_survival
    assert (elapsed.end, elapsed.days, cdisc.end, cdisc.days) == (cdisc.end, 56, elapsed.end, 57)


def test_the_timelines_own_setting_names_the_censoring() -> None:
    for name in SETTING_WORDS["censoring"]:
        timeline = read_case(NEW_LINE | {"settings": {"censoring": name}})
        endpoints = derive_endpoints(timeline, assess(timeline))
        assert endpoints.rules == rules_of(timeline) == TimeRules(censoring=name)
        assert endpoints.progression_free_survival.event is (name == "ema-2012")
    assert set(CENSORING) == set(SETTING_WORDS["censoring"])


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"censoring": "ich-e9"}, "censoring"),
        ({"planned_interval_days": 0}, "planned interval"),
        ({"planned_interval_days": 731}, "planned interval"),
        ({"visit_tolerance_days": -1}, "visit tolerance"),
    ],
)
def test_rules_that_are_none_are_refused_with_their_place(given: dict[str, Any], place: str) -> None:
    with pytest.raises(InputError) as refusal:
        TimeRules(**given)
    assert [problem.place for problem in refusal.value.problems] == [place]


def test_the_next_course_is_a_new_treatment() -> None:
    """A patient's next course has a timeline of its own; its start cuts this one's times."""
    timeline = read_case({"targets": {"T1": [50, 48, 80]}})
    cut = derive_endpoints(timeline, assess(timeline), next_treatment=date.fromisoformat(_day(100)))
    assert _short(cut.progression_free_survival) == "56 censored censored.new-treatment"
    assert cut.progression_free_survival.reason.text.startswith(
        "The next course began on 15 Apr 2026, before progression"
    )
    after = derive_endpoints(timeline, assess(timeline), next_treatment=date.fromisoformat(_day(112)))
    assert after.progression_free_survival.event


def test_a_progression_in_question_ends_nothing() -> None:
    timeline = build_timeline({"targets": {"T1": [50, 48, 80]}})
    timeline["time_points"][2]["observations"]["T1"]["provisional"] = True
    read = Timeline.from_dict(timeline)
    assert _short(derive_endpoints(read, assess(read)).time_to_progression) == "56 censored censored.last-assessment"


def test_a_local_treatment_cuts_at_its_own_date_where_one_is_given() -> None:
    """The scan before it still counts, and so does a progression before it (FDA 2018)."""
    timeline = build_timeline({"targets": {"T1": [50, 48, "t"]}, "new": {"N1": ["-", "eq", "un"]}})
    timeline["time_points"][2]["observations"]["T1"]["treated_on"] = _day(70)
    read = Timeline.from_dict(timeline)
    assert _short(derive_endpoints(read, assess(read)).time_to_progression) == "56 event endpoint.progression"
    timeline["time_points"][1]["observations"].pop("N1")
    read = Timeline.from_dict(timeline)
    told = derive_endpoints(read, assess(read)).time_to_progression
    assert _short(told) == "56 censored censored.new-treatment"
    assert "A target was treated locally on 16 Mar 2026" in told.reason.text


def test_progression_seen_in_retrospect_before_the_start_takes_no_time() -> None:
    timeline = build_timeline({"targets": {"T1": [50, 48]}, "new": {"N1": ["-", "un"]}})
    timeline["lesions"][1]["first_seen"] = _day(3)
    timeline["treatments"] = [{"name": "FOLFIRI", "kind": "systemic", "start": _day(7), "stop": None}]
    read = Timeline.from_dict(timeline)
    told = derive_endpoints(read, assess(read)).progression_free_survival
    assert (told.start, told.end, told.days, told.event) == (told.start, told.start, 0, True)
    assert "lies before its start on 12 Jan 2026" in told.reason.text


def test_irecist_ends_at_the_progression_that_was_confirmed() -> None:
    """The date is that of the unconfirmed progression it began with (Seymour 2017); RECIST's rows go on behind it."""
    timeline = read_case({"targets": {"T1": [50, 65, 50, 65, 80]}})
    assessment = assess(timeline, "irecist")
    told = derive_endpoints(timeline, assessment).time_to_progression
    assert told.event
    assert told.end == assessment.progression_date
    assert told.end > derive_endpoints(timeline, assess(timeline)).time_to_progression.end


def test_the_dictionary_has_every_key_whatever_applies() -> None:
    keys = [set(derive(case).to_dict()) for case in CASES]
    assert all(found == keys[0] for found in keys)
    for case in CASES:
        told = derive(case).to_dict()
        times = [told[field] for field in FIELDS.values()]
        assert all(set(time) == {"start", "end", "days", "event", "reason"} for time in times)
        json.dumps(told, allow_nan=False)


@st.composite
def courses(draw: st.DrawFn) -> Timeline:
    """A random course with treatments, and perhaps a death after the last scan."""
    case = draw(cases())
    kinds = st.sampled_from(["systemic", "immunotherapy", "maintenance", "ablation"])
    case["treatments"] = [
        [draw(kinds), draw(st.integers(-60, 400))] for _ in range(draw(st.integers(min_value=0, max_value=3)))
    ]
    if draw(st.booleans()):
        last = 56 * (max(len(row) for row in case["targets"].values()) - 1)
        case["death"] = last + draw(st.integers(min_value=0, max_value=400))
    return read_case(case)


RULES = st.builds(
    TimeRules,
    censoring=st.sampled_from(SETTING_WORDS["censoring"]),
    planned_interval_days=st.none() | st.integers(14, 112),
    visit_tolerance_days=st.integers(0, 28),
    day_count=st.sampled_from(DayCount),
    death_ends_response=st.booleans(),
)
CRITERIA = st.sampled_from(["recist-1.1", "irecist", "choi"])


def _times(endpoints: Endpoints) -> list[TimeToEvent]:
    times = [getattr(endpoints, field) for field in FIELDS.values()]
    return [time for time in times if isinstance(time, TimeToEvent)]


@given(courses(), RULES, CRITERIA)
def test_what_holds_for_any_course(timeline: Timeline, rules: TimeRules, criterion: str) -> None:
    endpoints = derive_endpoints(timeline, assess(timeline, criterion), rules)
    pfs, ttp = endpoints.progression_free_survival, endpoints.time_to_progression
    for time in _times(endpoints):
        assert time.start <= time.end
        assert time.days == (time.end - time.start).days + rules.day_count.added
    assert pfs.start == ttp.start
    assert ttp.end <= pfs.end
    if ttp.event:
        assert pfs.event
        assert pfs.end == ttp.end
    if timeline.death is None:
        assert (pfs.end, pfs.event) == (ttp.end, ttp.event)
    response, stable = endpoints.duration_of_response, endpoints.duration_of_stable_disease
    if isinstance(response, TimeToEvent):
        assert pfs.start <= response.start <= response.end
        assert response.end <= max(pfs.end, response.start)
        if rules.death_ends_response and response.start <= pfs.end:
            assert (response.end, response.event) == (pfs.end, pfs.event)
    if isinstance(stable, TimeToEvent):
        assert replace(stable, endpoint=Endpoint.TTP, reason=ttp.reason) == ttp


@given(courses(), RULES, CRITERIA)
def test_the_rule_that_does_not_censor_never_ends_earlier(timeline: Timeline, rules: TimeRules, criterion: str) -> None:
    assessment = assess(timeline, criterion)
    fda = _times(derive_endpoints(timeline, assessment, replace(rules, censoring="fda-2018")))
    ema = _times(derive_endpoints(timeline, assessment, replace(rules, censoring="ema-2012")))
    unplanned = _times(
        derive_endpoints(timeline, assessment, replace(rules, censoring="fda-2018", planned_interval_days=None))
    )
    for cut, whole, seen in zip(fda, ema, unplanned, strict=True):
        assert cut.end <= seen.end <= whole.end
        assert cut.event <= seen.event <= whole.event
        if cut.event:
            assert cut.end == whole.end
