"""The answer and its reasons: every percentage with its reference, nothing that looks confirmed, the hand calculation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.pictures.records import counts_only, course, exam, record, simple, twelve_scans, two_courses
from tracker.domain.assessment import Reason, Said
from tracker.domain.derivation import assess_record
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import Confirmation, PatientRecord, RecordedObservation, StatedCount
from tracker.domain.timeline import Settings
from tracker.domain.vocabulary import CountKind, Response, State
from tracker.pictures.answer import Answer, derive_answer
from tracker.pictures.badges import BadgeKind
from tracker.pictures.board import derive_board
from tracker.pictures.criteria import face_of
from tracker.pictures.sum_labels import pd_words
from tracker.pictures.tracks import Nadir, PdLine
from tracker.pictures.why import Why, derive_why


def answer_of(patient: PatientRecord) -> Answer:
    answer = derive_answer(assess_record(patient))
    assert answer is not None
    return answer


def why_of(patient: PatientRecord, course_at: int = 0, row_at: int = -1) -> Why:
    courses = assess_record(patient)
    return derive_why(patient, courses, course_at, row_at % len(courses[course_at].assessment.time_points))


@pytest.mark.parametrize(
    ("patient", "response", "text"),
    [
        (
            two_courses(),
            Response.SD,
            "60 mm, −8 % from baseline (28 May 2026), +7 % and 4 mm above the nadir (20 Aug 2026). "
            "Not yet confirmed by a clinician.",
        ),
        (
            twelve_scans(),
            Response.PD,
            "76 mm, −36 % from baseline (6 Mar 2025), +25 % and 15 mm above the nadir (5 Feb 2026). "
            "Not yet confirmed by a clinician.",
        ),
        (
            simple([100, 60]),
            Response.PR,
            "60 mm, −40 % from baseline (8 Jan 2026), new nadir. Not yet confirmed by a clinician.",
        ),
        (
            simple([100, 60, 50]),
            Response.PR,
            "50 mm, −50 % from baseline (8 Jan 2026), new nadir; previous nadir 60 mm on 5 Mar 2026. "
            "Not yet confirmed by a clinician.",
        ),
        (
            simple([100, 110]),
            Response.SD,
            "110 mm, +10 % from baseline (8 Jan 2026), which is the nadir. Not yet confirmed by a clinician.",
        ),
        (
            simple([100, 60, 60]),
            Response.PR,
            "60 mm, −40 % from baseline (8 Jan 2026), equal to the nadir (5 Mar 2026). Not yet confirmed by a clinician.",
        ),
        (
            simple([40, "absent", 6]),
            Response.PD,
            "6 mm, −85 % from baseline (8 Jan 2026), 6 mm above the nadir (5 Mar 2026). Not yet confirmed by a clinician.",
        ),
        (
            counts_only([StatedCount(CountKind.INNUMERABLE)] * 2),
            Response.NON_CR_NON_PD,
            "non-target disease only. No sum exists, so no percentage is shown. Not yet confirmed by a clinician.",
        ),
    ],
)
def test_the_answer_names_every_reference(patient: PatientRecord, response: Response, text: str) -> None:
    answer = answer_of(patient)
    assert answer.response is response
    assert answer.lead == f"RECIST 1.1 arithmetic on entered data, course {len(patient.courses)}:"
    assert answer.text == text


def test_one_scan_says_where_the_lines_will_be() -> None:
    answer = answer_of(simple([71]))
    assert answer.is_baseline
    assert answer.sentence == (
        "First scan of course 1. One target, 71 mm. PR would begin at 49.7 mm or less; PD at 85.2 mm or more, "
        "if this stays the nadir."
    )


def test_a_missing_target_is_named_and_gives_no_percentage() -> None:
    answer = answer_of(simple([100, "ne"]))
    assert answer.response is Response.NE
    assert "%" not in answer.text
    assert any("L1 (not evaluable: not imaged)" in turn for turn in answer.turns)


def test_what_could_turn_the_answer_stands_in_the_second_line() -> None:
    turns = answer_of(two_courses()).turns
    assert turns[0] == "One equivocal new lesion (L6): if new, PD, dated to the first scan that shows it."
    assert turns[1] == "1 non-target not evaluable at this scan: X1."


def test_a_progression_without_the_sum_says_what_makes_it() -> None:
    exams = [exam(1, date(2026, 1, 5), {"L1": 40}), exam(2, date(2026, 3, 2), {"L1": 20, "L2": "new 8"})]
    answer = answer_of(record(exams, [course(1, {"L1": "t"}, [[1], [2]], date(2026, 1, 5))]))
    assert answer.response is Response.PD
    assert "new lesion" in answer.text
    assert answer.turns[0] == "L2: unequivocal new lesion, first seen on 2 Mar 2026."


def test_stated_progression_is_named_beside_growth_of_the_targets() -> None:
    exams = [exam(1, date(2026, 1, 5), {"L1": 40, "L2": 9}), exam(2, date(2026, 3, 2), {"L1": 60, "L2": "worse"})]
    answer = answer_of(record(exams, [course(1, {"L1": "t", "L2": "n"}, [[1], [2]], date(2026, 1, 5))]))
    assert answer.turns[0] == "Unequivocal progression of non-target disease was stated: L2."


def test_targets_that_merged_are_flagged_and_said_in_their_place() -> None:
    days = (date(2026, 1, 5), date(2026, 3, 2))
    exams = [exam(1, days[0], {"L1": 30, "L2": 20, "L3": 12}), exam(2, days[1], {"L1": 52, "L3": "absent"})]
    merged = RecordedObservation("L2", Observation(State.MERGED, into="L1"))
    exams[1] = replace(exams[1], observations=(*exams[1].observations, merged))
    patient = record(exams, [course(1, dict.fromkeys(("L1", "L2", "L3"), "t"), [[1], [2]], days[0])])
    assert any(turn.startswith("L2 has merged into L1: whether") for turn in answer_of(patient).turns)
    assert [row.values for row in why_of(patient).sums] == [
        ("30", "52"), ("20", "in L1"), ("12", "not seen"), ("62", "52")
    ]  # fmt: skip


def test_a_marker_that_holds_cr_back_is_said() -> None:
    patient = simple([40, "absent"])
    courses = assess_record(patient)
    [one] = courses
    first, last = one.assessment.time_points
    marker = Reason("recist11.overall.markers", "Eisenhauer 2009, 4.3.3", "A marker.")
    why_held = Said((*last.reasons, marker))
    held = last._replace(overall_response=Response.PR, strict_response=Response.PR, why=why_held)
    one = replace(one, assessment=replace(one.assessment, time_points=(first, held)))
    why = derive_why(patient, [one], 0, 1)
    said = "All targets are gone; the tumour marker holds CR back: stated normal, it would be CR."
    assert said in why.would_change
    assert said in why.answer.turns
    # nothing was a complete response, so the 5 mm of RECIST count again
    assert why.would_change[-1] == "At the next scan PD would begin at 5 mm."
    nadir = Nadir(Length(0), date(2026, 3, 5))
    lines = face_of("recist-1.1").lines
    assert lines is not None
    assert pd_words(PdLine(nadir, nadir.on, nadir.on, lines), beside="") == ("PD: 5 mm or more", "after 0 mm")
    assert why.ruler is None


def test_after_an_overall_cr_any_regrowth_is_pd() -> None:
    why = why_of(simple([40, "absent", 3]))
    assert why.answer.response is Response.PD
    assert next(step for step in why.steps if step.needs == "after CR any regrowth is PD").met
    assert why.would_change[0] == "After an overall complete response any target that is seen again is PD."
    assert why.ruler is None
    now = why_of(simple([40, "absent"])).would_change
    assert now[-1] == "At the next scan any target that is seen again would be PD."


def test_another_reading_of_a_kept_pr_is_said() -> None:
    turns = answer_of(simple([100, 70, 80])).turns
    assert "PR under the EORTC reading; SD if each visit is judged alone." in turns


def test_without_a_course_there_is_no_answer() -> None:
    assert derive_answer(assess_record(record([exam(1, date(2026, 1, 5), {"L1": 40})], []))) is None


def test_the_reasons_equal_the_hand_calculation() -> None:
    why = why_of(two_courses(), 0)
    assert why.title == "Why PD on 26 Mar 2026?"
    assert [column.note for column in why.columns] == ["baseline", "", "", "◇ nadir", "this scan"]
    assert [(row.label, row.values) for row in why.sums] == [
        ("L1", ("58", "45", "36", "27", "36")),
        ("L2", ("44", "34", "26", "19", "23")),
        ("Sum of targets", ("102", "79", "62", "46", "59")),
    ]
    steps = {(step.name, step.how): (step.result, step.met) for step in why.steps}
    assert steps[("From the nadir", "59 − 46")] == ("+13 mm", True)
    assert steps[("in percent", "13 ÷ 46")] == ("+28.3 %", True)
    assert steps[("From baseline", "(59 − 102) ÷ 102")] == ("−42.2 %", None)
    assert "recist11.target.pd" in {reason.rule for reason in why.reasons}
    assert all(reason.source for reason in why.reasons)


def test_the_reasons_say_how_far_the_lines_are() -> None:
    assert why_of(two_courses(), 1).would_change == (
        "At 67.2 mm or more (7.2 mm more) it would be PD (+20 % from the nadir).",
        "At 45.5 mm or less (14.5 mm less) the targets would be 30 % under the baseline.",
        "At the next scan PD would begin at 67.2 mm.",
    )
    assert why_of(two_courses(), 0).would_change[0] == "Under 55.2 mm (3.8 mm less) the targets would not be PD."
    assert "(+5 mm from the nadir)" in why_of(simple([20, 15, 16])).would_change[0]


def test_the_ruler_shows_whether_a_line_lies_inside_the_noise() -> None:
    ruler = why_of(two_courses(), 0).ruler
    assert ruler is not None
    assert ruler.noise == pytest.approx((53.2, 66.7), abs=0.05)
    assert ruler.sentence.endswith("The PD line lies inside it.")
    assert all(ruler.low <= place <= ruler.high for place in (ruler.now, ruler.nadir, ruler.pd, ruler.pr))
    assert why_of(simple([71])).ruler is None


def test_a_missing_value_is_said_in_its_place() -> None:
    why = why_of(simple([100, 70, "ne", 60]))
    assert why.sums[0].values == ("100", "70", "not evaluable: not imaged", "60")
    assert why.sums[1].values == ("100", "70", "not complete", "60")


def test_what_the_report_said_and_the_settings_stand_beside() -> None:
    patient = simple([100, 60])
    said = replace(patient.exams[1], reported_response="partial response")
    why = why_of(replace(patient, exams=(patient.exams[0], said)))
    assert why.reported == "“partial response”"
    assert "EORTC reading" in why.conventions
    exams = patient.exams
    strict = course(1, {"L1": "t"}, [[1], [2]], date(2026, 1, 8), Settings(sticky_pr=False))
    assert why_of(record(exams, [strict])).conventions.startswith("each visit is judged alone")


def confirmed(patient: PatientRecord, response: Response, computed: Response) -> PatientRecord:
    """The last scan of the first course, confirmed on version 2."""
    plan, on = patient.courses[0].plan, patient.exams[-1].performed_on
    moment = datetime(2026, 11, 24, tzinfo=UTC)
    one = Confirmation(1, plan.id, 1, on, response, "Dr Example", moment, "0.1.0", computed, patient_version=2)
    return replace(patient, confirmations=(one,))


def test_a_confirmed_response_is_said_to_be_and_filled() -> None:
    patient = confirmed(simple([100, 60]), Response.PR, Response.PR)
    courses = assess_record(patient)
    answer = derive_answer(courses, patient)
    assert answer is not None
    assert answer.kind == "confirmed"
    assert answer.text.endswith("Confirmed PR by Dr Example.")
    why = derive_why(patient, courses, 0, 1)
    assert why.opinions == "Computed PR · No response reported · Confirmed PR by Dr Example"
    assert why.differences == ()


def test_a_confirmation_that_no_longer_holds_leaves_the_badge_outlined() -> None:
    patient = confirmed(simple([100, 80]), Response.PR, Response.PR)
    courses = assess_record(patient)
    answer = derive_answer(courses, patient)
    assert answer is not None
    assert answer.kind == "computed"
    assert answer.text.endswith("Confirmed PR by Dr Example on version 2; now computes SD.")
    assert derive_why(patient, courses, 0, 1).differences == (
        "Confirmed PR by Dr Example on version 2; now computes SD: 20.0 % below the baseline of 100 mm. For the meeting.",
    )


def test_what_a_clinician_confirmed_otherwise_stands_beside_what_is_computed() -> None:
    patient = confirmed(simple([100, 80]), Response.PD, Response.SD)
    courses = assess_record(patient)
    answer = derive_answer(courses, patient)
    assert answer is not None
    assert (answer.response, answer.kind, answer.confirmed_otherwise) == (Response.SD, "computed", Response.PD)
    board = derive_board(patient, courses)
    assert board is not None
    [badge] = board.table.badges[-1]
    assert (badge.kind, badge.response, badge.beside) == (BadgeKind.CONFIRMED, Response.PD, Response.SD)
    assert badge.computed is Response.SD
    assert board.table.full.rows[-1][-1] == "SD, confirmed PD"


def test_the_panel_says_where_report_and_arithmetic_differ_and_how_steady_the_sum_is() -> None:
    patient = simple([100, 66])
    said = replace(patient.exams[1], reported_response="stable disease")
    why = why_of(replace(patient, exams=(patient.exams[0], said)))
    assert why.opinions == "Computed PR · Reported stable disease · Not confirmed"
    (differs,) = why.differences
    assert differs.startswith(
        "The report of 5 Mar 2026 calls this stable disease; the arithmetic on entered sizes is PR"
    )
    assert why.noise.endswith("cases or more (measurement alone; a lower bound).")
    baseline = derive_why(patient, assess_record(patient), 0, 0)
    assert (baseline.opinions, baseline.differences, baseline.noise) == ("", (), "")
    assert why_of(simple([100, "absent"])).noise == ""


def test_every_row_of_every_course_has_its_reasons() -> None:
    patient = two_courses()
    courses = assess_record(patient)
    for course_at, one in enumerate(courses):
        for row_at in range(len(one.assessment.time_points)):
            why = derive_why(patient, courses, course_at, row_at)
            assert why.title.startswith("Why " if row_at else "Baseline of ")
            assert [number for number, _ in why.exams] == list(one.exam_ids_by_row[row_at])
            assert why.reasons or row_at == 0
