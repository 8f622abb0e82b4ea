"""The patient's page: plain words, one page, no outlook, and no comparison of scans that no clinician confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.education.readability import reading_grade
from tests.pictures.records import counts_only, record, simple, twelve_scans, two_courses
from tests.report.papers import HOSTILE, NOW, TODAY, read_paper
from tracker.domain.derivation import assess_record
from tracker.domain.record import Confirmation, PatientRecord, StatedCount
from tracker.domain.vocabulary import CountKind, Response
from tracker.education.shapes import PATIENT_CLOSING
from tracker.report.patient_page import Contacts, patient_data, render_patient_page, words_of

RECORDS = {
    "two courses": two_courses(),
    "twelve scans": twelve_scans(),
    "one scan": simple([40]),
    "smaller": simple([40, 20]),
    "larger": simple([40, 60]),
    "innumerable": counts_only([StatedCount(CountKind.INNUMERABLE), StatedCount(CountKind.AT_LEAST, 20)]),
    "no scan": record((), ()),
}
#: Words of outlook, advice or the trade; none belongs on a page for a patient.
FORBIDDEN = (
    "survival", "prognosis", "life expectancy", "median", "months to live", "should", "recommend", "RECIST", "nadir",
    "progression", "response", " PD", " SD", " PR ", "target", "%", "lesion",
)  # fmt: skip


def confirmed(patient: PatientRecord, response: Response | None = None) -> PatientRecord:
    """The record with the newest response confirmed by a named clinician, or overruled by ``response``."""
    course = assess_record(patient)[-1]
    row = course.assessment.time_points[-1]
    assert row.overall_response is not None
    said = Confirmation(
        1, course.course.plan.id, course.course.number, row.date, response or row.overall_response, "Dr M. Haas", NOW,
        "1", computed=row.overall_response,
    )  # fmt: skip
    return replace(patient, confirmations=(said,))


def seen(patient: PatientRecord) -> str:
    return " ".join(patient_data(patient, TODAY, NOW)["seen"])


@pytest.mark.parametrize("name", RECORDS)
def test_it_reads_at_grade_seven_or_below_and_holds_no_outlook(name: str) -> None:
    for patient in (RECORDS[name], *([confirmed(RECORDS[name])] if len(RECORDS[name].exams) > 1 else [])):
        words = words_of(patient_data(patient, TODAY, NOW))
        assert reading_grade(words) <= 7
        assert not [word for word in FORBIDDEN if word.casefold() in words.casefold()]
        assert words.endswith(PATIENT_CLOSING)
        assert words.count(PATIENT_CLOSING) == 1


@pytest.mark.parametrize("name", RECORDS)
def test_it_is_one_upright_page_by_the_standard_of_accessible_pdf(name: str) -> None:
    paper = read_paper(render_patient_page(RECORDS[name], TODAY, NOW))
    assert (paper.pages, paper.size_mm) == (1, (210, 297))
    assert (paper.is_tagged, paper.is_universal) == (True, True)
    assert "DEMO-017" in paper.text
    assert "SYNTHETIC" in paper.text
    assert paper.metadata["Title"] == "Your liver scans"
    assert "Get help now" in paper.text
    assert PATIENT_CLOSING in paper.text


def test_how_scans_compare_is_told_only_where_a_clinician_confirmed_it() -> None:
    for name in ("smaller", "larger", "two courses"):
        said = seen(RECORDS[name])
        assert "not signed off" in said
        assert "smaller" not in said
        assert "grew" not in said
    assert "smaller than at the start, on 8 January 2026" in seen(confirmed(RECORDS["smaller"]))
    assert "spots grew, or a new one came" in seen(confirmed(RECORDS["larger"]))
    assert "about the same as at the start" in seen(confirmed(simple([40, 38])))


def test_what_the_clinician_said_counts_where_it_overrules_the_arithmetic() -> None:
    assert "about the same" in seen(confirmed(RECORDS["larger"], Response.SD))


def test_a_confirmation_of_other_numbers_is_no_longer_told() -> None:
    patient = confirmed(simple([40, 20]))
    stale = replace(patient.confirmations[0], computed=Response.SD, response=Response.SD)
    assert "not signed off" in seen(replace(patient, confirmations=(stale,)))


def test_notes_that_tell_of_growth_or_of_a_new_spot_wait_for_a_clinician() -> None:
    patient = two_courses()
    waiting, told = (patient_data(one, TODAY, NOW)["notes"] for one in (patient, confirmed(patient)))
    assert not any("new" in note for note in waiting)
    assert any("new" in note for note in told)


@pytest.mark.parametrize(
    ("patient", "said"),
    [
        (RECORDS["one scan"], "There is one spot in the liver. The next scans will be held against this one."),
        (counts_only([StatedCount(CountKind.INNUMERABLE)]), "There are many spots in the liver."),
        (counts_only([StatedCount(CountKind.AT_LEAST, 20)]), "There are 20 spots in the liver, or more."),
        (RECORDS["twelve scans"], "Two spots from before do not show on this scan."),
        (RECORDS["two courses"], "One spot has had a treatment of its own."),
        (RECORDS["no scan"], ""),
    ],
)
def test_what_was_seen_is_said_in_counts(patient: PatientRecord, said: str) -> None:
    assert said in seen(patient)


def test_the_line_to_call_is_the_sites_or_a_line_to_write_on() -> None:
    with_phone = read_paper(
        render_patient_page(two_courses(), TODAY, NOW, Contacts("+49 30 1234567", "Cancer helpline 0800 1"))
    )
    assert "Call, day or night: +49 30 1234567" in with_phone.text
    assert "Someone to talk to while you wait: Cancer helpline 0800 1" in with_phone.text
    assert "Someone to talk to" not in read_paper(render_patient_page(two_courses(), TODAY, NOW)).text
    assert "Call, day or night:" in read_paper(render_patient_page(two_courses(), TODAY, NOW)).text


def test_an_identifier_of_any_letters_is_text_and_no_name_is_on_the_page() -> None:
    patient = two_courses()
    who = replace(patient.patient, identifier=HOSTILE[0], name="Erika Mustermann")
    paper = read_paper(render_patient_page(replace(patient, patient=who), TODAY, NOW))
    assert paper.pages == 1
    assert '#read("/etc/passwd")' in paper.text
    assert "Mustermann" not in paper.text + str(paper.metadata)
