"""Rules that fired, and the facts from which their sentences are made when somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tracker.domain.assessment import Reason, Rule
from tracker.domain.carried import NewDisease, Row
from tracker.domain.vocabulary import Certainty, Response
from tracker.domain.wording import format_date


class Fired(NamedTuple):
    """One rule, the facts it met, and the function that says them."""

    rule: Rule
    say: Callable[..., str]
    facts: tuple[Any, ...]

    @property
    def response(self) -> Response | None:
        return self.rule.response


@dataclass(frozen=True, slots=True)
class FiredRules:
    """All rules of one time point, in the order they are told."""

    fired: tuple[Fired, ...]

    def reasons(self) -> tuple[Reason, ...]:
        return tuple(one.rule.says(one.say(*one.facts)) for one in self.fired)


class NewLesionRules(NamedTuple):
    """What one criterion calls new disease: beyond doubt, in question, or there at the baseline and missed."""

    certain: Rule
    equivocal: Rule
    missed: Rule


def certain_new(row: Row) -> tuple[NewDisease, ...]:
    """New disease beyond doubt that was not there at the baseline."""
    return tuple(new for new in row.new_disease if new.certainty is Certainty.UNEQUIVOCAL and not new.there_at_baseline)


def tell_new_lesions(row: Row, rules: NewLesionRules) -> Iterator[Fired]:
    """What is known of new disease: progression where it is beyond doubt, else a remark."""
    for new in certain_new(row):
        yield Fired(rules.certain, _say_certain, (new.label, new.shown_on, new.recurrence))
    for new in row.new_disease:
        if new.there_at_baseline:
            yield Fired(rules.missed, _say_missed, (new.label,))
        elif new.certainty is Certainty.EQUIVOCAL:
            yield Fired(rules.equivocal, _say_equivocal, (new.label, new.shown_on))


def _say_certain(label: str, shown_on: date, recurrence: bool) -> str:
    what = "recurrence where it was treated" if recurrence else "unequivocal new lesion"
    return f"{label}: {what}, first seen on {format_date(shown_on)}."


def _say_missed(label: str) -> str:
    return f"{label} was there at the baseline in retrospect: it was missed, it is not new."


def _say_equivocal(label: str, shown_on: date) -> str:
    return f"{label} may be new (first seen on {format_date(shown_on)}), not beyond doubt."
