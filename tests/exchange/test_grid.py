"""Bytes to rows with the numbers a person sees; hostile and broken files end in one sentence, never in a crash."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.workbooks import ods, packed, sheet_xml, xlsx
from tracker.errors import InputError
from tracker.exchange import workbook
from tracker.exchange.grid import Grid, read_grid

EXPECTED = [("a", "b"), ("1", "2")]


def cells(grid: Grid) -> list[tuple[str, ...]]:
    return [grid.header.cells, *(line.cells for line in grid.lines)]


def outcome(data: bytes) -> Grid | str:
    """The grid, or the sentence that refuses it. Anything else that is raised fails the test."""
    try:
        return read_grid(data)
    except InputError as refusal:
        return str(refusal)


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\n1,2\n",
        b"a;b\n1;2\n",
        b"a\tb\n1\t2\n",
        b"\xef\xbb\xbfa,b\r\n1,2\r\n",
        b"sep=;\r\na;b\r\n1;2",
        b"a,b\r1,2\r",
        b'"a","b"\n"1","2"\n',
        b"\n\na,b\n\n1,2\n,\n",
        b" a , b\n\xc2\xa01,2 \n",
        xlsx([["a", "b"], [1, 2]]),
        xlsx([["a", "b"], [1.0, 2.0]]),
        ods([["a", "b"], ["1", "2"]]),
    ],
)
def test_every_dialect_gives_the_same_grid(data: bytes) -> None:
    assert cells(read_grid(data)) == EXPECTED


def test_rows_carry_the_number_a_person_sees() -> None:
    grid = read_grid(b'a,b\n\n"1\nstill 1",2\n3,4\n')
    assert [line.number for line in grid.lines] == [3, 5]
    book = read_grid(xlsx([[None], ["a", "b"], [None], [1, 2]]))
    assert (book.header.number, [line.number for line in book.lines]) == (2, [4])


def test_a_workbook_gives_what_was_typed() -> None:
    grid = read_grid(
        xlsx([["a", "b", "c", "d"], [date(2026, 3, 2), True, 0.1 + 0.2, "17,5"], [20220601, 29.167, "=1+1", 7]])
    )
    assert cells(grid)[1:] == [("2026-03-02", "yes", "0.3", "17,5"), ("20220601", "29.167", "=1+1", "7")]


def test_only_the_first_visible_sheet_is_read_and_the_others_are_named() -> None:
    grid = read_grid(xlsx([["x"], ["y"]], [["a", "b"], [1, 2]], [["c"]], hidden=[1]))
    assert cells(grid) == EXPECTED
    assert [str(remark) for remark in grid.remarks] == ["sheet Sheet 2: only this sheet was read; not read: Sheet 3"]


def lying_zip() -> bytes:
    """A member that claims to be small and is not."""
    data = bytearray(packed({"xl/workbook.xml": b"0" * 3_000_000}))
    claimed = (3_000_000).to_bytes(4, "little")
    return bytes(data).replace(claimed, (1_000).to_bytes(4, "little"))


def nested_dtd() -> bytes:
    """Entities that multiply: a few hundred bytes of XML for gigabytes of text."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    dtd = f'<!DOCTYPE worksheet [<!ENTITY e0 "lol">{levels}]>'
    data = xlsx([["a"], ["1"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as copy:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if name.endswith("sheet1.xml"):
                text = text.replace("<worksheet", f"{dtd}<worksheet", 1).replace(">1<", ">&e9;<")
            copy.writestr(name, text)
    return out.getvalue()


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "one cell in the last corner": (lambda: xlsx([["a"]], far="XFD1048576"), "more memory than a table needs"),
    "one cell beyond the rows": (lambda: xlsx([["a"]], far="A200000"), "beyond row 100000"),
    "one cell beyond the columns": (lambda: xlsx([["a"]], far="ZZZ3"), "column 200"),
    "a member that unpacks a thousandfold": (lambda: packed({"xl/big.xml": b"0" * 5_000_000}), "100 times its size"),
    "more than 50 MB in all": (
        lambda: packed({f"xl/{n}.xml": bytes(range(256)) * 60_000 for n in range(4)}),
        "more than 50 MB|100 times its size",
    ),
    "too many members": (lambda: packed({f"xl/{n}.xml": b"" for n in range(1_001)}), "more than 1000 parts"),
    "a directory that lies about sizes": (lying_zip, "damaged or encrypted|cannot be read"),
    "a cut archive": (lambda: xlsx([["a"], [1]])[:-60], "damaged or encrypted"),
    "an archive that is no workbook": (lambda: packed({"hello.xml": b"<a/>"}), "cannot be read"),
    "broken XML": (
        lambda: packed({"[Content_Types].xml": b"<", "xl/workbook.xml": b"<workbook", "_rels/.rels": b""}),
        "cannot be read",
    ),
    "an empty old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be read|memory"),
    "no filled sheet": (lambda: xlsx([]), "no visible sheet"),
}


@pytest.mark.parametrize("make", [pytest.param(pair, id=name) for name, pair in BOMBS.items()])
def test_a_hostile_workbook_ends_in_a_sentence(make: tuple[Callable[[], bytes], str]) -> None:
    build, sentences = make
    with pytest.raises(InputError) as refusal:
        read_grid(build())
    assert any(part in str(refusal.value) for part in sentences.split("|")), refusal.value


def test_entities_that_multiply_are_not_followed() -> None:
    try:
        grid = read_grid(nested_dtd())
    except InputError:
        return
    assert sum(len(cell) for line in grid.lines for cell in line.cells) < 1_000


def test_a_workbook_is_packed_anew_so_that_claims_do_not_count() -> None:
    original = xlsx([["a"], [1]])
    with zipfile.ZipFile(io.BytesIO(workbook.repack(original))) as copy:
        assert copy.read("xl/worksheets/sheet1.xml") == sheet_xml([["a"], [1]]).encode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"a,b\n", "no row below its header"),
        (b'a,b\n1,"2\n', "row 2: the quotes do not pair up"),
        (b"a,b\n1,\xe4\n", "row 2: a letter is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,\0\n", "row 2: there is a zero byte"),
        (b"a\n" + b"1\n" * 100_001, "more than 100000 rows"),
        (b"," * 300 + b"\n1\n", "more than 200 columns"),
        (b"a,b\n" + b"x" * 200_000 + b",1\n", "too long"),
        (b"x" * 20_000_001, "more than 20 MB"),
    ],
)
def test_a_wrong_file_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_grid(data)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_grid_or_in_a_sentence(data: bytes) -> None:
    assert outcome(data)


@settings(max_examples=150)
@given(st.data())
def test_mutated_workbooks_end_in_a_grid_or_in_a_sentence(data: st.DataObject) -> None:
    original = bytearray(xlsx([["patient_id", "exam_date"], ["1", "2026-03-02"]]))
    for _ in range(data.draw(st.integers(1, 8))):
        original[data.draw(st.integers(0, len(original) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(original))
