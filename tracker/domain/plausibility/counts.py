"""Checks of what a report states beside the sizes: the number of liver lesions, the sum, the change, the values before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tracker.domain.drafts import ExamDraft
from tracker.domain.lengths import Length
from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import LIVER, CountKind, LesionRole, State
from tracker.domain.wording import format_percent

_ABSTRACTED = "Garza, pooled over 93 studies: 6.6 % of the fields taken from records by hand are wrong"
_REPORTS = "Ringler: 9.7 % of 213,977 dictated reports had an error, 1.9 % a material one"
COUNT = Check("plausibility.count", Level.ASK, _ABSTRACTED)
COUNT_AT_LEAST = Check("plausibility.count-at-least", Level.NOTE, _ABSTRACTED)
NO_NEW = Check("plausibility.no-new", Level.ASK, _REPORTS)
STATED_SUM = Check("plausibility.stated-sum", Level.ASK, _REPORTS)
STATED_CHANGE = Check("plausibility.stated-change", Level.ASK, _REPORTS)
QUOTED_PRIOR = Check("plausibility.quoted-prior", Level.ASK, _REPORTS)

#: The place of a finding on the number of lesions, as the page calls it.
COUNTED = "Count"
_GONE = (State.ABSENT, State.MERGED, State.NOT_MENTIONED, State.TREATED)
_SUM_APART = 2_000
_PERCENT_APART = 3


def find_in_count(draft: ExamDraft, organs: Mapping[str, str]) -> Finding | None:
    """The number of liver lesions as stated against those entered as seen; ``organs`` are those of the known lesions."""
    stated = draft.liver_count
    if stated is None:
        return None
    organs = {**organs, **{lesion.label: lesion.organ for lesion in draft.lesions}}
    liver = [said for said in draft.observations if organs.get(said.label, LIVER) == LIVER]
    seen = sum(1 for said in liver if said.observation.state not in _GONE)
    silent = sum(1 for said in liver if said.observation.state is State.NOT_MENTIONED)
    return _compare_count(stated, seen, silent)


def _compare_count(stated: StatedCount, seen: int, silent: int) -> Finding | None:
    numbers = {"entered": seen, "not_mentioned": silent}
    unsaid = f", {silent} not mentioned" if silent else ""
    entered = f"{seen} lesion{'' if seen == 1 else 's'} entered{unsaid}"
    if stated.value is None:
        if stated.kind is CountKind.MULTIPLE and seen < 2:
            return COUNT_AT_LEAST.finds(COUNTED, f"several stated, {entered}", numbers)
        return None
    numbers["stated"] = stated.value
    if stated.kind is CountKind.AT_LEAST:
        if seen < stated.value:
            return COUNT_AT_LEAST.finds(COUNTED, f"{stated.value} or more stated, {entered}", numbers)
        return None
    if seen < stated.value:
        return COUNT.finds(COUNTED, f"{stated.value} stated, {entered}", numbers)
    if seen > stated.value:
        return COUNT.finds(COUNTED, f"{stated.value} stated, {seen} entered as seen", numbers)
    return None


def find_against_report(draft: ExamDraft, count: StatedCount | None, *, no_new: bool) -> Iterator[Finding]:
    """What the report says in words of the number of lesions, and of new ones, against what is entered."""
    typed = draft.liver_count
    if count is not None and typed is not None and typed != count:
        text = f"the report says {count}, typed is {typed}"
        yield COUNT.finds(COUNTED, text, {"report": str(count), "typed": str(typed)})
    new = [one.label for one in draft.lesions if one.organ == LIVER and one.role in (None, LesionRole.NEW)]
    if no_new and new:
        text = "the report says there is no new lesion, but this one is entered as new: which is right?"
        yield from (NO_NEW.finds(label, text) for label in new)


def find_in_stated_sum(stated: Length, computed: Length) -> Finding | None:
    """A sum that the report states and one that is computed agree within 2 mm."""
    if abs(stated.um - computed.um) <= _SUM_APART:
        return None
    text = f"the report states {stated}, the entered sizes add up to {computed}: other lesions, or a slip?"
    return STATED_SUM.finds("sum of targets", text, {"stated_um": stated.um, "computed_um": computed.um})


def find_in_stated_change(stated: Decimal, now: Length, references: Sequence[Length]) -> Finding | None:
    """A change in percent that the report states agrees with the computed one within 3 points of a hundred.

    Reports seldom name what they compare with: any of the references (baseline, smallest sum, scan before) will do. Where
    none fits, the nearest is named.
    """
    compared = [one for one in references if one.um]
    # |stated − 100 (now − reference) / reference| ≤ 3, without dividing.
    if not compared or any(_apart(stated, now, one) <= _PERCENT_APART * one.um for one in compared):
        return None
    reference = min(compared, key=lambda one: _apart(stated, now, one) / one.um)
    computed = Decimal(100) * (now.um - reference.um) / reference.um
    text = (
        f"the report states {format_percent(stated)}, from {reference} to {now} is {format_percent(computed)}: "
        f"another reference, or a slip?"
    )
    numbers: dict[str, int | str] = {"stated": f"{stated:f}", "now_um": now.um, "reference_um": reference.um}
    return STATED_CHANGE.finds("change", text, numbers)


def _apart(stated: Decimal, now: Length, reference: Length) -> Decimal:
    return abs(stated * reference.um - 100 * (now.um - reference.um))


def find_in_quoted_prior(label: str, quoted: Length, stored: Length) -> Finding | None:
    """What the report quotes as the prior size is the stored one within 2 mm."""
    if abs(quoted.um - stored.um) <= _SUM_APART:
        return None
    text = (
        f"the report quotes {quoted} as the prior, stored is {stored}: measured again, another exam, or another lesion?"
    )
    return QUOTED_PRIOR.finds(label, text, {"quoted_um": quoted.um, "stored_um": stored.um})


CHECKS = (COUNT, COUNT_AT_LEAST, NO_NEW, STATED_SUM, STATED_CHANGE, QUOTED_PRIOR)
