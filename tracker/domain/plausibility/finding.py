"""What a check has to say: a finding at a place, with its numbers, one sentence, its source and what would repair it.

Findings decide nothing. A service refuses what is ``refuse``; a page asks about what is ``ask`` and shows a ``note``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Term
from tracker.errors import Problem


class Level(Term):
    """How much a finding asks of a person."""

    REFUSE = "refuse", "It cannot be true: nothing is stored before it is changed."
    ASK = "ask", "It may be true: looked at again, then changed or kept as typed."
    NOTE = "note", "Nothing to answer: shown beside the value."


@dataclass(frozen=True, slots=True)
class Swap:
    """A repair: exchange the values of two lesions."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ReadAs:
    """A repair: the size that was meant, where the typed one slipped by ten."""

    label: str
    size: Length


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark of one check."""

    rule: str
    level: Level
    #: The label of a lesion, or the field of the page ("performed on").
    place: str
    text: str
    source: str
    #: What was compared, by name: sizes in µm, days, counts, labels.
    numbers: Mapping[str, int | str] = field(default_factory=dict)
    repair: Swap | ReadAs | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"

    @property
    def key(self) -> str:
        """One finding, one key: the same rule at the same place over the same numbers is the same finding.

        The days between two scans are left out where sizes are compared: the question is the same on another date.
        """
        numbers = {name: value for name, value in self.numbers.items() if name != "days"} or self.numbers
        about = ";".join(f"{name}={value}" for name, value in sorted(numbers.items()))
        return f"{self.rule}|{self.place}|{about or sha256(self.text.encode()).hexdigest()[:12]}"

    @property
    def problem(self) -> Problem:
        """The same place and sentence, as a service refuses or returns it."""
        return Problem(self.place, self.text)


class Check(NamedTuple):
    """One check: its id for a machine, what it asks of a person, and where its reason was published."""

    id: str
    level: Level
    source: str

    def finds(
        self,
        place: str,
        text: str,
        numbers: Mapping[str, int | str] | None = None,
        repair: Swap | ReadAs | None = None,
    ) -> Finding:
        """The finding with the sentence that says what it saw."""
        return Finding(self.id, self.level, place, text, self.source, numbers or {}, repair)
