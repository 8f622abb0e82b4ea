"""HL7 v2 ORU^R01 files of both dialects to reports. The samples are others' files, read where they lie."""

from __future__ import annotations

import base64
from datetime import date

import pytest

from tests.exchange.messages import LINES, PID, header, message, order, pdf, text_result
from tests.support.require import shared_folder
from tracker.domain.drafts import ReportDraft
from tracker.domain.vocabulary import Modality, ReportStatus
from tracker.errors import InputError
from tracker.exchange.hl7v2 import read_messages
from tracker.exchange.hl7v2.blocks import MOST_MESSAGES
from tracker.exchange.hl7v2.fields import read_date, unescape


def only(data: bytes) -> ReportDraft:
    read = read_messages(data, "in.hl7")
    assert read.problems == ()
    (report,) = read.reports
    return report


#: Files another project wrote (two dialects): file, identifier, accession, modality, date of the exam, of the report, status.
SAMPLES = [
    ("19960720_00", "ABC451172", "7795083485", Modality.PET_MR, date(1996, 7, 15), date(1996, 7, 20), "preliminary"),
    ("19990421_00", "ABC451172", "7795083484", Modality.US, None, date(1999, 4, 21), "preliminary"),
    ("20030627_00", "ABC451134", "7795083334", Modality.PET_CT, None, date(2003, 6, 27), "preliminary"),
    ("20140314_00", "ABC451091", "7795083163", Modality.PET_CT, date(2014, 3, 10), date(2014, 3, 14), "final"),
    ("20151117_00", "ABC451185", "7795083538", Modality.MR, date(2015, 11, 15), date(2015, 11, 17), "final"),
    ("20220916_00", "ABC451029", "7795082916", Modality.PET_MR, date(2022, 9, 16), date(2022, 9, 16), "final"),
    ("20250814_05", "ABC1234332", "620943132", Modality.US, None, date(2025, 8, 14), "preliminary"),
    ("20250814_17", "ABC1234330", "620943127", Modality.XR, None, date(2025, 8, 14), "preliminary"),
]


@pytest.mark.shared
@pytest.mark.parametrize(("name", "identifier", "accession", "modality", "performed", "reported", "status"), SAMPLES)
def test_a_file_of_a_radiology_system_says_who_what_when_and_how_far(
    name: str, identifier: str, accession: str, modality: Modality, performed: date | None, reported: date, status: str
) -> None:
    report = only((shared_folder("samples") / "hl7v2" / f"{name}.hl7").read_bytes())
    assert (report.authority, report.identifier) == ("ABC", identifier)
    assert (report.accession_authority, report.accession) == ("ABCHOSP", accession)
    assert (report.modality, report.performed_on, report.reported_on) == (modality, performed, reported)
    assert str(report.status) == status
    assert report.control_id is not None
    assert report.control_id.startswith("2.25.")
    assert (performed is None) == any("OBR-7" in finding for finding in report.findings)


@pytest.mark.shared
def test_a_block_that_is_no_message_is_named_and_the_good_ones_beside_it_are_kept() -> None:
    read = read_messages((shared_folder("samples") / "hl7v2" / "malformed.log").read_bytes(), "log")
    assert [problem.place for problem in read.problems] == ["log, block 1"]
    assert [report.identifier for report in read.reports] == ["ABC451103", "ABC451123"]


@pytest.mark.shared
def test_a_result_of_a_laboratory_is_ignored_by_name() -> None:
    read = read_messages((shared_folder("samples") / "hl7v2" / "lab-oru-to-ignore.hl7").read_bytes(), "lab.hl7")
    assert (read.reports, read.problems, read.ignored) == ((), (), 1)


def test_the_text_stands_line_by_line_as_it_was_sent() -> None:
    assert only(message()).report_text == "\n".join(LINES)


