"""Lesions and what an exam says of one of them.

Lengths are whole micrometres; uptake and attenuation are exact decimals in the unit their name carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain.lengths import Length, total
from tracker.domain.vocabulary import LYMPH_NODE, Certainty, LesionRole, Modality, Segment, State


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion and its role in one course (RECIST 1.1, 4.2 and 4.3.5)."""

    label: str
    role: LesionRole
    organ: str
    segments: tuple[Segment, ...] = ()
    #: For a new lesion seen in retrospect on an earlier scan: the date of that scan.
    first_seen: date | None = None
    #: For criteria that measure new lesions apart: whether this one is such a target.
    measured_as_target: bool = False

    @property
    def is_node(self) -> bool:
        """A lymph node counts by its short axis (RECIST 1.1, 3.1.1)."""
        return self.organ == LYMPH_NODE or self.organ.strip().lower() == LYMPH_NODE


@dataclass(frozen=True, slots=True)
class Observation:
    """What one exam says of one lesion. A lesion without an observation was not mentioned: missing, never zero."""

    state: State
    longest: Length | None = None
    short: Length | None = None
    #: ``merged``: the label of the lesion that carries the size of both.
    into: str | None = None
    #: ``split``: the longest diameters of the parts.
    parts: tuple[Length, ...] = ()
    #: ``treated``: by what, and when.
    by: str | None = None
    treated_on: date | None = None
    #: ``not evaluable``: why.
    reason: str | None = None
    #: ``recurrence at treated site``: how sure.
    certainty: Certainty | None = None
    #: A non-target that grew, though not unequivocally.
    grown: bool = False
    #: An open question or a value to verify: counts in its own row only.
    provisional: bool = False
    #: The exam of its time point that shows it, where a time point has several.
    on: date | None = None
    modality: Modality | None = None
    #: A new lesion that an earlier scan shows in retrospect: the date of that scan.
    first_seen: date | None = None
    measured_as_target: bool = False
    sul_peak: Decimal | None = None
    suv_max: Decimal | None = None
    tlg: Decimal | None = None
    mtv_ml: Decimal | None = None
    attenuation_hu: Decimal | None = None

    @property
    def has_size(self) -> bool:
        return self.longest is not None or self.short is not None or bool(self.parts)

    def diameter(self, *, node: bool) -> Length | None:
        """The diameter RECIST uses: short axis of a node, longest diameter of any other lesion (Eisenhauer 2009, 3.1)."""
        return self.short if node else self.longest

    def size(self, *, node: bool) -> Length | None:
        """The diameter, or the sum of the parts of a lesion that has split (Eisenhauer 2009, 4.3.2)."""
        return total(self.parts) if self.parts else self.diameter(node=node)
