"""Where the invented lesions sit: liver segments, other organs, and what a scan can see of the small ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from tracker.demo.growth import (
    Biology,
    GrowingLesion,
    Reading,
    draw_count,
    draw_lesion,
    draw_size,
    read_diameter,
)
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion
from tracker.domain.targets import Candidate, propose_targets
from tracker.domain.vocabulary import LIVER, LYMPH_NODE, Appearance, LesionRole, Modality, Segment, State

#: Lesions that get a row of their own; a report counts the others.
LISTED = 10
#: Chance that a liver lesion under 10 mm is found, by modality: hepatobiliary MRI against CT.
SMALL_MM, SMALL_FOUND = 10.0, {Modality.MR: 0.87, Modality.PET_MR: 0.87, Modality.CT: 0.23, Modality.PET_CT: 0.23}

_SEGMENTS: tuple[tuple[Segment, int], ...] = (
    (Segment.I, 2), (Segment.II, 8), (Segment.III, 10), (Segment.IVA, 9), (Segment.IVB, 9),
    (Segment.V, 14), (Segment.VI, 14), (Segment.VII, 16), (Segment.VIII, 18),
)  # fmt: skip
_NEIGHBOURS: dict[Segment, tuple[Segment, ...]] = {
    Segment.I: (Segment.IVA,),
    Segment.II: (Segment.III, Segment.IVA),
    Segment.III: (Segment.II, Segment.IVB),
    Segment.IVA: (Segment.IVB, Segment.VIII),
    Segment.IVB: (Segment.IVA, Segment.V),
    Segment.V: (Segment.VI, Segment.VIII),
    Segment.VI: (Segment.V, Segment.VII),
    Segment.VII: (Segment.VI, Segment.VIII),
    Segment.VIII: (Segment.VII, Segment.V),
}


@dataclass(frozen=True, slots=True)
class BodyLesion:
    """A lesion in an invented body; it has a label once a scan has shown it.

    ``growing`` is None for disease without a size (bone, peritoneum).
    """

    label: str
    organ: str
    segments: tuple[Segment, ...] = ()
    growing: GrowingLesion | None = None
    role: LesionRole | None = None
    appearance: Appearance | None = None
    #: Day of its course on which ``growing`` starts to count.
    since: int = 0

    @property
    def is_node(self) -> bool:
        return Lesion(self.label, LesionRole.NON_TARGET, self.organ).is_node

    def true_mm(self, day: int) -> float:
        """True diameter on that day of the course; 0 where it has none."""
        return self.growing.diameter(max(0, day - self.since)) if self.growing is not None else 0.0

    def read(self, rng: Random, day: int) -> Reading:
        """One reading on that day; disease without a size is seen, without a number."""
        if self.growing is None:
            return Reading(None, seen=True)
        return read_diameter(rng, self.true_mm(day), node=self.is_node)


def draw_segments(rng: Random) -> tuple[Segment, ...]:
    """One Couinaud segment by its share of the volume; one lesion in ten lies on a border."""
    segment = rng.choices([name for name, _ in _SEGMENTS], [weight for _, weight in _SEGMENTS])[0]
    if rng.random() < 0.1:
        return (segment, rng.choice(_NEIGHBOURS[segment]))
    return (segment,)


def draw_liver(rng: Random, biology: Biology) -> tuple[tuple[BodyLesion, ...], int]:
    """Liver lesions by size, the largest measurable, with rows for at most ten; and how many more there are."""
    sizes = sorted((draw_size(rng) for _ in range(draw_count(rng))), reverse=True)
    sizes[0] = max(sizes[0], 14.0)
    lesions = tuple(
        BodyLesion("", LIVER, draw_segments(rng), draw_lesion(rng, size, biology), appearance=_look(rng))
        for size in sizes[:LISTED]
    )
    return lesions, max(0, len(sizes) - LISTED)


def draw_elsewhere(rng: Random, biology: Biology) -> tuple[BodyLesion, ...]:
    """Disease outside the liver in about three patients of ten: lung, node, or bone and peritoneum without a size."""
    if rng.random() >= 0.3:
        return ()
    kind = rng.choices(("lung", LYMPH_NODE, "bone", "peritoneum"), (50, 30, 10, 10))[0]
    if kind == "lung":
        sizes = [rng.uniform(6.0, 24.0) for _ in range(rng.choice((1, 1, 2)))]
    elif kind == LYMPH_NODE:
        sizes = [rng.uniform(12.0, 28.0)]
    else:
        return (BodyLesion("", kind),)
    return tuple(BodyLesion("", kind, (), draw_lesion(rng, size, biology)) for size in sizes)


def is_found(rng: Random, lesion: BodyLesion, modality: Modality) -> bool:
    """Whether a scan of that modality finds the lesion for the first time."""
    if lesion.organ != LIVER or lesion.true_mm(0) >= SMALL_MM:
        return True
    return rng.random() < SMALL_FOUND.get(modality, 1.0)


def find_lesions(
    rng: Random, seen_before: tuple[BodyLesion, ...], others: tuple[BodyLesion, ...], modality: Modality
) -> tuple[tuple[BodyLesion, ...], tuple[BodyLesion, ...]]:
    """All lesions a scan shows, and those it misses. A lesion found for the first time gets the next free label."""
    found, missed = list(seen_before), []
    for lesion in others:
        if is_found(rng, lesion, modality):
            found.append(replace(lesion, label=next_label("L" if lesion.organ == LIVER else "X", found)))
        else:
            missed.append(lesion)
    return tuple(found), tuple(missed)


def next_label(letter: str, lesions: Sequence[BodyLesion]) -> str:
    """The next free label: L for the liver, X for elsewhere."""
    numbers = [int(lesion.label[1:]) for lesion in lesions if lesion.label.startswith(letter)]
    return f"{letter}{max(numbers, default=0) + 1}"


def with_roles(lesions: tuple[BodyLesion, ...], readings: dict[str, Reading]) -> tuple[BodyLesion, ...]:
    """The roles RECIST 1.1 proposes from the baseline's readings; a lesion not seen keeps none."""
    candidates = [candidate(lesion, readings[lesion.label]) for lesion in lesions]
    roles = {proposed.label: proposed.role for proposed in propose_targets(candidates)}
    return tuple(replace(lesion, role=roles[lesion.label]) for lesion in lesions)


def candidate(lesion: BodyLesion, reading: Reading) -> Candidate:
    """The lesion as the choice of targets sees it."""
    size = Length.from_mm(reading.mm) if reading.mm is not None else None
    state = state_of(lesion, reading)
    if lesion.is_node:
        return Candidate(lesion.label, lesion.organ, short=size, state=state)
    return Candidate(lesion.label, lesion.organ, longest=size, state=state)


def state_of(lesion: BodyLesion, reading: Reading) -> State:
    """The word for what was read."""
    if reading.mm is not None:
        return State.MEASURED
    if not reading.seen:
        return State.ABSENT
    return State.PRESENT if lesion.growing is None else State.TOO_SMALL


def _look(rng: Random) -> Appearance | None:
    """Solid in most; a few necrotic, cystic or calcified; not described in the rest."""
    return rng.choices(
        (Appearance.SOLID, None, Appearance.NECROTIC, Appearance.CALCIFIED, Appearance.CYSTIC), (62, 25, 6, 5, 2)
    )[0]
