"""The table of follow-up intervals: every row has the number its source gives, and a site's own says so."""

from __future__ import annotations

import pytest

from tracker.domain.schedule import intervals
from tracker.domain.schedule.intervals import DEFAULT, SHIPPED, Intervals

TABLE = [
    # context, weeks, days of grace, what its source names
    ("systemic", 8, 7, "RECIST 1.1 (Eisenhauer 2009)"),
    ("maintenance-colorectal", 12, 7, "ESMO"),
    ("conversion", 8, 7, "CAIRO5"),
    ("immunotherapy-early", 6, 7, "NIPICOL"),
    ("immunotherapy-late", 12, 7, "NIPICOL"),
    ("confirm-progression", 4, 28, "iRECIST (Seymour 2017)"),
    ("radioligand-first", 16, 7, "NETTER-2"),
    ("radioligand-second", 24, 7, "NETTER-2"),
    ("radioligand-later", 12, 7, "NETTER-2"),
    ("ablation-baseline", 8, 7, "PMC4122121"),
    ("ablation-later", 13, 28, "PMC4122121"),
    ("radiation-first", 13, 7, "PMC6116887"),
    ("resection-first", 13, 28, "PMC2360492"),
    ("resection-early", 26, 28, "NCCN"),
    ("resection-late", 52, 28, "NCCN"),
    ("no-treatment", 12, 28, "no published interval"),
    ("report-awaited", 1, 0, "no published interval"),
]


@pytest.mark.parametrize(("context", "weeks", "grace", "source"), TABLE, ids=[row[0] for row in TABLE])
def test_a_row_is_as_its_source_says(context: str, weeks: int, grace: int, source: str) -> None:
    row = DEFAULT[context]
    assert (row.weeks, row.grace_days) == (weeks, grace)
    assert source in row.source
    assert row.words
    assert not row.changed_by_site


def test_the_table_holds_these_rows_and_no_others() -> None:
    assert [row.context for row in SHIPPED] == [row[0] for row in TABLE]
    assert len(DEFAULT) == len(TABLE)


def test_a_report_is_missed_after_seven_days_unless_a_site_says_otherwise() -> None:
    assert DEFAULT.report_days == 7
    assert Intervals([intervals.change("report-awaited", 1, 3, "within 10 days")]).report_days == 10


def test_a_row_of_the_site_takes_the_place_of_the_one_shipped_and_says_so() -> None:
    table = Intervals([intervals.change("systemic", 10, 14, "every 10 weeks")])
    assert (table["systemic"].weeks, table["systemic"].grace_days) == (10, 14)
    assert table["systemic"].in_words == "every 10 weeks (changed by this site)"
    assert table["systemic"].source == DEFAULT["systemic"].source
    assert table["conversion"] == DEFAULT["conversion"]
    assert DEFAULT["systemic"].weeks == 8


def test_a_row_that_is_not_known_is_left_out() -> None:
    with pytest.raises(KeyError):
        intervals.change("weekly", 1, 0, "every week")
    assert "weekly" not in DEFAULT


@pytest.mark.parametrize(("weeks", "words"), [(1, "every week"), (2, "every 2 weeks")])
def test_weeks_are_said_in_words(weeks: int, words: str) -> None:
    assert intervals.usual_words(weeks) == words
