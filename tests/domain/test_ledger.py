"""The liver ledger: where each lesion stands at each exam, and what is known of sum and count.

Named conventions of this record: the liver sum and the sum of targets are never mixed up, missing is not zero, lesions absent
at a baseline are watched, treated zones are no tumour size. RECIST 1.1, 4.3.2: 5 mm for what is too small to measure, split
and merged lesions. Sums are worked beside the cases.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.bounds import add_bounds, say_bounds
from tracker.domain.derivation import assess_record
from tracker.domain.ledger import derive_ledger
from tracker.domain.ledger_entry import LedgerEntry, LocalTreatment, Standing
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import (
    Course,
    Exam,
    Patient,
    PatientRecord,
    Plan,
    RecordedLesion,
    RecordedObservation,
    RecordedTimePoint,
    StatedCount,
    Treatment,
)
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import (
    Certainty,
    CountKind,
    CourseKind,
    LesionRole,
    Modality,
    Segment,
    State,
    TreatmentKind,
)

DAYS = [date(2026, 1, 5), date(2026, 3, 2), date(2026, 5, 4), date(2026, 7, 6), date(2026, 9, 7)]
_SIGNS = {"<": "<", ">": ">=", "~": "approx"}
_WORDS = {"a": State.ABSENT, "ts": State.TOO_SMALL, "p": State.PRESENT, "nm": State.NOT_MENTIONED}


def _read(label: str, entry: str) -> RecordedObservation:
    """ "23", "<5", ">23", "~23", "a", "ts", "p", "nm", "ne", "m L2", "14+9", "t", "t 34", "back 12", "back?", "new? 8", "new 8"."""
    word, _, rest = entry.partition(" ")
    size = Length.from_mm(rest) if rest and word != "m" else None
    if entry in _WORDS:
        return RecordedObservation(label, Observation(_WORDS[entry]))
    if entry == "ne":
        return RecordedObservation(label, Observation(State.NOT_EVALUABLE, reason="motion"))
    if word == "m":
        return RecordedObservation(label, Observation(State.MERGED, into=rest))
    if word == "t":
        return RecordedObservation(label, Observation(State.TREATED, longest=size))
    if word in ("back", "back?"):
        sure = Certainty.UNEQUIVOCAL if word == "back" else Certainty.EQUIVOCAL
        return RecordedObservation(label, Observation(State.RECURRENCE, longest=size, certainty=sure))
    if word in ("new", "new?"):
        state = State.UNEQUIVOCAL if word == "new" else State.EQUIVOCAL
        return RecordedObservation(label, Observation(state, longest=size))
    if "+" in entry:
        parts = tuple(Length.from_mm(part) for part in entry.split("+"))
        return RecordedObservation(label, Observation(State.SPLIT, parts=parts))
    sign = _SIGNS.get(entry[0])
    number = Length.from_mm(entry[1:] if sign else entry)
    return RecordedObservation(label, Observation(State.MEASURED, longest=number), qualifier=sign)


def _record(
    rows: dict[str, list[str]],
    *,
    segments: dict[str, tuple[Segment, ...]] | None = None,
    counts: list[StatedCount | None] | None = None,
    treatments: tuple[Treatment, ...] = (),
    targets: tuple[str, ...] = (),
    organs: dict[str, str] | None = None,
    first_seen: dict[str, date] | None = None,
) -> PatientRecord:
    """``rows``: one entry an exam for each lesion; "" is not spoken of."""
    length = len(next(iter(rows.values())))
    exams = tuple(
        Exam(
            at + 1, DAYS[at], Modality.CT, 1,
            liver_count=counts[at] if counts else None,
            observations=tuple(_read(label, row[at]) for label, row in rows.items() if row[at]),
        )
        for at in range(length)
    )  # fmt: skip
    lesions = tuple(
        RecordedLesion(
            at, label, f"2.25.{at}", (organs or {}).get(label, "liver"), (segments or {}).get(label, ()),
            first_seen=(first_seen or {}).get(label),
        )
        for at, label in enumerate(rows)
    )  # fmt: skip
    roles = {label: LesionRole.TARGET if label in targets else LesionRole.NON_TARGET for label in rows}
    points = tuple(RecordedTimePoint(at, (exam.id,)) for at, exam in enumerate(exams))
    plan = Plan(1, "recist-1.1", Settings(), roles, points)
    course = Course(1, 1, CourseKind.SYSTEMIC, "line 1", DAYS[0], None, plan)
    return PatientRecord(Patient(1, "P-1", "site", 1), lesions, exams, (course,), treatments)


def _ledger(rows: dict[str, list[str]], **more: Any) -> tuple[LedgerEntry, ...]:
    return derive_ledger(_record(rows, **more))


# --- sum and count -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "total", "measured", "followed"),
    [
        (["30", "20"], "50 mm", 2, 2),
        (["30", "<5"], "30 to 35 mm", 2, 2),
        (["30", "ts"], "30 to 35 mm", 2, 2),
        (["30", ">20"], "at least 50 mm", 2, 2),
        (["30", "~20"], "about 50 mm", 2, 2),
        (["30", "p"], "over 30 mm", 1, 2),
        (["30", "ne"], "at least 30 mm", 1, 2),
        (["30", "nm"], "at least 30 mm", 1, 2),
        (["30", ""], "at least 30 mm", 1, 2),
        (["30", "a"], "30 mm", 1, 1),
        (["30", "t 34"], "30 mm", 1, 1),
        (["41", "m L1"], "41 mm", 1, 1),
        (["14+9", "20"], "43 mm", 2, 2),
        (["30", "back 12"], "42 mm", 2, 2),
        (["30", "back? 12"], "30 mm", 1, 1),
        (["a", "a"], "0 mm", 0, 0),
        (["", ""], "not known", 0, 2),
    ],
)
def test_the_liver_sum_is_said_as_far_as_the_exam_tells(
    now: list[str], total: str, measured: int, followed: int
) -> None:
    entry = _ledger({"L1": ["40", now[0]], "L2": ["25", now[1]]})[1]
    assert (say_bounds(entry.sum), entry.measured_count, entry.followed_count) == (total, measured, followed)


@pytest.mark.parametrize(
    ("count", "words", "total", "disagrees"),
    [
        (None, "2", "50 mm", False),
        (StatedCount(CountKind.EXACT, 2), "2", "50 mm", False),
        # Two lesions of the four have a line: two more are there, their sizes unknown.
        (StatedCount(CountKind.EXACT, 4), "4", "over 50 mm", False),
        (StatedCount(CountKind.AT_LEAST, 7), "at least 7", "over 50 mm", False),
        (StatedCount(CountKind.AT_LEAST, 2), "at least 2", "at least 50 mm", False),
        (StatedCount(CountKind.MULTIPLE), "at least 2", "at least 50 mm", False),
        (StatedCount(CountKind.INNUMERABLE), "at least 2", "at least 50 mm", False),
        # The report counts one and measures two: the lines stand, and it is said.
        (StatedCount(CountKind.EXACT, 1), "2", "50 mm", True),
    ],
)
def test_a_stated_count_opens_the_sum_and_never_closes_it(
    count: StatedCount | None, words: str, total: str, disagrees: bool
) -> None:
    [entry] = _ledger({"L1": ["30"], "L2": ["20"]}, counts=[count])
    assert (str(entry.count), str(entry.sum), entry.count_disagrees) == (words, total, disagrees)
    assert (str(entry.listed_sum), str(entry.largest)) == ("50 mm", "30 mm")


def test_a_treated_zone_may_be_among_the_lesions_counted() -> None:
    entry = _ledger({"L1": ["30", "28"], "L2": ["20", "t"]}, counts=[None, StatedCount(CountKind.EXACT, 2)])[1]
    assert str(entry.sum) == "at least 28 mm"


def test_a_missing_lesion_leaves_the_count_open() -> None:
    entry = _ledger({"L1": ["30", "28"], "L2": ["20", ""], "L3": ["9", "8"]})[1]
    assert str(entry.count) == "2 to 3"


def test_the_sum_of_targets_stands_beside_the_liver_sum_and_is_never_mixed_with_it() -> None:
    rows = {"L1": ["30", "20", "ne"], "L2": ["20", "15", "15"], "L3": ["12", "10", "10"], "N1": ["18", "17", "17"]}
    record = _record(rows, targets=("L1", "L2"), organs={"N1": "lung"})
    [course] = assess_record(record)
    entries = derive_ledger(record, course)
    sums = [(entry.target_sum, entry.target_sum_of_measured, str(entry.sum)) for entry in entries]
    assert sums == [
        (Length.from_mm(50), None, "62 mm"),
        (Length.from_mm(35), None, "45 mm"),
        (None, Length.from_mm(15), "at least 25 mm"),
    ]
    assert derive_ledger(record)[0].target_sum is None
    assert [line.label for line in entries[0].lines] == ["L1", "L2", "L3"]


# --- where a lesion stands -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "standings"),
    [
        (["20", "a", "a", "12"], "seen watched watched seen"),
        # A report seldom repeats that a vanished lesion is not there.
        (["20", "a", "", "ne"], "seen watched watched watched"),
        (["20", "", "ne", "18"], "seen missing missing seen"),
        (["", "", "new? 8", "new 11"], "not-yet not-yet perhaps-new seen"),
        (["", "nm", "new? 8", ""], "not-yet not-yet perhaps-new missing"),
        (["a", "a", "8"], "not-yet not-yet seen"),
        (["ne", "12"], "missing seen"),
        (["20", "t 34", "", "back 9"], "seen treated treated treated"),
        (["20", "t 34", "back 9", ""], "seen treated treated missing"),
        (["20", "t", "a"], "seen treated treated"),
        (["20", "m L2", "", "20"], "seen merged merged seen"),
        (["20", "p", "ts", "new 12"], "seen seen seen seen"),
    ],
)
def test_each_lesion_stands_in_one_place_at_each_exam(row: list[str], standings: str) -> None:
    entries = _ledger({"L1": row, "L2": ["30"] * len(row)})
    assert " ".join(entry.lines[0].standing.replace(" ", "-") for entry in entries) == standings


def test_a_watched_lesion_says_since_when_and_when_it_was_last_seen() -> None:
    entries = _ledger({"L1": ["20", "12", "a", "a", ""]})
    [line] = entries[4].standing(Standing.WATCHED)
    assert (line.since, line.last_seen, line.said) == (DAYS[2], DAYS[1], None)


def test_a_missing_lesion_says_since_when_nothing_is_known_and_why() -> None:
    entries = _ledger({"L1": ["20", "", "ne"]})
    [line] = entries[2].missing
    assert (line.since, line.last_seen, line.reason) == (DAYS[1], DAYS[0], "motion")


def test_a_lesion_seen_in_retrospect_is_missing_between_and_not_unknown() -> None:
    entries = _ledger({"L1": ["30", "30", "30"], "L2": ["", "", "new 9"]}, first_seen={"L2": DAYS[1]})
    assert [entry.lines[1].standing for entry in entries] == [Standing.NOT_YET, Standing.MISSING, Standing.SEEN]


def _treatment(kind: TreatmentKind, on: date, *labels: str, **more: Any) -> Treatment:
    return Treatment(1, str(kind), kind, on, on, lesions=labels, **more)


@pytest.mark.parametrize(
    ("kind", "row", "standing"),
    [
        (TreatmentKind.ABLATION, ["20", "", ""], Standing.TREATED),
        (TreatmentKind.RESECTION, ["20", "a", ""], Standing.TREATED),
        # Behind these a lesion is still measured, and what is not mentioned is missing.
        (TreatmentKind.TACE, ["20", "", ""], Standing.MISSING),
        (TreatmentKind.SIRT, ["20", "18", "17"], Standing.SEEN),
        (TreatmentKind.SIRT, ["20", "a", "a"], Standing.WATCHED),
        # Measured again without a word of treatment: it is tumour size, and the treatment is named beside it.
        (TreatmentKind.ABLATION, ["20", "", "12"], Standing.SEEN),
    ],
)
def test_a_local_treatment_of_the_record_stands_beside_its_lesion(
    kind: TreatmentKind, row: list[str], standing: Standing
) -> None:
    done = _treatment(kind, date(2026, 2, 1), "L1")
    entries = _ledger({"L1": row, "L2": ["30"] * 3}, treatments=(done,))
    line = entries[2].lines[0]
    assert (line.standing, line.treatment) == (standing, LocalTreatment(str(kind), date(2026, 2, 1)))
    assert entries[0].lines[0].treatment is None


def test_a_planned_treatment_and_one_of_another_lesion_change_nothing() -> None:
    planned = _treatment(TreatmentKind.ABLATION, date(2026, 2, 1), "L1", planned=True)
    other = _treatment(TreatmentKind.ABLATION, date(2026, 2, 1), "L2")
    entries = _ledger({"L1": ["20", ""], "L2": ["30", "t"]}, treatments=(planned, other))
    assert [line.standing for line in entries[1].lines] == [Standing.MISSING, Standing.TREATED]


def test_a_recurrence_at_a_treated_site_is_said_and_counts_once_it_is_certain() -> None:
    entries = _ledger({"L1": ["20", "t 34", "back? 9", "back 11"]})
    said = [(line.standing, line.recurrence, line.is_there) for entry in entries for line in entry.lines]
    assert said == [
        (Standing.SEEN, None, True),
        (Standing.TREATED, None, False),
        (Standing.TREATED, Certainty.EQUIVOCAL, False),
        (Standing.TREATED, Certainty.UNEQUIVOCAL, True),
    ]
    assert [str(entry.sum) for entry in entries] == ["20 mm", "0 mm", "0 mm", "11 mm"]


# --- by segment ----------------------------------------------------------------------------------------------------


def test_a_lesion_in_two_segments_has_a_group_of_its_own_and_counts_once() -> None:
    segments = {
        "L1": (Segment.VII, Segment.VIII), "L2": (Segment.VII,), "L3": (Segment.VII,), "L4": (), "L5": (Segment.II,),
    }  # fmt: skip
    rows = {"L1": ["40"], "L2": ["20"], "L3": ["<5"], "L4": ["9"], "L5": ["a"]}
    [entry] = _ledger(rows, segments=segments)
    assert [(one.segments, one.labels, str(one.count), str(one.sum)) for one in entry.segments] == [
        ("VII/VIII", ("L1",), "1", "40 mm"),
        ("VII", ("L2", "L3"), "2", "20 to 25 mm"),
        ("liver", ("L4",), "1", "9 mm"),
    ]


ENTRIES = st.sampled_from(
    ["23", "7.5", "<5", "<10", ">12", "~30", "a", "ts", "p", "nm", "ne", "14+9", "t", "t 30", "back 9", "back?", "", "new? 8", "new 8"]
)  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> PatientRecord:
    """One to five lesions over one to five exams, with treatments and stated counts."""
    length = draw(st.integers(1, 5))
    labels = [f"L{at + 1}" for at in range(draw(st.integers(1, 5)))]
    rows = {label: draw(st.lists(ENTRIES, min_size=length, max_size=length)) for label in labels}
    kinds = st.sampled_from([TreatmentKind.ABLATION, TreatmentKind.RESECTION, TreatmentKind.SIRT])
    treatments = [
        Treatment(at, "treatment", draw(kinds), draw(st.sampled_from(DAYS)), lesions=(draw(st.sampled_from(labels)),))
        for at in range(draw(st.integers(0, 2)))
    ]
    count = st.builds(StatedCount, st.sampled_from([CountKind.EXACT, CountKind.AT_LEAST]), st.integers(0, 9))
    several = st.sampled_from([StatedCount(CountKind.MULTIPLE), StatedCount(CountKind.INNUMERABLE)])
    counts = draw(st.lists(st.none() | count | several, min_size=length, max_size=length))
    segments = {label: tuple(draw(st.lists(st.sampled_from(Segment), unique=True, max_size=2))) for label in labels}
    return _record(rows, treatments=tuple(treatments), counts=counts, segments=segments)


@given(records())
def test_every_lesion_stands_once_and_the_segments_add_up(record: PatientRecord) -> None:
    entries = derive_ledger(record)
    assert [entry.exam_id for entry in entries] == [exam.id for exam in record.exams]
    for entry in entries:
        assert [line.label for line in entry.lines] == [lesion.label for lesion in record.lesions]
        assert sum(len(entry.standing(standing)) for standing in Standing) == len(entry.lines)
        grouped = [label for group in entry.segments for label in group.labels]
        assert sorted(grouped) == sorted(line.label for line in (*entry.there, *entry.missing))
        assert add_bounds(group.sum for group in entry.segments) == entry.listed_sum


@given(records())
def test_what_is_missing_or_only_counted_never_makes_the_sum_smaller_in_silence(record: PatientRecord) -> None:
    for entry in derive_ledger(record):
        assert entry.sum.least == entry.listed_sum.least == entry.measured_sum.least
        if entry.missing or any(line.is_there and not line.is_measured for line in entry.lines):
            assert entry.sum.most is None
            assert not entry.sum.is_exact
        assert entry.count.highest is None or len(entry.there) <= entry.count.highest
