"""The worklist: when a scan is due and why, and in which group a patient stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.pictures.records import exam, record, simple
from tests.support.builders import fill_patient
from tests.support.databases import TODAY
from tracker.db.engine import Database
from tracker.domain.record import PatientRecord, Treatment
from tracker.domain.vocabulary import Response, TreatmentKind
from tracker.services.actors import Actor
from tracker.services.due import derive_due
from tracker.services.worklist import Group, derive_worklist, list_worklist

LAST = date(2026, 3, 5)  # second scan of simple([..., ...])


def treated(*treatments: tuple[TreatmentKind, date, date | None]) -> PatientRecord:
    given = tuple(Treatment(at, f"{kind} {at}", kind, start, stop) for at, (kind, start, stop) in enumerate(treatments))
    return replace(simple([50, 45]), treatments=given)


@pytest.mark.parametrize(
    ("record", "due", "grace", "rule"),
    [
        # RECIST 1.1 (Eisenhauer 2009): 6 to 8 weeks on systemic treatment
        (
            treated((TreatmentKind.SYSTEMIC, date(2026, 1, 12), None)),
            date(2026, 4, 30),
            7,
            "every 8 weeks on systemic 0",
        ),
        # immunotherapy: every 6 weeks to week 24, then every 12
        (
            treated((TreatmentKind.IMMUNOTHERAPY, date(2026, 1, 12), None)),
            date(2026, 4, 16),
            7,
            "every 6 weeks to week 24 on immunotherapy 0",
        ),
        (
            treated((TreatmentKind.IMMUNOTHERAPY, date(2025, 7, 1), None)),
            date(2026, 5, 28),
            7,
            "every 12 weeks after week 24 on immunotherapy 0",
        ),
        (
            treated((TreatmentKind.RADIONUCLIDE, date(2026, 1, 12), None)),
            date(2026, 5, 28),
            7,
            "every 12 weeks on radionuclide 0",
        ),
        # a local treatment after the last scan asks for a new baseline
        (
            treated((TreatmentKind.ABLATION, date(2026, 3, 20), date(2026, 3, 20))),
            date(2026, 5, 15),
            7,
            "new baseline 4 to 8 weeks after ablation 0 of 20 Mar",
        ),
        (
            treated((TreatmentKind.SIRT, date(2026, 3, 20), date(2026, 3, 20))),
            date(2026, 6, 19),
            7,
            "first judged 2 to 3 months after SIRT 0 of 20 Mar",
        ),
        # surveillance
        (
            treated((TreatmentKind.RESECTION, date(2026, 1, 20), date(2026, 1, 20))),
            date(2026, 9, 3),
            28,
            "every 3 to 6 months after resection 0",
        ),
        (
            treated((TreatmentKind.RESECTION, date(2023, 1, 20), date(2023, 1, 20))),
            date(2027, 3, 4),
            28,
            "every 6 to 12 months after resection 0",
        ),
        (treated(), date(2026, 5, 28), 28, "every 12 weeks, no treatment recorded as going on"),
        # a treatment that has ended gives no interval
        (
            treated((TreatmentKind.SYSTEMIC, date(2026, 1, 12), date(2026, 3, 1))),
            date(2026, 5, 28),
            28,
            "every 12 weeks, no treatment recorded as going on",
        ),
    ],
)
def test_the_next_scan_is_due_after_what_was_done_last(record: PatientRecord, due: date, grace: int, rule: str) -> None:
    found = derive_due(record, date(2026, 4, 1))
    assert found is not None
    assert (found.on, found.grace_days, found.rule) == (due, grace, rule)


def test_without_a_scan_nothing_is_due() -> None:
    assert derive_due(record([], []), TODAY) is None


ON_TREATMENT = treated((TreatmentKind.SYSTEMIC, date(2026, 1, 12), None))  # due 30 April


@pytest.mark.parametrize(
    ("today", "group", "late"),
    [
        (date(2026, 3, 20), Group.RECENT, -41),
        (date(2026, 4, 10), Group.LATER, -20),
        (date(2026, 4, 16), Group.DUE, -14),
        (date(2026, 5, 7), Group.DUE, 7),
        (date(2026, 5, 8), Group.OVERDUE, 8),
    ],
)
def test_a_patient_moves_through_the_groups_as_time_goes_on(today: date, group: Group, late: int) -> None:
    [row] = derive_worklist([ON_TREATMENT], today).rows
    assert (row.group, row.days_late) == (group, late)
    assert row.days_since == (today - LAST).days


def test_a_scan_without_a_course_is_to_be_completed() -> None:
    patient = record([exam(1, date(2026, 3, 2), {"L1": 30})], [])
    [row] = derive_worklist([patient], date(2026, 3, 10)).rows
    assert row.group is Group.TO_COMPLETE
    assert row.why == "scans are entered, but no course has a baseline: no response can be computed"
    assert row.response is None


def test_the_reason_of_a_recent_scan_names_a_change_of_category() -> None:
    today = date(2026, 7, 10)
    [changed] = derive_worklist([simple([50, 30, 45])], date(2026, 5, 10)).rows
    assert changed.why.startswith("category changed: PR to PD; next due ")
    [same] = derive_worklist([simple([50, 48, 47, 46])], today).rows
    assert same.why.startswith("SD as before")
    [first] = derive_worklist([simple([50, 48])], date(2026, 3, 10)).rows
    assert first.why.startswith("first response of course 1: SD")
    [baseline] = derive_worklist([simple([50])], date(2026, 1, 10)).rows
    assert baseline.is_baseline
    assert baseline.why.startswith("baseline of course 1")


def test_the_most_urgent_stand_first() -> None:
    def numbered(number: int, patient: PatientRecord) -> PatientRecord:
        return replace(patient, patient=replace(patient.patient, id=number, identifier=f"P-{number:03}"))

    late = numbered(1, treated((TreatmentKind.SYSTEMIC, date(2026, 1, 12), None)))
    later = numbered(2, treated())
    very_late = numbered(3, simple([50, 45], first=date(2025, 6, 1)))
    rows = derive_worklist([later, late, very_late], date(2026, 5, 15)).rows
    assert [row.patient_id for row in rows] == [3, 1, 2]


def test_the_worklist_of_a_database_takes_a_fixed_number_of_queries(db: Database, actor: Actor) -> None:
    from sqlalchemy import event

    statements: list[str] = []

    def count(*args: object) -> None:
        statements.append(str(args[2]))

    def queries() -> int:
        statements.clear()
        list_worklist(db, actor, TODAY)
        return len(statements)

    event.listen(db.reader, "before_cursor_execute", count)
    fill_patient(db, actor, "P-001")
    one = queries()
    for number in range(2, 6):
        fill_patient(db, actor, f"P-{number:03}")
    assert queries() == one
    event.remove(db.reader, "before_cursor_execute", count)
    [row, *_] = list_worklist(db, actor, TODAY).rows
    assert (row.group, row.response, row.last_scan) == (Group.OVERDUE, Response.PR, date(2026, 5, 4))


def by_irecist(*sizes: object) -> PatientRecord:
    patient = simple(sizes)
    [course] = patient.courses
    given = Treatment(1, "nivolumab", TreatmentKind.IMMUNOTHERAPY, date(2026, 1, 12))
    judged = replace(course, plan=replace(course.plan, criterion="irecist"))
    return replace(patient, courses=(judged,), treatments=(given,))


@pytest.mark.parametrize(
    ("record", "today", "group", "due", "why"),
    [
        # an open iUPD: from 4 weeks after it, late after 8 (Seymour 2017)
        (by_irecist(60, 74), date(2026, 3, 10), Group.RECENT, date(2026, 4, 2),
         "first response of course 1: iUPD; next due 2 Apr, to confirm the iUPD of 5 Mar (4 to 8 weeks)"),
        (by_irecist(60, 74), date(2026, 4, 20), Group.DUE, date(2026, 4, 2),
         "to confirm the iUPD of 5 Mar (4 to 8 weeks), was due 2 Apr"),
        (by_irecist(60, 74), date(2026, 5, 1), Group.OVERDUE, date(2026, 4, 2),
         "to confirm the iUPD of 5 Mar (4 to 8 weeks), was due 2 Apr"),
        # open still after a second look
        (by_irecist(60, 74, 75), date(2026, 5, 1), Group.RECENT, date(2026, 5, 28),
         "iUPD as before; next due 28 May, the iUPD of 5 Mar is still open (4 to 8 weeks)"),
        # void: the usual interval
        (by_irecist(60, 74, 40), date(2026, 5, 1), Group.RECENT, date(2026, 6, 11),
         "category changed: iUPD to iPR; next due 11 Jun, every 6 weeks to week 24 on nivolumab"),
    ],
)  # fmt: skip
def test_an_open_iupd_is_due_for_its_confirmation(
    record: PatientRecord, today: date, group: Group, due: date, why: str
) -> None:
    [row] = derive_worklist([record], today).rows
    assert (row.group, row.due, row.why, row.criterion) == (group, due, why, "irecist")
