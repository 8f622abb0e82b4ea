"""Where a patient stands between two scans: each state with its sentence, and the days on which one turns into the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.pictures.records import exam, record, simple
from tracker.domain.record import Treatment
from tracker.domain.schedule import (
    Corrected,
    Decision,
    Followed,
    PlannedScan,
    Reference,
    SeenExam,
    Situation,
    Standing,
    State,
    WaitingReport,
    derive_changes,
    derive_followed,
    derive_standings,
    derive_state,
)
from tracker.domain.schedule.followed import ScanToVerify
from tracker.domain.vocabulary import Modality, ReportStatus, Response, TreatmentKind

LAST = date(2026, 3, 5)  # second scan of simple([..., ...])
DUE = date(2026, 4, 30)  # 8 weeks after it
MEETING = date(2026, 3, 12)
DECIDED_AT = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
FOLFIRI = Treatment(1, "FOLFIRI", TreatmentKind.SYSTEMIC, date(2026, 1, 12))
AWAY = timedelta(days=30)


def followed(*sizes: object, **changed: Any) -> Followed:
    """A patient on FOLFIRI, stable unless sizes say otherwise, scanned last on 5 March 2026."""
    base = derive_followed(replace(simple(sizes or (50, 48)), treatments=(FOLFIRI,)))
    return replace(base, to_verify=(), **changed)


def at(today: date, **given: Any) -> Situation:
    return Situation(**{"followed": followed(), "today": today, **given})


def stand(today: date, **given: Any) -> Standing:
    return derive_state(at(today, **given))


def booked(day: date, **given: Any) -> PlannedScan:
    return PlannedScan(
        **{"id": 1, "planned_on": day, "entered_on": date(2026, 3, 10), "modality": Modality.CT, **given}
    )


def decision(**given: Any) -> Decision:
    fields = {"id": 1, "meeting_on": MEETING, "question": "continue?", "outcome": "continue", "decided_at": DECIDED_AT}
    return Decision(**{**fields, **given})


WHY = "every 8 weeks on FOLFIRI; last scan 5 Mar"


@pytest.mark.parametrize(
    ("today", "state", "why", "days", "late"),
    [
        # the window opens 14 days before the due date
        (DUE - timedelta(days=15), State.CLOSED, "SD as first", -15, False),
        (DUE - timedelta(days=14), State.DUE, f"{WHY}, due 30 Apr", -14, False),
        (DUE, State.DUE, f"{WHY}, due 30 Apr", 0, False),
        (DUE + timedelta(days=1), State.DUE, f"{WHY}, was due 30 Apr", 1, False),
        # the last day of grace, and the day after it: 7 days on treatment
        (DUE + timedelta(days=7), State.DUE, f"{WHY}, was due 30 Apr", 7, False),
        (DUE + timedelta(days=8), State.OVERDUE, f"{WHY}, was due 30 Apr", 8, True),
    ],
)
def test_a_scan_becomes_due_and_overdue(today: date, state: State, why: str, days: int, late: bool) -> None:
    found = stand(today)
    assert (found.state, found.on, found.days, found.late) == (state, DUE, days, late)
    if state is State.CLOSED:
        why = "first response of course 1: SD; next due 30 Apr, every 8 weeks on FOLFIRI"
    assert found.why == why


def test_surveillance_has_28_days_of_grace() -> None:
    resected = Treatment(1, "resection", TreatmentKind.RESECTION, date(2026, 1, 20), date(2026, 1, 20))
    patient = replace(followed(), treatments=(resected,))  # due 3 Sep
    assert stand(date(2026, 10, 1), followed=patient).state is State.DUE
    assert stand(date(2026, 10, 2), followed=patient).state is State.OVERDUE


@pytest.mark.parametrize(
    ("today", "state", "why", "late"),
    [
        (date(2026, 4, 27), State.PLANNED, f"CT booked; {WHY}, due 30 Apr", False),
        (date(2026, 4, 28), State.DUE, f"CT booked for today; {WHY}, due 30 Apr", False),
        (date(2026, 4, 29), State.DUE, f"CT was booked for 28 Apr and is not marked as performed; {WHY}, due 30 Apr", True),
        (date(2026, 5, 5), State.DUE, f"CT was booked for 28 Apr and is not marked as performed; {WHY}, due 30 Apr", True),
        (date(2026, 5, 6), State.OVERDUE, f"CT was booked for 28 Apr and is not marked as performed; {WHY}, due 30 Apr", True),
    ],
)  # fmt: skip
def test_a_booked_scan_is_planned_until_its_day(today: date, state: State, why: str, late: bool) -> None:
    found = stand(today, planned=(booked(date(2026, 4, 28)),))
    assert (found.state, found.why, found.late, found.on) == (state, why, late, date(2026, 4, 28))


def test_a_scan_booked_beyond_the_grace_says_how_much_later() -> None:
    found = stand(date(2026, 5, 20), planned=(booked(date(2026, 6, 4), note="holiday"),))
    assert found.state is State.PLANNED
    assert found.why == f"CT booked (holiday); {WHY}, due 30 Apr, 35 days after it"


@pytest.mark.parametrize(
    ("days", "late"),
    [(0, False), (7, False), (8, True)],  # marked after 7 days
)
def test_a_performed_scan_awaits_its_report(days: int, late: bool) -> None:
    made = booked(date(2026, 4, 28), performed_on=date(2026, 4, 27))
    found = stand(date(2026, 4, 27) + timedelta(days=days), planned=(made,))
    assert (found.state, found.days, found.late) == (State.REPORT_AWAITED, days, late)
    assert found.why == "CT performed 27 Apr, no report yet"


def test_no_scan_is_due_while_a_report_is_awaited() -> None:
    made = booked(DUE, performed_on=DUE)
    states = [one.state for one in derive_standings(at(DUE + AWAY, planned=(made,)))]
    assert states == [State.REPORT_AWAITED]


def test_a_preliminary_reading_awaits_the_final_report() -> None:
    seen = SeenExam(2, LAST, Modality.MR, status=ReportStatus.PRELIMINARY)
    patient = replace(followed(), exams=(seen,))
    found = stand(LAST + timedelta(days=3), followed=patient)
    assert (found.state, found.late) == (State.REPORT_AWAITED, False)
    assert found.why == "preliminary reading of the MRI of 5 Mar is entered, the final report is awaited"
    assert stand(LAST + timedelta(days=8), followed=patient).late


REPORT = WaitingReport(4, date(2026, 4, 30), date(2026, 4, 28), Modality.CT)


def test_a_report_in_the_inbox_is_to_enter() -> None:
    found = stand(date(2026, 5, 2), reports=(REPORT,))
    assert (found.state, found.why, found.days) == (State.TO_ENTER, "report of the CT of 28 Apr came 30 Apr", 2)
    bare = WaitingReport(5, date(2026, 5, 1))
    assert stand(date(2026, 5, 2), reports=(bare,)).why == "report of a scan came 1 May"
    assert stand(date(2026, 5, 2), reports=(bare, REPORT)).why == "report of the CT of 28 Apr came 30 Apr, and 1 more"


def test_the_report_ends_the_waiting_of_its_own_scan_only() -> None:
    made = booked(date(2026, 4, 28), performed_on=date(2026, 4, 28))
    pet = booked(date(2026, 5, 1), id=2, performed_on=date(2026, 5, 1), modality=Modality.PET_CT)
    states = [one.state for one in derive_standings(at(date(2026, 5, 2), planned=(made, pet), reports=(REPORT,)))]
    assert states == [State.REPORT_AWAITED, State.TO_ENTER]
    [only] = derive_standings(at(date(2026, 5, 2), planned=(made,), reports=(REPORT,)))
    assert only.state is State.TO_ENTER


def test_a_scan_that_was_entered_ends_what_was_booked_for_it() -> None:
    for plan in (
        booked(LAST, performed_on=LAST),
        booked(LAST),
        booked(LAST + timedelta(days=9), entered_on=date(2026, 2, 1)),
    ):
        assert stand(date(2026, 3, 20), planned=(plan,)).state is State.CLOSED


@pytest.mark.parametrize(
    ("plan", "day", "modality", "is_met"),
    [
        # on its day or later; up to 14 days early, but not by a scan from before it was written down
        (booked(date(2026, 4, 28)), date(2026, 4, 28), Modality.CT, True),
        (booked(date(2026, 4, 28)), date(2026, 6, 1), Modality.CT, True),
        (booked(date(2026, 4, 28)), date(2026, 4, 14), Modality.CT, True),
        (booked(date(2026, 4, 28)), date(2026, 4, 13), Modality.CT, False),
        (booked(date(2026, 3, 15)), date(2026, 3, 10), Modality.CT, False),
        (booked(date(2026, 3, 15)), date(2026, 3, 11), Modality.CT, True),
        # a date that was written down wrongly by up to 3 days
        (booked(date(2026, 4, 28), performed_on=date(2026, 4, 28)), date(2026, 4, 25), Modality.CT, True),
        (booked(date(2026, 4, 28), performed_on=date(2026, 4, 28)), date(2026, 4, 24), Modality.CT, False),
        # another modality only on the very day
        (booked(date(2026, 4, 28)), date(2026, 4, 29), Modality.MR, False),
        (booked(date(2026, 4, 28)), date(2026, 4, 28), Modality.MR, True),
        (booked(date(2026, 4, 28), modality=None), date(2026, 4, 29), Modality.MR, True),
        (booked(date(2026, 4, 28)), date(2026, 4, 29), None, True),
        (booked(date(2026, 4, 28)), None, Modality.CT, True),
    ],
)
def test_which_scan_is_the_one_that_was_booked(
    plan: PlannedScan, day: date | None, modality: Modality | None, is_met: bool
) -> None:
    assert plan.is_met_by(day, modality) == is_met


def test_who_has_no_scan_or_no_baseline_is_to_complete() -> None:
    nobody = derive_followed(record([], []))
    found = stand(date(2026, 3, 10), followed=nobody)
    assert (found.state, found.why, found.on) == (State.TO_COMPLETE, "registered, no scan entered yet", None)
    loose = derive_followed(record([exam(1, date(2026, 3, 2), {"L1": 30})], []))
    found = stand(date(2027, 3, 10), followed=loose)
    assert found.state is State.TO_COMPLETE
    assert found.why == "scans are entered, but no course has a baseline: no response can be computed"


def test_a_first_scan_that_is_booked_is_planned() -> None:
    nobody = derive_followed(record([], []))
    found = stand(date(2026, 4, 1), followed=nobody, planned=(booked(date(2026, 4, 28)),))
    assert (found.state, found.why) == (State.PLANNED, "CT booked; registered, no scan entered yet")
    assert stand(date(2026, 5, 5), followed=nobody, planned=(booked(date(2026, 4, 28)),)).state is State.DUE
    assert stand(date(2026, 5, 6), followed=nobody, planned=(booked(date(2026, 4, 28)),)).state is State.OVERDUE


def test_a_value_in_question_waits_for_a_second_person() -> None:
    scan = ScanToVerify(LAST, Modality.CT, datetime(2026, 3, 6, 8, tzinfo=UTC), 1, "PR before, PD now; L2: kept")
    found = stand(date(2026, 3, 10), followed=replace(followed(), to_verify=(scan,)))
    assert (found.state, found.on) == (State.TO_VERIFY, date(2026, 3, 6))
    assert found.why == "CT of 5 Mar: PR before, PD now; L2: kept"
    more = stand(date(2026, 3, 10), followed=replace(followed(), to_verify=(scan, replace(scan, why="a"), scan)))
    assert more.why.endswith("; and 2 older scans")


def test_what_a_second_person_looks_at_is_asked_of_the_record() -> None:
    changed = derive_followed(replace(simple([50, 30, 45]), treatments=(FOLFIRI,)))
    assert stand(date(2026, 5, 1), followed=changed).state is State.TO_VERIFY
    assert stand(date(2026, 5, 1), followed=changed).why == "CT of 30 Apr: PR before, PD now"


def test_a_question_waits_for_its_meeting_and_is_marked_after_it() -> None:
    asked = decision(outcome=None, decided_at=None, question="resect?")
    found = stand(MEETING, decisions=(asked,))
    assert (found.state, found.why, found.late) == (State.AWAITING_MDT, "on the list of 12 Mar: resect?", False)
    found = stand(MEETING + timedelta(days=1), decisions=(asked,))
    assert (found.why, found.late) == ("was on the list of 12 Mar, no outcome recorded: resect?", True)
    found = stand(MEETING + timedelta(days=1), decisions=(replace(asked, is_postponed=True),))
    assert (found.why, found.late) == ("was on the list of 12 Mar, postponed: resect?", True)


@pytest.mark.parametrize(
    ("sizes", "why"),
    [
        ((50, 48), None),
        ((50, 49, 48), None),
        ((50, 30, 29), None),
        ((50, 48, 30), "category changed: SD to PR; never discussed yet"),
        ((50, 70), "first response of course 1: PD; never discussed yet"),
        ((50, 70, 75), "PD as before; never discussed yet"),
    ],
)
def test_a_change_nobody_discussed_awaits_the_meeting(sizes: tuple[int, ...], why: str | None) -> None:
    case = at(LAST, followed=followed(*sizes))
    found = [one.why for one in derive_standings(case) if one.state is State.AWAITING_MDT]
    assert found == ([] if why is None else [why])


def test_before_a_planned_resection_each_scan_is_discussed() -> None:
    planned = Treatment(2, "resection", TreatmentKind.RESECTION, date(2026, 6, 1), planned=True)
    found = stand(date(2026, 3, 10), followed=followed(treatments=(FOLFIRI, planned)))
    assert found.state is State.AWAITING_MDT
    assert found.why == "each scan before a planned resection is discussed; never discussed yet"


def since(patient: Followed, *corrected: Corrected, seen: Response | None = Response.SD) -> Any:
    return derive_changes(patient, Reference(MEETING, DECIDED_AT, is_own=True, response=seen), corrected)


def test_a_scan_newer_than_the_decision_awaits_the_meeting() -> None:
    new = SeenExam(3, date(2026, 4, 28), Modality.MR, entered_at=datetime(2026, 4, 29, 9, tzinfo=UTC))
    patient = followed()
    patient = replace(patient, exams=(*patient.exams, new), response=Response.PD)
    found = stand(date(2026, 5, 2), followed=patient, decisions=(decision(),), changes=since(patient))
    assert (found.state, found.on) == (State.AWAITING_MDT, date(2026, 4, 29))
    assert found.why == "the MRI of 28 Apr was entered after the decision of 12 Mar; SD then, PD now"


@pytest.mark.parametrize(("withdrawn", "done"), [(False, "corrected"), (True, "withdrawn")])
def test_a_scan_changed_since_the_decision_awaits_the_meeting(withdrawn: bool, done: str) -> None:
    patient = followed()
    touched = Corrected(2, LAST, Modality.CT, DECIDED_AT + timedelta(days=2), withdrawn)
    found = stand(date(2026, 3, 20), followed=patient, decisions=(decision(),), changes=since(patient, touched))
    assert found.state is State.AWAITING_MDT
    assert found.why == f"the CT of 5 Mar was {done} after the decision of 12 Mar"


def test_what_changed_before_the_decision_was_seen() -> None:
    patient = followed()
    touched = Corrected(2, LAST, Modality.CT, DECIDED_AT - timedelta(days=2))
    case = at(date(2026, 3, 20), followed=patient, decisions=(decision(),), changes=since(patient, touched))
    assert derive_state(case).state is State.CLOSED


@pytest.mark.parametrize(
    ("given", "why", "late"),
    [
        ({"owner": "A. Weber"}, "decided 12 Mar: continue; A. Weber", False),
        ({"owner": "A. Weber", "due_on": date(2026, 3, 20)}, "decided 12 Mar: continue; A. Weber; by 20 Mar", False),
        ({"due_on": date(2026, 3, 19)}, "decided 12 Mar: continue; by 19 Mar", True),
    ],
)
def test_an_action_is_open_until_it_is_closed(given: dict[str, Any], why: str, late: bool) -> None:
    today = date(2026, 3, 20)
    found = stand(today, decisions=(decision(**given),))
    assert (found.state, found.why, found.late) == (State.ACTION_OPEN, why, late)
    closed = stand(today, decisions=(decision(**given, closed_on=date(2026, 3, 18)),))
    assert closed.state is State.CLOSED
    assert closed.why.startswith("discussed 12 Mar, closed 18 Mar; first response of course 1: SD; next due 30 Apr")


def test_a_decision_without_owner_and_date_has_no_action() -> None:
    assert stand(date(2026, 3, 20), decisions=(decision(),)).state is State.CLOSED


def test_a_new_question_does_not_hide_an_older_open_action() -> None:
    asked = decision(id=2, meeting_on=date(2026, 3, 26), question="and now?", outcome=None, decided_at=None)
    states = [
        one.state for one in derive_standings(at(date(2026, 3, 20), decisions=(decision(owner="A. Weber"), asked)))
    ]
    assert states == [State.AWAITING_MDT, State.ACTION_OPEN]


def test_everything_that_holds_is_said_the_most_urgent_first() -> None:
    scan = ScanToVerify(LAST, Modality.CT, None, 1, "L2: kept")
    asked = decision(outcome=None, decided_at=None)
    case = at(DUE + AWAY, followed=replace(followed(), to_verify=(scan,)), decisions=(asked,))
    assert [one.state for one in derive_standings(case)] == [State.OVERDUE, State.TO_VERIFY, State.AWAITING_MDT]


def test_a_moment_has_the_day_of_the_site() -> None:
    from zoneinfo import ZoneInfo

    late = ScanToVerify(LAST, Modality.CT, datetime(2026, 3, 6, 23, 30, tzinfo=UTC), 1, "L2: kept")
    patient = replace(followed(), to_verify=(late,))
    assert stand(date(2026, 3, 10), followed=patient, zone=ZoneInfo("Europe/Berlin")).on == date(2026, 3, 7)
