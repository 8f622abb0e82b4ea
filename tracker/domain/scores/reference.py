"""The scan a score speaks of, and what is known at it of number and size of the liver lesions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.ledger import derive_ledger
from tracker.domain.ledger_entry import LedgerEntry
from tracker.domain.record import Exam, PatientRecord, Treatment
from tracker.domain.vocabulary import LIVER, Primary, TreatmentKind
from tracker.domain.wording import format_date, name_modality


@dataclass(frozen=True, slots=True)
class Reference:
    """The liver at one scan. ``before`` is the treatment it is the last scan before; None where none has begun."""

    exam: Exam
    entry: LedgerEntry
    before: Treatment | None

    def __str__(self) -> str:
        scan = f"{name_modality(self.exam.modality)} of {format_date(self.exam.performed_on, year=True)}"
        if self.before is None:
            return f"{scan}, the newest"
        return f"{scan}, the last before {self.before.name} ({format_date(self.before.start, year=True)})"

    @property
    def day(self) -> date:
        """Up to when a laboratory value belongs to it: the treatment's start, else the scan."""
        return self.exam.performed_on if self.before is None else self.before.start

    @property
    def greatest_um(self) -> int | None:
        """The diameter of the largest lesion; None unless every lesion counted has an exact size."""
        there = self.entry.there
        sizes = [line.size.least for line in there if line.size is not None and line.size.is_exact]
        return max(sizes) if sizes and len(sizes) == len(there) and self.number == len(there) else None

    @property
    def number(self) -> int | None:
        """How many lesions, where that is known exactly."""
        return self.entry.count.least if self.entry.count.is_exact else None

    def has_lesion_over(self, um: int) -> bool | None:
        """Whether a lesion is larger than this: known as soon as one is, and of none only where every size is known."""
        sizes = [line.size for line in self.entry.there if line.size is not None]
        if any(size.lowest > um for size in sizes):
            return True
        all_known = bool(sizes) and len(sizes) == len(self.entry.there) == self.number
        return False if all_known and all(size.highest is not None and size.highest <= um for size in sizes) else None

    def has_more_than(self, number: int) -> bool | None:
        """Whether there are more lesions than this; None where the count does not tell."""
        count = self.entry.count
        if count.lowest > number:
            return True
        return False if count.highest is not None and count.highest <= number else None


def newest_reference(record: PatientRecord) -> Reference | None:
    """The newest scan that speaks of the liver; None unless liver metastases of a colorectal primary are recorded."""
    if record.patient.primary is not Primary.COLORECTAL:
        return None
    entries = _entries(record)
    return Reference(record.exam(entries[-1].exam_id), entries[-1], None) if entries else None


def reference_before_treatment(record: PatientRecord) -> Reference | None:
    """The last scan before the first liver resection; without one, before the first treatment of the metastases; else the newest."""
    newest = newest_reference(record)
    if newest is None:
        return None
    entries = _entries(record)
    begun = sorted((one for one in record.treatments if not one.planned), key=lambda one: one.start)
    begun = [one for one in begun if one.start >= entries[0].date]
    first = next((one for one in begun if is_of_liver(record, one, TreatmentKind.RESECTION)), next(iter(begun), None))
    if first is None:
        return newest
    entry = [one for one in entries if one.date <= first.start][-1]
    return Reference(record.exam(entry.exam_id), entry, first)


def is_of_liver(record: PatientRecord, treatment: Treatment, *kinds: TreatmentKind) -> bool:
    """Whether it is a treatment of these kinds that names a liver lesion."""
    liver = {lesion.label for lesion in record.lesions if lesion.organ == LIVER}
    return treatment.kind in kinds and not liver.isdisjoint(treatment.lesions)


def _entries(record: PatientRecord) -> tuple[LedgerEntry, ...]:
    """The scans that show a liver lesion or say something of one, in the order of their dates."""
    return tuple(entry for entry in derive_ledger(record) if _speaks_of_size(entry))


def _speaks_of_size(entry: LedgerEntry) -> bool:
    """Ultrasound, scintigraphy and a PET without diameters tell neither number nor size as CT and MRI do."""
    if entry.stated_count is not None or any(line.is_measured for line in entry.lines):
        return entry.modality.enters_sum
    return (
        entry.modality.enters_sum and not entry.modality.has_pet and any(line.said is not None for line in entry.lines)
    )
