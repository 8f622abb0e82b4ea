"""RECIST 1.1: the response at one time point.

Source: Eisenhauer EA et al., Eur J Cancer 2009;45:228-247, with the clarifications of EORTC's questions and answers
(recist.eortc.org) and Schwartz LH et al., Eur J Cancer 2016;62:132-137.

One rule is one function. Order of judgement: progression proved by a partial sum, completeness, CR, PD, PR, SD;
then non-targets; then new lesions; then the tables. Thresholds are compared in whole micrometres, nothing is divided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.assessment import Reason
from tracker.domain.carried import NewDisease, Row
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion
from tracker.domain.non_targets import NonTarget, find_non_targets
from tracker.domain.sums import TOO_SMALL, TargetSum
from tracker.domain.vocabulary import Certainty, Response
from tracker.domain.wording import format_date, join_words, mm, percent_against

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


@dataclass(frozen=True, slots=True)
class Reference:
    """What a time point is compared with: the baseline sum, and the smallest complete sum before it."""

    baseline: Length | None
    nadir: Length | None
    nadir_date: date | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One response and the rules that gave it; ``None`` where there is nothing to judge."""

    response: Response | None
    reasons: tuple[Reason, ...] = ()


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


def classify_targets(now: TargetSum, reference: Reference, *, after_overall_cr: bool, pr_held: bool) -> Judgement:
    """The target response at one time point (4.3.1, 4.4.2), in the order of judgement."""
    if not now.values:
        return Judgement(None)
    if after_overall_cr and (back := _seen_again(now)):
        return _recurrence_after_cr(back)
    if now.missing:
        return _classify_incomplete(now, reference)
    if now.all_gone:
        return _complete_response(now)
    return _compare_sums(now, reference, pr_held=pr_held)


def _seen_again(now: TargetSum) -> tuple[str, ...]:
    return tuple(
        f"{value.label} {mm(value.value)}" for value in now.values if value.value is not None and not value.is_gone
    )


def _recurrence_after_cr(back: Sequence[str]) -> Judgement:
    """After an overall CR any target that is there again is progression; no 5 mm are needed (Table 3 (a), EORTC)."""
    text = (
        f"Seen again after an overall complete response: {join_words(tuple(back))}. No minimum growth is needed then."
    )
    return Judgement(Response.PD, (Reason("recist11.target.recurrence_after_cr", _EORTC_REAPPEAR, text),))


def _classify_incomplete(now: TargetSum, reference: Reference) -> Judgement:
    """A missing target makes the time point not evaluable, unless what was measured proves progression by itself (4.4.2)."""
    missing = join_words(tuple(f"{value.label} ({value.why})" for value in now.missing))
    measured, nadir = now.measured, reference.nadir
    could_be_cr = all(value.is_gone for value in now.values if value.value is not None)
    if (
        measured is not None
        and nadir is not None
        and not could_be_cr
        and is_at_least_20_percent_and_5_mm_above(measured, nadir)
    ):
        text = (
            f"{mm(measured)} were measured although {missing} is missing: already "
            f"{_above_nadir(measured, reference)}. The missing lesion can only add to it."
        )
        return Judgement(Response.PD, (Reason("recist11.target.pd_by_partial_sum", _MISSING, text),))
    text = (
        f"Missing: {missing}. Without it there is no sum of targets, and what was measured does not prove progression."
    )
    return Judgement(Response.NE, (Reason("recist11.target.ne", _MISSING, text),))


def _complete_response(now: TargetSum) -> Judgement:
    """All targets gone; every node's short axis is under 10 mm, so the sum need not be 0 (4.3.1, 4.3.2)."""
    nodes = [
        f"{value.label} {mm(value.value)}" for value in now.values if value.value is not None and value.value.um > 0
    ]
    text = "No target is seen any more."
    if nodes:
        text = f"No target other than lymph nodes is seen, and each node's short axis is under 10 mm ({join_words(nodes)})."
    return Judgement(Response.CR, (Reason("recist11.target.cr", _TARGETS, text), *_conventions(now)))


def _compare_sums(now: TargetSum, reference: Reference, *, pr_held: bool) -> Judgement:
    """PD before PR before SD: shrinkage is counted from the baseline, growth from the nadir (4.3.1)."""
    total, baseline, nadir = now.complete, reference.baseline, reference.nadir
    if total is None or baseline is None or nadir is None:
        text = "There is no complete baseline sum to compare with."
        return Judgement(Response.NE, (Reason("recist11.target.ne", _MISSING, text),))
    if is_at_least_20_percent_and_5_mm_above(total, nadir):
        text = f"{mm(total)} is {_above_nadir(total, reference)}: 20 % and 5 mm are both reached."
        return Judgement(Response.PD, (Reason("recist11.target.pd", _TARGETS, text), *_conventions(now)))
    if is_at_least_30_percent_below(total, baseline):
        text = f"{mm(total)} is {percent_against(total, baseline, 30)} below the baseline sum of {mm(baseline)} (30 % or more is needed)."
        return Judgement(Response.PR, (Reason("recist11.target.pr", _TARGETS, text), *_conventions(now)))
    stable = _stable_sentence(total, reference)
    if pr_held:
        text = (
            f"A partial response was reached before and there is no progression, so it goes on. Judged alone: {stable}"
        )
        return Judgement(Response.PR, (Reason("recist11.target.pr_continues", _EORTC_PR, text), *_conventions(now)))
    return Judgement(Response.SD, (Reason("recist11.target.sd", _TARGETS, stable), *_conventions(now)))


