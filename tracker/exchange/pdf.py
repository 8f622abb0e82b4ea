"""The text layer of a PDF. A scan without one is refused by name: recognising letters in pictures is out of scope."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from tracker.errors import InputError
from tracker.exchange.apart import SECONDS, Refusals, read_apart
from tracker.exchange.report_text import draft_of
from tracker.exchange.reports import MOST_LETTERS, ReportsRead

MOST_BYTES = 20_000_000
MOST_PAGES = 60
_CHILD = Path(__file__).with_name("pdf_child.py")
_REFUSALS = Refusals(
    too_slow=f"the PDF took more than {SECONDS} s to read",
    stopped="the PDF asks for more memory than a report needs, or is damaged",
)
#: Fewer letters than this on all pages are a stamp on a scan, not a text layer.
_FEWEST_LETTERS = 20


def is_pdf(data: bytes) -> bool:
    """Whether the bytes are a PDF. Its mark may stand anywhere in the first kilobyte (ISO 32000-1, annex H.3.4.1)."""
    return b"%PDF-" in data[:1024]


def read_pdf_text(data: bytes) -> str:
    """The text of all pages, a blank line between them. InputError where it is no PDF, too large or only a picture."""
    if not is_pdf(data):
        raise InputError("this is no PDF")
    if len(data) > MOST_BYTES:
        raise InputError(f"the PDF has more than {MOST_BYTES // 1_000_000} MB")
    pages = read_apart(_CHILD, data, (MOST_PAGES, MOST_LETTERS), _REFUSALS)["pages"]
    text = "\n\n".join(page.strip("\n") for page in pages).strip()
    # A damaged table of letters gives NULs and half letters, which no database takes.
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    if sum(letter.isalnum() for letter in text) < _FEWEST_LETTERS:
        raise InputError("the PDF has no text, only pictures: it is a scan; paste or type the report instead")
    return text


def read_pdf_report(data: bytes, name: str) -> ReportsRead:
    """The one report of a PDF. InputError as of :func:`read_pdf_text`, with the name of the file."""
    try:
        text = read_pdf_text(data)
    except InputError as refusal:
        raise InputError(f"{name}: {refusal}") from None
    return ReportsRead((draft_of(text, name, "pdf"),))


def read_pdf_base64(encoded: str) -> str:
    """The text of a PDF that a message carries. InputError where it is damaged or no PDF."""
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InputError("the document in the message is damaged (base64); the message was left out") from None
    try:
        return read_pdf_text(data)
    except InputError as refusal:
        raise InputError(f"the document in the message: {refusal}; the message was left out") from None
