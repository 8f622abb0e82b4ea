"""Reports by ``tracker import``, and what the command line does with those that wait."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tracker
from tests.exchange.messages import LINES, PID, header, message, order, pdf, text_result
from tests.exchange.tables import plain, table

BROKEN = b"this is no message"
LATER = ("Segment VII metastasis 22 mm.",)


@pytest.fixture
def ready(tracker: Tracker, home: Path) -> Tracker:
    """The command beside an empty database."""
    assert tracker("init").code == 0
    return tracker


def put(name: str, data: bytes) -> str:
    Path(name).write_bytes(data)
    return name


def report(control: str = "C1", **given: str) -> bytes:
    return message(header(control), PID, order(**given), text_result())


def framed(*bodies: bytes) -> bytes:
    """Messages as a listener frames them (MLLP)."""
    return b"".join(b"\x0b" + body + b"\x1c\r" for body in bodies)


def waiting(tracker: Tracker, state: str = "waiting") -> list[dict[str, object]]:
    items: list[dict[str, object]] = json.loads(tracker("review", "list", "--state", state, "--json").out)["items"]
    return items


def test_messages_text_and_pdf_wait_and_a_table_is_stored(ready: Tracker) -> None:
    files = (
        put("one.hl7", report()),
        put("two.txt", ("CT ABDOMEN\nPatient ID: 4711\n" + "\n".join(LINES)).encode()),
        put("three.pdf", pdf(("CT ABDOMEN", *LINES))),
        put("four.csv", table(*plain())),
    )
    outcome = ready("import", *files)
    assert (outcome.code, outcome.err) == (0, "")
    told = outcome.out.splitlines()
    assert told[:3] == ["one.hl7: staged 1", "two.txt: staged 1", "three.pdf: staged 1"]
    assert told[3].startswith("four.csv: stored: 1 patient")
    assert [item["kind"] for item in waiting(ready)] == ["hl7", "text", "pdf"]


def test_the_same_file_again_changes_nothing(ready: Tracker) -> None:
    ready("import", put("one.hl7", report()))
    before = waiting(ready, "all")
    again = ready("import", "one.hl7", put("copy.hl7", report()))
    assert (again.code, again.out) == (
        0,
        "one.hl7: staged 0, 1 already there\ncopy.hl7: staged 0, 1 already there\n",
    )
    assert waiting(ready, "all") == before


def test_a_damaged_block_is_named_and_the_others_are_staged(ready: Tracker) -> None:
    data = framed(report("1"), BROKEN, report("2", accession="ACC2"), report("3", accession="ACC3"))
    outcome = ready("import", put("log.hl7", data))
    assert (outcome.code, outcome.out) == (2, "log.hl7: staged 3, 1 block refused\n")
    (line,) = outcome.lines
    assert line.startswith("log.hl7, block 2: this is no HL7 message")
    assert len(waiting(ready)) == 3


def test_a_message_number_that_was_used_before_is_told(ready: Tracker) -> None:
    ready("import", put("one.hl7", report()))
    other = message(header(), PID, order("ACC9"), text_result(LATER))
    outcome = ready("import", put("two.hl7", other))
    assert (outcome.code, outcome.out) == (2, "two.hl7: staged 0, 1 block refused\n")
    assert "C1 came before with another report" in outcome.err


def test_a_later_status_supersedes(ready: Tracker) -> None:
    preliminary = report("1", status="P")
    final = message(header("2"), PID, order(), text_result(LATER))
    outcome = ready("import", put("p.hl7", preliminary), put("f.hl7", final))
    assert outcome.out.splitlines()[1] == "f.hl7: staged 1, 1 superseded"
    assert [(item["status"], item["state"]) for item in waiting(ready, "all")] == [
        ("preliminary", "superseded"),
        ("final", "waiting"),
    ]


def test_a_dry_run_stores_nothing(ready: Tracker) -> None:
    outcome = ready("import", "--dry-run", put("one.hl7", report()))
    assert outcome.out.splitlines()[0] == "one.hl7: would stage 1"
    assert waiting(ready) == []


def test_the_report_as_json(ready: Tracker) -> None:
    outcome = ready("import", "--json", put("log.hl7", framed(report(), BROKEN)), put("t.csv", table(*plain())))
    messages, stored = json.loads(outcome.out)["files"]
    assert (messages["format"], len(messages["new"]), messages["already"]) == ("hl7", 1, [])
    assert messages["problems"][0]["place"] == "log.hl7, block 2"
    assert (stored["format"], stored["patients_new"]) == ("table", 1)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("photo.png", b"\x89PNG\r\n\x1a\n....", "photo.png is a picture (PNG)"),
        ("empty.hl7", b"", "empty.hl7 is empty"),
        ("pack.zip", b"PK\x03\x04stuff", "pack.zip is an archive"),
        ("letter.docx", b"PK\x03\x04 word/document.xml", "letter.docx is a document of a word processor"),
        ("scan.pdf", pdf(()), "scan.pdf: the PDF has no text, only pictures"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(ready: Tracker, name: str, data: bytes, said: str) -> None:
    outcome = ready("import", put(name, data))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(said)
    assert "nothing of it was stored" in outcome.err


def test_a_format_that_is_named_is_believed(ready: Tracker) -> None:
    outcome = ready("import", "--format", "text", put("odd.csv", b"CT abdomen, liver, segment VII\nno, new, lesion\n"))
    assert outcome.out == "odd.csv: staged 1\n"


class TestReview:
    def test_a_report_is_matched_by_identifier_and_issuer(self, ready: Tracker) -> None:
        ready("import", put("t.csv", table(*plain())), put("one.hl7", report()))
        listed = ready("review", "list").out
        assert "not matched: 4711 of HOSP" in listed
        assert "SYNTHETIC" not in listed, "never by name, and no name is printed"

    def test_assign_refuse_and_reopen(self, ready: Tracker) -> None:
        ready("import", put("t.csv", table(*plain())), put("one.hl7", report()))
        (item,) = waiting(ready)
        number = str(item["id"])
        nobody = ready("review", "assign", number, "NOBODY", "--reason", "letter")
        assert (nobody.code, nobody.lines) == (2, ["there is no patient 'NOBODY'"])
        patient = str(plain()[0]["patient_id"])
        assert ready("review", "assign", number, patient, "--reason", " ").code == 2
        assert patient in ready("review", "assign", number, patient, "--reason", "letter").out
        assert "refused" in ready("review", "refuse", number, "--reason", "no liver").out
        assert waiting(ready) == []
        assert "No report waits." in ready("review", "list").out
        again = ready("review", "refuse", number, "--reason", "no liver")
        assert (again.code, len(again.lines)) == (2, 1)
        assert "waiting" in ready("review", "reopen", number, "--reason", "there is one").out


class TestPresets:
    """A mapping that a site saved by name."""

    TABLE = (
        b"Pat. no.;Study date;Kind;Les;Max;Radiologist\nP1;2026-01-05;CT;L1;32,5;Dr A\nP1;2026-03-02;CT;L1;20;Dr B\n"
    )
    COLUMNS = (
        "Pat. no.=patient_id",
        "Study date=exam_date",
        "Kind=modality",
        "Les=lesion_id",
        "Max=long_axis_mm",
        "Radiologist=",
    )

    def test_a_table_is_read_by_it(self, ready: Tracker) -> None:
        assert ready("preset", "save", "ours", *self.COLUMNS).out == "ours: saved\n"
        assert ready("preset", "save", "ours", *self.COLUMNS).out == "ours: saved already\n"
        outcome = ready("import", "--preset", "ours", put("ours.csv", self.TABLE))
        assert (outcome.code, outcome.err) == (0, "")
        assert "32.5" in ready("export", "-").out

    def test_it_is_listed_and_removed(self, ready: Tracker) -> None:
        ready("preset", "save", "ours", *self.COLUMNS)
        names = [one["name"] for one in json.loads(ready("preset", "list", "--json").out)["presets"]]
        assert names == ["pyrecist", "ours"]
        assert "  pat._no. = patient_id" in ready("preset", "list").out
        assert ready("preset", "remove", "ours").code == 0
        assert ready("preset", "remove", "ours").code == 2
        gone = ready("import", "--preset", "ours", put("ours.csv", self.TABLE))
        assert gone.lines == ["--preset: there is no preset 'ours'; known are: pyrecist"]

    @pytest.mark.parametrize(
        ("columns", "said"),
        [
            (("Size=size",), "'size' is no column"),
            (("Size",), "has no ="),
            (("Size=long_axis_mm", "Max=long_axis_mm"), "given by another column already"),
            (("=long_axis_mm",), "without a name"),
        ],
    )
    def test_a_mapping_that_cannot_be_is_refused(self, ready: Tracker, columns: tuple[str, ...], said: str) -> None:
        outcome = ready("preset", "save", "ours", *columns)
        assert (outcome.code, said in outcome.err) == (2, True)

    def test_a_shipped_name_is_not_taken(self, ready: Tracker) -> None:
        outcome = ready("preset", "save", "pyrecist", *self.COLUMNS)
        assert (outcome.code, "is shipped with the program" in outcome.err) == (2, True)
