"""What the liver ledger says of one exam: a line for each liver lesion, and the sums and counts that follow from them.

What is not known makes a sum a bound, never a smaller number. Nothing here decides a response.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.bounds import (
    Bounds,
    Knowledge,
    Measure,
    add_bounds,
    at_least,
    between,
    count_stated,
    largest_of,
    unknown,
)
from tracker.domain.lengths import Length
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import Certainty, Modality, State, Term


class Standing(Term):
    """Where a liver lesion stands at one exam; each lesion in exactly one of these."""

    SEEN = "seen", "Tumour is seen, with a size, a bound or none."
    UNCERTAIN = "perhaps new", "Perhaps a lesion; in no sum until it is certain."
    WATCHED = "watched", "Seen before, looked for and not seen: watched for its return."
    TREATED = "treated", "Treated locally; the zone is no tumour size. A recurrence there is stated or not."
    MERGED = "merged", "Grown into another lesion, which carries the size of both."
    MISSING = "missing", "There before, and this exam does not say: not mentioned or not evaluable, never zero."
    NOT_YET = "not yet", "Not seen on any exam so far."


@dataclass(frozen=True, slots=True)
class LocalTreatment:
    """What was done to a lesion, and when; None where the record does not say."""

    method: str | None
    on: date | None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One liver lesion at one exam."""

    label: str
    #: Its segments as one group, such as "VII/VIII"; "liver" where none is recorded.
    segments: str
    standing: Standing
    #: What the exam itself says; None where it does not speak of the lesion.
    said: State | None
    #: What it adds to the liver sum: its size or bound where tumour is there, "nothing known" where it is missing.
    size: Bounds | None = None
    #: Watched: the first exam that no longer shows it. Missing: the first exam since which nothing is said.
    since: date | None = None
    #: The last exam before that showed it.
    last_seen: date | None = None
    treatment: LocalTreatment | None = None
    #: Treated: how sure tumour is there again; None where no recurrence is stated.
    recurrence: Certainty | None = None
    into: str | None = None
    reason: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether tumour is seen beyond doubt: it counts, and its size is in the sum."""
        recurred = self.standing is Standing.TREATED and self.recurrence is Certainty.UNEQUIVOCAL
        return self.standing is Standing.SEEN or recurred

    @property
    def is_measured(self) -> bool:
        """Whether a size or a bound of it is stated."""
        return self.is_there and self.size is not None and self.size.knowledge is not Knowledge.UNKNOWN

    @property
    def is_missing(self) -> bool:
        return self.standing is Standing.MISSING


@dataclass(frozen=True, slots=True)
class SegmentTotal:
    """The lesions of one group of segments. A lesion in several segments has a group of its own ("VII/VIII")."""

    segments: str
    labels: tuple[str, ...]
    count: Bounds
    sum: Bounds


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The liver at one exam. ``lines`` hold every liver lesion of the record, in its order."""

    exam_id: int
    date: date
    modality: Modality
    lines: tuple[LedgerLine, ...]
    #: The number of liver lesions as the report states it.
    stated_count: StatedCount | None = None
    #: The sum that decides, of all targets in whatever organ, where the exam belongs to the course asked for.
    target_sum: Length | None = None
    #: The same without the targets that are missing; None where none is.
    target_sum_of_measured: Length | None = None

    def standing(self, *which: Standing) -> tuple[LedgerLine, ...]:
        return tuple(line for line in self.lines if line.standing in which)

    @property
    def there(self) -> tuple[LedgerLine, ...]:
        """Lesions seen beyond doubt, recurrences at treated sites with them."""
        return tuple(line for line in self.lines if line.is_there)

    @property
    def missing(self) -> tuple[LedgerLine, ...]:
        return self.standing(Standing.MISSING)

    @property
    def measured_count(self) -> int:
        """Lesions of which a size or a bound is stated."""
        return sum(line.is_measured for line in self.lines)

    @property
    def followed_count(self) -> int:
        """Lesions that are there or may be: those seen, and those of which this exam does not say."""
        return len(self.there) + len(self.missing)

    @property
    def measured_sum(self) -> Bounds:
        """The sum of what is stated, for what it is worth; ``sum`` says what that leaves open."""
        return add_bounds(line.size for line in self.lines if line.is_measured and line.size is not None)

    @property
    def listed_sum(self) -> Bounds:
        """The sum of the lesions that have a line: one without a size makes it "over", a missing one "at least"."""
        return _sum_of(self.lines)

    @property
    def sum(self) -> Bounds:
        """The liver sum as far as it is known, lesions that are only counted with it."""
        return add_bounds((self.listed_sum, *self._only_counted))

    @property
    def count(self) -> Bounds:
        """How many lesions: as stated where that agrees with the lines, else as the lines have it."""
        there, stated = len(self.there), self.stated_count
        if stated is None or self.count_disagrees:
            return between(there, self.followed_count)
        said = count_stated(stated.kind, stated.value)
        return said if said.is_exact else at_least(max(said.lowest, there))

    @property
    def count_disagrees(self) -> bool:
        """Whether the report counts fewer lesions than its own lines show."""
        if self.stated_count is None:
            return False
        most = count_stated(self.stated_count.kind, self.stated_count.value).highest
        return most is not None and most < len(self.there)

    @property
    def _only_counted(self) -> tuple[Bounds, ...]:
        """What lesions without a line may add. A treated zone or a doubtful lesion may be among those counted."""
        if self.stated_count is None or self.count_disagrees:
            return ()
        said = count_stated(self.stated_count.kind, self.stated_count.value)
        if said.lowest > self.followed_count + len(self.standing(Standing.TREATED, Standing.UNCERTAIN)):
            return (unknown(Measure.LENGTH, seen=True),)
        more = said.highest is None or said.highest > len(self.there)
        return (unknown(Measure.LENGTH),) if more else ()

    @property
    def largest(self) -> Bounds | None:
        """What is known of the largest lesion that has a size; None where none has."""
        return largest_of(line.size for line in self.lines if line.is_measured and line.size is not None)

    @property
    def segments(self) -> tuple[SegmentTotal, ...]:
        """Totals by group of segments, in the order of the lesions; they add up to ``listed_sum``."""
        groups: dict[str, list[LedgerLine]] = {}
        for line in self.lines:
            if line.is_there or line.is_missing:
                groups.setdefault(line.segments, []).append(line)
        return tuple(
            SegmentTotal(
                name,
                tuple(line.label for line in lines),
                between(sum(line.is_there for line in lines), len(lines)),
                _sum_of(lines),
            )
            for name, lines in groups.items()
        )


def _sum_of(lines: Iterable[LedgerLine]) -> Bounds:
    return add_bounds(line.size for line in lines if line.size is not None and (line.is_there or line.is_missing))
