"""One cell, one value: what is read, and what is refused with a sentence that says what would be right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tracker.domain.lengths import Length
from tracker.domain.record import StatedCount
from tracker.domain.vocabulary import Certainty, CountKind, LesionRole, Modality, ReportStatus, Segment, State
from tracker.exchange import codes, values
from tracker.exchange.values import DateOrder, Detail, Opens

DMY, MDY = DateOrder.DMY, DateOrder.MDY


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-03-02", None, date(2026, 3, 2)),
        ("2026-3-2", None, date(2026, 3, 2)),
        ("20260302", None, date(2026, 3, 2)),
        ("2026-03-02T08:15:00Z", None, date(2026, 3, 2)),
        ("2026-03-02 08:15", None, date(2026, 3, 2)),
        ("02.03.2026", DMY, date(2026, 3, 2)),
        ("2. 3. 2026", DMY, date(2026, 3, 2)),
        ("02/03/2026", DMY, date(2026, 3, 2)),
        ("02/03/2026", MDY, date(2026, 2, 3)),
        ("2026-03-02", MDY, date(2026, 3, 2)),
        ("29-02-2024", DMY, date(2024, 2, 29)),
    ],
)
def test_a_date_is_read(text: str, order: DateOrder | None, expected: date) -> None:
    assert values.read_date(text, order) == expected


@pytest.mark.parametrize(
    ("text", "order", "sentence"),
    [
        ("02/03/2026", None, "two ways"),
        ("31.02.2026", DMY, "not in the calendar"),
        ("2026-02-30", None, "not in the calendar"),
        ("03/13/2026", DMY, "not in the calendar"),
        ("2026-03", None, "no full date"),
        ("2.3.26", DMY, "no full date"),
        ("yesterday", None, "no full date"),
        ("0026-03-02", None, "before 1900"),
        ("02.03/2026", DMY, "no full date"),
    ],
)
def test_a_date_is_refused(text: str, order: DateOrder | None, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        values.read_date(text, order)


@pytest.mark.parametrize(
    ("text", "um"),
    [
        ("23", 23_000),
        ("23.5", 23_500),
        ("23,5", 23_500),
        ("29.167", 29_167),
        ("0", 0),
        ("0,0", 0),
        ("1", 1_000),
        (".5e", None),
    ],
)
def test_a_size_is_exact(text: str, um: int | None) -> None:
    if um is None:
        with pytest.raises(ValueError, match="not one number"):
            values.read_size(text)
    else:
        assert values.read_size(text) == Length(um)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2.3 cm", "carries a unit"),
        ("23mm", "carries a unit"),
        ("<5", "column qualifier"),
        (">= 7", "column qualifier"),
        ("1.234,5", "not one number"),
        ("23 x 18", "not one number"),
        ("NaN", "not one number"),
        ("inf", "not one number"),
        ("1e2", "not one number"),
        ("-3", "negative"),
        ("0.5", "no size of a lesion"),
        ("301", "no size of a lesion"),
        ("9" * 30, "not one number"),
        ("23.4567", "three decimals"),
    ],
)
def test_a_size_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        values.read_size(text)


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (values.read_count, "4", StatedCount(CountKind.EXACT, 4)),
        (values.read_count, "0", StatedCount(CountKind.EXACT, 0)),
        (values.read_count, ">=7", StatedCount(CountKind.AT_LEAST, 7)),
        (values.read_count, "≥ 7", StatedCount(CountKind.AT_LEAST, 7)),
        (values.read_count, ">6", StatedCount(CountKind.AT_LEAST, 7)),
        (values.read_count, "10+", StatedCount(CountKind.AT_LEAST, 10)),
        (values.read_count, "Multiple", StatedCount(CountKind.MULTIPLE)),
        (values.read_count, "innumerable", StatedCount(CountKind.INNUMERABLE)),
        (values.read_count, "many", "no count"),
        (values.read_count, "4.5", "no count"),
        (values.read_qualifier, "≥", ">="),
        (values.read_qualifier, "~", "approx"),
        (values.read_qualifier, "<", "<"),
        (values.read_qualifier, "roughly", "not known"),
        (values.read_opens, "Yes", Opens.YES),
        (values.read_opens, "only", Opens.ONLY),
        (values.read_opens, "no", Opens.NO),
        (values.read_opens, "perhaps", "neither yes nor no"),
        (values.read_slice, "2,5", Length(2_500)),
        (values.read_slice, "0", "no slice thickness"),
        (lambda text: values.read_uptake(text, "SUV"), "8.25", Decimal("8.25")),
        (lambda text: values.read_uptake(text, "SUV"), "-1", "no SUV"),
        (lambda text: values.read_number(text, "HU"), "−12", Decimal(-12)),
        (codes.read_modality, "ct", Modality.CT),
        (codes.read_modality, "MRI", Modality.MR),
        (codes.read_modality, "PT", Modality.PET_CT),
        (codes.read_modality, "PET-CT", Modality.PET_CT),
        (codes.read_modality, "PET/CT", Modality.PET_CT),
        (codes.read_modality, "petct", Modality.PET_CT),
        (codes.read_modality, "CAT", "did you mean|say one of"),
        (codes.read_role, "Target", LesionRole.TARGET),
        (codes.read_role, "non target", LesionRole.NON_TARGET),
        (codes.read_role, "nontarget", LesionRole.NON_TARGET),
        (codes.read_role, "NEW", LesionRole.NEW),
        (codes.read_role, "watched", None),
        (codes.read_role, "taget", "did you mean 'target'"),
        (codes.read_state, "Too small", State.TOO_SMALL),
        (codes.read_state, "not_evaluable", State.NOT_EVALUABLE),
        (codes.read_state, "mesured", "did you mean 'measured'"),
        (codes.read_report_status, "F", ReportStatus.FINAL),
        (codes.read_report_status, "corrected", ReportStatus.CORRECTED),
        (codes.read_organ, "Lymph  Nodes", "lymph node"),
        (codes.read_organ, "LIVER", "liver"),
        (codes.read_organ, "Ileocaecal valve", "Ileocaecal valve"),
        (codes.read_segments, "VII", (Segment.VII,)),
        (codes.read_segments, "v/vi", (Segment.V, Segment.VI)),
        (codes.read_segments, "4a", (Segment.IVA,)),
        (codes.read_segments, "Segment IVb", (Segment.IVB,)),
        (codes.read_segments, "S7", (Segment.VII,)),
        (codes.read_segments, "VII/VII", (Segment.VII,)),
        (codes.read_segments, "IX", "no liver segment"),
        (codes.read_segments, "right lobe", "no liver segment"),
        (codes.read_segments, "5a", "no liver segment"),
        (values.read_label, "L1", "L1"),
        (values.read_label, "L" * 21, "at most 20"),
        (values.read_name, "a\tb", "one line"),
        (values.read_text, "bell \x07", "control character"),
    ],
)  # fmt: skip
def test_a_word_is_read_or_refused(read: Callable[[str], Any], text: str, expected: Any) -> None:
    try:
        found = read(text)
    except ValueError as refusal:
        found = f"refused: {refusal}"
    if isinstance(found, str) and found.startswith("refused: "):
        assert any(part in found for part in str(expected).split("|")), found
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("text", "state", "expected"),
    [
        ("into L2", State.MERGED, Detail(into="L2")),
        ("merged into L2", State.MERGED, Detail(into="L2")),
        ("14+9", State.SPLIT, Detail(parts=(Length(14_000), Length(9_000)))),
        ("14,5 + 9 mm", State.SPLIT, Detail(parts=(Length(14_500), Length(9_000)))),
        ("ablation 2026-04-16", State.TREATED, Detail(by="ablation", treated_on=date(2026, 4, 16))),
        ("stereotactic radiotherapy", State.TREATED, Detail(by="stereotactic radiotherapy")),
        ("", State.TREATED, Detail()),
        ("motion", State.NOT_EVALUABLE, Detail(reason="motion")),
        ("", State.NOT_EVALUABLE, Detail(reason=values.NO_REASON)),
        ("unequivocal", State.RECURRENCE, Detail(certainty=Certainty.UNEQUIVOCAL)),
        ("grown", State.PRESENT, Detail(grown=True)),
        ("first seen 2026-01-05", State.UNEQUIVOCAL, Detail(first_seen=date(2026, 1, 5))),
        ("provisional; as target", State.EQUIVOCAL, Detail(provisional=True, measured_as_target=True)),
        ("", State.MERGED, "into which lesion"),
        ("14", State.SPLIT, "14\\+9"),
        ("14+x", State.SPLIT, "not one number"),
        ("2026-04-16", State.TREATED, "by what"),
        ("ablation 2026-04-31", State.TREATED, "calendar"),
        ("", State.RECURRENCE, "equivocal or unequivocal"),
        ("into L2", State.MEASURED, "says nothing about the state"),
    ],
)
def test_the_detail_of_a_state_is_read_or_refused(text: str, state: State, expected: Detail | str) -> None:
    if isinstance(expected, str):
        with pytest.raises(ValueError, match=expected):
            values.read_detail(text, state)
    else:
        assert values.read_detail(text, state) == expected
