"""A folder of SDTM files to tables of text: CSV, SAS transport (XPT version 5) and Dataset-JSON 1.1.

A domain is known by its file's name (``tr.csv``, ``TR_onco.xpt``) or, within XPT and JSON, by the data set's own name.
Whatever is wrong is named at once, with file, row and column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tracker.errors import InputError, Problem
from tracker.exchange.jsontext import read_json
from tracker.exchange.sdtm.xport import read_transport

DOMAINS = {"TU": "tumour identification", "TR": "tumour results", "RS": "disease response"}
SUFFIXES = (".csv", ".xpt", ".json", ".ndjson")
MOST_BYTES = 200_000_000
#: What statistics programs write for 'no value'. In RS 'NA' is 'not applicable', which is no answer either.
_NO_VALUE = frozenset(("", "NA", "NaN", "nan", ".", "<NA>", "null"))
#: Names that older files gave to the link between lesion and result.
_OTHER_NAMES = {"TULINKID": "TULNKID", "TRLINKID": "TRLNKID"}
#: Each needs one of the names.
_NEEDED: Mapping[str, Sequence[tuple[str, ...]]] = {
    "TU": (("USUBJID",), ("TULNKID",), ("TUSTRESC", "TUORRES")),
    "TR": (("USUBJID",), ("TRLNKID",), ("TRTESTCD",), ("TRSTRESC", "TRORRES"), ("VISITNUM", "TRDTC")),
    "RS": (("USUBJID",), ("RSTESTCD",), ("RSSTRESC", "RSORRES"), ("VISITNUM", "RSDTC")),
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a domain by the names of its columns; a column that is not there reads as empty."""

    place: str
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        return self.values.get(column, "")

    def first(self, *columns: str) -> str:
        """The first of the columns that holds anything."""
        return next((value for column in columns if (value := self.get(column))), "")

    def at(self, column: str) -> str:
        """The place of one cell."""
        return f"{self.place}, column {column}"


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain: the file it came from and its rows."""

    name: str
    file: str
    columns: frozenset[str]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """The three domains of a study, and the files of the folder that were not read."""

    name: str
    lesions: Domain
    results: Domain
    responses: Domain
    left_out: tuple[str, ...] = ()


def read_study(folder: Path) -> Study:
    """TU, TR and RS of a folder. InputError names everything that is wrong with it."""
    problems: list[Problem] = []
    found: dict[str, list[Domain]] = {name: [] for name in DOMAINS}
    left_out: list[str] = []
    for file in _files(folder):
        try:
            domains = tuple(_read_file(file))
        except InputError as refusal:
            problems += (Problem(_joined(file.name, problem.place), problem.text) for problem in refusal.problems)
            continue
        if not domains:
            left_out.append(file.name)
        for domain in domains:
            found[domain.name].append(domain)
    for name, domains_of in found.items():
        if len(domains_of) > 1:
            files = ", ".join(domain.file for domain in domains_of)
            problems.append(Problem(files, f"each holds {name}; leave one of them in the folder"))
        elif not domains_of and not any(_name_of(problem.place) == name for problem in problems):
            suffixes = ", ".join(SUFFIXES)
            text = f"there is no {name} ({DOMAINS[name]}); a file named {name.lower()} with one of {suffixes} is needed"
            problems.append(Problem(folder.name, text))
        else:
            problems += (problem for domain in domains_of for problem in _missing_columns(domain))
    if problems:
        raise InputError(problems)
    lesions, results, responses = (found[name][0] for name in DOMAINS)
    return Study(folder.name, lesions, results, responses, tuple(left_out))


def _files(folder: Path) -> list[Path]:
    try:
        if folder.is_file():
            raise InputError(f"{folder}: this is a file; name the folder that holds the files TU, TR and RS")
        files = [file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file()]
    except FileNotFoundError:
        raise InputError(f"{folder}: there is no such folder") from None
    except OSError as trouble:
        raise InputError(f"{folder}: the folder cannot be read ({trouble.strerror or trouble})") from None
    return sorted(files, key=lambda file: file.name.lower())


def _joined(file: str, place: str) -> str:
    return f"{file}, {place}" if place else file


def _name_of(text: str) -> str | None:
    """The domain that a file's or a data set's name begins with: tr, TR_onco, tr-recist."""
    word = re.split(r"[^A-Z]", text.upper(), maxsplit=1)[0]
    return word if word in DOMAINS else None


def _read_file(file: Path) -> Iterator[Domain]:
    suffix, by_file = file.suffix.lower(), _name_of(file.stem)
    if suffix == ".csv" and by_file is None:
        return
    try:
        if file.stat().st_size > MOST_BYTES:
            raise InputError(f"the file has more than {MOST_BYTES // 1_000_000} MB; split the study")
        data = file.read_bytes()
    except OSError as trouble:
        raise InputError(f"the file cannot be read ({trouble.strerror or trouble})") from None
    if suffix == ".csv" and by_file is not None:
        yield _domain(by_file, file.name, *_read_csv(data))
    elif suffix == ".xpt":
        members = read_transport(data)
        for member in members:
            name = by_file if by_file and len(members) == 1 else _name_of(member.name)
            if name is not None:
                numbered = ((f"record {number}", row) for number, row in enumerate(member.rows, start=1))
                yield _domain(name, file.name, member.columns, numbered)
    elif suffix in (".json", ".ndjson"):
        top, rows = _read_lines(data) if suffix == ".ndjson" else _read_whole(data)
        name = by_file or _name_of(str(top.get("name", "")))
        if name is not None:
            yield _domain(name, file.name, _json_columns(top), _json_rows(top, rows))


def _domain(name: str, file: str, columns: Sequence[str], rows: Iterator[tuple[str, Sequence[str]]]) -> Domain:
    names = [_OTHER_NAMES.get(column.strip().upper(), column.strip().upper()) for column in columns]
    twice = next((column for column in names if column and names.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"two columns are named {twice}")
    records: list[Record] = []
    problems: list[Problem] = []
    for place, cells in rows:
        if len(cells) != len(names):
            problems.append(Problem(place, f"holds {len(cells)} values for {len(names)} columns"))
            continue
        pairs = zip(names, cells, strict=True)
        values = {column: cell for column, text in pairs if column and (cell := text.strip()) not in _NO_VALUE}
        if values:
            records.append(Record(f"{file} {place}", values))
            if "USUBJID" in names and "USUBJID" not in values:
                problems.append(Problem(f"{place}, column USUBJID", "is empty; every row belongs to a subject"))
    if problems:
        raise InputError(problems)
    wrong = next((record for record in records if record.get("DOMAIN") not in ("", name)), None)
    if wrong is not None:
        text = f"holds the domain {wrong.get('DOMAIN')} where {name} is expected"
        raise InputError([Problem(wrong.place.removeprefix(f"{file} ") + ", column DOMAIN", text)])
    return Domain(name, file, frozenset(names), tuple(records))


def _missing_columns(domain: Domain) -> Iterator[Problem]:
    for names in _NEEDED[domain.name]:
        if not domain.columns.intersection(names):
            yield Problem(domain.file, f"there is no column {' or '.join(names)}")


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        row = data.count(b"\n", 0, trouble.start) + 1
        raise InputError([Problem(f"row {row}", "a letter is not UTF-8; save the file as UTF-8")]) from None
    if "\0" in text:
        raise InputError("there is a zero byte, so this is no text file")
    return text


def _read_csv(data: bytes) -> tuple[Sequence[str], Iterator[tuple[str, Sequence[str]]]]:
    """The header and the numbered rows; a row's number is the line it begins at, as an editor shows it."""
    text = _decode(data)
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise InputError("the file is empty; the first row names the columns")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as trouble:
        raise InputError([Problem(f"row {start}", f"the quotes do not pair up ({trouble})")]) from None
    return lines[0][1], ((f"row {number}", cells) for number, cells in lines[1:])


