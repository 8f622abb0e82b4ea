"""The sentences of RECIST 1.1: why a time point was judged as it was, each rule with the numbers it met.

``recist11`` decides; nothing here does. A sentence is made when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, final

from tracker.domain.assessment import Reason, Rule
from tracker.domain.carried import Row
from tracker.domain.criteria import recist11
from tracker.domain.criteria.recist11 import Reference
from tracker.domain.lengths import Length
from tracker.domain.non_targets import NonTarget
from tracker.domain.sums import NOTHING, TOO_SMALL, TargetSum
from tracker.domain.vocabulary import Certainty, Response, State
from tracker.domain.wording import format_date, join_words, label_order, mm, mm_beside, percent_against


@final
class Grounds:
    """What one time point was judged on, and the rules that fired."""

    __slots__ = ("found", "non_target", "overall", "reference", "response", "row", "since_cr", "sums", "target")

    def __init__(
        self,
        row: Row,
        found: Mapping[str, NonTarget],
        since_cr: frozenset[str] | None,
        sums: TargetSum,
        reference: Reference,
        target: Rule | None,
        non_target: Rule | None,
        overall: Rule | None,
        response: Response,
    ) -> None:
        self.row: Final = row
        self.found: Final = found
        self.since_cr: Final = since_cr
        self.sums: Final = sums
        self.reference: Final = reference
        self.target: Final = target
        self.non_target: Final = non_target
        self.overall: Final = overall
        self.response: Final = response

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grounds) and self.reasons() == other.reasons()

    def __hash__(self) -> int:
        return hash(self.reasons())

    def reasons(self) -> tuple[Reason, ...]:
        """Each rule that fired with its sentence: targets, non-targets, new lesions, then how they were joined."""
        return (
            *say_targets(self.target, self.sums, self.reference),
            *self._say_merger(),
            *self._say_non_targets(),
            *say_new_lesions(self.row, surveillance=self.target is None and self.non_target is None),
            *self._say_overall(),
        )

    def _say_merger(self) -> Iterator[Reason]:
        """A progression that rests on the merging of targets alone says so: whether anything grew is for the radiologist."""
        nadir, before = self.reference.nadir, self.reference.at_nadir
        if self.target is not recist11.TARGET_PD or nadir is None:
            return
        apart = find_newly_merged(self.row, before)
        without = sum(
            (before[value.label] if value.label in apart else value.value or NOTHING).um for value in self.sums.values
        )
        if apart and not recist11.is_at_least_20_percent_and_5_mm_above(Length(without), nadir):
            now = sum((value.value or NOTHING).um for value in self.sums.values if value.label in apart)
            then = sum(before[label].um for label in apart)
            text = (
                f"The progression rests on {join_words(sorted(apart, key=label_order))}, which have merged ({mm(Length(then))} apart at the nadir, "
                f"{mm(Length(now))} merged): without their change the sum would be {mm(Length(without))}, no progression. "
                "Whether they grew or only merged waits for the radiologist."
            )
            yield recist11.SUM_MERGER_ALONE.says(text)

    def _say_non_targets(self) -> Iterator[Reason]:
        if self.non_target is not None:
            yield self.non_target.says(_non_target_sentence(self.non_target, self.found, self.since_cr))

    def _say_overall(self) -> Iterator[Reason]:
        rule = self.overall
        if rule is None:
            return
        if rule in WITHOUT_TABLES:
            yield rule.says(WITHOUT_TABLES[rule])
        else:
            parts = {"targets": self.target, "non-targets": self.non_target}
            said = [f"{part} {judged.response}" for part, judged in parts.items() if judged is not None]
            joined = join_words((*said, "a new lesion" if recist11.new_lesions_at(self.row) else "no new lesion"))
            yield rule.says(f"{joined[0].upper()}{joined[1:]}: {self.response}.")


def find_newly_merged(row: Row, at_nadir: Mapping[str, Length]) -> frozenset[str]:
    """Targets that merged since the nadir, and those that carry their size now."""
    involved: set[str] = set()
    for label, seen in row.observations.items():
        into = seen.into
        if seen.state is State.MERGED and at_nadir.get(label, NOTHING).um > 0 and into is not None and into in at_nadir:
            involved |= {label, into}
    return frozenset(involved)


#: Overall responses that no table gives.
WITHOUT_TABLES: Final[Mapping[Rule, str]] = {
    recist11.OVERALL_NED: "Nothing was there to follow at the baseline and nothing new is certain.",
    recist11.OVERALL_MARKERS: (
        "A tumour marker was above normal at the baseline and is not stated normal, so the response is not complete."
    ),
}


# --- targets -------------------------------------------------------------------------------------------------------


def say_targets(rule: Rule | None, now: TargetSum, reference: Reference) -> Iterator[Reason]:
    """Why the targets were judged by ``rule``, and what the sum rests on where a value is not a plain measurement."""
    if rule is None:
        return
    yield rule.says(_target_sentence(rule, now, reference))
    if rule.response in _RESTS_ON_THE_SUM and rule is not recist11.TARGET_RECURRENCE and now.complete is not None:
        yield from _say_conventions(now)


_RESTS_ON_THE_SUM = (Response.CR, Response.PR, Response.SD, Response.PD)


def _target_sentence(rule: Rule, now: TargetSum, reference: Reference) -> str:
    total, baseline = now.complete, reference.baseline
    if rule is recist11.TARGET_RECURRENCE:
        back = [
            f"{seen.label} {'too small to measure' if seen.why.startswith('too small') else mm(seen.value)}"
            for seen in now.values
            if seen.value is not None and not seen.is_gone
        ]
        return f"Seen again after an overall complete response: {join_words(back)}. No minimum growth is needed then."
    if rule is recist11.TARGET_CR:
        return _gone_sentence(now)
    if total is None:
        return _missing_sentence(rule, now, reference)
    if rule is recist11.TARGET_PD:
        return f"{mm(total)} is {above_nadir(total, reference)}: 20 % and 5 mm are both reached."
    if baseline is None:
        return "There is no complete baseline sum to compare with."
    if rule is recist11.TARGET_PR:
        below = percent_against(total, baseline, 30)
        return (
            f"{mm(total)} is {below} below the baseline sum of {mm_beside(baseline, total)} (30 % or more is needed)."
        )
    stable = _stable_sentence(total, baseline, reference)
    if rule is recist11.TARGET_PR_CONTINUES:
        return (
            f"A partial response was reached before and there is no progression, so it goes on. Judged alone: {stable}"
        )
    return stable


def _missing_sentence(rule: Rule, now: TargetSum, reference: Reference) -> str:
    missing = join_words(f"{value.label} ({value.why})" for value in now.missing)
    several = len(now.missing) > 1
    if rule is recist11.TARGET_PD_BY_PARTIAL_SUM and now.measured is not None:
        return (
            f"{mm(now.measured)} were measured although {missing} {'are' if several else 'is'} missing: already "
            f"{above_nadir(now.measured, reference)}. The missing lesion{'s' if several else ''} can only add to it."
        )
    return (
        f"Missing: {missing}. Without {'them' if several else 'it'} there is no sum of targets, and what was measured does not "
        "prove progression."
    )


def _gone_sentence(now: TargetSum) -> str:
    """All targets gone; every node's short axis is under 10 mm, so the sum need not be 0 (4.3.1, 4.3.2)."""
    nodes = [
        f"{value.label} {mm(value.value)}" for value in now.values if value.value is not None and value.value.um > 0
    ]
    if not nodes:
        return "No target is seen any more."
    return f"No target other than lymph nodes is seen, and each node's short axis is under 10 mm ({join_words(nodes)})."