def _above_nadir(total: Length, reference: Reference) -> str:
    nadir = reference.nadir
    if nadir is None:
        raise ValueError("no nadir to compare with")
    when = f" ({format_date(reference.nadir_date)})" if reference.nadir_date is not None else ""
    more = mm(Length(total.um - nadir.um))
    if nadir.um == 0:
        return f"{more} above the nadir of 0 mm{when}"
    return f"{percent_against(total, nadir, 20)} and {more} above the nadir of {mm(nadir)}{when}"


def _stable_sentence(total: Length, reference: Reference) -> str:
    baseline, nadir = reference.baseline, reference.nadir
    if baseline is None or nadir is None:
        raise ValueError("no sums to compare with")
    if total == baseline:
        first = f"{mm(total)} is the baseline sum"
    else:
        side = "below" if total < baseline else "above"
        first = f"{mm(total)} is {percent_against(total, baseline, 30)} {side} the baseline sum of {mm(baseline)}"
    if total.um > nadir.um:
        second = f"and {_above_nadir(total, reference)}"
    else:
        second = f"and not above the nadir of {mm(nadir)}"
    return f"{first} {second}: neither 30 % less than the baseline nor 20 % and 5 mm more than the nadir."


def _conventions(now: TargetSum) -> tuple[Reason, ...]:
    """What the sum rests on where a value is not a plain measurement (4.3.2)."""
    reasons: list[Reason] = []
    for value in now.values:
        if value.why.startswith("too small"):
            reasons.append(
                Reason(
                    "recist11.sum.too_small",
                    _SMALL,
                    f"{value.label} was too small to measure and counts {mm(TOO_SMALL)}.",
                )
            )
        elif value.why.startswith("merged"):
            text = f"{value.label} is {value.why}. Whether a larger sum is growth or the merging itself is for the radiologist."
            reasons.append(Reason("recist11.sum.merged", _SMALL, text))
        elif value.why.startswith("parts"):
            reasons.append(Reason("recist11.sum.split", _SMALL, f"{value.label} has split; its parts are added."))
    return tuple(reasons)


# --- non-targets ---------------------------------------------------------------------------------------------------


def classify_non_targets(lesions: Sequence[Lesion], row: Row, first: Row, *, after_overall_cr: bool) -> Judgement:
    """The non-target response at one time point (4.3.3, 4.3.4); ``first`` is the baseline's row."""
    found = find_non_targets(lesions, row, first)
    if not found:
        return Judgement(None)
    worse = [label for label, state in found.items() if state is NonTarget.WORSE]
    present = [label for label, state in found.items() if state is NonTarget.PRESENT]
    missing = [label for label, state in found.items() if state is NonTarget.MISSING]
    back = _seen_after_cr(present, row) if after_overall_cr else ()
    if worse:
        text = f"Unequivocal progression of non-target disease was stated: {join_words(worse)}."
        return Judgement(Response.PD, (Reason("recist11.non_target.pd", _UNEQUIVOCAL, text),))
    if back:
        text = f"Non-target disease is there again after an overall complete response: {join_words(back)}."
        return Judgement(Response.PD, (Reason("recist11.non_target.recurrence_after_cr", _EORTC_REAPPEAR, text),))
    if present:
        text = f"Non-target disease persists: {join_words(present)}."
        if missing:
            text += f" Not evaluated: {join_words(missing)}; what is seen already excludes a complete response."
        return Judgement(Response.NON_CR_NON_PD, (Reason("recist11.non_target.non_cr_non_pd", _NON_TARGETS, text),))
    if missing:
        text = f"Not evaluated: {join_words(missing)}. All other non-targets are gone."
        if len(missing) == len(found):
            text = f"No non-target was evaluated ({join_words(missing)})."
        return Judgement(Response.NE, (Reason("recist11.non_target.ne", _NON_TARGETS, text),))
    if row.markers_elevated:
        text = (
            "All non-targets are gone, but a tumour marker was above normal at the baseline and is not stated normal."
        )
        return Judgement(Response.NON_CR_NON_PD, (Reason("recist11.non_target.markers", _NON_TARGETS, text),))
    text = "All non-targets are gone; lymph nodes are under 10 mm in short axis."
    return Judgement(Response.CR, (Reason("recist11.non_target.cr", _NON_TARGETS, text),))


