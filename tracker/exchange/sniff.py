"""Which kind of file this is: by its first bytes, then by its name. What cannot be read is refused by what it is."""

from __future__ import annotations

import re
from pathlib import PurePath

from tracker.errors import InputError
from tracker.exchange.grid import MOST_BYTES
from tracker.exchange.pdf import is_pdf

FORMATS = ("table", "hl7", "text", "pdf")

_TABLE_NAMES = {".csv", ".tsv", ".xlsx", ".xls", ".ods"}
#: What a file begins with, and what it is called where it cannot be read.
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"BM", "a picture (BMP)"),
    (b"{\\rtf", "a document of a word processor (RTF)"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\x1f\x8b", "an archive (gzip)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"Rar!", "an archive (RAR)"),
    (b"SQLite format 3", "a database"),
    (b"BZh", "an archive (bzip2)"),
    (b"\xfd7zXZ", "an archive (xz)"),
    (b"<?xml", "a file of another program (XML)"),
    (b"<html", "a web page (HTML)"),
    (b"<!doctype html", "a web page (HTML)"),
)
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (b"PK\x03\x04", b"PK\x05\x06")
_HL7_STARTS = (b"MSH", b"\x0b", b"FHS", b"BHS")
#: The log of a listener has a mark of its own on a line before each message.
_LOG_FRAME = re.compile(rb"(?<![^\r\n])[ \t]*<SB>")
#: Two letters may begin a word of prose as well; only with what no text holds do they tell a file.
_SHORT = (b"BM", b"MZ")
_DELIMITERS = (b",", b";", b"\t")


def find_format(data: bytes, name: str) -> str:
    """One of :data:`FORMATS`. InputError with the name of the file where it is none of them, or over its limit."""
    if len(data) > MOST_BYTES:
        raise InputError(f"{name} has more than {MOST_BYTES // 1_000_000} MB; split it")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not start:
        raise InputError(f"{name} is empty")
    suffix = PurePath(name).suffix.lower()
    if start.startswith(b"%PDF") or (is_pdf(data) and not start.startswith(_HL7_STARTS)):
        return "pdf"
    if start.startswith(_HL7_STARTS) or _LOG_FRAME.search(data) or (suffix == ".hl7" and b"MSH" in data):
        return "hl7"
    if data.startswith(_ZIP) or data.startswith(_OLE):
        return _packed(data, name, suffix)
    if data[128:132] == b"DICM":
        raise InputError(f"{name} is a DICOM file; reports, tables and HL7 messages are read")
    for magic, what in _REFUSED:
        if start[:16].lower().startswith(magic.lower()) and (magic not in _SHORT or b"\0" in data[:1024]):
            raise InputError(f"{name} is {what}; reports as text or PDF, tables and HL7 messages are read")
    if b"\0" in data and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} is no text; reports as text or PDF, tables and HL7 messages are read")
    if start[:1] in (b"{", b"[") and suffix == ".json":
        raise InputError(
            f"{name} is JSON; 'tracker assess' reads timelines, this reads reports, tables and HL7 messages"
        )
    return "table" if suffix in _TABLE_NAMES or _is_grid(start) else "text"


def _packed(data: bytes, name: str, suffix: str) -> str:
    """A workbook, or another thing in the same kind of container."""
    if b"word/document.xml" in data or suffix in (".doc", ".docx", ".odt"):
        raise InputError(f"{name} is a document of a word processor; save the report as text or PDF")
    if suffix in _TABLE_NAMES or b"xl/" in data or b"content.xml" in data or data.startswith(_OLE):
        return "table"
    raise InputError(f"{name} is an archive; unpack it, each report is a file of its own")


def _is_grid(start: bytes) -> bool:
    """Whether the first lines have the same number of delimiters, as rows of a table and no prose."""
    lines = [line for line in start[:20_000].splitlines() if line.strip()][:4]
    if len(lines) < 2:
        return False
    return any(
        lines[0].count(mark) >= 2 and all(one.count(mark) == lines[0].count(mark) for one in lines)
        for mark in _DELIMITERS
    )
