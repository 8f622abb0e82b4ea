"""How a lesion looked on a day, as the exams up to then say."""

from __future__ import annotations

from datetime import date

from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Appearance, Enhancement


def appearance_at(record: PatientRecord, label: str, on: date) -> Appearance | None:
    """How a lesion looked as last said on or before a day, else as it was described when it was first seen."""
    for exam in reversed(record.exams):
        seen = exam.observation(label) if exam.performed_on <= on else None
        if seen is not None and seen.appearance is not None:
            return seen.appearance
    return next((lesion.appearance for lesion in record.lesions if lesion.label == label), None)


def enhancement_at(record: PatientRecord, label: str, on: date) -> Enhancement | None:
    """How a lesion took up contrast as last said on or before a day."""
    for exam in reversed(record.exams):
        seen = exam.observation(label) if exam.performed_on <= on else None
        if seen is not None and seen.enhancement is not None:
            return seen.enhancement
    return None
