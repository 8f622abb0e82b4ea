"""The tumour burden score: number and largest diameter of colorectal liver metastases as one distance."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from tracker.domain.record import PatientRecord
from tracker.domain.scores.model import Fact, Item, Published, Score, missing_of
from tracker.domain.scores.reference import reference_before_treatment

TUMOUR_BURDEN = Published(
    name="Tumour burden score",
    source="Sasaki K, et al. Ann Surg 2018;267:132-141",
    population="People whose colorectal liver metastases were resected; size and number from the specimen.",
    caveat=(
        "Here number and size come from the scan. After chemotherapy before the operation it lost its value in one "
        "later series (348 people, BMC Surg 2023). It says nothing about whether to operate."
    ),
)
_UM_PER_CM = 10_000
#: Zones by the score: under 3, 3 to under 9, 9 and more.
_ZONES = (Decimal(3), Decimal(9))


def compute_tumour_burden(record: PatientRecord) -> Score | None:
    """The square root of (largest diameter in cm)² + (number)², with its zone; None as for every score here."""
    reference = reference_before_treatment(record)
    if reference is None:
        return None
    number, greatest = reference.number or None, reference.greatest_um
    size = "not every lesion has a size" if greatest is None else f"{Decimal(greatest) / _UM_PER_CM:f} cm"
    items = (
        Item("number of metastases", _known(number), f"{reference.entry.count} seen", "number of metastases"),
        Item("largest diameter", _known(greatest), size, "size of every metastasis"),
    )
    if number is None or greatest is None:
        return Score(TUMOUR_BURDEN, items, str(reference), None, missing_of(items))
    square = (Decimal(greatest) / _UM_PER_CM) ** 2 + number**2
    return Score(TUMOUR_BURDEN, items, str(reference), f"{_say_root(square)}, zone {zone_of(square)} of 3")


def zone_of(square: Decimal) -> int:
    """The zone of a squared score: exact, because the squares are compared."""
    return 1 + sum(square >= limit * limit for limit in _ZONES)


def _known(value: int | None) -> Fact:
    return Fact.NOT_RECORDED if value is None else Fact.KNOWN


def _say_root(square: Decimal) -> str:
    """Two decimals, cut off: a score is never said to reach a limit that it does not."""
    return f"{square.sqrt().quantize(Decimal('0.01'), rounding=ROUND_FLOOR):f}"
