"""Small studies in SDTM, written as CSV, as SAS transport files and as Dataset-JSON."""

from __future__ import annotations

import csv
import json
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SUBJECT = "STUDY-001"
#: VISITNUM to name and date of the visits that most cases have.
VISITS = {1: ("SCREENING", "2026-01-05"), 2: ("WEEK 8", "2026-03-02"), 3: ("WEEK 16", "2026-04-27"), 4: ("WEEK 24", "2026-06-22")}  # fmt: skip
INVESTIGATOR = ("INVESTIGATOR", "")
READER_1 = ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1")
READER_2 = ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2")


def tu(label: str, role: str, loc: str = "LIVER", reader: tuple[str, str] = INVESTIGATOR, **more: Any) -> Row:
    """One lesion as a reader identifies it."""
    row = {
        "STUDYID": "STUDY", "DOMAIN": "TU", "USUBJID": SUBJECT, "TULNKID": label, "TUTESTCD": "TUMIDENT",
        "TUORRES": role, "TUSTRESC": role, "TULOC": loc, "TUMETHOD": "CT SCAN", "TUEVAL": reader[0],
        "TUEVALID": reader[1], "VISITNUM": 1, "VISIT": "SCREENING", "TUDTC": "2026-01-05",
    }  # fmt: skip
    return row | more


def tr(
    label: str, value: float | str, visit: int = 1, test: str = "", reader: tuple[str, str] = INVESTIGATOR, **more: Any
) -> Row:
    """One result: a number is a size in mm (LDIAM unless said), a word a state."""
    sized = not isinstance(value, str)
    name, day = VISITS[visit]
    group = "NEW" if label.startswith("NEW") else "NON-TARGET" if label.startswith("NT") else "TARGET"
    row = {
        "STUDYID": "STUDY", "DOMAIN": "TR", "USUBJID": SUBJECT, "TRGRPID": group, "TRLNKID": label,
        "TRTESTCD": test or ("LDIAM" if sized else "TUMSTATE"), "TRORRES": str(value),
        "TRORRESU": "mm" if sized else "", "TRSTRESC": str(value), "TRSTRESN": value if sized else None,
        "TRSTRESU": "mm" if sized else "", "TRSTAT": "", "TRREASND": "", "TRMETHOD": "CT SCAN", "TREVAL": reader[0],
        "TREVALID": reader[1], "VISITNUM": visit, "VISIT": name, "TRDTC": day,
    }  # fmt: skip
    return row | more


def rs(answer: str, visit: int = 2, test: str = "OVRLRESP", reader: tuple[str, str] = INVESTIGATOR, **more: Any) -> Row:
    """One answer of a reader."""
    name, day = VISITS[visit]
    row = {
        "STUDYID": "STUDY", "DOMAIN": "RS", "USUBJID": SUBJECT, "RSTESTCD": test, "RSCAT": "RECIST 1.1",
        "RSORRES": answer, "RSSTRESC": answer, "RSSTAT": "", "RSEVAL": reader[0], "RSEVALID": reader[1],
        "VISITNUM": visit, "VISIT": name, "RSDTC": day,
    }  # fmt: skip
    return row | more


def not_done(label: str, visit: int, reason: str = "SCAN NOT PERFORMED", **more: Any) -> Row:
    """A measurement that was not made."""
    nothing = {"TRORRES": "", "TRSTRESC": "", "TRSTRESN": None, "TRSTAT": "NOT DONE", "TRREASND": reason}
    return tr(label, 1, visit) | nothing | more


def write_study(
    folder: Path, lesions: Sequence[Row], results: Sequence[Row], responses: Sequence[Row], kind: str = "csv"
) -> Path:
    """The three domains in ``folder``, as csv, xpt, json or ndjson."""
    folder.mkdir(parents=True, exist_ok=True)
    write = {"csv": csv_bytes, "xpt": xpt_bytes, "json": json_bytes, "ndjson": ndjson_bytes}[kind]
    for name, rows in (("TU", lesions), ("TR", results), ("RS", responses)):
        (folder / f"{name.lower()}.{kind}").write_bytes(write(name, rows))
    return folder


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(column for row in rows or [rs("SD")] for column in row))


