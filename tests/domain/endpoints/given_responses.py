"""Responses that others gave at each visit, read from the shared oracle of best responses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.domain import tables
from tests.support.require import shared_folder
from tracker.domain.endpoints.admiralonco import Given
from tracker.domain.endpoints.best_response import Visit
from tracker.domain.vocabulary import Response


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of one file of the oracle."""
    return tables.read_rows(shared_folder("oracle") / "best-response" / name)


def day_of(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Subject:
    """One of the 1,000 synthetic subjects, with the program's own answer (window 42 days, confirmation 28, one NE)."""

    name: str
    start: date
    given: tuple[Given, ...]
    confirmed: str
    confirmed_on: date | None

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits up to and with the first progression, as a course's own."""
        return visits_until_progression(self.given)


def visits_until_progression(given: tuple[Given, ...]) -> tuple[Visit, ...]:
    """What counts for RECIST 1.1 (4.4.3): nothing after the first progression; what was not done (ND) is no visit."""
    visits: list[Visit] = []
    for day, response in given:
        if response in (None, "ND"):
            continue
        visits.append(Visit(day, Response(response), Response(response)))  # type: ignore[call-arg]
        if response == "PD":
            break
    return tuple(visits)


def load_subjects() -> list[Subject]:
    """The 1,000 subjects in their order."""
    given: dict[str, list[Given]] = {}
    start: dict[str, date] = {}
    for row in read_rows("synth1000_input_ovr.csv"):
        start[row["USUBJID"]] = date.fromisoformat(row["TRTSDT"])
        given.setdefault(row["USUBJID"], []).append(Given(date.fromisoformat(row["ADT"]), row["AVALC"]))
    answers = {row["USUBJID"]: row for row in read_rows("synth1000_cbor_expected.csv")}
    return [
        Subject(name, start[name], tuple(visits), answers[name]["AVALC"], day_of(answers[name]["ADT"]))
        for name, visits in given.items()
    ]
