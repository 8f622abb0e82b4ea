"""Where another named setting would change the conclusion: one line each, so that a choice never passes for disease.

RECIST 1.1 leaves these to the protocol (Eisenhauer 2009, 4.4.3, 4.6, Table 3; EORTC's questions on continuing PR); the
readings that other criteria leave open are theirs (Seymour 2017; Wahl 2009).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.domain.assess import assess
from tracker.domain.assessment import Assessment
from tracker.domain.criteria import irecist, percist10
from tracker.domain.timeline import Settings, Timeline
from tracker.domain.vocabulary import Response
from tracker.domain.wording import format_date, join_words


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """One setting under which the conclusion would be another."""

    setting: str
    #: The value it has, and the other one.
    value: Any
    other: Any
    #: Time points whose response differs: date, response now, response under the other setting.
    rows: tuple[tuple[date, Response | None, Response | None], ...]
    best: tuple[Response | None, Response | None]
    progression: tuple[date | None, date | None]
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values; each pair is what holds now and what would hold under the other value."""
        return {
            "setting": self.setting,
            "value": self.value,
            "other": self.other,
            "time_points": [{"date": day.isoformat(), "responses": [_word(a), _word(b)]} for day, a, b in self.rows],
            "best_overall_response": [_word(one) for one in self.best],
            "progression_date": [None if day is None else day.isoformat() for day in self.progression],
            "text": self.sentence,
        }


def _word(response: Response | None) -> str | None:
    return None if response is None else str(response)


@dataclass(frozen=True, slots=True)
class _Choice:
    """One other value of a setting, and how each of the two readings is said."""

    setting: str
    other: Any
    now: str
    then: str


def find_sensitivities(timeline: Timeline, assessment: Assessment) -> tuple[Sensitivity, ...]:
    """The settings that decide here: each other usual value under which a response, the best response or the date of
    progression would differ. ``assessment`` is what the criterion makes of the timeline as it is set."""
    return tuple(
        found
        for choice in _choices(timeline.settings, assessment.criteria)
        if (found := _compare(timeline, assessment, choice)) is not None
    )


def _choices(settings: Settings, criteria: str) -> Iterator[_Choice]:
    """The values other trials use, each against the one that is set."""
    goes_on, alone = "under the EORTC reading (PR goes on until PD)", "if each visit is judged alone"
    if criteria in _WITH_KEPT_PR:
        said = (goes_on, alone) if settings.sticky_pr else (alone, goes_on)
        yield _Choice("sticky_pr", not settings.sticky_pr, *said)
    confirmed = f"if a response must be confirmed after {settings.confirmation_days} days"
    said = (
        (confirmed, "without confirmation") if settings.confirmation_required else ("without confirmation", confirmed)
    )
    yield _Choice("confirmation_required", not settings.confirmation_required, *said)
    for days in _MINIMUM_SD_DAYS:
        if days != settings.minimum_sd_days:
            now, then = (f"if stable disease counts from day {number}" for number in (settings.minimum_sd_days, days))
            yield _Choice("minimum_sd_days", days, now, then)
    if settings.confirmation_required:
        other = 0 if settings.max_between else 1
        now, then = (
            f"with at most {number} visit{'' if number == 1 else 's'} between response and confirmation"
            for number in (settings.max_between, other)
        )
        yield _Choice("max_between", other, now, then)
    if criteria == irecist.NAME and settings.irecist_confirmation_days > _TWO_DAYS:
        other = settings.irecist_confirmation_days - _TWO_DAYS
        now, then = (
            f"if an iUPD may be confirmed from day {days}" for days in (settings.irecist_confirmation_days, other)
        )
        yield _Choice("irecist_confirmation_days", other, now, then)
    if criteria == percist10.NAME:
        other_reference = "nadir" if settings.percist_reference == "baseline" else "baseline"
        now, then = (f"if growth is counted from the {word}" for word in (settings.percist_reference, other_reference))
        yield _Choice("percist_reference", other_reference, now, then)


_WITH_KEPT_PR = ("recist-1.1", irecist.NAME)
#: "Usually six to eight weeks" (4.4.3).
_MINIMUM_SD_DAYS = (42, 56)
#: iRECIST's tolerance on four weeks.
_TWO_DAYS = 2


def _compare(timeline: Timeline, now: Assessment, choice: _Choice) -> Sensitivity | None:
    settings = replace(timeline.settings, **{choice.setting: choice.other})
    then = assess(replace(timeline, settings=settings), now.criteria)
    rows = tuple(
        (mine.date, mine.overall_response, theirs.overall_response)
        for mine, theirs in zip(now.time_points, then.time_points, strict=True)
        if mine.overall_response is not theirs.overall_response
    )
    best = (now.best_overall_response, then.best_overall_response)
    progression = (now.progression_date, then.progression_date)
    if not rows and best[0] is best[1] and progression[0] == progression[1]:
        return None
    value = getattr(timeline.settings, choice.setting)
    sentence = _say(choice, rows, best, progression)
    return Sensitivity(choice.setting, value, choice.other, rows, best, progression, sentence)


def _say(
    choice: _Choice,
    rows: tuple[tuple[date, Response | None, Response | None], ...],
    best: tuple[Response | None, Response | None],
    progression: tuple[date | None, date | None],
) -> str:
    """ "PR under the EORTC reading (PR goes on until PD); SD if each visit is judged alone (4 May 2026)." """
    said = []
    for mine, theirs in dict.fromkeys((mine, theirs) for _, mine, theirs in rows):
        dates = [format_date(day) for day, first, second in rows if (first, second) == (mine, theirs)]
        said.append(f"{mine} {choice.now}; {theirs} {choice.then} ({join_words(dates)}).")
    if best[0] is not best[1]:
        said.append(f"Best response {best[0]} {choice.now}; {best[1]} {choice.then}.")
    if progression[0] != progression[1]:
        first, second = (
            "no progression" if day is None else f"progression on {format_date(day)}" for day in progression
        )
        said.append(f"{first[0].upper()}{first[1:]} {choice.now}; {second} {choice.then}.")
    return " ".join(said)
