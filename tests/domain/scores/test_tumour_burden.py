"""The tumour burden score (Sasaki K, et al. Ann Surg 2018;267:132-141), worked by hand beside each case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.domain.scores.patients import exam, patient, with_patient
from tracker.domain.record import PatientRecord, StatedCount
from tracker.domain.scores.tumour_burden import compute_tumour_burden, zone_of
from tracker.domain.vocabulary import CountKind, Primary, State

#: Sizes in mm, and what is said. 3-4-5: 40 mm and three lesions are 5 exactly.
CASES = [
    ({"L1": 40, "L2": 10, "L3": 9}, "5.00, zone 2 of 3"),
    ({"L1": 10}, "1.41, zone 1 of 3"),  # √(1 + 1) = 1.414
    ({"L1": 28}, "2.97, zone 1 of 3"),  # √(7.84 + 1) = 2.973
    ({"L1": "28.284"}, "2.99, zone 1 of 3"),  # √(7.99984656 + 1) = 2.99997: never said to be 3
    ({"L1": 29}, "3.06, zone 2 of 3"),
    ({f"L{at}": 10 for at in range(1, 9)}, "8.06, zone 2 of 3"),  # √(1 + 64)
    ({f"L{at}": 10 for at in range(1, 10)}, "9.05, zone 3 of 3"),  # √(1 + 81)
]


@pytest.mark.parametrize(("sizes", "said"), CASES)
def test_it_is_the_distance_of_size_and_number(sizes: dict[str, object], said: str) -> None:
    found = compute_tumour_burden(patient(sizes=sizes))
    assert found is not None
    assert found.value == said


@pytest.mark.parametrize(("square", "zone"), [("8.999999", 1), ("9", 2), ("80.999999", 2), ("81", 3)])
def test_the_zones_begin_at_3_and_at_9_exactly(square: str, zone: int) -> None:
    assert zone_of(Decimal(square)) == zone


MISSING = [
    (patient(sizes={"L1": 20, "L2": State.PRESENT}), "size of every metastasis missing"),
    (patient(sizes={"L1": 20, "L2": State.TOO_SMALL}), "size of every metastasis missing"),
    (
        patient(exam(1, patient().exams[0].performed_on, {"L1": 20}, liver_count=StatedCount(CountKind.INNUMERABLE))),
        "number of metastases and size of every metastasis missing",
    ),
    (
        patient(exam(1, patient().exams[0].performed_on, {"L1": 20}, liver_count=StatedCount(CountKind.EXACT, 3))),
        "size of every metastasis missing",
    ),
]


@pytest.mark.parametrize(("record", "missing"), MISSING)
def test_what_is_not_exact_gives_no_score(record: PatientRecord, missing: str) -> None:
    found = compute_tumour_burden(record)
    assert found is not None
    assert found.value is None
    assert found.sentence == f"Tumour burden score cannot be given: {missing}."


def test_it_is_for_colorectal_metastases_only() -> None:
    assert compute_tumour_burden(with_patient(patient(), primary=Primary.BREAST)) is None
