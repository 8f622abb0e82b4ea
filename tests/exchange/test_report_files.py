"""Reports as text and PDF, and which kind of file a file is."""

from __future__ import annotations

import pytest

from tests.exchange.messages import LINES, message, pdf, pdf_of
from tests.exchange.workbooks import xlsx
from tracker.domain.vocabulary import Modality, ReportStatus
from tracker.errors import InputError
from tracker.exchange.pdf import MOST_PAGES, read_pdf_report, read_pdf_text
from tracker.exchange.report_text import read_report_file
from tracker.exchange.reports import MOST_LETTERS
from tracker.exchange.sniff import find_format

REPORT = "CT LIVER WITH CONTRAST\nPatient ID: 4711\nAccession No: A-12\nDate of exam: 2 March 2026\n\nFINDINGS: Segment VII 23 mm.\n"


def test_a_pdf_gives_its_text_layer_page_by_page() -> None:
    text = read_pdf_text(pdf(pages=2))
    assert text.splitlines()[: len(LINES)] == list(LINES)
    assert text.count(LINES[1]) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no pdf", "no PDF"),
        (b"%PDF-1.4 nonsense", "damaged"),
        (pdf(())[:300], "damaged"),
        (pdf(()), "only pictures"),
        (pdf(pages=MOST_PAGES + 1), "pages"),
    ],
)
def test_a_pdf_that_gives_no_text_is_refused_by_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_pdf_text(data)


def test_a_pdf_of_more_letters_than_a_report_has_is_refused() -> None:
    book = pdf_of(b"BT /F1 1 Tf 60 780 Td " + b"(abcdefghij) Tj 0 -1 Td " * 30_000 + b"ET", packed=True)
    with pytest.raises(InputError, match="more than 200000 letters"):
        read_pdf_text(book)


@pytest.mark.long
def test_a_pdf_that_unpacks_to_gigabytes_is_stopped() -> None:
    bomb = pdf_of(b"BT /F1 11 Tf 60 780 Td (aaaaaaaaaaaaaaaaaaaaaaaa) Tj ET " * 4_000_000, packed=True)
    assert len(bomb) < 2_000_000
    with pytest.raises(InputError, match=r"more|took|asks"):
        read_pdf_text(bomb)


def test_a_refused_pdf_is_named() -> None:
    with pytest.raises(InputError, match=r"^scan\.pdf: "):
        read_pdf_report(pdf(()), "scan.pdf")


def test_a_text_says_who_it_is_of_where_its_header_does() -> None:
    (report,) = read_report_file(REPORT.encode(), "r.txt").reports
    assert (report.identifier, report.authority, report.accession) == ("4711", None, "A-12")
    assert report.modality is Modality.CT
    assert report.performed_on is None
    assert report.report_text == REPORT


@pytest.mark.parametrize("label", ["Patient ID", "MRN", "Hospital number", "patient no.", "Medical record number"])
def test_the_labels_of_an_identifier(label: str) -> None:
    (report,) = read_report_file(f"{label}: AB/47-11\nCT abdomen. Liver clear.".encode(), "r.txt").reports
    assert report.identifier == "AB/47-11"


def test_prose_that_speaks_of_patients_names_no_identifier() -> None:
    (report,) = read_report_file(b"The patient number of lesions: several. Patient: old.", "r.txt").reports
    assert report.identifier is None
    assert report.findings == ("the text names no identifier of the patient",)


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("PRELIMINARY REPORT", ReportStatus.PRELIMINARY),
        ("Status: prelim", ReportStatus.PRELIMINARY),
        ("CORRECTED REPORT", ReportStatus.CORRECTED),
        ("ADDENDUM 3 March", ReportStatus.CORRECTED),
        ("FINAL REPORT", ReportStatus.FINAL),
        ("CT abdomen", ReportStatus.FINAL),
    ],
)
def test_the_status_that_a_text_names(head: str, status: ReportStatus) -> None:
    assert read_report_file(f"{head}\nLiver clear.".encode(), "r.txt").reports[0].status is status


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("größer".encode("latin-1"), "UTF-8"),
        (b"a\0b text", "no text"),
        (b"\x01\x02\x03\x04text", "no text"),
        (b"123 456", "no word"),
        (b"a" * (MOST_LETTERS + 1), "letters"),
    ],
)
def test_what_is_no_report_is_refused_by_name(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=rf"^r\.txt: .*{said}"):
        read_report_file(data, "r.txt")


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (message(), "in.hl7", "hl7"),
        (message(), "in.txt", "hl7"),
        (b"\x0b" + message() + b"\x1c\r", "in", "hl7"),
        (b"log\n<SB>\nMSH|^~\\&\n<EB>", "in.log", "hl7"),
        (b"FHS|^~\\&\rMSH|^~\\&", "batch", "hl7"),
        (pdf(), "r.pdf", "pdf"),
        (pdf(), "r.txt", "pdf"),
        (REPORT.encode(), "r.txt", "text"),
        (b"\xef\xbb\xbf" + REPORT.encode(), "r", "text"),
        (b"patient_id,exam_date,modality\n4711,2026-03-02,CT\n", "t.csv", "table"),
        (b"a;b;c\n1;2;3\n", "t", "table"),
        (b"Liver, spleen, kidneys normal.\nNo nodes, no fluid.\n", "r", "text"),
        (xlsx([["patient_id"], ["4711"]]), "t.xlsx", "table"),
        (xlsx([["patient_id"], ["4711"]]), "t", "table"),
    ],
)
def test_the_kind_of_a_file_is_found_by_what_it_holds(data: bytes, name: str, kind: str) -> None:
    assert find_format(data, name) == kind


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"{\\rtf1 text}", "RTF"),
        (b"PK\x03\x04 word/document.xml", "word processor"),
        (b"PK\x03\x04 a.txt", "archive"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\0" * 128 + b"DICM", "DICOM"),
        (b"\x7fELF", "program"),
        (b"abc\0def", "no text"),
        (b" " * 20_000_001, "20 MB"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_by_what_it_is(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=rf"^thing .*{said}"):
        find_format(data, "thing")