def csv_bytes(name: str, rows: Sequence[Row]) -> bytes:
    columns = _columns(rows)
    lines: list[list[Any]] = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    from io import StringIO

    out = StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


def _described(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    columns = [
        {"itemOID": f"IT.{name}.{column}", "name": column, "label": column, "dataType": "string"}
        for column in _columns(rows)
    ]
    return {
        "datasetJSONCreationDateTime": "2026-11-24T12:00:00", "datasetJSONVersion": "1.1.0", "itemGroupOID": f"IG.{name}",
        "records": len(rows), "name": name, "label": name, "columns": columns,
    }  # fmt: skip


def _values(rows: Sequence[Row]) -> list[list[Any]]:
    columns = _columns(rows)
    return [[row.get(column) if row.get(column) != "" else None for column in columns] for row in rows]


def json_bytes(name: str, rows: Sequence[Row]) -> bytes:
    return json.dumps(_described(name, rows) | {"rows": _values(rows)}).encode()


def ndjson_bytes(name: str, rows: Sequence[Row]) -> bytes:
    return b"\n".join(json.dumps(line).encode() for line in [_described(name, rows), *_values(rows)]) + b"\n"


def ibm_float(value: float | None) -> bytes:
    """Eight bytes of an IBM hexadecimal float; None is the missing number '.'."""
    if value is None:
        return b"." + bytes(7)
    if value == 0:
        return bytes(8)
    _, two = math.frexp(abs(value))
    sixteen = -(-two // 4)
    fraction = int(abs(value) * 2.0 ** (56 - 4 * sixteen))
    return bytes([(0x80 if value < 0 else 0) | (sixteen + 64)]) + fraction.to_bytes(7, "big")


def _card(text: bytes) -> bytes:
    return text.ljust(80)


def _padded(data: bytes) -> bytes:
    return data + b" " * (-len(data) % 80)


def xpt_bytes(name: str, rows: Sequence[Mapping[str, Any]], widths: int | None = None) -> bytes:
    """A SAS transport file of version 5 with one data set. Columns that hold numbers alone are numeric."""
    columns = _columns([dict(row) for row in rows])
    numeric = {
        column for column in columns
        if any(isinstance(row.get(column), int | float) for row in rows)
        and all(row.get(column) in (None, "") or isinstance(row.get(column), int | float) for row in rows)
    }  # fmt: skip
    width = {
        column: 8 if column in numeric else widths or max(1, *(len(str(row.get(column) or "")) for row in rows))
        for column in columns
    }
    described, position = b"", 0
    for number, column in enumerate(columns, start=1):
        kind = 1 if column in numeric else 2
        described += struct.pack(
            ">hhhh8s40s8shhh2s8shhl52s", kind, 0, width[column], number, column.encode().ljust(8), column.encode().ljust(40),
            b" " * 8, 0, 0, 0, b"\0\0", b" " * 8, 0, 0, position, bytes(52),
        )  # fmt: skip
        position += width[column]
    data = b""
    for row in rows:
        for column in columns:
            value = row.get(column)
            if column in numeric:
                data += ibm_float(None if value in (None, "") else float(value))
            else:
                data += str(value if value is not None else "").encode().ljust(width[column])
    zeros = b"0" * 30
    head = b"HEADER RECORD*******%s HEADER RECORD!!!!!!!%s  "
    stamp = b"24NOV26:12:00:00"
    first = b"SAS     SAS     SASLIB  9.4     X64_10PR" + b" " * 24 + stamp
    member = b"SAS     " + name.encode().ljust(8) + b"SASDATA 9.4     X64_10PR" + b" " * 24 + stamp
    return (
        _card(head % (b"LIBRARY", zeros)) + _card(first) + _card(stamp)
        + _card(head % (b"MEMBER ", b"000000000000000001600000000140")) + _card(head % (b"DSCRPTR", zeros))
        + _card(member) + _card(stamp)
        + _card(head % (b"NAMESTR", b"%010d00000000000000000000" % len(columns)))
        + _padded(described) + _card(head % (b"OBS    ", zeros)) + _padded(data)
    )  # fmt: skip
