"""Pictures of courses that are not judged by RECIST 1.1: their letters, looks, lines and what an iUPD waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.pictures.records import simple
from tracker.domain.assess import CRITERIA
from tracker.domain.derivation import assess_record
from tracker.domain.opinions import responses_of
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import Response
from tracker.pictures.answer import derive_answer
from tracker.pictures.board import derive_board
from tracker.pictures.criteria import FACES, face_of, offered
from tracker.pictures.shapes import Panel, Shape, Tone
from tracker.pictures.waterfall import BestChange, derive_waterfall
from tracker.pictures.why import Why, derive_why


def judged_by(criterion: str, patient: PatientRecord) -> PatientRecord:
    [course] = patient.courses
    return replace(patient, courses=(replace(course, plan=replace(course.plan, criterion=criterion)),))


def dense(criterion: str, sizes: Sequence[object], densities: Sequence[int]) -> PatientRecord:
    """One target with its attenuation at every scan."""
    patient = judged_by(criterion, simple(sizes))
    exams = []
    for exam, hu in zip(patient.exams, densities, strict=True):
        [seen] = exam.observations
        told = replace(seen, observation=replace(seen.observation, attenuation_hu=Decimal(hu)))
        exams.append(replace(exam, observations=(told,)))
    return replace(patient, exams=tuple(exams))


def sum_panel(patient: PatientRecord) -> Panel:
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    panel = board.panel("sum")
    assert panel is not None
    return panel


def why_of(patient: PatientRecord, row_at: int = -1) -> Why:
    courses = assess_record(patient)
    return derive_why(patient, courses, 0, row_at % len(courses[0].assessment.time_points))


@pytest.mark.parametrize(
    ("criterion", "lead"),
    [
        ("recist-1.1", "RECIST 1.1 arithmetic on entered data, course 1:"),
        ("irecist", "iRECIST (Seymour 2017) on entered data, course 1:"),
        ("choi", "Choi (2007) on entered data, course 1:"),
        ("modified-choi", "modified Choi (Nathan 2010) on entered data, course 1:"),
    ],
)
def test_the_answer_names_criterion_and_version(criterion: str, lead: str) -> None:
    answer = derive_answer(assess_record(judged_by(criterion, simple([60, 62]))))
    assert answer is not None
    assert answer.lead == lead


def turns(patient: PatientRecord) -> tuple[str, ...]:
    answer = derive_answer(assess_record(patient))
    assert answer is not None
    return answer.turns


def edge_words(panel: Panel) -> list[tuple[str, ...]]:
    return [tuple(line.text for line in label.lines) for label in panel.edge_labels]


def heights(panel: Panel, tone: Tone) -> list[float]:
    return [round(line.points[0][1], 1) for line in panel.lines if line.tone is tone]


def test_every_criterion_has_a_face_with_its_published_version() -> None:
    assert set(FACES) == set(CRITERIA)
    assert all(face.version == CRITERIA[key].version for key, face in FACES.items())
    assert [face.key for face in offered()] == ["recist-1.1", "irecist", "choi", "modified-choi"]
    assert face_of("irecist").title == "iRECIST (Seymour 2017)"
    assert face_of("choi").title == "Choi (2007)"
    assert face_of("recist-1.1").title == "RECIST 1.1"
    assert face_of("recist-1.1").with_source == "RECIST 1.1 (Eisenhauer 2009)"


@pytest.mark.parametrize("criterion", FACES)
def test_letters_of_one_criterion_never_share_tone_and_shape_with_another_meaning(criterion: str) -> None:
    looks = [(Tone.of(one), Shape.of(one)) for one in responses_of(criterion) if Shape.of(one) is not Shape.BAR]
    assert len(looks) == len(set(looks))


def test_an_iupd_is_no_pd_to_the_eye() -> None:
    assert Tone.of(Response.I_UPD) is Tone.UPD
    assert Shape.of(Response.I_UPD) is Shape.TRIANGLE_RIGHT
    assert (Tone.of(Response.I_CPD), Shape.of(Response.I_CPD)) == (Tone.PD, Shape.TRIANGLE_UP)
    assert (Tone.of(Response.PMR), Shape.of(Response.I_PR)) == (Tone.PR, Shape.TRIANGLE_DOWN)


def test_lines_of_choi_are_ten_percent() -> None:
    panel = sum_panel(dense("choi", [100, 96, 98], [80, 79, 80]))
    assert heights(panel, Tone.PR_LINE) == [-10.0]
    # 10 % above the nadir of 96 mm
    assert heights(panel, Tone.PD_LINE) == [5.6]
    assert edge_words(panel) == [
        ("+10 %, 105.6 mm", "from nadir", "unless −15 % HU"),
        ("−10 %, 90 mm", "from baseline", "or −15 % HU"),
    ]


def test_an_open_iupd_has_the_sum_that_confirms_it() -> None:
    panel = sum_panel(judged_by("irecist", simple([60, 74])))
    assert heights(panel, Tone.PR_LINE) == [-30.0]
    assert heights(panel, Tone.PD_LINE) == [20.0, 31.7]
    assert ("iCPD: 79 mm", "iUPD +5 mm") in edge_words(panel)


def test_after_a_void_iupd_the_line_from_the_nadir_goes_on() -> None:
    patient = judged_by("irecist", simple([60, 74, 61]))
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    [track] = board.tracks
    assert track.was_void
    [line] = track.pd_lines
    assert (line.um, line.end) == (72_000, track.end)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([60, 74], "waits for the next scan, from 2 Apr 2026, best by 30 Apr 2026; 79 mm or more would confirm it."),
        ([60, 74, 75], "waits for the next scan, which can confirm it at any time; 79 mm or more would confirm it."),
    ],
)
def test_an_iupd_says_from_when_a_scan_confirms_it(sizes: list[object], said: str) -> None:
    assert turns(judged_by("irecist", simple(sizes)))[-1] == (
        f"Not a confirmed progression: the iUPD of 5 Mar 2026 {said}"
    )


def test_a_confirmed_and_a_void_iupd_wait_for_nothing() -> None:
    for sizes, word in (([60, 74, 79], "iCPD"), ([60, 74, 40], "void")):
        said = " ".join(turns(judged_by("irecist", simple(sizes))))
        assert "waits" not in said
        assert word in said


def test_growth_since_the_iupd_is_a_step_of_its_own() -> None:
    steps = {step.name: step for step in why_of(judged_by("irecist", simple([60, 74, 79]))).steps}
    assert (steps["From the iUPD"].how, steps["From the iUPD"].result, steps["From the iUPD"].met) == (
        "79 − 74",
        "+5 mm",
        True,
    )
    assert "From the iUPD" not in {step.name for step in why_of(judged_by("irecist", simple([60, 74]))).steps}


def test_attenuation_is_a_step_where_it_decides() -> None:
    steps = {step.name: step for step in why_of(dense("choi", [100, 102], [80, 60])).steps}
    attenuation = steps["Attenuation"]
    assert (attenuation.how, attenuation.result, attenuation.met) == ("60 HU, baseline 80 HU", "−25.0 %", True)
    assert attenuation.needs == "or PR at −15 % or less"
    assert "Attenuation" not in {step.name for step in why_of(simple([100, 102])).steps}
    missing = {step.name: step for step in why_of(judged_by("choi", simple([100, 102]))).steps}
    assert missing["Attenuation"].result == "not evaluable"


def test_where_a_setting_decides_it_is_said_by_the_domain() -> None:
    kept = why_of(simple([100, 70, 80]))
    said = kept.depends_on
    assert said.startswith("PR under the EORTC reading (PR goes on until PD); SD if each visit is judged alone")
    assert not any("judged alone" in text for text in kept.would_change)
    assert why_of(simple([100, 70, 80]), 0).depends_on == ""
    assert why_of(simple([100, 110, 112])).depends_on == ""


def test_the_waterfall_has_the_line_of_its_criterion() -> None:
    changes = [
        BestChange(1, "P-001", 1, Decimal("-12.0"), Response.PR),
        BestChange(2, "P-002", 1, Decimal("3"), Response.SD),
    ]
    choi = derive_waterfall(changes, "choi")
    assert choi.line == -10
    assert "1 reached −10 % or less" in choi.sentence
    assert choi.bars[1].text.endswith("best response PR by Choi (2007)")
    assert derive_waterfall(changes, "irecist").line == -30
    metabolic = derive_waterfall(changes, "percist-1.0")
    assert metabolic.line is None
    assert "reached" not in metabolic.sentence


def test_a_course_by_uptake_has_no_lines_and_says_so() -> None:
    patient = judged_by("percist-1.0", simple([100, 70]))
    board = derive_board(patient, assess_record(patient))
    assert board is not None
    assert board.panel("sum") is None
    answer = derive_answer(assess_record(patient))
    assert answer is not None
    assert answer.response is Response.NE
    assert "target is missing" not in answer.text
    assert why_of(patient).steps == ()
    assert date(2026, 3, 5) in [track.rows[-1].date for track in board.tracks]