def above_nadir(total: Length, reference: Reference) -> str:
    """ "24.0 % and 9 mm above the nadir of 38 mm (2 Mar 2026)". ValueError where there is no nadir."""
    nadir = reference.nadir
    if nadir is None:
        raise ValueError("no nadir to compare with")
    when = f" ({format_date(reference.nadir_date)})" if reference.nadir_date is not None else ""
    more = mm(Length(total.um - nadir.um))
    if nadir.um == 0:
        return f"{more} above the nadir of 0 mm{when}"
    return f"{percent_against(total, nadir, 20)} and {more} above the nadir of {mm_beside(nadir, total)}{when}"


def _stable_sentence(total: Length, baseline: Length, reference: Reference) -> str:
    nadir = reference.nadir
    if total == baseline:
        first = f"{mm(total)} is the baseline sum"
    else:
        side = "below" if total < baseline else "above"
        first = f"{mm(total)} is {percent_against(total, baseline, 30)} {side} the baseline sum of {mm_beside(baseline, total)}"
    if nadir is None or total.um > nadir.um:
        second = f"and {above_nadir(total, reference)}"
    else:
        second = f"and not above the nadir of {mm_beside(nadir, total)}"
    return f"{first} {second}: neither 30 % less than the baseline nor 20 % and 5 mm more than the nadir."


