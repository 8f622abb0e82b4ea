"""The synthetic cohort: planted teaching cases first, then patients from the generator. Pure; the same seed, the same cohort."""

from __future__ import annotations

from datetime import date
from random import Random

from tracker.demo.cases import PLANTED
from tracker.demo.histories import draw_history
from tracker.demo.people import draw_person, primary_by_share
from tracker.demo.shapes import SyntheticPatient
from tracker.errors import InputError, Problem

DEFAULT_PATIENTS = 60
DEFAULT_SEED = 20261124
MOST_PATIENTS = 5000
#: Steps of the golden ratio fall evenly into any shares, however many patients are drawn (Weyl's sequence).
_GOLDEN = 0.6180339887498949


def generate_cohort(
    patients: int = DEFAULT_PATIENTS, seed: int = DEFAULT_SEED, *, today: date
) -> tuple[SyntheticPatient, ...]:
    """So many synthetic patients, DEMO-001 first; all exams lie before ``today``.

    Each patient depends on the seed, the own number and today only, so a larger cohort begins with the smaller one.
    Raises InputError where the number is not from 0 to 5000.
    """
    if not 0 <= patients <= MOST_PATIENTS:
        raise InputError([Problem("patients", f"{patients} is not a number of patients from 0 to {MOST_PATIENTS}")])
    planted = tuple(build(number, today) for number, build in enumerate(PLANTED[:patients], start=1))
    return planted + tuple(_generate(number, seed, today) for number in range(len(planted) + 1, patients + 1))


def _generate(number: int, seed: int, today: date) -> SyntheticPatient:
    rng = Random(f"{seed}/{number}")  # noqa: S311 - invented patients, not secrets
    primary = primary_by_share((0.5 + number * _GOLDEN) % 1.0)
    return draw_history(rng, draw_person(rng, number, primary, today.year), today)
