"""The sentences of PERCIST 1.0: why a PET was judged as it was. ``percist10`` decides; nothing here does."""

from __future__ import annotations

from fractions import Fraction

from tracker.domain.criteria import percist10
from tracker.domain.criteria.percist10 import Evidence
from tracker.domain.exact import percent_apart, plain
from tracker.domain.uptake import Uptake
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date, join_words

_CONFIRM = "Wahl 2009 asks for a scan within a month to confirm progression that rests on uptake alone."


def say_uptake(rule: str, seen: Evidence) -> str:
    """The rule with the hottest lesion of this PET and what it is compared with."""
    if rule == percist10.CMR.id:
        return f"Every lesion is gone or in the background ({_background(seen)})."
    if rule == percist10.MISSING.id:
        return (
            f"Missing: {say_missing(seen.uptake)}. It could be the hottest lesion, and what was measured does not prove "
            "progression."
        )
    if rule == percist10.PMD_BY_TLG.id:
        return _say_glycolysis(seen)
    if rule == percist10.PMD.id:
        missing = f" Missing: {say_missing(seen.uptake)}; it can only be hotter." if seen.uptake.missing else ""
        return f"{_against_growth(seen)}: 30 % and 0.8 SUL are both reached.{missing} {_CONFIRM}"
    compared = _against_baseline(seen)
    if rule == percist10.PMR.id:
        blocks = f" No complete response: {join_words(seen.above_background)}." if not seen.hottest else ""
        return f"{compared}: 30 % and 0.8 SUL are both reached.{blocks}"
    growth = f"; {_against_growth(seen, short=True)}" if seen.from_lowest else ""
    return f"{compared}{growth}: neither a response nor progression (30 % and 0.8 SUL)."


def say_missing(uptake: Uptake) -> str:
    return join_words(f"{lesion.label} ({lesion.why})" for lesion in uptake.missing)


def _background(seen: Evidence) -> str:
    reference = seen.reference
    limits = []
    if reference.liver_sul_mean is not None:
        limits.append(f"below the liver's {plain(reference.liver_sul_mean)}")
    if reference.blood_pool_sul_mean is not None:
        limits.append(f"not above the blood pool's {plain(reference.blood_pool_sul_mean)}")
    return f"SUL {' and '.join(limits)}"


def _hottest(seen: Evidence) -> str:
    hottest = seen.uptake.hottest
    if hottest is None:
        return "No uptake is left in the lesions followed, which"
    return f"The hottest lesion, {hottest[1].label} with SULpeak {plain(hottest[0])},"


def _apart(now: Fraction, then: Fraction) -> str:
    side = "below" if now < then else "above"
    if now == then:
        return "is the same as"
    percent = f"{percent_apart(now, then, 30)} and " if then > 0 else ""
    return f"is {percent}{plain(abs(now - then))} SUL {side}"


def _against_baseline(seen: Evidence) -> str:
    then = seen.baseline
    return f"{_hottest(seen)} {_apart(seen.hottest, then.sul)} the baseline's hottest ({then.label}, {plain(then.sul)})"


def _against_growth(seen: Evidence, *, short: bool = False) -> str:
    then = seen.growth_from
    what = "the lowest so far" if seen.from_lowest else "the baseline's hottest"
    label = f"{then.label}, {plain(then.sul)}, {format_date(then.date)}" if then.label else format_date(then.date)
    subject = "it" if short else _hottest(seen)
    return f"{subject} {_apart(seen.hottest, then.sul)} {what} ({label})"


def _say_glycolysis(seen: Evidence) -> str:
    then = seen.tlg_from
    before = then.tlg or Fraction(1)
    return (
        f"Total lesion glycolysis (of the hottest lesions, five at most) is {plain(seen.uptake.known_tlg, 1)}, "
        f"{percent_apart(seen.uptake.known_tlg, before, 75)} above {plain(before, 1)} on {format_date(then.date)}, and the "
        f"hottest SULpeak has not declined: 75 % or more is progression. {_CONFIRM}"
    )


def say_extent(labels: tuple[str, ...]) -> str:
    return f"The extent of uptake has visibly grown: {join_words(labels)}."


def say_as_it_is(text: str) -> str:
    """A sentence that was made where its facts are known."""
    return text


def say_overall(uptake: Response | None, extent: bool, new_lesion: bool, response: Response) -> str:
    said = [f"uptake {uptake}"] if uptake is not None else []
    if extent:
        said.append("a larger extent")
    said.append("a new lesion" if new_lesion else "no new lesion")
    joined = join_words(said)
    return f"{joined[0].upper()}{joined[1:]}: {response}."