def _seen_after_cr(present: Sequence[str], row: Row) -> tuple[str, ...]:
    """Of the non-targets present, those that are back. One missed at the baseline was always there: the CR was over-called."""
    missed = {new.label for new in row.new_disease if new.there_at_baseline}
    return tuple(label for label in present if label not in missed)


def progressing_non_targets(lesions: Sequence[Lesion], row: Row, first: Row) -> tuple[str, ...]:
    """The non-targets that make a non-target progression: those stated worse, else (after an overall CR) those seen again."""
    found = find_non_targets(lesions, row, first)
    worse = tuple(label for label, state in found.items() if state is NonTarget.WORSE)
    return worse or _seen_after_cr([label for label, state in found.items() if state is NonTarget.PRESENT], row)


# --- new lesions ---------------------------------------------------------------------------------------------------


def new_lesions_at(row: Row) -> tuple[NewDisease, ...]:
    """New disease beyond doubt that was not there at the baseline, seen in retrospect or not (4.3.5)."""
    return tuple(new for new in row.new_disease if new.certainty is Certainty.UNEQUIVOCAL and not new.there_at_baseline)


def judge_new_lesions(row: Row, *, surveillance: bool) -> Judgement:
    """Progression where an unequivocal new lesion is there; equivocal ones are followed (4.3.5)."""
    certain = new_lesions_at(row)
    reasons: list[Reason] = []
    for new in certain:
        what = "recurrence where it was treated" if new.recurrence else "unequivocal new lesion"
        rule = "recist11.new.recurrence" if new.recurrence else "recist11.new.unequivocal"
        if surveillance:
            what, rule = "recurrence: nothing was there at the baseline", "recist11.surveillance.recurrence"
        text = f"{new.label}: {what}, first seen on {format_date(new.shown_on)}."
        reasons.append(Reason(rule, _NEW, text))
    for new in row.new_disease:
        if new.there_at_baseline:
            text = f"{new.label} was there at the baseline in retrospect: it was missed, it is not new."
            reasons.append(Reason("recist11.new.missed_at_baseline", _NEW, text))
        elif new.certainty is Certainty.EQUIVOCAL:
            text = (
                f"{new.label} may be new (first seen on {format_date(new.shown_on)}), not beyond doubt. "
                "If it is confirmed later, progression is dated to that scan."
            )
            reasons.append(Reason("recist11.new.equivocal", _NEW, text))
    return Judgement(Response.PD if certain else None, tuple(reasons))


# --- the tables ----------------------------------------------------------------------------------------------------


def combine_table_1(target: Response, non_target: Response | None, *, new_lesion: bool) -> Response:
    """Overall response with targets (Table 1). ``non_target`` None: there is no non-target disease."""
    if Response.PD in (target, non_target) or new_lesion:
        return Response.PD
    if target is Response.CR:
        return Response.CR if non_target in (Response.CR, None) else Response.PR
    return target


def combine_table_2(non_target: Response, *, new_lesion: bool) -> Response:
    """Overall response where only non-targets exist (Table 2)."""
    return Response.PD if new_lesion else non_target


def classify_overall(target: Judgement, non_target: Judgement, new: Judgement, row: Row) -> Judgement:
    """The overall response at one time point (4.4.1, Tables 1 and 2), with the rule that joined the parts.

    With neither targets nor non-targets (surveillance) there is no evidence of disease until something new is certain.
    """
    new_lesion = new.response is Response.PD
    if target.response is not None:
        response = combine_table_1(target.response, non_target.response, new_lesion=new_lesion)
        if response is Response.CR and non_target.response is None and row.markers_elevated:
            text = "A tumour marker was above normal at the baseline and is not stated normal, so the best is PR."
            return Judgement(Response.PR, (Reason("recist11.overall.markers", _NON_TARGETS, text),))
        rule, table = "recist11.overall.table_1", "Table 1"
    elif non_target.response is not None:
        response = combine_table_2(non_target.response, new_lesion=new_lesion)
        rule, table = "recist11.overall.table_2", "Table 2"
    elif new_lesion:
        return Judgement(Response.PD)
    else:
        text = "Nothing was there to follow at the baseline and nothing new is certain."
        return Judgement(Response.NED, (Reason("recist11.surveillance.ned", "Named convention of this record", text),))
    parts = {"targets": target.response, "non-targets": non_target.response}
    said = [f"{part} {judged}" for part, judged in parts.items() if judged is not None]
    joined = join_words((*said, "a new lesion" if new_lesion else "no new lesion"))
    text = f"{joined[0].upper()}{joined[1:]}: {response}."
    return Judgement(response, (Reason(rule, f"Eisenhauer 2009, {table}", text),))
