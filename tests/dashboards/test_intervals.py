"""The page of follow-up intervals: every row with its source; a change is stored, a refusal keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components.interval_table import Refused
from dashboards.views import intervals as view
from tests.dashboards.pages import markup, run_page
from tracker.db.engine import Database
from tracker.domain.schedule import SHIPPED
from tracker.errors import ConflictError, InputError
from tracker.services import intervals
from tracker.services.actors import Actor

__all__ = ["run_page"]

Run = Callable[..., AppTest]
SEEN = {"seen-weeks": "8", "seen-grace": "7", "seen-words": "every 8 weeks"}


def test_every_interval_stands_with_its_source(run_page: Run) -> None:
    table = markup(run_page("intervals"), "intervals")
    for row in SHIPPED:
        assert row.title in table
        assert row.source.split(":")[-1].strip().replace("'", "&#x27;") in table
    assert "Examples of published practice, not rules" in table
    assert "None is changed by this site." in table
    assert "Reset" not in table


def test_a_changed_row_says_by_whom_and_what_is_shipped(run_page: Run, db: Database, actor: Actor) -> None:
    intervals.change_interval(db, actor, "systemic", 10, 14, "every <10> weeks")
    table = markup(run_page("intervals"), "intervals")
    assert "1 changed by this site." in table
    assert f"<b>changed by this site</b>: {actor.name}, 24 Nov 2026; shipped: 8 weeks and 7 days of grace" in table
    assert 'data-pick="reset:systemic"' in table
    assert "every &lt;10&gt; weeks" in table


@pytest.mark.parametrize(
    ("words", "said"),
    [("every 8 weeks", "every 10 weeks"), ("every ten weeks", "every ten weeks"), ("", "every 10 weeks")],
)
def test_a_row_is_stored_as_typed(run_page: Run, words: str, said: str) -> None:
    run_page("intervals")
    row = view.store_row("systemic", {**SEEN, "weeks": "10", "grace": "14", "words": words})
    assert (row.weeks, row.grace_days, row.words) == (10, 14, said)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"weeks": "", "grace": "7"}, "weeks: is missing, or no whole number"),
        ({"weeks": "8.5", "grace": "7"}, "weeks: is missing, or no whole number"),
        ({"weeks": "0", "grace": "7"}, "weeks: 0 is not possible"),
        ({"weeks": "8", "grace": "-3"}, "days of grace: is missing, or no whole number"),
    ],
)
def test_what_cannot_be_is_refused(run_page: Run, typed: dict[str, str], problem: str) -> None:
    run_page("intervals")
    with pytest.raises(InputError, match=problem):
        view.store_row("systemic", {**SEEN, "words": "every 8 weeks", **typed})


def test_a_row_changed_in_another_window_is_not_overwritten(run_page: Run, db: Database, actor: Actor) -> None:
    run_page("intervals")
    intervals.change_interval(db, actor, "systemic", 12, 7)
    with pytest.raises(ConflictError, match="it is 12 weeks and 7 days of grace now"):
        view.store_row("systemic", {**SEEN, "weeks": "10", "grace": "7", "words": "every 8 weeks"})


def test_a_refused_row_keeps_what_was_typed(run_page: Run) -> None:
    refused = Refused("systemic", {"weeks": "999", "grace": "7", "words": "often"}, "weeks: 999 is not possible")
    table = markup(run_page("intervals", **{"intervals-refused": refused}), "intervals")
    assert 'value="999"' in table
    assert 'role="alert">weeks: 999 is not possible' in table


def test_a_reset_never_takes_back_what_another_window_stored(
    run_page: Run, db: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_page("intervals")
    seen = intervals.change_interval(db, actor, "systemic", 10, 7)
    intervals.change_interval(db, actor, "systemic", 12, 7)
    state: dict[str, object] = {"intervals-seen": {"systemic": seen}}
    monkeypatch.setattr(view.st, "session_state", state)
    view._on_pick("reset:systemic")
    refused = state["intervals-refused"]
    assert isinstance(refused, Refused)
    assert "it is 12 weeks and 7 days of grace now" in refused.problem
    assert (
        next(row for row in intervals.list_intervals(db, actor) if row.shipped.context == "systemic").interval.weeks
        == 12
    )
