"""A published score as the record gives it: its items, its value where nothing is missing, where it comes from, its limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.vocabulary import Term
from tracker.domain.wording import join_words


class Fact(Term):
    """How an item of a score stands in the record."""

    MET = "met", "The record says so."
    NOT_MET = "not met", "The record says otherwise."
    NOT_RECORDED = "not recorded", "The record does not say; nothing is assumed."
    KNOWN = "recorded", "A number the score is made of."
    TO_JUDGE = "for the team", "Recorded, and no number decides it."

    @classmethod
    def of(cls, answer: bool | None) -> Fact:
        return cls.NOT_RECORDED if answer is None else cls.MET if answer else cls.NOT_MET


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what is asked, how it stands, the fact behind it with its date, and what the record would have to hold."""

    asked: str
    fact: Fact
    behind: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What is published: name, source, in whom it was made, and what it does not say today."""

    name: str
    source: str
    population: str
    caveat: str


def missing_of(items: Iterable[Item]) -> tuple[str, ...]:
    """What the record lacks for these items."""
    return tuple(item.needs for item in items if item.fact is Fact.NOT_RECORDED)


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` is None where an input is missing: a score is never given in part."""

    published: Published
    items: tuple[Item, ...]
    #: Which scan the lesions are taken from, in words.
    reference: str
    value: str | None
    missing: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The value, or what is missing for it."""
        if self.value is not None:
            return f"{self.published.name}: {self.value}."
        return f"{self.published.name} cannot be given: {join_words(self.missing)} missing."