def test_one_line_a_segment_gives_the_same_text_and_parts_get_the_heading_they_lack() -> None:
    lines = [f"OBX|{at}|ST|&GDT|1|{line}||||||Final" for at, line in enumerate(LINES[:2], start=1)]
    report = only(message(header(), PID, order(status="Final"), *lines, "OBX|3|ST|&IMP|2|Partial response.||||||Final"))
    assert report.report_text == "\n".join(LINES)


@pytest.mark.parametrize(
    ("sent", "status", "cancelled"),
    [
        ("P", ReportStatus.PRELIMINARY, False),
        ("R", ReportStatus.PRELIMINARY, False),
        ("Prelim", ReportStatus.PRELIMINARY, False),
        ("Wet Read", ReportStatus.PRELIMINARY, False),
        ("F", ReportStatus.FINAL, False),
        ("Final", ReportStatus.FINAL, False),
        ("C", ReportStatus.CORRECTED, False),
        ("Addendum", ReportStatus.CORRECTED, False),
        ("X", ReportStatus.CORRECTED, True),
        ("W", ReportStatus.CORRECTED, True),
    ],
)
def test_the_status_is_read_in_letters_and_in_words(sent: str, status: ReportStatus, cancelled: bool) -> None:
    report = only(message(header(), PID, order(status=sent), text_result()))
    assert (report.status, report.cancelled) == (status, cancelled)


def test_without_a_status_of_the_order_that_of_the_result_counts() -> None:
    assert only(message(header(), PID, order(status=""), text_result(status="C"))).status is ReportStatus.CORRECTED


@pytest.mark.parametrize("sent", ["", "ZZ"])
def test_a_status_that_is_missing_or_unknown_is_the_weakest_and_says_so(sent: str) -> None:
    report = only(message(header(), PID, order(status=sent), text_result(status="")))
    assert report.status is ReportStatus.PRELIMINARY
    assert any("status" in finding for finding in report.findings)


@pytest.mark.parametrize(
    ("code", "section", "text", "modality"),
    [
        ("CTABD^CT ABDOMEN WITH CONTRAST", "CT", LINES, Modality.CT),
        ("CTABD^PETCT AC+NAC ABDOMEN", "CT", LINES, Modality.PET_CT),
        ("NM123^FDG PET-CT WHOLE BODY", "CT", LINES, Modality.PET_CT),
        ("CTABD^ABDOMEN", "CT", ("EXAMINATION: FDG PET/CT skull base to thigh", *LINES), Modality.PET_CT),
        ("MABDOMENWO^ MR ABD WO", "", LINES, Modality.MR),
        ("MRI1133^1133 MRI W WO ABDOMEN", "MRI", LINES, Modality.MR),
        ("IMG1^LIVER", "NMR", LINES, Modality.MR),
        ("IMG2816^US ABDOMEN LIMITED", "US", LINES, Modality.US),
        ("IMG1^LIVER", "CT", LINES, Modality.CT),
        ("IMG1^LIVER", "", ("EXAMINATION: CT abdomen", "Compared with the PET/CT of May.", *LINES), Modality.CT),
        ("IMG1^LIVER", "IMG", LINES, None),
    ],
)
def test_a_pet_ct_coded_as_ct_is_a_pet_ct(
    code: str, section: str, text: tuple[str, ...], modality: Modality | None
) -> None:
    assert only(message(header(), PID, order(code=code, section=section), text_result(text))).modality is modality


@pytest.mark.parametrize("sent", ["", "2026", "202603", "20261340"])
def test_an_exam_without_a_full_date_of_its_own_keeps_none(sent: str) -> None:
    report = only(message(header(), PID, order(performed=sent), text_result()))
    assert report.performed_on is None
    assert report.reported_on == date(2026, 3, 5)


def test_all_identifiers_come_along_and_the_medical_record_number_is_first() -> None:
    pid = "PID|1||E99^^^OTHER^PI~4711^^^HOSP^MR~5^^^HOSP^VN~^^^HOSP^MR||X^Y"
    report = only(message(header(), pid, order(), text_result()))
    assert report.identifiers == (("HOSP", "4711"), ("OTHER", "E99"))


