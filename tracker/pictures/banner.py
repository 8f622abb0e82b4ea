"""Who the patient is, as every page and sheet says it: one line of words, and chips with 'unknown' in sight where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.domain.record import Patient, PatientRecord
from tracker.domain.tumour import RoughDate, is_pending, is_unknown, say_timing
from tracker.domain.vocabulary import Precision, Primary, Sex, Term
from tracker.pictures.extrahepatic import derive_extrahepatic
from tracker.pictures.words import say_date, say_month

_SEXES = {Sex.FEMALE: "woman", Sex.MALE: "man", Sex.OTHER: "other sex", Sex.UNKNOWN: "sex unknown"}


class ChipLook(Term):
    """How a chip stands out."""

    PLAIN = "plain", "A fact."
    UNKNOWN = "unknown", "Not known, or a result that is awaited; a dashed edge."
    ATTENTION = "attention", "Disease outside the liver."


@dataclass(frozen=True, slots=True)
class Chip:
    """A name and its value."""

    name: str
    value: str
    look: ChipLook = ChipLook.PLAIN


@dataclass(frozen=True, slots=True)
class Banner:
    """Identifier, whether it is a synthetic patient, the facts of the line, and the chips."""

    identifier: str
    synthetic: bool
    facts: tuple[str, ...]
    chips: tuple[Chip, ...]

    @property
    def line(self) -> str:
        return " · ".join(self.facts)


def derive_banner(record: PatientRecord, on: date) -> Banner:
    """The banner as of a day: what goes on then, and what the newest exam that speaks of it says of other sites."""
    patient = record.patient
    return Banner(patient.identifier, patient.synthetic, tuple(_facts(patient)), tuple(_chips(record, on)))


def say_primary(patient: Patient) -> str:
    """ "colorectal: sigmoid colon, pT3 pN1b"; a detail that names the site itself stands alone."""
    site, detail = str(patient.primary), patient.primary_detail or ""
    words = f"{site}: {detail}" if detail and not detail.lower().startswith(site.lower()) else detail or site
    tumour = patient.tumour
    stages = [stage for stage in (tumour.t_stage, tumour.n_stage) if stage and stage.lower() not in words.lower()]
    histology = [tumour.histology] if tumour.histology and tumour.histology.lower() not in words.lower() else []
    return ", ".join([words, *histology, *([" ".join(stages)] if stages else [])])


def say_rough(day: RoughDate) -> str:
    """ "9 Nov 2024", "Nov 2024" or "2024": no more than is known."""
    if day.precision is Precision.YEAR:
        return str(day.day.year)
    return say_month(day.day, year=True) if day.precision is Precision.MONTH else say_date(day.day, year=True)


def _facts(patient: Patient) -> Iterator[str]:
    yield f"born {patient.birth_year}" if patient.birth_year else "birth year unknown"
    yield _SEXES[patient.sex]
    primary = "primary unknown" if patient.primary is Primary.UNKNOWN else say_primary(patient)
    tumour = patient.tumour
    if tumour.resected_on is not None:
        primary = f"{primary}, resected {say_rough(tumour.resected_on)}"
    elif tumour.in_place:
        primary = f"{primary}, in place"
    yield primary
    if (timing := say_timing(patient)) is not None:
        yield timing


def _chips(record: PatientRecord, on: date) -> Iterator[Chip]:
    patient = record.patient
    for name, value in patient.biomarkers.items():
        missing = is_unknown(value) or is_pending(value)
        yield Chip(name, value or "unknown", ChipLook.UNKNOWN if missing else ChipLook.PLAIN)
    yield Chip("ECOG", "unknown", ChipLook.UNKNOWN) if patient.ecog is None else Chip("ECOG", str(patient.ecog))
    outside = derive_extrahepatic(record, on)
    look = {True: ChipLook.ATTENTION, False: ChipLook.PLAIN, None: ChipLook.UNKNOWN}[outside.is_there]
    yield Chip("Extrahepatic", outside.text, look)
    current = [
        one
        for one in record.treatments
        if not one.kind.is_local and not one.planned and one.start <= on and (one.stop is None or one.stop >= on)
    ]
    if current:
        latest = max(current, key=lambda one: one.start)
        yield Chip("On", f"{latest.name}, cycle {latest.cycles}" if latest.cycles else latest.name)
