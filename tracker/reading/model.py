"""What the reading of a report gives: every value with its exact span, and what is said of the liver in words.

Spans count Unicode code points of the text as given: ``text[start:end]`` is what is quoted. A reading proposes, it never
decides: a person confirms each value. The form ``reading/1`` is :meth:`Reading.to_dict`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.vocabulary import Modality, Statement, Term
from tracker.errors import Problem

FORMAT = "reading/1"


class Section(Term):
    """The parts of a report, by what their headings say."""

    HEADER = "header", "What stands before the first heading."
    INDICATION = "indication", "Why the examination was made, and the history."
    TECHNIQUE = "technique", "How it was made."
    COMPARISON = "comparison", "Which earlier examinations were looked at."
    FINDINGS = "findings", "What is seen."
    IMPRESSION = "impression", "What it comes to."
    ADDENDUM = "addendum", "What was added or corrected later."


class MentionType(Term):
    """What sort of value a mention is."""

    SIZE = "size", "One, two or three diameters."
    SUV = "suv", "A standardised uptake value."
    QUALITATIVE = "qualitative", "A size without a number, such as subcentimetre."


class Kind(Term):
    """What was measured."""

    LESION = "lesion", "A tumour, or what may be one; any mass or nodule that is followed."
    NODE = "node", "A lymph node."
    OTHER_FINDING = "other finding", "A stone, a cyst, an aneurysm, a collection, an ablation zone."
    ORGAN = "organ", "A normal structure."
    TECHNIQUE = "technique", "A slice, a collimation."
    DISTANCE = "distance", "How far from something, or by how much it is moved."
    REFERENCE = "reference", "A threshold, the blood pool, the other side."


class Time(Term):
    """Of which examination a value is."""

    CURRENT = "current", "The examination reported."
    PRIOR = "prior", "Any earlier one."


class Change(Term):
    """What the text says of change; never computed."""

    NEW = "new", "Not there before."
    INCREASED = "increased", "Larger, grown, progressive."
    DECREASED = "decreased", "Smaller, regressive."
    STABLE = "stable", "Unchanged."
    RESOLVED = "resolved", "No longer seen."


class Qualifier(Term):
    """A word that loosens a number."""

    APPROXIMATE = "approx", "About."
    UP_TO = "up to", "At most; the largest of several."
    LESS_THAN = "less than", "Under the number."
    MORE_THAN = "more than", "Over the number, or at least it."
    RANGE = "range", "Between two numbers."


class CountQualifier(Term):
    """How a total number of liver lesions is stated."""

    EXACT = "exact", "A number."
    AT_LEAST = "at least", "A number or more."
    MULTIPLE = "multiple", "Several, without a number."
    INNUMERABLE = "innumerable", "Too many to count."


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or one item, or one line) of a report, ``text[start:end]``, and under which headings it stands."""

    start: int
    end: int
    section: Section
    #: The organ of an inline heading ("LIVER:"), in small letters; None where there is none.
    organ_heading: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A report cut into sentences, in order; what lies between them is headings and space."""

    text: str
    sentences: tuple[Sentence, ...]

    def say(self, sentence: Sentence) -> str:
        """The words of a sentence."""
        return self.text[sentence.start : sentence.end]

    def sentence_at(self, position: int) -> Sentence | None:
        """The sentence that holds a position."""
        at = bisect_right(self.sentences, position, key=lambda sentence: sentence.start) - 1
        return self.sentences[at] if at >= 0 and position < self.sentences[at].end else None


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say something of what stands in their scope (after ConText: Harkema 2009): a trigger and its reach."""

    start: int
    end: int
    #: A category of cues.toml: absent, possible, prior, new, stable, increased, decreased, resolved, not a lesion …
    category: str
    scope_start: int
    scope_end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One value as the report gives it. ``values_mm`` are millimetres, exact; none for a size without a number."""

    start: int
    end: int
    text: str
    type: MentionType
    values_mm: tuple[Decimal, ...] = ()
    #: Of an SUV: the number, and which it is ("SUVmax", "SUVpeak", "SUVmean"; None where only "SUV" is said).
    value: Decimal | None = None
    label: str | None = None
    qualifier: Qualifier | None = None
    #: None for what is no finding at all: sums, ducts, physiological uptake.
    kind: Kind | None = None
    time: Time = Time.CURRENT
    organ: str | None = None
    segments: tuple[str, ...] = ()
    lobe: str | None = None
    new: bool = False
    change: Change | None = None
    #: The letter of the lesion within the report; None for groups and for what is no lesion.
    lesion: str | None = None
    #: An addendum of the same report corrects it.
    superseded: bool = False
    #: A size that the report gives as the short axis.
    short_axis: bool = False
    sentence_start: int = 0
    sentence_end: int = 0

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """The sizes, or the one uptake value; empty where a size has no number."""
        return self.values_mm or ((self.value,) if self.value is not None else ())

    def to_dict(self) -> dict[str, Any]:
        """The mention in the form ``reading/1``."""
        uptake = {"value": _number(self.value), "label": self.label} if self.type is MentionType.SUV else {}
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "type": str(self.type),
            "values_mm": [_number(value) for value in self.values_mm],
            **uptake,
            "qualifier": _word(self.qualifier),
            "kind": _word(self.kind),
            "time": str(self.time),
            "organ": self.organ,
            "segments": list(self.segments),
            "lobe": self.lobe,
            "new": self.new,
            "change": _word(self.change),
            "lesion": self.lesion,
            "superseded": self.superseded,
        }


@dataclass(frozen=True, slots=True)
class ExamSaid:
    """What the report says of the examination itself; None where it does not."""

    modality: Modality | None = None
    performed_on: date | None = None
    #: The newest examination compared with.
    comparison_date: date | None = None


@dataclass(frozen=True, slots=True)
class LiverCount:
    """The total number of liver lesions as stated; the value is None for ``multiple`` and ``innumerable``."""

    qualifier: CountQualifier
    value: int | None = None


@dataclass(frozen=True, slots=True)
class SaidSpan:
    """Words that say something of the liver: count, no_new_lesions, no_liver_lesions, new, resolved."""

    start: int
    end: int
    says: str
    segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiverSaid:
    """What is said of the liver in words. None: the report does not say."""

    count: LiverCount | None = None
    no_new_lesions: bool = False
    no_liver_lesions: bool = False
    spans: tuple[SaidSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherSaid:
    """What is said beside: new disease by region, sums, percents, and the header that tells whose report it is.

    No part of ``reading/1``; the entry page compares it with the record.
    """

    #: liver, lymph nodes, chest, bone: stated none, or stated yes.
    new_disease: Mapping[str, Statement] = field(default_factory=dict)
    new_disease_spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    #: A stated sum of diameters in mm, and a stated change in percent (negative for a decrease).
    sum_mm: Decimal | None = None
    change_percent: Decimal | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    #: Identifiers of the patient as they stand in the header.
    identifiers: tuple[str, ...] = ()
    #: The primary as the words of the report name it ("colon", "breast"), in small letters.
    primary: str | None = None
    #: The contrast phase that measurements were made in.
    phase: str | None = None
    slice_mm: Decimal | None = None
    uptake_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read in one report."""

    exam: ExamSaid = ExamSaid()
    mentions: tuple[Mention, ...] = ()
    liver: LiverSaid = LiverSaid()
    others: OtherSaid = OtherSaid()
    problems: tuple[Problem, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The reading in the form ``reading/1``."""
        count = self.liver.count
        return {
            "format": FORMAT,
            "exam": {
                "modality": _word(self.exam.modality),
                "date": _day(self.exam.performed_on),
                "comparison_date": _day(self.exam.comparison_date),
            },
            "mentions": [mention.to_dict() for mention in self.mentions],
            "liver": {
                "count": None if count is None else {"value": count.value, "qualifier": str(count.qualifier)},
                "no_new_lesions": self.liver.no_new_lesions,
                "no_liver_lesions": self.liver.no_liver_lesions,
                "spans": [_span(span) for span in self.liver.spans],
            },
            "problems": [{"place": problem.place, "text": problem.text} for problem in self.problems],
        }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _word(term: Term | None) -> str | None:
    return None if term is None else str(term)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _span(span: SaidSpan) -> dict[str, Any]:
    said: dict[str, Any] = {"start": span.start, "end": span.end, "says": span.says}
    return said | ({"segments": list(span.segments)} if span.segments else {})
