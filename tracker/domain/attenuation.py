"""Mean attenuation of the targets in HU, unweighted, beside that of the same targets at the baseline.

A target that is gone has no attenuation and is left out on both sides; a merged one has that of the lesion it went into.
A missing value is never skipped: the mean of the others would be a mean of another set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tracker.domain.exact import plain
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.vocabulary import State
from tracker.domain.wording import join_words

#: The density of these is not the tumour's, or was not judged.
_NOT_JUDGED = (State.NOT_EVALUABLE, State.TREATED, State.RECURRENCE)


class AttenuationChange(NamedTuple):
    """Mean attenuation now and at the baseline; ``why_not`` says why they are not compared, empty where they are."""

    now: Fraction | None
    baseline: Fraction | None
    why_not: str = ""
    #: Whether any attenuation was recorded, now or at the baseline, of what is still there.
    recorded: bool = True

    @property
    def fell(self) -> bool | None:
        """At least 15 % below the baseline; None where it is not evaluable. Exact: 100 A <= 85 B."""
        if self.why_not or self.now is None or self.baseline is None:
            return None
        return 100 * self.now <= 85 * self.baseline


def mean_attenuation(targets: Sequence[Lesion], observations: Mapping[str, Observation]) -> Fraction | None:
    """The unweighted mean of the targets that are there; None where one has no value, or none is there."""
    there = [seen for lesion in targets if not _is_gone(seen := _seen(lesion.label, observations))]
    values = [value for seen in there if (value := _value(seen)) is not None]
    return _mean(values) if len(values) == len(there) else None


def compare_attenuation(
    targets: Sequence[Lesion], observations: Mapping[str, Observation], at_baseline: Mapping[str, Observation]
) -> AttenuationChange:
    """The targets that are there, now and at the baseline."""
    now, then, missing = [], [], []
    recorded = False
    for lesion in targets:
        seen = _seen(lesion.label, observations)
        if _is_gone(seen):
            continue
        value, before = _value(seen), _value(_seen(lesion.label, at_baseline))
        recorded = recorded or value is not None or before is not None
        if value is None:
            missing.append(lesion.label)
        elif before is None:
            missing.append(f"{lesion.label} at the baseline")
        else:
            now.append(value)
            then.append(before)
    if missing:
        return AttenuationChange(None, None, f"no attenuation is given of {join_words(missing)}", recorded)
    mean_now, mean_then = _mean(now), _mean(then)
    if mean_now is None or mean_then is None:
        return AttenuationChange(None, None, "no target is left to measure it in")
    if mean_then <= 0:
        why_not = f"its baseline is {plain(mean_then, 1)} HU, and a percentage needs one above zero"
        return AttenuationChange(mean_now, mean_then, why_not)
    return AttenuationChange(mean_now, mean_then)


def _seen(label: str, observations: Mapping[str, Observation]) -> Observation | None:
    """What is said of a lesion, or of the one it has merged into."""
    seen, passed = observations.get(label), {label}
    while seen is not None and seen.state is State.MERGED and seen.into is not None and seen.into not in passed:
        passed.add(seen.into)
        seen = observations.get(seen.into)
    return seen


def _is_gone(seen: Observation | None) -> bool:
    return seen is not None and seen.state is State.ABSENT


def _value(seen: Observation | None) -> Decimal | None:
    return None if seen is None or seen.state in _NOT_JUDGED else seen.attenuation_hu


def _mean(values: Sequence[Decimal]) -> Fraction | None:
    return sum(map(Fraction, values), Fraction()) / len(values) if values else None
