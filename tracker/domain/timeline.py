"""A timeline: one course of one patient as its time points saw it, ready to be assessed.

Pure data. The first time point is the baseline; time points stand in the order of their dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from tracker.domain.lesions import Lesion, Observation
from tracker.domain.vocabulary import LesionRole, Modality
from tracker.errors import InputError, Problem


@dataclass(frozen=True, slots=True)
class Settings:
    """The named conventions under which a timeline is judged. They are shown with every result."""

    #: Days from the start that stable disease must last to count as best response (RECIST 1.1, 4.4.3).
    minimum_sd_days: int = 42
    #: Days after the first CR or PR from which a second one confirms it (RECIST 1.1, 4.6).
    confirmation_days: int = 28
    confirmation_required: bool = False
    #: A partial response stays one until progression (EORTC's reading of RECIST 1.1).
    sticky_pr: bool = True
    #: Time points that are NE or SD allowed between a response and its confirmation.
    max_between: int = 1
    #: Short axis in mm from which a node that was normal counts as new (RECIST 1.1, 4.3.5).
    nodes_new_from_mm: int = 10
    percist_reference: str = "baseline"
    percist_region: str | None = None
    #: Exams this close may form one time point.
    time_point_days: int = 14
    irecist_confirmation_days: int = 28
    #: When a time to an event is cut short instead of ended (``endpoints/censoring.py``): "fda-2018" or "ema-2012".
    censoring: str = "fda-2018"
    #: Whose rules give the best response of RECIST 1.1: its own ("recist-1.1"), or "admiralonco-1.4" to compare with that
    #: program.
    best_response: str = "recist-1.1"

    def __post_init__(self) -> None:
        """InputError where a value is none that the setting can have."""
        problems = [Problem(f"settings.{name}", text) for name, text in _wrong_settings(self)]
        if problems:
            raise InputError(problems)


#: The settings that are one of a few words, and those words.
SETTING_WORDS: Mapping[str, tuple[str, ...]] = {
    "percist_reference": ("baseline", "nadir"),
    "percist_region": ("liver", "blood pool"),
    "censoring": ("fda-2018", "ema-2012"),
    "best_response": ("recist-1.1", "admiralonco-1.4"),
}


def _wrong_settings(settings: Settings) -> Iterator[tuple[str, str]]:
    for known in fields(Settings):
        value = getattr(settings, known.name)
        words = SETTING_WORDS.get(known.name)
        if words is not None:
            if value not in words and not (value is None and known.default is None):
                yield known.name, f"'{value}' is not known; right is one of {', '.join(words)}"
        elif isinstance(known.default, bool):
            if not isinstance(value, bool):
                yield known.name, f"is {value!r}; True or False is needed"
        elif isinstance(value, bool) or not isinstance(value, int) or value < 0:
            yield known.name, f"is {value!r}; a whole number, zero or more, is needed"


@dataclass(frozen=True, slots=True)
class ReferenceUptake:
    """Uptake of the PET reference regions (PERCIST 1.0), SUL units."""

    liver_sul_mean: Decimal | None = None
    liver_sul_sd: Decimal | None = None
    blood_pool_sul_mean: Decimal | None = None
    blood_pool_sul_sd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TimePoint:
    """Exams judged together. ``observations`` maps a lesion's label to what was seen; no entry is 'not mentioned'."""

    date: date
    modality: Modality | None = None
    observations: Mapping[str, Observation] = field(default_factory=dict)
    #: Whether a tumour marker is above normal; None where nothing is said.
    markers_elevated: bool | None = None
    reference: ReferenceUptake | None = None
    #: An extra scan because of a new symptom (iRECIST).
    for_symptom: bool = False


@dataclass(frozen=True, slots=True)
class TimelineTreatment:
    """A treatment on the timeline's axis; ``stop`` is None while it goes on."""

    name: str
    kind: str
    start: date
    stop: date | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """One course of one patient: lesions with roles, time points in order, the settings they are judged under."""

    id: str
    lesions: tuple[Lesion, ...]
    time_points: tuple[TimePoint, ...]
    settings: Settings = Settings()
    treatments: tuple[TimelineTreatment, ...] = ()
    death: date | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be: InputError with every place at which the timeline contradicts itself."""
        from tracker.domain.timeline_checks import refuse_impossible

        refuse_impossible(self.lesions, self.time_points)

    def with_role(self, role: LesionRole) -> tuple[Lesion, ...]:
        return tuple(lesion for lesion in self.lesions if lesion.role is role)

    def lesion(self, label: str) -> Lesion:
        """The lesion of that label; KeyError where there is none."""
        for lesion in self.lesions:
            if lesion.label == label:
                return lesion
        raise KeyError(label)

    @classmethod
    def from_dict(cls, obj: Mapping[str, Any]) -> Self:
        """Read the format ``timeline/1``. Raises InputError that names every problem and its place."""
        from tracker.domain.timeline_format import read_timeline

        return cls(**read_timeline(obj))

    def to_dict(self) -> dict[str, Any]:
        """Write the format ``timeline/1``, with exact decimals as numbers."""
        from tracker.domain.written import write_timeline

        return write_timeline(self)
