"""The liver at one scan in a few lines: what is seen, watched, treated, not said, and where; context that decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.bounds import Bounds, brief_bounds, say_bounds
from tracker.domain.derivation import CourseAssessment
from tracker.domain.ledger import derive_ledger
from tracker.domain.ledger_entry import LedgerEntry, LedgerLine, Standing
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Certainty, State
from tracker.pictures.cells import TableCell
from tracker.pictures.words import count_of, join_words, say_date, say_mm


@dataclass(frozen=True, slots=True)
class LiverLine:
    """One kind of lesion, or one view of all: its name and what there is."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Liver:
    """The liver at one scan: ``summary`` is the whole in one line."""

    summary: str
    lines: tuple[LiverLine, ...]


def derive_liver(record: PatientRecord, course: CourseAssessment, row_at: int) -> Liver | None:
    """The liver at one row of a course, by the exam that measures most of it; None where there is no liver lesion."""
    exam_ids = course.exam_ids_by_row[row_at]
    entries = [entry for entry in derive_ledger(record, course) if entry.exam_id in exam_ids]
    entry = max(entries, key=lambda one: one.measured_count)
    if all(line.standing is Standing.NOT_YET for line in entry.lines):
        return None
    within = course.within_bounds
    hangs = within.rows[row_at].sentence if within is not None else ""
    lines = (*_lines(entry), *((LiverLine("Bounds", hangs),) if hangs else ()))
    return Liver(_summary(entry), lines)


def say_liver_sum(entry: LedgerEntry) -> str:
    """ "72 mm (3)"; "at least 24 mm (1 of 2)" where a lesion has no size on this exam."""
    if entry.measured_count == 0:
        return f"no size (0{_of(entry)})"
    return f"{_say(entry.sum)} ({entry.measured_count}{_of(entry)})"


def liver_cell(entry: LedgerEntry) -> TableCell:
    """Sum and count as a cell of the table, with what the sum is without in its title."""
    unmeasured = entry.followed_count - entry.measured_count
    without = f"; {unmeasured} more not measured on this scan" if unmeasured else ""
    if entry.measured_count == 0:
        return TableCell("none", "none", f"no liver lesion has a size{without}")
    text = f"{_brief(entry.sum)} ({entry.measured_count}{_of(entry)})"
    title = f"liver sum {_say(entry.sum)}: {count_of(entry.measured_count, 'lesion')} with a size"
    if entry.stated_count is not None:
        title += f"; the report counts {entry.stated_count}"
    return TableCell(text, _brief(entry.sum), title + without)


def _of(entry: LedgerEntry) -> str:
    return f" of {entry.followed_count}" if entry.followed_count > entry.measured_count else ""


def _say(bounds: Bounds) -> str:
    """An exact sum is rounded like every other; a bound is not, for it would no longer hold."""
    return f"{say_mm(bounds.least)} mm" if bounds.is_exact else say_bounds(bounds)


def _brief(bounds: Bounds) -> str:
    return say_mm(bounds.least) if bounds.is_exact else brief_bounds(bounds)


def _summary(entry: LedgerEntry) -> str:
    there = entry.there
    seen = (
        "none seen" if not there else f"{len(there)} seen, {'no size' if not entry.measured_count else _say(entry.sum)}"
    )
    parts = [seen]
    for standing, word in (
        (Standing.UNCERTAIN, "perhaps new"),
        (Standing.WATCHED, "watched"),
        (Standing.TREATED, "treated"),
        (Standing.MISSING, "not known"),
    ):
        if found := entry.standing(standing):
            parts.append(f"{len(found)} {word}")
    return " · ".join(parts)


def _lines(entry: LedgerEntry) -> Iterator[LiverLine]:
    if entry.there:
        yield LiverLine("Seen", _seen(entry))
    kinds = (
        (Standing.UNCERTAIN, "Perhaps new", _uncertain),
        (Standing.WATCHED, "Watched", _watched),
        (Standing.TREATED, "Treated", _treated),
        (Standing.MERGED, "Merged", _merged),
        (Standing.MISSING, "Not known", _missing),
    )
    for standing, name, say in kinds:
        if found := entry.standing(standing):
            yield LiverLine(name, "; ".join(_together(found, say)))
    groups = entry.segments
    if any(group.segments != "liver" for group in groups):
        yield LiverLine(
            "By segment", " · ".join(f"{_place(one.segments)} {_total(one.count, one.sum)}" for one in groups)
        )
    if entry.stated_count is not None:
        said = f"the report counts {entry.stated_count}"
        if entry.count_disagrees:
            said += f", fewer than the {len(entry.there)} it shows: which is right?"
        yield LiverLine("Count", said)


def _together(lines: Sequence[LedgerLine], say: Callable[[LedgerLine], str]) -> Iterable[str]:
    """Lesions of which the same is to be said, in one sentence."""
    words: dict[str, list[str]] = {}
    for line in lines:
        words.setdefault(say(line), []).append(line.label)
    return (f"{join_words(labels)} {text}" for text, labels in words.items())


def _seen(entry: LedgerEntry) -> str:
    unmeasured = [line.label for line in entry.there if not line.is_measured]
    text = join_words([line.label for line in entry.there if line.is_measured])
    if entry.measured_count:
        text += f", sum {_say(entry.sum)}"
    if unmeasured:
        text += f"{'; ' if text else ''}{join_words(unmeasured)} without a size"
    if entry.measured_count > 1 and entry.largest is not None:
        text += f"; the largest {_say(entry.largest)}"
    return text


def _uncertain(line: LedgerLine) -> str:
    size = "" if line.size is None or line.size.most is None else f"({_say(line.size)}) "
    return f"{size}in no sum until it is certain"


def _watched(line: LedgerLine) -> str:
    since = "not seen" if line.since is None else f"not seen since {say_date(line.since, year=True)}"
    return since if line.said is State.ABSENT else f"{since}, not spoken of here"


def _treated(line: LedgerLine) -> str:
    done = line.treatment
    method = done.method if done is not None and done.method else "local treatment"
    on = f", {say_date(done.on, year=True)}" if done is not None and done.on is not None else ""
    back = {
        None: "no recurrence stated",
        Certainty.EQUIVOCAL: "perhaps recurrence",
        Certainty.UNEQUIVOCAL: "recurrence",
    }[line.recurrence]
    size = f" of {_say(line.size)}" if line.size is not None and line.size.most is not None else ""
    return f"by {method}{on}: {back}{size}"


def _merged(line: LedgerLine) -> str:
    return f"is part of {line.into}"


def _missing(line: LedgerLine) -> str:
    if line.said is State.NOT_EVALUABLE:
        return f"not evaluable ({line.reason})" if line.reason else "not evaluable"
    return "not mentioned"


def _place(segments: str) -> str:
    return "segment not said" if segments == "liver" else segments


def _total(count: Bounds, total: Bounds) -> str:
    if total.most is None and total.least == 0:
        return f"({brief_bounds(count)}), no size"
    return f"{_brief(total)} mm ({brief_bounds(count)})"
