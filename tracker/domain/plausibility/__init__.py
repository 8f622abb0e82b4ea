"""Plausibility: what is worth a look in what is entered, as pure functions that return findings.

They decide nothing. ``find_in_exam`` looks at a whole scan; each subject has its own file.
"""

from tracker.domain.plausibility import counts, dates, identity, labs, places, sizes, starts, technique
from tracker.domain.plausibility.entry import Computed, ReportSays, find_in_exam, sizes_against_priors
from tracker.domain.plausibility.finding import Check, Finding, Level, ReadAs, Swap
from tracker.domain.plausibility.labs import find_in_value
from tracker.domain.plausibility.sizes import SizeAgainstPrior, find_in_sizes
from tracker.domain.plausibility.starts import find_in_start

#: Every check there is.
CHECKS: tuple[Check, ...] = (
    *sizes.CHECKS, *dates.CHECKS, *places.CHECKS, *counts.CHECKS, *technique.CHECKS, *identity.CHECKS, *starts.CHECKS, *labs.CHECKS,
)  # fmt: skip

__all__ = [
    "CHECKS",
    "Check",
    "Computed",
    "Finding",
    "Level",
    "ReadAs",
    "ReportSays",
    "SizeAgainstPrior",
    "Swap",
    "find_in_exam",
    "find_in_sizes",
    "find_in_start",
    "find_in_value",
    "sizes_against_priors",
]
