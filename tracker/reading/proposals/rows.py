"""The rows of the entry table with what is stored of them before the exam: place, sizes, last state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.lengths import Length
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, Segment, State
from tracker.domain.wording import label_order
from tracker.reading.proposals.model import FollowedLesion


@dataclass(frozen=True, slots=True)
class Stored:
    """A size as one earlier exam has it."""

    on: date
    longest: Length | None
    short: Length | None


@dataclass(frozen=True, slots=True)
class Row:
    """A followed lesion."""

    label: str
    role: LesionRole | None
    organ: str
    segments: tuple[Segment, ...]
    #: Its sizes before the exam, the newest first.
    sizes: tuple[Stored, ...]
    #: What the newest exam that speaks of it says.
    last: State | None

    @property
    def is_node(self) -> bool:
        return self.organ == LYMPH_NODE

    @property
    def prior(self) -> Length | None:
        """The newest stored size by which it is followed."""
        return self.sizes[0].short if self.sizes and self.is_node else self.sizes[0].longest if self.sizes else None


def find_rows(record: PatientRecord, lesions: Sequence[FollowedLesion], day: date | None) -> tuple[Row, ...]:
    """The rows, in the order of their labels: how the table is sorted changes nothing.

    ``day`` is the date of the exam reported; exams on or after it are no priors of it.
    """
    exams = sorted(
        (one for one in record.exams if day is None or one.performed_on < day), key=lambda one: one.performed_on
    )
    roles = {lesion.label: lesion.role for lesion in lesions}
    rows = []
    for lesion in sorted(record.lesions, key=lambda one: label_order(one.label)):
        if lesion.label not in roles:
            continue
        seen = [(one.performed_on, at.observation) for one in exams if (at := one.observation(lesion.label))]
        said = [observation.state for _, observation in seen if observation.state is not State.NOT_MENTIONED]
        sizes = tuple(
            Stored(on, observation.size(node=False) or observation.longest, observation.short)
            for on, observation in reversed(seen)
            if observation.has_size
        )
        organ = lesion.organ.strip().lower()
        last = said[-1] if said else None
        rows.append(Row(lesion.label, roles[lesion.label], organ, lesion.segments, sizes, last))
    return tuple(rows)
