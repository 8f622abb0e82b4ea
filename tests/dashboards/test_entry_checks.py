"""Twelve errors put into an entry are all found where they are, and four traps of a report are none; without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from dashboards.components.entry_findings import show_findings
from dashboards.components.entry_reading import read_entry
from dashboards.components.entry_report import propose_from_report
from dashboards.components.entry_says import find_of_content
from dashboards.components.entry_table import followed_rows, start_content
from tests.support.injected import DAY, HEADER, REPORT, TWELVE, Injected, fill_example, typed_content
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord
from tracker.services.actors import Actor
from tracker.services.patients import load_record

TODAY = date(2026, 11, 24)
CLEAN = Injected("none", "", "", "", report=REPORT)


@pytest.fixture
def example(db: Database, actor: Actor) -> PatientRecord:
    return load_record(db, actor, fill_example(db, actor, "EX-1"))


def findings(record: PatientRecord, one: Injected) -> list[Mapping[str, Any]]:
    rows = followed_rows(record)
    content = typed_content(start_content(rows, record), one)
    found = find_of_content(content, record, rows, read_entry(content, rows), None, TODAY)
    return [shown for shown in show_findings(found) if shown["level"] != "note"]


def proposals(record: PatientRecord, report: str) -> dict[str, Any]:
    rows = followed_rows(record)
    proposed = propose_from_report({"report": {"text": report}}, record, rows, date.fromisoformat(DAY))
    assert proposed is not None
    return proposed


def test_an_entry_without_an_error_is_asked_nothing(example: PatientRecord) -> None:
    assert findings(example, CLEAN) == []
    assert findings(example, Injected("none", "", "", "")) == []


@pytest.mark.parametrize("one", TWELVE, ids=lambda one: one.error)
def test_each_of_the_twelve_is_found_at_its_place(example: PatientRecord, one: Injected) -> None:
    found = {(shown["rule"], shown["place"]): shown for shown in findings(example, one)}
    shown = found.get((f"plausibility.{one.rule}", one.place))
    assert shown is not None, list(found)
    assert one.words in shown["words"]
    assert shown["level"] == ("hard" if one.hard else "ask")


def test_another_patients_report_is_said_before_anything_is_typed(example: PatientRecord) -> None:
    report = REPORT.replace("03/05/1950", "03/05/1957")
    (shown,) = findings(example, Injected("not typed yet", "", "", "", exam={"performed_on": ""}, report=report))
    assert (shown["rule"], shown["level"]) == ("plausibility.wrong-patient", "hard")


def test_the_prior_value_in_the_report_is_not_taken_as_the_present_one(example: PatientRecord) -> None:
    offered = {one["label"]: one["text"] for one in proposals(example, REPORT)["suggestions"]}
    assert offered == {"L1": "23", "L2": "14", "L3": "22"}


def test_a_lesion_named_twice_is_one(example: PatientRecord) -> None:
    twice = REPORT + "The largest metastasis, in segment VII, measures 23 mm.\n"
    said = proposals(example, twice)
    assert [one["label"] for one in said["suggestions"]] == ["L1", "L2", "L3"]
    assert said["new"] == []
    assert findings(example, Injected("named twice", "", "", "", report=twice)) == []


def test_the_size_of_another_organ_is_no_lesion(example: PatientRecord) -> None:
    other = REPORT.replace(
        "Impression:", "Spleen measures 112 mm. There is a 25 mm cyst of the right kidney.\nImpression:"
    )
    said = proposals(example, other)
    assert {one["label"]: one["text"] for one in said["suggestions"]} == {"L1": "23", "L2": "14", "L3": "22"}
    assert said["new"] == []
    assert findings(example, Injected("another organ", "", "", "", report=other)) == []


def test_a_pet_ct_that_is_coded_as_ct_is_asked(example: PatientRecord) -> None:
    pet = REPORT.replace(HEADER.splitlines()[1], "PET/CT WHOLE BODY WITH FDG")
    (shown,) = findings(example, Injected("PET/CT coded as CT", "", "", "", report=pet))
    assert (shown["rule"], shown["place"]) == ("plausibility.other-modality", "modality")
    assert shown["words"] == "the report describes PET/CT, typed is CT: which is right?"
