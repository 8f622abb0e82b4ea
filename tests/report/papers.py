"""What a PDF holds, read by another program than the one that made it: pages, words, greys, figures and their words."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import ImageChops

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 13, 40, tzinfo=UTC)
#: Text that is markup, code or a trick somewhere else.
HOSTILE = (
    '#read("/etc/passwd") $x^2$ *bold* _under_ `code` <script>alert(1)</script> &amp; \\ @ref <label> [link](url)',
    "مرحبا שלום",
    "\u202eabc\u202c",
)


@dataclass(frozen=True)
class Paper:
    """A PDF as a reader has it."""

    pages: int
    texts: tuple[str, ...]
    is_tagged: bool
    is_universal: bool
    alternatives: tuple[str, ...]
    metadata: dict[str, Any]
    size_mm: tuple[int, int]

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def read_paper(data: bytes) -> Paper:
    with _opened(data) as document:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            # A hyphen at the end of a line comes as a sign of its own.
            texts.append(" ".join(text_page.get_text_range().replace("\ufffe", "-").replace("\u200b", "").split()))
            text_page.close()
        width, height = document[0].get_size()
        return Paper(
            pages=len(document),
            texts=tuple(texts),
            is_tagged=bool(pdfium.FPDFCatalog_IsTagged(document.raw)),
            is_universal=b"pdfuaid" in data,
            alternatives=tuple(text for page in document for text in _alternatives(page)),
            metadata=document.get_metadata_dict(skip_empty=True),
            size_mm=(round(width / 72 * 25.4), round(height / 72 * 25.4)),
        )


def is_grey(data: bytes) -> bool:
    """Whether no pixel of any page has a colour; letters are drawn without the colours of a screen."""
    with _opened(data) as document:
        for page in document:
            red, green, blue = page.render(scale=1.2, optimize_mode=None).to_pil().convert("RGB").split()
            if any(ImageChops.difference(red, other).getbbox() is not None for other in (green, blue)):
                return False
    return True


@contextmanager
def _opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def _alternatives(page: pypdfium2.PdfPage) -> Iterator[str]:
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    try:
        for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            yield from _below(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _below(element: Any) -> Iterator[str]:
    length = pdfium.FPDF_StructElement_GetAltText(element, None, 0)
    if length > 2:
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDF_StructElement_GetAltText(element, buffer, length)
        yield buffer.raw.decode("utf-16-le").rstrip("\0")
    for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, at):
            yield from _below(child)
