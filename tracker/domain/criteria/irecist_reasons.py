"""The sentences of iRECIST. The parts are said as RECIST 1.1 says them; what follows is how iRECIST joins them.

``irecist`` decides; nothing here does.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.assessment import Reason
from tracker.domain.criteria import irecist, recist11_reasons
from tracker.domain.criteria.irecist import Decision, OpenProgression, Parts
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date, join_words, mm


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """What one time point was judged on: its parts by RECIST 1.1, and the decision on them."""

    parts: recist11_reasons.Grounds
    now: Parts
    decision: Decision
    #: The progression that waited for its confirmation when the time point was judged.
    open: OpenProgression | None
    confirmation_days: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Grounds) and self.reasons() == other.reasons()

    def __hash__(self) -> int:
        return hash(self.reasons())

    def reasons(self) -> tuple[Reason, ...]:
        """Targets, non-targets, new lesions, then what iRECIST makes of them."""
        reset: tuple[Reason, ...] = ()
        if self.decision.reset and self.open is not None:
            text = (
                f"The progression suspected since {format_date(self.open.shown_on)} is void: {self._why_void()}. "
                "A later progression has to be confirmed afresh."
            )
            reset = (irecist.BAR_RESET.says(text),)
        return (*self.parts.reasons(), *reset, self.decision.rule.says(self._sentence()))

    def _why_void(self) -> str:
        now, before = self.now, self.open
        if before is not None and before.targets is not None and now.targets is not before.targets:
            return f"the targets are {now.targets} now, {before.targets} then"
        return "what made it is gone"

    def _sentence(self) -> str:
        decision = self.decision
        if decision.rule is irecist.IUPD:
            return f"First progression ({self._what_progressed()}): iUPD until a later scan confirms it."
        if decision.rule is irecist.IUPD_NEW_LESIONS_GREW:
            return "New lesions measured apart grew by 20 % and 5 mm from their smallest sum: iUPD until confirmed."
        if decision.rule is irecist.NEW_LESION_PERSISTS:
            return (
                f"{join_words(decision.labels)} is still there, so the response is not complete: {decision.response}."
            )
        if decision.rule is irecist.OVERALL:
            return f"No progression is suspected or new: {decision.response}."
        if decision.rule is irecist.OPEN_NOT_EVALUABLE:
            return f"Not evaluable; the progression suspected since {self._since()} stays open."
        if decision.rule is irecist.IUPD_UNCHANGED:
            return (
                f"No further progression since {self._since()} and no better target category: iUPD again "
                "(5 mm more, any growth of a non-target or of a new lesion, or a further new lesion would confirm it)."
            )
        if decision.rule is irecist.IUPD_TOO_EARLY:
            days = (self.now.on - self.open.on).days if self.open is not None else 0
            return (
                f"{self._confirmed_by(decision.instead_of)} Only {days} days after the iUPD of {self._since()} that does "
                f"not confirm it: {self.confirmation_days} are needed, or a scan for a new symptom that shows a further "
                "new lesion."
            )
        return f"{self._confirmed_by(decision.rule)} The progression of {self._since()} is confirmed: iCPD."

    def _what_progressed(self) -> str:
        now = self.now
        kinds = [
            "targets" if now.targets is Response.PD else "",
            "non-targets" if now.non_targets is Response.PD else "",
            f"new lesion {join_words(self.decision.labels)}" if now.first_new else "",
        ]
        return join_words([kind for kind in kinds if kind])

    def _confirmed_by(self, rule: object) -> str:
        labels = join_words(self.decision.labels)
        if rule is irecist.ICPD_TARGETS:
            return self._growth(
                "The sum of targets", self.now.sums.complete or self.now.sums.measured, self._then("sum")
            )
        if rule is irecist.ICPD_NON_TARGETS:
            return f"Non-target disease grew further: {labels}."
        if rule is irecist.ICPD_FURTHER_NEW_LESIONS:
            return f"Further new lesions: {labels}."
        if rule is irecist.ICPD_NEW_LESIONS_GREW:
            now = self.now.apart_sums.only(self.decision.labels)
            if self.open is not None and self.decision.labels == self.open.apart:
                return self._growth(
                    "The sum of new-lesion targets", now.complete or now.measured, self._then("apart_sum")
                )
            return f"New lesions grew: {labels}."
        return f"Progression of another kind: {labels}."

    def _growth(self, what: str, now: Length | None, then: Length | None) -> str:
        if now is None or then is None:
            raise ValueError("growth without two sums")
        return f"{what} is {mm(now)}, {mm(Length(now.um - then.um))} more than the {mm(then)} at the iUPD (5 mm are needed)."

    def _then(self, which: str) -> Length | None:
        return None if self.open is None else self.open.sum if which == "sum" else self.open.apart_sum

    def _since(self) -> str:
        return "" if self.open is None else format_date(self.open.on)