def test_a_message_without_an_identifier_says_so() -> None:
    report = only(message(header(), "PID|1||||SYNTHETIC^PATIENT", order(), text_result()))
    assert report.identifier is None
    assert any("PID-3" in finding for finding in report.findings)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("a\\.br\\b", "a\nb"),
        ("5 \\T\\ 6 \\F\\ \\S\\ \\R\\ \\E\\", "5 & 6 | ^ ~ \\"),
        ("\\H\\bold\\N\\", "bold"),
        ("\\XC3B6\\", "ö"),
        ("\\X0D0A\\x", "\n\nx"),
        ("L1\\L2", "L1\\L2"),
        ("\\.sp2\\x", "\nx"),
    ],
)
def test_escapes_are_resolved(sent: str, read: str) -> None:
    assert unescape(sent) == read


def test_a_caret_and_an_ampersand_in_prose_stay() -> None:
    assert (
        only(message(header(), PID, order(), text_result(("size 2^3 R&D 23 mm",)))).report_text == "size 2^3 R&D 23 mm"
    )


@pytest.mark.parametrize(
    ("frame", "count"),
    [
        ("{one}\r{two}", 2),
        ("{one}\r\n\r\n{two}\r\n", 2),
        ("\x0b{one}\x1c\r\x0b{two}\x1c\r", 2),
        ("FHS|^~\\&|x\rBHS|^~\\&|x\r{one}\r{two}\rBTS|2\rFTS|1\r", 2),
        ("12:00|INFO\n<SB>\n{one}<R>\n<EB><R>\n12:01|INFO\n<SB>\n{two}<R>\n<EB>", 2),
    ],
)
def test_messages_are_found_in_whatever_frame_they_come(frame: str, count: int) -> None:
    one = message().decode().replace("\r", "<R>\n" if "<SB>" in frame else "\r")
    two = one.replace("|C1|", "|C2|")
    read = read_messages(frame.format(one=one, two=two).encode(), "in.hl7")
    assert read.problems == ()
    assert [report.control_id for report in read.reports] == ["C1", "C2"]
    assert len({report.report_text for report in read.reports}) == 1
    assert len(read.reports) == count


def test_a_message_with_separators_of_its_own_is_read_and_the_usual_ones_are_letters_in_it() -> None:
    own = message(header(), PID, order(), text_result(("size 23 mm", "two"))).decode()
    own = own.translate(str.maketrans("|^~\\&", "#!*%$")).replace("size", "size ^ | &")
    assert only(own.encode()).report_text == "size ^ | & 23 mm\ntwo"


def test_prose_whose_lines_were_broken_inside_the_message_is_joined_and_said() -> None:
    broken = message(header(), PID, order(), "OBX|1|TX|1||FINDINGS:\rSegment VII 23 mm.||||||F")
    report = only(broken)
    assert "Segment VII 23 mm." in report.report_text
    assert any("broken" in finding for finding in report.findings)


def test_two_orders_of_one_message_are_two_reports_with_ids_of_their_own() -> None:
    second = order(accession="ACC2", code="CTCHEST^CT CHEST")
    read = read_messages(
        message(header(), PID, order(), text_result(), second, text_result(("Lungs clear.",))), "in.hl7"
    )
    assert [(one.accession, one.control_id) for one in read.reports] == [("ACC1", "C1"), ("ACC2", "C1#2")]


def test_an_order_without_prose_beside_one_with_it_is_no_report() -> None:
    assert only(message(header(), PID, order(), text_result(), order(accession="ACC2"))).accession == "ACC1"


def test_a_pdf_in_a_message_gives_its_text() -> None:
    document = f"OBX|1|ED|PDF||RIS^application^pdf^Base64^{base64.b64encode(pdf()).decode()}||||||F"
    assert "Segment VII metastasis 23 mm" in only(message(header(), PID, order(), document)).report_text


