"""When the next scan is due: by which row of the table, counted from where, and with what reason."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.record import Treatment
from tracker.domain.schedule import intervals
from tracker.domain.schedule.due import Due, derive_due
from tracker.domain.schedule.intervals import DEFAULT, Intervals
from tracker.domain.vocabulary import Primary, TreatmentKind
from tracker.domain.waiting import Waiting

LAST = date(2026, 3, 5)
TODAY = date(2026, 4, 1)
K = TreatmentKind


def given(kind: TreatmentKind, start: date, stop: date | None = None, *, planned: bool = False) -> Treatment:
    return Treatment(1, f"{kind}", kind, start, stop, planned)


def due(
    *treatments: Treatment,
    last: date | None = LAST,
    primary: Primary = Primary.COLORECTAL,
    waiting: Waiting | None = None,
    table: Intervals = DEFAULT,
    today: date = TODAY,
) -> Due:
    found = derive_due(last, treatments, primary, waiting, table, today)
    assert found is not None
    return found


SINCE = "last scan 5 Mar"
CASES = [
    # RECIST 1.1 (Eisenhauer 2009): 6 to 8 weeks on systemic treatment
    ([given(K.SYSTEMIC, date(2026, 1, 12))], Primary.COLORECTAL, date(2026, 4, 30), "systemic",
     f"every 8 weeks on systemic; {SINCE}"),
    ([given(K.TARGETED, date(2026, 1, 12))], Primary.GIST, date(2026, 4, 30), "systemic",
     f"every 8 weeks on targeted; {SINCE}"),
    # ESMO 2022: 8 to 12 weeks in palliative colorectal practice; other primaries as on systemic treatment
    ([given(K.MAINTENANCE, date(2026, 1, 12))], Primary.COLORECTAL, date(2026, 5, 28), "maintenance-colorectal",
     f"every 8 to 12 weeks on maintenance; {SINCE}"),
    ([given(K.MAINTENANCE, date(2026, 1, 12))], Primary.BREAST, date(2026, 4, 30), "systemic",
     f"every 8 weeks on maintenance; {SINCE}"),
    # CAIRO5: every 2 months before a resection that may become possible
    ([given(K.SYSTEMIC, date(2026, 1, 12)), given(K.RESECTION, date(2026, 6, 1), planned=True)], Primary.COLORECTAL,
     date(2026, 4, 30), "conversion", f"every 8 weeks on systemic, before resection planned for 1 Jun; {SINCE}"),
    # NIPICOL: every 6 weeks to week 24, then every 12
    ([given(K.IMMUNOTHERAPY, date(2026, 1, 12))], Primary.MELANOMA, date(2026, 4, 16), "immunotherapy-early",
     f"every 6 weeks to week 24 on immunotherapy; {SINCE}"),
    ([given(K.IMMUNOTHERAPY, date(2025, 9, 19))], Primary.MELANOMA, date(2026, 4, 16), "immunotherapy-early",
     f"every 6 weeks to week 24 on immunotherapy; {SINCE}"),
    ([given(K.IMMUNOTHERAPY, date(2025, 9, 18))], Primary.MELANOMA, date(2026, 5, 28), "immunotherapy-late",
     f"every 12 weeks after week 24 on immunotherapy; {SINCE}"),
    # NETTER-2: weeks 16 and 24, then every 12
    ([given(K.RADIONUCLIDE, date(2026, 2, 16))], Primary.NEUROENDOCRINE, date(2026, 6, 8), "radioligand-first",
     f"week 16 of radionuclide, begun 16 Feb; {SINCE}"),
    ([given(K.RADIONUCLIDE, date(2025, 11, 20))], Primary.NEUROENDOCRINE, date(2026, 5, 7), "radioligand-second",
     f"week 24 of radionuclide, begun 20 Nov 2025; {SINCE}"),
    ([given(K.RADIONUCLIDE, date(2025, 9, 1))], Primary.NEUROENDOCRINE, date(2026, 5, 28), "radioligand-later",
     f"every 12 weeks on radionuclide; {SINCE}"),
    # a local treatment after the last scan asks for a new baseline, whatever else goes on
    ([given(K.SYSTEMIC, date(2026, 1, 12)), given(K.ABLATION, date(2026, 3, 20), date(2026, 3, 20))], Primary.COLORECTAL,
     date(2026, 5, 15), "ablation-baseline", "new baseline 4 to 8 weeks after ablation of 20 Mar"),
    ([given(K.TACE, date(2026, 3, 20), date(2026, 3, 20))], Primary.COLORECTAL,
     date(2026, 5, 15), "ablation-baseline", "new baseline 4 to 8 weeks after TACE of 20 Mar"),
    ([given(K.SIRT, date(2026, 3, 20), date(2026, 3, 20))], Primary.COLORECTAL,
     date(2026, 6, 19), "radiation-first", "first judged 2 to 3 months after SIRT of 20 Mar"),
    ([given(K.RADIOTHERAPY, date(2026, 3, 20), date(2026, 3, 20))], Primary.COLORECTAL,
     date(2026, 6, 19), "radiation-first", "first judged 2 to 3 months after radiotherapy of 20 Mar"),
    ([given(K.RESECTION, date(2026, 3, 20), date(2026, 3, 20))], Primary.COLORECTAL,
     date(2026, 6, 19), "resection-first", "first scan 3 months after resection of 20 Mar"),
    # surveillance
    ([given(K.RESECTION, date(2026, 1, 20), date(2026, 1, 20))], Primary.COLORECTAL,
     date(2026, 9, 3), "resection-early", f"every 3 to 6 months after resection; {SINCE}"),
    ([given(K.RESECTION, date(2023, 1, 20), date(2023, 1, 20))], Primary.COLORECTAL,
     date(2027, 3, 4), "resection-late", f"every 6 to 12 months after resection; {SINCE}"),
    ([given(K.ABLATION, date(2026, 1, 20), date(2026, 1, 20))], Primary.COLORECTAL,
     date(2026, 6, 4), "ablation-later", f"every 2 to 4 months after ablation; {SINCE}"),
    ([], Primary.COLORECTAL, date(2026, 5, 28), "no-treatment",
     f"every 12 weeks, no treatment recorded as going on; {SINCE}"),
    # a treatment that has ended, or has not begun, gives no interval
    ([given(K.SYSTEMIC, date(2026, 1, 12), date(2026, 3, 1))], Primary.COLORECTAL, date(2026, 5, 28), "no-treatment",
     f"every 12 weeks, no treatment recorded as going on; {SINCE}"),
    ([given(K.SYSTEMIC, date(2026, 5, 1), planned=True)], Primary.COLORECTAL, date(2026, 5, 28), "no-treatment",
     f"every 12 weeks, no treatment recorded as going on; {SINCE}"),
]  # fmt: skip


@pytest.mark.parametrize(("treatments", "primary", "on", "context", "why"), CASES)
def test_the_next_scan_is_due_after_what_was_done_last(
    treatments: list[Treatment], primary: Primary, on: date, context: str, why: str
) -> None:
    found = due(*treatments, primary=primary)
    assert (found.on, found.interval, found.why) == (on, DEFAULT[context], why)
    assert found.for_meeting == (context == "conversion")


def test_without_a_scan_nothing_is_due() -> None:
    assert derive_due(None, [given(K.SYSTEMIC, LAST)], Primary.COLORECTAL, None, DEFAULT, TODAY) is None


@pytest.mark.parametrize(
    ("last", "on", "why"),
    [
        # from 4 weeks after the iUPD, late after 8 (Seymour 2017)
        (LAST, date(2026, 4, 2), "to confirm the iUPD of 5 Mar (4 to 8 weeks)"),
        # open still after a second look
        (date(2026, 4, 30), date(2026, 5, 28), "the iUPD of 5 Mar is still open (4 to 8 weeks); last scan 30 Apr"),
    ],
)
def test_an_open_iupd_is_due_for_its_confirmation(last: date, on: date, why: str) -> None:
    waiting = Waiting(1, LAST, date(2026, 4, 2), None)
    found = due(given(K.IMMUNOTHERAPY, date(2026, 1, 12)), last=last, waiting=waiting, today=date(2026, 5, 1))
    assert (found.on, found.grace_days, found.why) == (on, 28, why)


def test_a_local_treatment_after_the_scan_goes_before_the_confirmation() -> None:
    waiting = Waiting(1, LAST, date(2026, 4, 2), None)
    found = due(given(K.ABLATION, date(2026, 3, 20), date(2026, 3, 20)), waiting=waiting)
    assert found.interval.context == "ablation-baseline"


def test_a_confirmation_is_never_due_before_the_plan_allows_it() -> None:
    table = Intervals([intervals.change("confirm-progression", 2, 7, "2 weeks")])
    waiting = Waiting(1, LAST, date(2026, 4, 2), None)
    assert due(waiting=waiting, table=table).on == date(2026, 4, 2)


def test_the_reason_says_that_a_site_changed_the_interval() -> None:
    table = Intervals([intervals.change("systemic", 10, 14, "every 10 weeks")])
    found = due(given(K.SYSTEMIC, date(2026, 1, 12)), table=table)
    assert (found.on, found.grace_days) == (date(2026, 5, 14), 14)
    assert found.why == "every 10 weeks (changed by this site) on systemic; last scan 5 Mar"


@pytest.mark.parametrize(
    ("today", "late", "overdue"),
    [
        (date(2026, 4, 29), -1, False),
        (date(2026, 4, 30), 0, False),
        (date(2026, 5, 7), 7, False),
        (date(2026, 5, 8), 8, True),
    ],
)
def test_a_scan_is_overdue_the_day_after_its_grace(today: date, late: int, overdue: bool) -> None:
    found = due(given(K.SYSTEMIC, date(2026, 1, 12)))
    assert (found.days_late(today), found.is_overdue(today)) == (late, overdue)