def _say_conventions(now: TargetSum) -> Iterator[Reason]:
    """What the sum rests on where a value is not a plain measurement (4.3.2)."""
    for value in now.values:
        if value.why.startswith("too small"):
            yield recist11.SUM_TOO_SMALL.says(f"{value.label} was too small to measure and counts {mm(TOO_SMALL)}.")
        elif value.why.startswith("merged"):
            text = f"{value.label} is {value.why}. Whether a larger sum is growth or the merging itself is for the radiologist."
            yield recist11.SUM_MERGED.says(text)
        elif value.why.startswith("parts"):
            yield recist11.SUM_SPLIT.says(f"{value.label} has split; its parts are added.")


# --- non-targets ---------------------------------------------------------------------------------------------------


def _non_target_sentence(rule: Rule, found: Mapping[str, NonTarget], since_cr: frozenset[str] | None) -> str:
    def those(wanted: NonTarget) -> tuple[str, ...]:
        return tuple(label for label, state in found.items() if state is wanted)

    missing = those(NonTarget.MISSING)
    if rule is recist11.NON_TARGET_PD:
        return f"Unequivocal progression of non-target disease was stated: {join_words(those(NonTarget.WORSE))}."
    if rule is recist11.NON_TARGET_RECURRENCE:
        back = join_words(recist11.seen_after_cr(found, since_cr))
        return f"Non-target disease is there again after an overall complete response: {back}."
    if rule is recist11.NON_TARGET_PERSISTS:
        text = f"Non-target disease persists: {join_words(those(NonTarget.PRESENT))}."
        if missing:
            text += f" Not evaluated: {join_words(missing)}; what is seen already excludes a complete response."
        return text
    if rule is recist11.NON_TARGET_MISSING:
        if len(missing) == len(found):
            return f"No non-target was evaluated ({join_words(missing)})."
        return f"Not evaluated: {join_words(missing)}. All other non-targets are gone."
    if rule is recist11.NON_TARGET_MARKERS:
        return (
            "All non-targets are gone, but a tumour marker was above normal at the baseline and is not stated normal."
        )
    return "All non-targets are gone (a lymph node under 10 mm in short axis counts as gone)."


# --- new lesions ---------------------------------------------------------------------------------------------------


def say_new_lesions(row: Row, *, surveillance: bool) -> Iterator[Reason]:
    """Every new lesion beyond doubt, then those in question and those that were there before."""
    for new in recist11.new_lesions_at(row):
        what = "recurrence where it was treated" if new.recurrence else "unequivocal new lesion"
        rule = recist11.NEW_RECURRENCE if new.recurrence else recist11.NEW_UNEQUIVOCAL
        if surveillance:
            what, rule = "recurrence (nothing was there at the baseline)", recist11.NEW_IN_SURVEILLANCE
        yield rule.says(f"{new.label}: {what}, first seen on {format_date(new.shown_on)}.")
    for new in row.new_disease:
        if new.there_at_baseline:
            text = f"{new.label} was there at the baseline in retrospect: it was missed, it is not new."
            yield recist11.NEW_MISSED.says(text)
        elif new.certainty is Certainty.EQUIVOCAL:
            text = (
                f"{new.label} may be new (first seen on {format_date(new.shown_on)}), not beyond doubt. "
                "If it is confirmed later, progression is dated to that scan."
            )
            yield recist11.NEW_EQUIVOCAL.says(text)
