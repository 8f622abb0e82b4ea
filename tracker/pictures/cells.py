"""What one exam says of one lesion, as a table cell says it: mm, an arrow, a state in words, and a tint.

Arrow: more than 2 mm against the scan before. Tint: growth of 20 % and 5 mm over the lesion's own smallest of the course
before shrinkage of 30 % from its course baseline; full where the threshold is first passed, faint while it lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.domain.bounds import Bounds, brief_bounds, say_bounds
from tracker.domain.criteria.recist11 import is_at_least_20_percent_and_5_mm_above, is_at_least_30_percent_below
from tracker.domain.lengths import Length, total
from tracker.domain.lesions import Observation
from tracker.domain.record import Exam
from tracker.domain.stated import as_counted, is_stated_in_part, size_stated
from tracker.domain.sums import TOO_SMALL
from tracker.domain.vocabulary import Certainty, Provenance, State, Term
from tracker.pictures.words import say_mm

_ARROW_UM = 2_000


class Tint(Term):
    """The ground of a cell; the arrow and the state always say it too."""

    NONE = "none", "No threshold passed."
    FALL_FIRST = "fall-first", "First scan at 30 % under the lesion's course baseline."
    FALL = "fall", "Still at 30 % under it or more."
    RISE_FIRST = "rise-first", "First scan at 20 % and 5 mm above the lesion's smallest of the course."
    RISE = "rise", "Still that far above it."


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell: ``text`` as it stands, ``short`` for narrow columns, ``title`` the whole said in words."""

    text: str
    short: str = ""
    title: str = ""
    arrow: str = ""
    tint: Tint = Tint.NONE
    strong: bool = False
    #: The tumour's size in micrometres, for the difference to another scan; None for words and zones.
    um: int | None = None


EMPTY = TableCell("", "", "did not exist yet")


def size_um(seen: Observation, *, node: bool) -> int | None:
    """The diameter the table follows in micrometres (short axis of a node); None where none was given."""
    if seen.state is State.SPLIT:
        return total(seen.parts).um if seen.parts else None
    size = seen.diameter(node=node)
    if size is not None:
        return size.um
    return TOO_SMALL.um if seen.state is State.TOO_SMALL else None


def is_tumour_size(seen: Observation) -> bool:
    """Whether the size is a tumour's: not an ablation zone, not carried by another lesion."""
    return seen.state in (
        State.MEASURED,
        State.TOO_SMALL,
        State.PRESENT,
        State.SPLIT,
        State.EQUIVOCAL,
        State.UNEQUIVOCAL,
        State.UNEQUIVOCAL_PROGRESSION,
    )


@dataclass(slots=True)
class History:
    """What was seen of one lesion so far, for arrow and tint; begins anew with each course."""

    node: bool
    before_um: int | None = None
    baseline_um: int | None = None
    smallest_um: int | None = None
    fallen: bool = field(default=False)
    risen: bool = field(default=False)
    seen_before: bool = False

    def begin_course(self) -> None:
        self.baseline_um = self.smallest_um = None
        self.fallen = self.risen = False


def stated_in_part(exams: Sequence[Exam], label: str, seen: Observation | None, *, node: bool) -> Bounds | None:
    """The size behind what is shown, where the report gives it only in part ("<5", ">=23", "approx")."""
    if seen is None:
        return None
    stored = (exam.observation(label) for exam in exams)
    behind = (
        one
        for one in stored
        if one is not None
        and is_stated_in_part(one, node=node)
        and as_counted(one, node=node).diameter(node=node) == seen.diameter(node=node)
    )
    found = next(behind, None)
    return None if found is None else size_stated(found, node=node)


def with_sentence(cell: TableCell, exams: Sequence[Exam], label: str) -> TableCell:
    """The cell that says, behind its words, the sentence of the report that its value was taken from."""
    stored = (exam.observation(label) for exam in exams)
    taken = (one for one in stored if one is not None and one.provenance is Provenance.REPORT and one.source_text)
    found = next(taken, None)
    return cell if found is None else replace(cell, title=f"{cell.title}. From the report: “{found.source_text}”")


def derive_cell(seen: Observation | None, history: History, stated: Bounds | None = None) -> TableCell:
    """The cell of one lesion at one scan; ``history`` is moved on by it. ``stated``: a size the report gives in part."""
    if seen is None or seen.state is State.NOT_MENTIONED:
        return TableCell("not mentioned", "n.m.", "not mentioned in the report") if history.seen_before else EMPTY
    history.seen_before = True
    size = size_um(seen, node=history.node)
    if size is None or not is_tumour_size(seen):
        cell = _state_cell(seen, size)
        if seen.state is State.ABSENT:
            history.smallest_um = 0 if history.baseline_um is not None else None
            history.before_um = 0
        return cell
    arrow = say_arrow(history.before_um, size)
    tint = _tint(size, history)
    history.before_um = size
    history.baseline_um = size if history.baseline_um is None else history.baseline_um
    history.smallest_um = size if history.smallest_um is None else min(history.smallest_um, size)
    return replace(_sized_cell(seen, size, arrow, tint, stated, node=history.node), um=size)


