"""Whose rows a query is for: one patient's, some patients', or everybody's. One query text each, kept compiled."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import InstrumentedAttribute

#: Whose record is read: one patient's, some patients', or (None) everybody's.
Whose = int | tuple[int, ...] | None
Kind = Literal["one", "some", "all"]
AnySelect = TypeVar("AnySelect", bound=Select[*tuple[Any, ...]])


def only(query: AnySelect, column: InstrumentedAttribute[int], kind: Kind) -> AnySelect:
    """The query for one patient or some (``whose`` is bound when it is run), or for all."""
    if kind == "one":
        return query.where(column == bindparam("whose"))
    return query.where(column.in_(bindparam("whose", expanding=True))) if kind == "some" else query


def kind_of(whose: Whose) -> Kind:
    """Which of the three queries it takes."""
    return "all" if whose is None else "one" if isinstance(whose, int) else "some"


def bound(whose: Whose) -> dict[str, int | tuple[int, ...]]:
    """The parameters of that query."""
    return {} if whose is None else {"whose": whose}