def test_a_damaged_document_in_a_message_is_refused_by_its_place() -> None:
    document = "OBX|1|ED|PDF||RIS^application^pdf^Base64^####||||||F"
    read = read_messages(message(header(), PID, order(), document), "in.hl7")
    assert read.reports == ()
    assert "in.hl7: the document in the message is damaged" in str(read.problems[0])


def test_letters_of_windows_are_read_and_said() -> None:
    data = message(header(), PID, order(), text_result(("Leber: größer, 23 mm",))).decode().encode("cp1252")
    report = only(data)
    assert "größer" in report.report_text
    assert any("Windows-1252" in finding for finding in report.findings)


def test_the_character_set_that_the_message_names_is_taken() -> None:
    data = message(header(charset="8859/1"), PID, order(), text_result(("größer",))).decode().encode("latin-1")
    report = only(data)
    assert report.report_text == "größer"
    assert report.findings == ()


@pytest.mark.parametrize("kind", ["ADT^A08", "ACK", "ORM^O01"])
def test_a_message_of_another_kind_is_ignored_by_name(kind: str) -> None:
    read = read_messages(message(header(kind=kind), PID), "in.hl7")
    assert (read.reports, read.problems, read.ignored) == ((), (), 1)


@pytest.mark.parametrize(
    "data", [b"MSH", b"MSH|", b"MSH|^~\\&", b"MSH|^~\\&|RIS|HOSP|||2026||ORU^R01|1|P|2.5", b"\x0b\x1c\r", b"MSHx"]
)
def test_a_stump_of_a_message_is_refused_and_never_a_crash(data: bytes) -> None:
    read = read_messages(data, "in.hl7")
    assert read.reports == ()
    assert read.problems or read.remarks


def test_too_many_messages_in_a_file_are_refused() -> None:
    with pytest.raises(InputError, match="more than"):
        read_messages(b"MSH|^~\\&|x\r" * (MOST_MESSAGES + 1), "in.hl7")


def test_no_problem_quotes_the_name_of_a_patient() -> None:
    data = message(
        header(), PID.replace("4711^^^HOSP^MR~E99^^^OTHER^PI", ""), order(performed="", status="Q"), text_result()
    )
    read = read_messages(b"nonsense\n\n" + data, "in.hl7")
    said = " ".join(
        [*map(str, read.problems), *map(str, read.remarks), *(f for one in read.reports for f in one.findings)]
    )
    assert said
    assert "SYNTHETIC" not in said


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("20260302", date(2026, 3, 2)),
        ("20260302101500.1234+0100", date(2026, 3, 2)),
        ("19380330000000", date(1938, 3, 30)),
        ("20260230", None),
        ("2 March", None),
    ],
)
def test_a_time_stamp_gives_its_day(sent: str, day: date | None) -> None:
    assert read_date(sent) == day


OTHERS = "PID|1||0815^^^HOSP^MR"


def reads(data: bytes | str) -> tuple[list[tuple[str | None, str | None, str]], int]:
    """Identifier, message number and text of each report of a file; and the number of problems."""
    read = read_messages(data.encode() if isinstance(data, str) else data, "in.hl7")
    return [(one.identifier, one.control_id, one.report_text) for one in read.reports], len(read.problems)


@pytest.mark.parametrize("damage", [("MSH|", "XSH|"), ("MSH|", "SH|"), ("MSH|^~\\&|", "")])
def test_a_message_whose_head_is_damaged_never_runs_into_the_one_before(damage: tuple[str, str]) -> None:
    """Else the report of one patient would stand under the name of another."""
    one = message(header(), PID, order(), text_result(("Of the first.",))).decode()
    two = message(header("C2"), OTHERS, order("ACC2"), text_result(("Of the second.",))).decode().replace(*damage)
    three = message(header("C3"), PID, order("ACC3"), text_result(("Of the third.",))).decode()
    assert reads("\r".join((one, two, three))) == (
        [("4711", "C1", "Of the first."), ("4711", "C3", "Of the third.")],
        1,
    )


