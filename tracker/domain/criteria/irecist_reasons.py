"""The sentences of iRECIST. The parts are said as RECIST 1.1 says them; what follows is how iRECIST joins them.

``irecist`` decides; nothing here does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from tracker.domain.assessment import Reason, Rule
from tracker.domain.criteria import irecist, recist11_reasons
from tracker.domain.criteria.irecist import Decision, OpenProgression, Parts
from tracker.domain.lengths import Length
from tracker.domain.sums import TargetSum
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date, join_words, mm, percent_against


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What one time point was judged on: its parts by RECIST 1.1, and the decision on them."""

    parts: recist11_reasons.Grounds
    now: Parts
    decision: Decision
    #: The progression that waited for its confirmation when the time point was judged.
    open: OpenProgression | None
    #: The smallest sum of new-lesion targets before.
    apart_nadir: Length | None
    confirmation_days: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grounds) and self.reasons() == other.reasons()

    def __hash__(self) -> int:
        return hash(self.reasons())

    def reasons(self) -> tuple[Reason, ...]:
        """Targets, non-targets, new lesions, then what iRECIST makes of them."""
        return (*self.parts.reasons(), *self._say_reset(), self.decision.rule.says(self._say_decision()))

    def _say_reset(self) -> Iterator[Reason]:
        open_ = self.open
        if not self.decision.reset or open_ is None:
            return
        why = _why_void(self.now, open_)
        text = f"The iUPD of {_dated(open_)} is void: {why}. A later progression has to be confirmed afresh."
        if open_.confirmed:
            text = (
                f"Since the iUPD of {_dated(open_)}, which was confirmed and stands, {why}. "
                "A later progression is counted afresh."
            )
        yield irecist.BAR_RESET.says(text)

    def _say_decision(self) -> str:
        decision, open_ = self.decision, self.open
        if decision.rule is irecist.IUPD:
            return f"Progression that is not confirmed yet ({_what_progressed(self.now, decision)}): iUPD. {self._can_confirm()}"
        if decision.rule is irecist.IUPD_NEW_LESIONS_GREW:
            grown = _say_growth_from_nadir(self.now, self.apart_nadir)
            return f"{grown} Progression that is not confirmed yet: iUPD. {self._can_confirm()}"
        if open_ is None or decision.reset:
            return _say_response(self.now, decision)
        since = format_date(open_.on)
        if decision.rule is irecist.OPEN_NOT_EVALUABLE:
            stands = "was confirmed and stands" if open_.confirmed else "stays open"
            return f"What has to be followed was not evaluated: NE. The iUPD of {since} {stands}."
        if decision.rule is irecist.IUPD_UNCHANGED:
            return _say_unchanged(self.now, open_)
        grown = _say_confirmation(decision.instead_of or decision.rule, self.now, decision.labels, open_)
        if decision.instead_of is not None:
            return (
                f"{grown} It is too early to confirm the iUPD of {since}, {_days((self.now.on - open_.on).days)} before: "
                f"iUPD again. It takes {_days(self.confirmation_days)}, or a scan for a new symptom that is the first to show "
                "a further new lesion."
            )
        return f"{grown} The iUPD of {_dated(open_)} is confirmed{' again' if open_.confirmed else ''}: iCPD."

    def _can_confirm(self) -> str:
        return f"A scan {_days(self.confirmation_days)} later or more can confirm it."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _dated(open_: OpenProgression) -> str:
    """The date of an iUPD, with that of the exam that shows it where it is another."""
    if open_.shown_on == open_.on:
        return format_date(open_.on)
    shown = "first shown" if open_.shown_on < open_.on else "shown"
    return f"{format_date(open_.on)} ({shown} on {format_date(open_.shown_on)})"


def _are(labels: tuple[str, ...]) -> str:
    return f"{join_words(labels)} {'is' if len(labels) == 1 else 'are'}"


# --- no progression open -------------------------------------------------------------------------------------------


def _say_response(now: Parts, decision: Decision) -> str:
    """A response without progression, with the parts that gave it (Table 2)."""
    if decision.rule in recist11_reasons.WITHOUT_TABLES:
        return recist11_reasons.WITHOUT_TABLES[decision.rule]
    if decision.rule is irecist.NEW_LESION_PERSISTS:
        return f"{_are(decision.labels)} still there, so the response is not complete: {decision.response}."
    named = {"targets": now.targets, "non-targets": now.non_targets}
    said = [f"{part} {response}" for part, response in named.items() if response is not None]
    nothing = f"no progression beyond the known {_new_lesions(now.new)}" if now.new else "no new progression"
    joined = f"{join_words(said)}, {nothing}: {decision.response}."
    return joined[0].upper() + joined[1:]


def _new_lesions(labels: Collection[str]) -> str:
    return f"new lesion{'s' if len(labels) > 1 else ''} {join_words(sorted(labels))}"


def _what_progressed(now: Parts, decision: Decision) -> str:
    kinds = [
        "targets" if now.targets is Response.PD else "",
        "non-targets" if now.non_targets is Response.PD else "",
        _new_lesions(now.first_new) if now.first_new else "",
        "the sum of new-lesion targets" if decision.apart_grew else "",
    ]
    return join_words([kind for kind in kinds if kind])


