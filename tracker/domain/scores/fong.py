"""Fong's clinical risk score: five facts known before a resection of colorectal liver metastases, one point each."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tracker.domain.record import PatientRecord
from tracker.domain.scores.model import Fact, Item, Published, Score, missing_of
from tracker.domain.scores.reference import Reference, reference_before_treatment
from tracker.domain.tumour import disease_free_months, is_node_positive
from tracker.domain.vocabulary import Precision
from tracker.domain.wording import format_date

FONG = Published(
    name="Clinical risk score of Fong",
    source="Fong Y, et al. Ann Surg 1999;230:309-321",
    population="1,001 people whose colorectal liver metastases were resected at one centre from 1985 to 1998.",
    caveat=(
        "Made before today’s chemotherapy. In a later series it told outlooks apart where it was counted after "
        "chemotherapy, and not where it was counted before (Ayez N, et al. 2011, PMC3171666). It says nothing about "
        "whether to operate."
    ),
)
#: 1 µg/L is 1 ng/mL; the Greek letter is written by its number, for it looks like the sign.
_CEA_LIMIT = Decimal(200)
_UNITS = ("µg/l", "\u03bcg/l", "ug/l", "ng/ml")
#: A CEA belongs to the scan or operation up to so many days after it was taken (the program’s own rule).
_CEA_DAYS = 92
_LARGE_UM = 50_000
_SHORT_MONTHS = 12


def compute_fong(record: PatientRecord) -> Score | None:
    """0 to 5, or what is missing; None where no liver metastases of a colorectal primary are recorded.

    One point each: node-positive primary, disease-free interval under 12 months, more than one metastasis, CEA over
    200 ng/mL, largest metastasis over 5 cm.
    """
    reference = reference_before_treatment(record)
    if reference is None:
        return None
    tumour = record.patient.tumour
    months = _disease_free_months(record)
    more, large = reference.has_more_than(1), reference.has_lesion_over(_LARGE_UM)
    items = (
        Item(
            "node-positive primary",
            Fact.of(is_node_positive(tumour.n_stage)),
            tumour.n_stage or "not recorded",
            "N stage of the primary",
        ),
        Item(
            "under 12 months from the primary to the metastases",
            Fact.of(None if months is None else months < _SHORT_MONTHS),
            "dates not recorded, or not exactly enough" if months is None else f"{months} months",
            "months of the primary and of its metastases",
        ),
        Item("more than one metastasis", Fact.of(more), f"{reference.entry.count} seen", "number of metastases"),
        _cea(record, reference),
        Item("largest metastasis over 5 cm", Fact.of(large), _say_largest(reference), "size of every metastasis"),
    )
    missing = missing_of(items)
    points = sum(item.fact is Fact.MET for item in items)
    return Score(FONG, items, str(reference), None if missing else f"{points} of 5", missing)


def _disease_free_months(record: PatientRecord) -> int | None:
    """Whole months; None also at twelve months of the calendar where a day is not known, for it may be just under twelve."""
    tumour, later = record.patient.tumour, record.patient.metastases_on
    months = disease_free_months(tumour, later)
    found = tumour.diagnosed_on or tumour.resected_on
    exact = all(one is not None and one.precision is Precision.DAY for one in (found, later))
    return None if months == _SHORT_MONTHS and not exact else months


def _cea(record: PatientRecord, reference: Reference) -> Item:
    """The last CEA taken up to the treatment, at most three months before it."""
    asked = "CEA over 200 ng/mL"
    earliest = reference.day - timedelta(days=_CEA_DAYS)
    taken = [one for one in record.markers if one.name == "CEA" and earliest <= one.taken_on <= reference.day]
    if not taken:
        until = format_date(reference.day, year=True)
        return Item(
            asked, Fact.NOT_RECORDED, f"none in the three months to {until}", f"CEA of the three months to {until}"
        )
    last = max(taken, key=lambda one: (one.taken_on, one.id))
    said = f"{last.value:f} {last.unit}, {format_date(last.taken_on, year=True)}"
    known = last.unit.strip().casefold() in _UNITS
    return Item(asked, Fact.of(last.value > _CEA_LIMIT if known else None), said, "CEA in µg/L")


def _say_largest(reference: Reference) -> str:
    largest = reference.entry.largest
    if largest is None:
        return "no size recorded"
    return str(largest) if reference.greatest_um is not None else f"{largest}, not every lesion has a size"
