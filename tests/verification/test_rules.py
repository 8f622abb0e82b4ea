"""A rule that no shipped case reaches is untested: every rule of every criterion fires in at least one."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import tracker.domain.criteria
from tracker.domain import Timeline, assess
from tracker.domain.assess import CRITERIA
from tracker.domain.assessment import Reason, Rule
from tracker.verification.published import list_cases
from tracker.verification.tables import build_timeline, case_files, load_table

PREFIXES = ("recist11", "irecist", "percist10", "choi", "modified_choi")


def _rules_in(value: Any) -> Iterator[Rule]:
    """The rules that a value of a module holds, however deep: by itself, in a field, in a tuple or in a mapping."""
    if isinstance(value, Rule):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _rules_in(getattr(value, field.name))
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from _rules_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _rules_in(key)
            yield from _rules_in(item)


def _own_rules() -> dict[str, Rule]:
    """Every rule by the name of its module and constant, where it is made and not where it is imported."""
    package = tracker.domain.criteria
    modules = [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]
    rules: dict[int, tuple[str, Rule]] = {}
    for module in modules:
        for name, value in vars(module).items():
            for rule in _rules_in(value):
                rules.setdefault(id(rule), (f"{module.__name__.rpartition('.')[2]}.{name}: {rule.id}", rule))
    return dict(rules.values())


@cache
def _fired() -> frozenset[Reason]:
    return frozenset(
        reason
        for table in map(load_table, case_files())
        for case in list_cases(table)
        for row in _time_points(case, table["criteria"])
        for reason in row.reasons
    )


def _time_points(case: dict[str, Any], criteria: str) -> Any:
    return assess(Timeline.from_dict(case.get("timeline") or build_timeline(case)), criteria).time_points


RULES = _own_rules()


def test_the_rules_of_every_criterion_are_found() -> None:
    assert len(RULES) > 80
    assert {rule.id.partition(".")[0] for rule in RULES.values()} == set(PREFIXES)
    assert len(PREFIXES) == len(CRITERIA)


def test_no_two_rules_share_an_id() -> None:
    assert [rule for rule, times in Counter(rule.id for rule in RULES.values()).items() if times > 1] == []


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_shipped_case_reaches_the_rule(name: str) -> None:
    rule = RULES[name]
    assert any((reason.rule, reason.source) == (rule.id, rule.source) for reason in _fired())


def test_what_fires_is_a_rule_with_a_source_and_a_whole_sentence() -> None:
    known = {(rule.id, rule.source) for rule in RULES.values()}
    for reason in _fired():
        assert (reason.rule, reason.source) in known
        assert reason.text.endswith((".", "?"))
        assert "None" not in reason.text
