"""The sum and count of the liver lesions at one scan in words: context that decides nothing."""

from __future__ import annotations

from tracker.domain.bounds import Bounds, brief_bounds, say_bounds
from tracker.domain.ledger_entry import LedgerEntry, Standing
from tracker.domain.vocabulary import CountKind
from tracker.pictures.cells import TableCell
from tracker.pictures.words import count_of, say_mm


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
    doubtful = len(entry.standing(Standing.UNCERTAIN))
    total = entry.listed_sum if _counts_the_doubtful(entry, doubtful) else entry.sum
    text = f"{_brief(total)} ({entry.measured_count}{_of(entry)}){f' +{doubtful}?' if doubtful else ''}"
    title = f"liver sum {_say(total)}: {count_of(entry.measured_count, 'lesion')} with a size"
    if doubtful:
        title += f", and {doubtful} equivocal, in no sum until certain"
    if entry.stated_count is not None:
        title += f"; the report counts {entry.stated_count}"
    return TableCell(text, _brief(total), title + without)


def _counts_the_doubtful(entry: LedgerEntry, doubtful: int) -> bool:
    """Whether the number the report states is that of the lesions seen and the equivocal ones together."""
    stated = entry.stated_count
    if stated is None or stated.kind is not CountKind.EXACT:
        return False
    return doubtful > 0 and stated.value == len(entry.there) + doubtful


def _of(entry: LedgerEntry) -> str:
    return f" of {entry.followed_count}" if entry.followed_count > entry.measured_count else ""


def _say(bounds: Bounds) -> str:
    """An exact sum is rounded like every other; a bound is not, for it would no longer hold."""
    return f"{say_mm(bounds.least)} mm" if bounds.is_exact else say_bounds(bounds)


def _brief(bounds: Bounds) -> str:
    return say_mm(bounds.least) if bounds.is_exact else brief_bounds(bounds)