def say_arrow(before_um: int | None, size: int) -> str:
    if before_um is None:
        return ""
    if size - before_um > _ARROW_UM:
        return "↑"
    return "↓" if before_um - size > _ARROW_UM else "→"


def _tint(size: int, history: History) -> Tint:
    """The thresholds of the sum of targets, applied to one lesion as a hint for the eye."""
    base, low = history.baseline_um, history.smallest_um
    if base is None or low is None:
        return Tint.NONE
    risen = is_at_least_20_percent_and_5_mm_above(Length(size), Length(low))
    fallen = is_at_least_30_percent_below(Length(size), Length(base))
    tint = Tint.NONE
    if risen:
        tint = Tint.RISE if history.risen else Tint.RISE_FIRST
    elif fallen:
        tint = Tint.FALL if history.fallen else Tint.FALL_FIRST
    history.risen = risen
    history.fallen = history.fallen or fallen
    return tint


def _sized_cell(
    seen: Observation, size: int, arrow: str, tint: Tint, stated: Bounds | None, *, node: bool
) -> TableCell:
    mm = say_mm(size) if stated is None else brief_bounds(stated)
    what = "short axis" if node else "longest diameter"
    title = f"{mm} mm, {what}" if stated is None else f"{say_bounds(stated)} as stated, {what}"
    if seen.state is State.TOO_SMALL and stated is not None:
        return TableCell(mm, mm, f"{title}: counts {say_mm(size)} mm", arrow, tint)
    if seen.state is State.TOO_SMALL:
        counted = "counts 5 mm by convention" if seen.diameter(node=node) is None else f"{mm} mm given"
        return TableCell(
            f"{mm} {arrow} too small".replace("  ", " "), f"{mm} ts", f"too small to measure, {counted}", "", tint
        )
    if seen.state is State.EQUIVOCAL:
        return TableCell(f"✚ {mm} new?", f"✚ {mm}?", f"perhaps new (equivocal), {mm} mm", arrow, tint, strong=True)
    if seen.state is State.UNEQUIVOCAL:
        return TableCell(f"✚ {mm} new", f"✚ {mm}", f"new beyond doubt, {mm} mm", arrow, tint, strong=True)
    if seen.state is State.UNEQUIVOCAL_PROGRESSION:
        return TableCell(
            f"{mm} worse", f"{mm} !", f"{title}, unequivocal progression as stated", arrow, tint, strong=True
        )
    if seen.state is State.SPLIT:
        parts = " + ".join(say_mm(part.um) for part in seen.parts)
        return TableCell(f"{mm} split", mm, f"split in {parts} mm, added: {mm} mm", arrow, tint)
    return TableCell(mm, mm, title, arrow, tint)


def _state_cell(seen: Observation, size: int | None) -> TableCell:
    mm = "" if size is None else f" {say_mm(size)}"
    match seen.state:
        case State.ABSENT:
            return TableCell("○ not seen", "○", "looked for and no longer seen")
        case State.TREATED:
            by = f" ({seen.by})" if seen.by else ""
            return TableCell(
                f"▨ zone{mm}", f"▨{mm}", f"treated locally{by}: the zone{mm and mm + ' mm'} is no tumour size"
            )
        case State.RECURRENCE:
            sure = "?" if seen.certainty is not Certainty.UNEQUIVOCAL else ""
            return TableCell(
                f"✚{mm} back{sure}", f"✚{mm}{sure}", f"recurrence at the treated site{mm and mm + ' mm'}", strong=True
            )
        case State.MERGED:
            return TableCell(
                f"in {seen.into}", f"in {seen.into}", f"merged into {seen.into}, which carries the size of both"
            )
        case State.NOT_EVALUABLE:
            title = f"not evaluable: {seen.reason or 'no reason given'}"
            if "not imaged" in (seen.reason or "").lower():
                return TableCell("not imaged", "n.i.", title)
            return TableCell("not evaluable", "NE", title)
        case State.EQUIVOCAL:
            return TableCell("✚ new?", "✚?", "perhaps new (equivocal), no size given", strong=True)
        case State.UNEQUIVOCAL:
            return TableCell("✚ new", "✚", "new beyond doubt, no size given", strong=True)
        case State.UNEQUIVOCAL_PROGRESSION:
            return TableCell("worse", "!", "unequivocal progression as stated, no size given", strong=True)
        case _:
            return TableCell("seen", "seen", "seen, no size given")
