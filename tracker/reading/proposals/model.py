"""What a report proposes for the boxes of the entry page: shapes only.

Spans count Unicode code points of the report's text. A proposal is never a value: a person takes or refuses each one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as filled
from datetime import date
from typing import Any, Protocol

from tracker.domain.lengths import Length
from tracker.domain.plausibility.entry import ReportSays
from tracker.domain.vocabulary import LesionRole, Term


class FollowedLesion(Protocol):
    """A row of the entry table, as far as matching needs it; where the lesion lies is in the record."""

    @property
    def label(self) -> str:
        """The label, as in the record."""

    @property
    def role(self) -> LesionRole | None:
        """What it does in the course; None for a lesion that is only watched."""


class Tone(Term):
    """How a span of the report is shown."""

    CURRENT = "current", "A value of a lesion or a node on this exam."
    PRIOR = "prior", "A value of an earlier exam, or one that the report itself corrects."
    PLAIN = "plain", "A number that is no lesion's."
    SAID = "said", "Words that say how many, what is new, what is gone, what is unchanged."


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the report with its tone; ``why`` only where something is to be said of it."""

    start: int
    end: int
    tone: Tone
    why: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "tone": str(self.tone), "why": self.why}


@dataclass(frozen=True, slots=True)
class Leftover:
    """A value of this exam that fits no row. ``text`` is what a box would hold; empty where none can hold it."""

    start: int
    end: int
    why: str
    text: str
    sentence_start: int
    sentence_end: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.end,
            "why": self.why,
            "text": self.text,
            "sentence_start": self.sentence_start,
            "sentence_end": self.sentence_end,
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one box might hold.

    ``text`` is in the language of ``tracker.domain.cells`` and never asks back; it is empty where the report gives an
    uptake only. ``start`` and ``end`` are the value (or the words) in the report, the sentence is the one around it.
    Several suggestions of one label are alternatives, and none of them is sure.
    """

    id: str
    label: str
    text: str
    #: SUVmax as typed in its box; empty where none is given.
    suv: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    #: One plain sentence: why this value belongs to this row.
    reason: str
    #: The prior value that the report quotes of this lesion.
    quoted_prior: Length | None = None
    #: Whether nothing else fits this row or this value as well.
    sure: bool = True
    #: The other rows it might belong to.
    others: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "label": self.label,
            "text": self.text,
            "suv": self.suv,
            "start": self.start,
            "end": self.end,
            "sentence_start": self.sentence_start,
            "sentence_end": self.sentence_end,
            "reason": self.reason,
            "quoted_prior": None if self.quoted_prior is None else self.quoted_prior.um,
            "sure": self.sure,
            "others": list(self.others),
        }


@dataclass(frozen=True, slots=True)
class NewSuggestion:
    """A row for a lesion that the report shows and the record does not have."""

    id: str
    organ: str
    #: Roman numerals joined by "/", as the box of the new row takes them; empty where not said.
    segments: str
    text: str
    #: As the report states it; empty where it does not.
    certainty: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    reason: str
    #: Seen in retrospect on the exam of this date, where the report says so.
    first_seen: date | None = None
    suv: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "organ": self.organ,
            "segments": self.segments,
            "text": self.text,
            "suv": self.suv,
            "certainty": self.certainty,
            "start": self.start,
            "end": self.end,
            "sentence_start": self.sentence_start,
            "sentence_end": self.sentence_end,
            "reason": self.reason,
            "first_seen": None if self.first_seen is None else self.first_seen.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class HeaderSuggestion:
    """What a field above the table might hold. ``start`` = ``end`` where the words were not found again in the text.

    ``field``: ``performed_on``, ``modality``, ``phase``, ``slice``, ``uptake_minutes``, ``count`` or
    ``statements.<region>``. ``sets`` are the fields of ``content["exam"]`` with their values, for ``count`` two of them
    (``count_kind`` and ``count``).
    """

    field: str
    value: str
    words: str
    start: int
    end: int
    sets: Mapping[str, str] = filled(default_factory=dict)

    @property
    def id(self) -> str:
        return f"header:{self.field}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "field": self.field,
            "value": self.value,
            "words": self.words,
            "start": self.start,
            "end": self.end,
            "sets": dict(self.sets),
        }


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two places of one report that do not agree: both are shown, none is chosen."""

    words: str
    spans: tuple[tuple[int, int], tuple[int, int]]
    labels: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"words": self.words, "spans": [list(span) for span in self.spans], "labels": list(self.labels)}


@dataclass(frozen=True, slots=True)
class Proposals:
    """Everything a report proposes for one exam of one patient."""

    suggestions: tuple[Suggestion, ...] = ()
    new: tuple[NewSuggestion, ...] = ()
    header: tuple[HeaderSuggestion, ...] = ()
    marks: tuple[Mark, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    #: Current values of lesions that fit no row, each with why.
    unmatched: tuple[Leftover, ...] = ()
    says: ReportSays = filled(default_factory=ReportSays)
    #: Why this may be another patient's report, in sentences.
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values only; lengths in µm, dates in ISO 8601."""
        return {
            "suggestions": [one.to_dict() for one in self.suggestions],
            "new": [one.to_dict() for one in self.new],
            "header": [one.to_dict() for one in self.header],
            "marks": [one.to_dict() for one in self.marks],
            "contradictions": [one.to_dict() for one in self.contradictions],
            "unmatched": [one.to_dict() for one in self.unmatched],
            "says": _says(self.says),
            "warnings": list(self.warnings),
        }


def _says(says: ReportSays) -> dict[str, Any]:
    return {
        "priors": {label: length.um for label, length in says.priors.items()},
        "segments": {label: [str(segment) for segment in some] for label, some in says.segments.items()},
        "sides": dict(says.sides),
        "comparison": None if says.comparison is None else says.comparison.isoformat(),
        "sum_of_targets": None if says.sum_of_targets is None else says.sum_of_targets.um,
        "change": None if says.change is None else str(says.change),
    }