def test_a_segment_of_the_site_that_speaks_of_messages_is_no_damaged_head() -> None:
    assert reads(message(header(), PID, order(), "ZMS|1|ORU^R01^SENT", text_result(("Kept.",))))[0][0][2] == "Kept."


def test_orders_belong_to_the_patient_above_them() -> None:
    """HL7 v2.5.1, ORU^R01: the group of patient and results may repeat."""
    second = (OTHERS, order("ACC2"), text_result(("Of the second.",)))
    read = read_messages(message(header(), PID, order(), text_result(), *second), "in.hl7")
    assert [one.identifier for one in read.reports] == ["4711", "0815"]
    assert [any("several patients" in finding for finding in one.findings) for one in read.reports] == [False, True]


@pytest.mark.parametrize("frame", ["\x0b{one}\x1c\r{two}", "{one}\r\x0b{two}\x1c\r", "<SB>\n{one}<EB>\n{two}\n"])
def test_a_message_outside_of_the_frames_is_read_as_well(frame: str) -> None:
    one, two = message().decode(), message(header("C2"), PID, order("ACC2"), text_result()).decode()
    assert [control for _, control, _ in reads(frame.format(one=one, two=two))[0]] == ["C1", "C2"]


@pytest.mark.parametrize("mark", ["<SB>", "\x0b", "<EB>", "\x1c"])
def test_a_mark_of_frames_within_the_prose_is_a_letter_of_it(mark: str) -> None:
    found, problems = reads(message(header(), PID, order(), text_result((f"Segment VII {mark} 23 mm", "Stable."))))
    assert (found, problems) == ([("4711", "C1", f"Segment VII {mark} 23 mm\nStable.")], 0)


def test_each_message_of_a_file_has_its_own_letters() -> None:
    one = message(header(), PID, order(), text_result(("größer",)))
    two = message(header("C2", charset="8859/1"), PID, order("A2"), text_result(("größer",))).decode().encode("latin-1")
    assert [text for _, _, text in reads(one + b"\r" + two)[0]] == ["größer", "größer"]


@pytest.mark.parametrize("nothing", ["\0", "\\X00\\"])
def test_a_letter_that_is_none_is_left_out(nothing: str) -> None:
    patient = f"PID|1||47{nothing}11^^^HOSP^MR"
    assert reads(message(header(), patient, order(), text_result((f"23{nothing} mm",)))) == (
        [("4711", "C1", "23 mm")],
        0,
    )


@pytest.mark.parametrize("status", ["X", "D", "W", "Cancelled"])
@pytest.mark.parametrize("results", [(), ("OBX|1|TX|1||||||||X",), ('OBX|1|TX|1||""||||||X',)])
def test_a_report_is_taken_back_without_its_text(status: str, results: tuple[str, ...]) -> None:
    report = only(message(header(), PID, order(status=status), *results))
    assert (report.cancelled, report.accession) == (True, "ACC1")


def test_one_part_that_was_deleted_takes_back_no_report() -> None:
    report = only(message(header(), PID, order(status=""), text_result(("Old.",), "D"), text_result(("New.",), "F")))
    assert (report.status, report.cancelled) == (ReportStatus.FINAL, False)


def test_an_order_of_a_laboratory_that_is_taken_back_is_ignored() -> None:
    read = read_messages(message(header(), PID, order(section="LAB", status="X")), "in.hl7")
    assert (read.reports, read.ignored) == ((), 1)


@pytest.mark.parametrize("long", ["control", "accession", "identifier"])
def test_a_number_longer_than_any_is_refused_and_not_quoted(long: str) -> None:
    """An index of PostgreSQL takes 2,704 bytes: what is longer would keep the whole folder waiting."""
    number = {name: "9" * 5000 if name == long else name for name in ("control", "accession", "identifier")}
    patient = f"PID|1||{number['identifier']}^^^HOSP^MR"
    read = read_messages(
        message(header(number["control"]), patient, order(number["accession"]), text_result()), "in.hl7"
    )
    assert (read.reports, len(read.problems)) == ((), 1)
    assert len(str(read.problems[0])) < 150
