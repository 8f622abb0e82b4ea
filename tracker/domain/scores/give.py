"""The scores a site has switched on, for one patient."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from tracker.domain.record import PatientRecord
from tracker.domain.scores.collision import list_collision
from tracker.domain.scores.fong import compute_fong
from tracker.domain.scores.model import Score
from tracker.domain.scores.tumour_burden import compute_tumour_burden


def give_scores(names: Collection[str], record: PatientRecord, today: date) -> tuple[Score, ...]:
    """The scores of these names, in the order of ``names.NAMES``; none where they do not apply to the patient."""
    given = (
        compute_fong(record) if "fong" in names else None,
        compute_tumour_burden(record) if "tbs" in names else None,
        list_collision(record, today) if "collision" in names else None,
    )
    return tuple(score for score in given if score is not None)