def _read_whole(data: bytes) -> tuple[Mapping[str, Any], Sequence[Any]]:
    top = read_json(data)
    if not isinstance(top, Mapping):
        raise InputError("this is no Dataset-JSON: an object is needed at the top")
    if not isinstance(rows := top.get("rows", []), list):
        raise InputError("this is no Dataset-JSON: its rows are no list")
    return top, rows


def _read_lines(data: bytes) -> tuple[Mapping[str, Any], Sequence[Any]]:
    """Dataset-NDJSON: the description in the first line, one row in each line below."""
    lines = [(number, line) for number, line in enumerate(data.splitlines(), start=1) if line.strip()]
    values: list[Any] = []
    for number, line in lines:
        try:
            values.append(read_json(line))
        except InputError as refusal:
            raise InputError([Problem(f"line {number}", problem.text) for problem in refusal.problems]) from None
    if not values or not isinstance(values[0], Mapping):
        raise InputError("this is no Dataset-NDJSON: the first line describes the columns")
    return values[0], values[1:]


def _json_columns(top: Mapping[str, Any]) -> Sequence[str]:
    version = top.get("datasetJSONVersion")
    if not isinstance(version, str) or not re.fullmatch(r"1\.1(\.\d+)?", version):
        raise InputError("this is no Dataset-JSON 1.1 (datasetJSONVersion)")
    columns = top.get("columns")
    if not isinstance(columns, list) or not all(
        isinstance(column, Mapping) and isinstance(column.get("name"), str) for column in columns
    ):
        raise InputError("the columns of the Dataset-JSON have no names")
    return [column["name"] for column in columns]


def _json_rows(top: Mapping[str, Any], rows: Sequence[Any]) -> Iterator[tuple[str, Sequence[str]]]:
    stated = top.get("records")
    if isinstance(stated, int) and stated != len(rows):
        raise InputError(f"the Dataset-JSON states {stated} records and holds {len(rows)}; it may be cut off")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, list) or any(isinstance(value, list | Mapping) for value in row):
            raise InputError([Problem(f"record {number}", "is no list of plain values")])
        yield f"record {number}", [_cell(value) for value in row]


def _cell(value: str | int | bool | Decimal | None) -> str:
    if isinstance(value, bool):
        return "Y" if value else "N"
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