def _say_growth_from_nadir(now: Parts, nadir: Length | None) -> str:
    total = now.apart_sums.complete or now.apart_sums.measured
    if total is None or nadir is None:
        raise ValueError("growth without two sums")
    percent = f"{percent_against(total, nadir, 20)} and " if nadir.um else ""
    return (
        f"{_what_was_measured('new-lesion targets', now.apart_sums)} {mm(total)}, {percent}{mm(Length(total.um - nadir.um))} "
        f"above the smallest sum they had, {mm(nadir)}: 20 % and 5 mm are both reached."
    )


def _what_was_measured(what: str, sums: TargetSum) -> str:
    return f"The sum of {what} is" if sums.complete is not None else f"What was measured of the {what} is already"


# --- progression open ----------------------------------------------------------------------------------------------


def _why_void(now: Parts, open_: OpenProgression) -> str:
    if irecist.is_better(now, open_):
        if open_.targets is None:
            return "all non-targets are gone"
        return f"the targets are {now.targets} now, a better category than {open_.targets}"
    labels = tuple(sorted(open_.new | open_.worse))
    if not labels:
        return "what made it is gone"
    return f"{join_words(labels)} no longer {'counts' if len(labels) == 1 else 'count'} as progression"


def _say_unchanged(now: Parts, open_: OpenProgression) -> str:
    since = format_date(open_.on)
    if open_.confirmed:
        return (
            f"The iUPD of {since} was confirmed and stands; judged alone this time point shows no further growth: iUPD."
        )
    text = f"Nothing confirms the iUPD of {since} and nothing makes it void: iUPD again."
    if irecist.is_better(now, open_):
        text = (
            f"The targets are {now.targets} now, but progression of non-targets is stated again, so the iUPD of {since} "
            "stays open: iUPD again."
        )
    return f"{text} It would be confirmed by {_what_would_confirm(now, open_)}."


def _what_would_confirm(now: Parts, open_: OpenProgression) -> str:
    """What a later scan would have to show: further growth of what had progressed, or progression of another kind."""
    ways: list[str] = []
    if open_.targets is not None:
        further = (
            "growth of the targets by 5 mm" if open_.sum is None else f"a sum of targets of {_5_mm_more(open_.sum)}"
        )
        ways.append(further if open_.targets_progressed else "progression of the targets")
    if open_.non_targets is not None:
        progressed = open_.non_targets_progressed
        ways.append("any growth of a non-target" if progressed else "unequivocal progression of a non-target")
    if open_.apart_sum is not None:
        ways.append(f"a sum of new-lesion targets of {_5_mm_more(open_.apart_sum)}")
    if followed := sorted(open_.new & now.new - set(now.apart)):
        ways.append(f"any growth of {' or '.join(followed)}")
    ways.append("a further new lesion" if open_.new else "a new lesion")
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"


def _5_mm_more(then: Length) -> str:
    return f"{mm(Length(then.um + 5_000))} or more"


def _say_confirmation(rule: Rule, now: Parts, labels: tuple[str, ...], open_: OpenProgression) -> str:
    """The evidence that confirms an iUPD, or would if the scan did not come too early."""
    if rule is irecist.ICPD_TARGETS:
        return _say_growth("targets", now.sums, open_.sum, open_.sum_on)
    if rule is irecist.ICPD_NON_TARGETS:
        return f"Non-target disease grew further: {join_words(labels)}."
    if rule is irecist.ICPD_FURTHER_NEW_LESIONS:
        return f"Further new lesion{'s' if len(labels) > 1 else ''}: {join_words(labels)}."
    if rule is irecist.ICPD_NEW_LESIONS_GREW and labels == open_.apart:
        return _say_growth("new-lesion targets", now.apart_sums.only(labels), open_.apart_sum, open_.apart_sum_on)
    if rule is irecist.ICPD_NEW_LESIONS_GREW:
        return f"New lesion{'s that have' if len(labels) > 1 else ' that has'} grown since: {join_words(labels)}."
    return f"Progression of another kind than at the iUPD: {_what_joined(now, labels, open_)}."


def _what_joined(now: Parts, labels: tuple[str, ...], open_: OpenProgression) -> str:
    if not open_.targets_progressed and now.targets is Response.PD:
        return "the targets"
    if not open_.non_targets_progressed and now.non_targets is Response.PD:
        return f"non-targets ({join_words(labels)})" if now.worse else "non-targets"
    return _new_lesions(labels)


def _say_growth(what: str, sums: TargetSum, then: Length | None, then_on: date | None) -> str:
    now = sums.complete or sums.measured
    if now is None or then is None or then_on is None:
        raise ValueError("growth without two sums")
    return (
        f"{_what_was_measured(what, sums)} {mm(now)}, {mm(Length(now.um - then.um))} more than the {mm(then)} of "
        f"{format_date(then_on)} (5 mm are needed)."
    )
