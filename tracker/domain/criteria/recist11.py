"""RECIST 1.1: the response at one time point.

Source: Eisenhauer EA et al., Eur J Cancer 2009;45:228-247, with the clarifications of EORTC's questions and answers
(recist.eortc.org) and Schwartz LH et al., Eur J Cancer 2016;62:132-137.

One rule is one function. Order of judgement: progression proved by a partial sum, completeness, CR, PD, PR, SD;
then non-targets; then new lesions; then the tables. Thresholds are compared in whole micrometres, nothing is divided.

A judgement names the rule that gave it; the sentences are in ``recist11_reasons``, the walk over a course in
``recist11_course``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, final

from tracker.domain.assessment import Rule
from tracker.domain.carried import NewDisease, Row
from tracker.domain.lengths import Length
from tracker.domain.non_targets import NonTarget
from tracker.domain.sums import TargetSum
from tracker.domain.vocabulary import Certainty, Response

NAME = "recist-1.1"
VERSION = "Eisenhauer 2009"

_TARGETS = "Eisenhauer 2009, 4.3.1"
_SMALL = "Eisenhauer 2009, 4.3.2"
_NON_TARGETS = "Eisenhauer 2009, 4.3.3"
_UNEQUIVOCAL = "Eisenhauer 2009, 4.3.4"
_NEW = "Eisenhauer 2009, 4.3.5"
_MISSING = "Eisenhauer 2009, 4.4.2"
_EORTC_PR = "EORTC, RECIST questions: managing PR when measurements change slightly"
_EORTC_REAPPEAR = "Eisenhauer 2009, Table 3 (a); EORTC, RECIST questions: does a new lesion always result in PD"

CR: Final = Response.CR
PR: Final = Response.PR
SD: Final = Response.SD
PD: Final = Response.PD
_WORSE: Final = NonTarget.WORSE
_PRESENT: Final = NonTarget.PRESENT

TARGET_RECURRENCE = Rule("recist11.target.recurrence_after_cr", Response.PD, _EORTC_REAPPEAR)
TARGET_PD_BY_PARTIAL_SUM = Rule("recist11.target.pd_by_partial_sum", Response.PD, _MISSING)
TARGET_MISSING = Rule("recist11.target.ne", Response.NE, _MISSING)
TARGET_WITHOUT_BASELINE = Rule("recist11.target.ne_without_baseline", Response.NE, _MISSING)
TARGET_CR = Rule("recist11.target.cr", Response.CR, _TARGETS)
TARGET_PD = Rule("recist11.target.pd", Response.PD, _TARGETS)
TARGET_PR = Rule("recist11.target.pr", Response.PR, _TARGETS)
TARGET_PR_CONTINUES = Rule("recist11.target.pr_continues", Response.PR, _EORTC_PR)
TARGET_SD = Rule("recist11.target.sd", Response.SD, _TARGETS)

SUM_TOO_SMALL = Rule("recist11.sum.too_small", None, _SMALL)
SUM_MERGED = Rule("recist11.sum.merged", None, _SMALL)
SUM_MERGER_ALONE = Rule("recist11.sum.merger_alone", None, _SMALL)
SUM_SPLIT = Rule("recist11.sum.split", None, _SMALL)

NON_TARGET_PD = Rule("recist11.non_target.pd", Response.PD, _UNEQUIVOCAL)
NON_TARGET_RECURRENCE = Rule("recist11.non_target.recurrence_after_cr", Response.PD, _EORTC_REAPPEAR)
NON_TARGET_PERSISTS = Rule("recist11.non_target.non_cr_non_pd", Response.NON_CR_NON_PD, _NON_TARGETS)
NON_TARGET_MISSING = Rule("recist11.non_target.ne", Response.NE, _NON_TARGETS)
NON_TARGET_MARKERS = Rule("recist11.non_target.markers", Response.NON_CR_NON_PD, _NON_TARGETS)
NON_TARGET_CR = Rule("recist11.non_target.cr", Response.CR, _NON_TARGETS)

NEW_UNEQUIVOCAL = Rule("recist11.new.unequivocal", Response.PD, _NEW)
NEW_RECURRENCE = Rule("recist11.new.recurrence", Response.PD, _NEW)
NEW_IN_SURVEILLANCE = Rule("recist11.surveillance.recurrence", Response.PD, _NEW)
NEW_MISSED = Rule("recist11.new.missed_at_baseline", None, _NEW)
NEW_EQUIVOCAL = Rule("recist11.new.equivocal", None, _NEW)

OVERALL_TABLE_1 = Rule("recist11.overall.table_1", None, "Eisenhauer 2009, Table 1")
OVERALL_TABLE_2 = Rule("recist11.overall.table_2", None, "Eisenhauer 2009, Table 2")
OVERALL_MARKERS = Rule("recist11.overall.markers", Response.PR, _NON_TARGETS)
OVERALL_NED = Rule("recist11.surveillance.ned", Response.NED, "Named convention of this record")


@final
class Reference:
    """What a time point is compared with: the baseline sum, and the smallest complete sum before it."""

    __slots__ = ("at_nadir", "baseline", "nadir", "nadir_date")

    def __init__(
        self,
        baseline: Length | None,
        nadir: Length | None,
        nadir_date: date | None,
        at_nadir: Mapping[str, Length],
    ) -> None:
        self.baseline: Final = baseline
        self.nadir: Final = nadir
        self.nadir_date: Final = nadir_date
        #: What each target added to the nadir.
        self.at_nadir: Final = at_nadir


# --- targets -------------------------------------------------------------------------------------------------------


def is_at_least_30_percent_below(now: Length, baseline: Length) -> bool:
    """Partial response: at least 30 % less than the baseline sum (4.3.1). Exact: 10 S <= 7 B."""
    return 10 * now.um <= 7 * baseline.um


def is_at_least_20_percent_and_5_mm_above(now: Length, nadir: Length) -> bool:
    """Progression: at least 20 % and at least 5 mm above the smallest sum so far (4.3.1). Exact: 5 S >= 6 N, S - N >= 5 mm."""
    return 5 * now.um >= 6 * nadir.um and now.um - nadir.um >= 5_000


def least_sum_of_progression(nadir: Length) -> Length:
    """The smallest sum that is progression against a nadir, exact to the micrometre (4.3.1). After an overall CR any
    target that is there again is progression whatever its size."""
    return Length(max(-(-6 * nadir.um // 5), nadir.um + 5_000))


def greatest_sum_of_response(baseline: Length) -> Length:
    """The largest sum that is a partial response against a baseline, exact to the micrometre (4.3.1)."""
    return Length(7 * baseline.um // 10)


def judge_targets(now: TargetSum, reference: Reference, *, after_overall_cr: bool, pr_held: bool) -> Rule | None:
    """The target response at one time point (4.3.1, 4.4.2), in the order of judgement; None without targets."""
    if not now.values:
        return None
    if after_overall_cr and seen_again(now):
        return TARGET_RECURRENCE
    if now.complete is None:
        return _judge_incomplete(now, reference)
    if now.all_gone:
        return TARGET_CR
    return _compare_sums(now.complete, reference, pr_held=pr_held)


def seen_again(now: TargetSum) -> bool:
    """Whether a target is there. After an overall CR that is progression; no 5 mm are needed (Table 3 (a), EORTC)."""
    return any(value.value is not None and not value.is_gone for value in now.values)


def _judge_incomplete(now: TargetSum, reference: Reference) -> Rule:
    """A missing target makes the time point not evaluable, unless what was measured proves progression by itself (4.4.2).

    Where everything measured is gone, nodes under 10 mm among it, there is no progression to prove.
    """
    measured, nadir = now.measured, reference.nadir
    if measured is None or nadir is None or not seen_again(now):
        return TARGET_MISSING
    return TARGET_PD_BY_PARTIAL_SUM if is_at_least_20_percent_and_5_mm_above(measured, nadir) else TARGET_MISSING


def _compare_sums(total: Length, reference: Reference, *, pr_held: bool) -> Rule:
    """PD before PR before SD: shrinkage is counted from the baseline, growth from the nadir (4.3.1)."""
    if reference.nadir is not None and is_at_least_20_percent_and_5_mm_above(total, reference.nadir):
        return TARGET_PD
    if reference.baseline is None:
        return TARGET_WITHOUT_BASELINE
    if is_at_least_30_percent_below(total, reference.baseline):
        return TARGET_PR
    return TARGET_PR_CONTINUES if pr_held else TARGET_SD


# --- non-targets ---------------------------------------------------------------------------------------------------


def judge_non_targets(found: Mapping[str, NonTarget], row: Row, since_cr: frozenset[str] | None) -> Rule | None:
    """The non-target response at one time point (4.3.3, 4.3.4); ``found`` is where each non-target stands.

    ``since_cr`` is None without an overall CR before; else the lesions that were found since to have been missed at the
    baseline. Those were always there: that CR was over-called, and they are not back.
    """
    if not found:
        return None
    states = found.values()
    if _WORSE in states:
        return NON_TARGET_PD
    if _PRESENT in states:
        return NON_TARGET_RECURRENCE if seen_after_cr(found, since_cr) else NON_TARGET_PERSISTS
    if NonTarget.MISSING in states:
        return NON_TARGET_MISSING
    return NON_TARGET_MARKERS if row.markers_elevated else NON_TARGET_CR


def seen_after_cr(found: Mapping[str, NonTarget], since_cr: frozenset[str] | None) -> tuple[str, ...]:
    """The non-targets that are back after an overall CR (Table 3 (a), EORTC)."""
    if since_cr is None:
        return ()
    return tuple(label for label, state in found.items() if state is NonTarget.PRESENT and label not in since_cr)


def progressing_non_targets(found: Mapping[str, NonTarget], since_cr: frozenset[str] | None) -> tuple[str, ...]:
    """The non-targets that make a non-target progression: those stated worse, else (after an overall CR) those seen again."""
    worse = tuple(label for label, state in found.items() if state is NonTarget.WORSE)
    return worse or seen_after_cr(found, since_cr)


# --- new lesions ---------------------------------------------------------------------------------------------------


def new_lesions_at(row: Row) -> tuple[NewDisease, ...]:
    """New disease beyond doubt that was not there at the baseline, seen in retrospect or not: progression (4.3.5)."""
    return tuple(new for new in row.new_disease if new.certainty is Certainty.UNEQUIVOCAL and not new.there_at_baseline)


# --- the tables ----------------------------------------------------------------------------------------------------


def combine_table_1(target: Response, non_target: Response | None, *, new_lesion: bool) -> Response:
    """Overall response with targets (Table 1). ``non_target`` None: there is no non-target disease."""
    if PD in (target, non_target) or new_lesion:
        return PD
    if target is CR:
        return CR if non_target in (CR, None) else PR
    return target


def combine_table_2(non_target: Response, *, new_lesion: bool) -> Response:
    """Overall response where only non-targets exist (Table 2)."""
    return PD if new_lesion else non_target


def judge_overall(
    target: Response | None, non_target: Response | None, *, new_lesion: bool, markers_elevated: bool
) -> tuple[Response, Rule | None]:
    """The overall response at one time point (4.4.1, Tables 1 and 2), with the rule that joined the parts.

    With neither targets nor non-targets (surveillance) there is no evidence of disease until something new is certain.
    """
    if target is not None:
        response = combine_table_1(target, non_target, new_lesion=new_lesion)
        if response is CR and non_target is None and markers_elevated:
            return PR, OVERALL_MARKERS
        return response, OVERALL_TABLE_1
    if non_target is not None:
        return combine_table_2(non_target, new_lesion=new_lesion), OVERALL_TABLE_2
    return (PD, None) if new_lesion else (Response.NED, OVERALL_NED)
