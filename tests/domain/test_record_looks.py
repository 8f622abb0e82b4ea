"""How a lesion looked on a day: what was said last on or before it, else how it was described when first seen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.looks import appearance_at, enhancement_at
from tracker.domain.record import (
    Exam,
    Patient,
    PatientRecord,
    RecordedLesion,
    RecordedObservation,
    SiteFinding,
    StatedCount,
    VesselContact,
)
from tracker.domain.vocabulary import (
    Appearance,
    CountKind,
    Enhancement,
    Modality,
    SiteStatement,
    State,
    Vessel,
    VesselRelation,
)
from tracker.domain.volumes import LiverVolume

PRESENT = Observation(State.PRESENT)
DAYS = (date(2026, 1, 5), date(2026, 3, 2), date(2026, 5, 4))


def _exam(number: int, appearance: Appearance | None, enhancement: Enhancement | None = None) -> Exam:
    seen = RecordedObservation("L1", PRESENT, appearance=appearance, enhancement=enhancement)
    return Exam(number, DAYS[number], Modality.CT, 1, observations=(seen,))


RECORD = PatientRecord(
    Patient(1, "P", "local", 1),
    lesions=(
        RecordedLesion(1, "L1", "2.25.1", "liver", appearance=Appearance.SOLID),
        RecordedLesion(2, "L2", "u", "liver"),
    ),
    exams=(_exam(0, None, Enhancement.RIM), _exam(1, Appearance.NECROTIC), _exam(2, None)),
)


@pytest.mark.parametrize(
    ("label", "on", "looks", "enhances"),
    [
        ("L1", DAYS[0], Appearance.SOLID, Enhancement.RIM),
        ("L1", DAYS[1], Appearance.NECROTIC, Enhancement.RIM),
        ("L1", DAYS[2], Appearance.NECROTIC, Enhancement.RIM),
        ("L1", date(2026, 1, 1), Appearance.SOLID, None),
        ("L2", DAYS[2], None, None),
        ("L9", DAYS[2], None, None),
    ],
)
def test_the_newest_word_on_or_before_a_day_counts(
    label: str, on: date, looks: Appearance | None, enhances: Enhancement | None
) -> None:
    assert appearance_at(RECORD, label, on) is looks
    assert enhancement_at(RECORD, label, on) is enhances


def test_the_new_facts_read_as_words() -> None:
    several = StatedCount(CountKind.AT_LEAST, 3)
    assert str(SiteFinding(SiteStatement.YES, several, Length.from_mm(12))) == "yes (≥3, 12 mm)"
    assert str(SiteFinding(SiteStatement.NOT_IMAGED)) == "not imaged"
    near = VesselContact(Vessel.LEFT_HEPATIC_VEIN, VesselRelation.WITHIN_10_MM, Length.from_mm(4))
    assert str(near) == "left hepatic vein: within 10 mm (4 mm)"


@pytest.mark.parametrize(("total", "percent"), [("1500", "27.5"), (None, None)])
def test_a_remnant_is_a_percentage_of_the_whole_where_that_is_known(total: str | None, percent: str | None) -> None:
    volume = LiverVolume(1, DAYS[0], Decimal("412.5"), None if total is None else Decimal(total))
    assert volume.remnant_percent == (None if percent is None else Decimal(percent))
