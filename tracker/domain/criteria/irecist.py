"""iRECIST: RECIST 1.1 for immunotherapy, where a first progression waits for its confirmation.

Source: Seymour L et al., Lancet Oncol 2017;18:e143-e152, Tables 2 and 3; EORTC's questions and answers on iRECIST.

Targets, non-targets and new lesions are judged as by RECIST 1.1. Progression is unconfirmed (iUPD) at first. From then on
the course is *open*: further growth of at least 5 mm, of a non-target or of a new lesion, or progression of another kind
confirms it (iCPD), counted from the iUPD; a better target category makes it void ("resets the bar"). The walk over a
course is in ``irecist_course``, the sentences in ``irecist_reasons``.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tracker.domain.assessment import Rule
from tracker.domain.criteria import recist11
from tracker.domain.endpoints.best_response import Scale
from tracker.domain.lengths import Length
from tracker.domain.sums import TargetSum
from tracker.domain.vocabulary import Response

NAME = "irecist"
VERSION = "Seymour 2017"

_TABLE_2 = "Seymour 2017, Table 2"
_NEW = "Seymour 2017, new lesions"
_CONFIRMATION = "Seymour 2017, confirmation of progression"
_EORTC_EARLY = "EORTC, iRECIST questions: imaging less than four weeks after iUPD"
_EORTC_NON_TARGET = "EORTC, iRECIST questions: iUPD driven by non-target disease"

IUPD = Rule("irecist.iupd", Response.I_UPD, _TABLE_2)
IUPD_NEW_LESIONS_GREW = Rule("irecist.iupd.new_lesion_targets", Response.I_UPD, _NEW)
IUPD_UNCHANGED = Rule("irecist.iupd.unchanged", Response.I_UPD, _TABLE_2)
IUPD_TOO_EARLY = Rule("irecist.iupd.too_early", Response.I_UPD, _EORTC_EARLY)
ICPD_TARGETS = Rule("irecist.icpd.targets", Response.I_CPD, _TABLE_2)
ICPD_NON_TARGETS = Rule("irecist.icpd.non_targets", Response.I_CPD, _EORTC_NON_TARGET)
ICPD_NEW_LESIONS_GREW = Rule("irecist.icpd.new_lesions_grew", Response.I_CPD, _NEW)
ICPD_FURTHER_NEW_LESIONS = Rule("irecist.icpd.further_new_lesions", Response.I_CPD, _NEW)
ICPD_OTHER_CATEGORY = Rule("irecist.icpd.other_category", Response.I_CPD, _CONFIRMATION)
BAR_RESET = Rule("irecist.bar_reset", None, _CONFIRMATION)
OPEN_NOT_EVALUABLE = Rule("irecist.ne", Response.NE, _CONFIRMATION)
NEW_LESION_PERSISTS = Rule("irecist.overall.new_lesion_persists", None, _TABLE_2)
OVERALL = Rule("irecist.overall.table_2", None, _TABLE_2)

#: Best first (Table 3): a response counts though progression was suspected before or after it.
SCALE = Scale(
    rank=(Response.I_CR, Response.I_PR, Response.I_SD, Response.NON_ICR_NON_IUPD, Response.NED, Response.I_CPD,
          Response.I_UPD, Response.NE),
    complete=Response.I_CR,
    partial=Response.I_PR,
    stable=Response.I_SD,
    stable_without_targets=Response.NON_ICR_NON_IUPD,
    progression=(Response.I_UPD, Response.I_CPD),
    between=(Response.NE, Response.I_SD, Response.I_UPD),
)  # fmt: skip

_NAMES = {
    Response.CR: Response.I_CR,
    Response.PR: Response.I_PR,
    Response.SD: Response.I_SD,
    Response.NON_CR_NON_PD: Response.NON_ICR_NON_IUPD,
    Response.NED: Response.NED,
    Response.NE: Response.NE,
}
_BETTER_FIRST = (Response.CR, Response.PR, Response.SD, Response.PD)


class Parts(NamedTuple):
    """One time point in its parts, as RECIST 1.1 judges them, and what iRECIST follows beside them."""

    on: date
    for_symptom: bool
    targets: Response | None
    sums: TargetSum
    non_targets: Response | None
    #: Non-targets stated unequivocally worse.
    worse: frozenset[str]
    #: New lesions beyond doubt that are there, and those of them that were not known at the time point before.
    new: frozenset[str]
    first_new: frozenset[str]
    #: New lesions measured apart, in the order in which they joined, and their sizes (never part of the target sum).
    apart: tuple[str, ...]
    apart_sums: TargetSum
    #: Lesions other than targets that are said to have grown, though not unequivocally; and which are non-targets.
    grown: frozenset[str]
    non_target_labels: frozenset[str]
    #: Whether a new lesion is spoken of at this time point, and whether anything is.
    new_lesion_seen: bool
    anything_seen: bool
    markers_elevated: bool


class OpenProgression(NamedTuple):
    """An iUPD that waits for its confirmation: what had progressed then, and what further growth is counted from."""

    on: date
    #: The date of the progression, should it be confirmed.
    shown_on: date
    #: The target category then (the last evaluable one, where it was not evaluable); a better one makes the iUPD void.
    targets: Response | None
    targets_progressed: bool
    sum: Length | None
    #: The date of that sum: the iUPD's, or that of the first complete one after it.
    sum_on: date | None
    non_targets: Response | None
    worse: frozenset[str]
    new: frozenset[str]
    apart: tuple[str, ...]
    apart_sum: Length | None
    apart_sum_on: date | None
    #: Lesions said to have grown since, until they are gone.
    grown: frozenset[str] = frozenset()
    #: Whether a time point has confirmed it already.
    confirmed: bool = False

    @property
    def non_targets_progressed(self) -> bool:
        return self.non_targets is Response.PD


class Decision(NamedTuple):
    """The overall response at one time point, the rule that gave it, and what it names."""

    response: Response
    rule: Rule
    labels: tuple[str, ...] = ()
    #: The rule that would confirm, where the scan came too early for it.
    instead_of: Rule | None = None
    #: Whether an iUPD became void here.
    reset: bool = False
    #: Whether new-lesion targets grew from their nadir, where no iUPD was open.
    apart_grew: bool = False


def is_further_growth(now: Length | None, at_iupd: Length | None) -> bool:
    """At least 5 mm more than at the iUPD: increases add up from there (Table 2; EORTC: 4 and then 2 mm confirm)."""
    return now is not None and at_iupd is not None and now.um - at_iupd.um >= 5_000


# --- no progression open -------------------------------------------------------------------------------------------


def judge_afresh(now: Parts, apart_nadir: Length | None) -> Decision:
    """A time point without an open iUPD: progression of any kind is an iUPD, all else is named as in RECIST 1.1.

    A new lesion that is known and unchanged is no new progression; while it is there, no response is complete.
    """
    apart = now.apart_sums.complete or now.apart_sums.measured
    grew = apart is not None and apart_nadir is not None and _grew_from_nadir(apart, apart_nadir)
    if now.targets is Response.PD or now.non_targets is Response.PD or now.first_new:
        return Decision(Response.I_UPD, IUPD, tuple(sorted(now.first_new)), apart_grew=grew)
    if grew:
        return Decision(Response.I_UPD, IUPD_NEW_LESIONS_GREW, now.apart, apart_grew=True)
    overall, rule = recist11.judge_overall(
        now.targets, now.non_targets, new_lesion=False, markers_elevated=now.markers_elevated
    )
    if overall is Response.CR and now.new:
        partial = Response.I_PR if now.targets is not None else Response.NON_ICR_NON_IUPD
        return Decision(partial, NEW_LESION_PERSISTS, tuple(sorted(now.new)))
    beside_the_tables = rule is recist11.OVERALL_MARKERS or rule is recist11.OVERALL_NED
    return Decision(_NAMES[overall], rule if rule is not None and beside_the_tables else OVERALL)


def _grew_from_nadir(apart: Length, nadir: Length) -> bool:
    """After a reset new-lesion targets have to meet 20 % and 5 mm from their own nadir."""
    return recist11.is_at_least_20_percent_and_5_mm_above(apart, nadir)


# --- progression open ----------------------------------------------------------------------------------------------


def judge_open(now: Parts, open_: OpenProgression, confirmation_days: int, apart_nadir: Length | None) -> Decision:
    """A time point after an iUPD (Table 2): further growth or a further new lesion confirms, whatever the targets do; a
    better target category makes the iUPD void; else growth of the targets or progression of another kind confirms."""
    confirmed = find_further_growth(now, open_)
    if confirmed is None:
        if _is_void(now, open_):
            return judge_afresh(now, apart_nadir)._replace(reset=True)
        if not is_better(now, open_):
            confirmed = find_progression_of_targets(now, open_) or find_other_category(now, open_)
    if confirmed is not None:
        early = (now.on - open_.on).days < confirmation_days
        if early and not (now.for_symptom and now.first_new - open_.new):
            return Decision(Response.I_UPD, IUPD_TOO_EARLY, confirmed.labels, instead_of=confirmed.rule)
        return confirmed
    if _is_not_evaluable(now):
        return Decision(Response.NE, OPEN_NOT_EVALUABLE)
    return Decision(Response.I_UPD, IUPD_UNCHANGED)


def find_further_growth(now: Parts, open_: OpenProgression) -> Decision | None:
    """Growth of what had progressed beside the targets: any of a non-target, 5 mm of new lesions measured apart, any of
    other new lesions, or a further new lesion."""
    if open_.non_targets_progressed:
        worse = (open_.grown & now.non_target_labels) | (now.worse - open_.worse)
        if worse:
            return Decision(Response.I_CPD, ICPD_NON_TARGETS, tuple(sorted(worse)))
    if open_.new:
        if further := now.new - open_.new:
            return Decision(Response.I_CPD, ICPD_FURTHER_NEW_LESIONS, tuple(sorted(further)))
        apart = now.apart_sums.only(open_.apart)
        if is_further_growth(apart.complete or apart.measured, open_.apart_sum):
            return Decision(Response.I_CPD, ICPD_NEW_LESIONS_GREW, open_.apart)
        if grown := (open_.grown & now.new) - set(now.apart):
            return Decision(Response.I_CPD, ICPD_NEW_LESIONS_GREW, tuple(sorted(grown)))
    return None


def find_progression_of_targets(now: Parts, open_: OpenProgression) -> Decision | None:
    """5 mm more of the sum of targets than at the iUPD that they made."""
    if open_.targets_progressed and is_further_growth(now.sums.complete or now.sums.measured, open_.sum):
        return Decision(Response.I_CPD, ICPD_TARGETS)
    return None


def find_other_category(now: Parts, open_: OpenProgression) -> Decision | None:
    """Progression of targets, non-targets or by a new lesion, where the iUPD had none of that kind."""
    if not open_.targets_progressed and now.targets is Response.PD:
        return Decision(Response.I_CPD, ICPD_OTHER_CATEGORY, ("targets",))
    if not open_.non_targets_progressed and now.non_targets is Response.PD:
        return Decision(Response.I_CPD, ICPD_OTHER_CATEGORY, tuple(sorted(now.worse)) or ("non-targets",))
    if not open_.new and now.new:
        return Decision(Response.I_CPD, ICPD_OTHER_CATEGORY, tuple(sorted(now.new)))
    return None


def _is_void(now: Parts, open_: OpenProgression) -> bool:
    """The bar resets where the target category is better than at the iUPD, or where all that made the iUPD is gone."""
    if is_better(now, open_):
        return now.non_targets is not Response.PD or not open_.non_targets_progressed
    targets_gone = now.targets is not Response.PD and not (open_.targets_progressed and now.targets is Response.NE)
    non_targets_gone = not open_.non_targets_progressed or now.non_targets is Response.CR
    return targets_gone and non_targets_gone and not now.new and now.non_targets is not Response.PD


def is_better(now: Parts, open_: OpenProgression) -> bool:
    """Whether the targets (without targets: the non-targets, all gone) are in a better category than at the iUPD."""
    if open_.targets is None:
        return now.non_targets is Response.CR and open_.non_targets is not Response.CR
    if now.targets is None or now.targets is Response.NE:
        return False
    return _BETTER_FIRST.index(now.targets) < _BETTER_FIRST.index(open_.targets)


def _is_not_evaluable(now: Parts) -> bool:
    """What was to be followed was not evaluated, and nothing that is seen keeps the progression up."""
    if now.non_targets is Response.PD or now.new_lesion_seen:
        return False
    if now.targets is not None:
        return now.targets is Response.NE
    if now.non_targets is not None:
        return now.non_targets is Response.NE
    return not now.anything_seen


def open_progression(now: Parts, shown_on: date, last_targets: Response | None) -> OpenProgression:
    """What the next time points are compared with. A category that was not evaluable stands as it was before."""
    targets = now.targets
    if targets is Response.NE:
        targets = last_targets or Response.SD
    return OpenProgression(
        on=now.on,
        shown_on=shown_on,
        targets=targets,
        targets_progressed=now.targets is Response.PD,
        sum=now.sums.complete,
        sum_on=now.on if now.sums.complete is not None else None,
        non_targets=now.non_targets,
        worse=now.worse,
        new=now.new,
        apart=now.apart,
        apart_sum=now.apart_sums.complete,
        apart_sum_on=now.on if now.apart_sums.complete is not None else None,
    )


def follow_open(open_: OpenProgression, now: Parts, gone: frozenset[str]) -> OpenProgression:
    """The open iUPD as a time point finds it: growth that was seen since counts until the lesion is gone.

    Where a sum was not complete at the iUPD, the first complete one after it is what growth is counted from.
    """
    open_ = open_._replace(grown=(open_.grown | now.grown) - gone)
    if open_.sum is None and now.targets is Response.PD and now.sums.complete is not None:
        open_ = open_._replace(sum=now.sums.complete, sum_on=now.on)
    if open_.apart_sum is None:
        complete = now.apart_sums.only(open_.apart).complete
        open_ = open_._replace(apart_sum=complete, apart_sum_on=None if complete is None else now.on)
    return open_
