"""RS: what the readers concluded, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from tracker.domain.vocabulary import Response
from tracker.errors import InputError, Problem
from tracker.exchange.sdtm.folder import Domain, Record
from tracker.exchange.sdtm.values import Day, Evaluator, read_new_lesions, read_response
from tracker.exchange.sdtm.visits import VisitKey, day_of, visit_key


class Asked(Enum):
    """What a row of RS answers."""

    TARGET = "target response"
    NON_TARGET = "non-target response"
    NEW = "new lesions"
    OVERALL = "overall response"
    BEST = "best overall response"


_TESTS = {
    "TRGRESP": Asked.TARGET, "NTRGRESP": Asked.NON_TARGET, "OVRLRESP": Asked.OVERALL, "OVRRESP": Asked.OVERALL,
    "NEWLPROG": Asked.NEW, "NEWLIND": Asked.NEW, "BESTRESP": Asked.BEST,
}  # fmt: skip
_OF_CRITERIA = {"recist-1.1": r"RECIST(V|VERSION)?(11)?", "irecist": r"IRECIST.*"}


@dataclass(frozen=True, slots=True)
class Reported:
    """One answer of one reader."""

    record: Record
    subject: str
    reader: Evaluator
    asked: Asked
    #: A response, or whether new lesions are stated; None where the row states nothing.
    answer: Response | bool | None
    #: The words of an answer that is not known here.
    unknown: str
    visit: VisitKey | None
    visit_name: str
    group: str
    day: Day | None

    @property
    def stated(self) -> str:
        return self.record.first("RSSTRESC", "RSORRES")


@dataclass(frozen=True, slots=True)
class Responses:
    """The answers by the criteria asked for, and how many rows answer something else."""

    rows: tuple[Reported, ...]
    other_criteria: tuple[str, ...]
    other_tests: int


def read_reported(domain: Domain, criteria: str) -> Responses:
    """The rows of RS that belong to ``criteria``. InputError for broken dates and numbers."""
    problems: list[Problem] = []
    rows: list[Reported] = []
    others: set[str] = set()
    other_tests = 0
    for record in domain.records:
        asked = _TESTS.get(record.get("RSTESTCD").upper())
        category = record.get("RSCAT")
        if asked is None:
            other_tests += 1
        elif not _belongs(category, criteria):
            others.add(category)
        else:
            rows.append(_read(record, asked, problems))
    if problems:
        raise InputError(problems)
    return Responses(tuple(rows), tuple(sorted(others)), other_tests)


def _belongs(category: str, criteria: str) -> bool:
    """Whether RSCAT names the criteria; a study that names none has one set of them."""
    if not category:
        return True
    word = re.sub(r"[^A-Z0-9]", "", category.upper())
    wanted = _OF_CRITERIA.get(criteria, re.sub(r"[^A-Z0-9]", "", criteria.upper()))
    return re.fullmatch(wanted, word) is not None


def _read(record: Record, asked: Asked, problems: list[Problem]) -> Reported:
    text, unknown = record.first("RSSTRESC", "RSORRES"), ""
    answer: Response | bool | None = None
    not_done = record.get("RSSTAT").upper() == "NOT DONE" and not text
    try:
        if asked is Asked.NEW:
            answer = read_new_lesions(text)
        else:
            answer = Response.NE if not_done else read_response(text)
    except ValueError:
        unknown = text
    return Reported(
        record, record.get("USUBJID"), Evaluator.of(record, "RS"), asked, answer, unknown,
        visit_key(record, "RS", problems), record.get("VISIT"), record.get("RSLNKGRP"),
        day_of(record, "RSDTC", problems),
    )  # fmt: skip
