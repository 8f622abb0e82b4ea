"""Builders of HL7 messages and PDFs for the tests of exchange. All of it is synthetic."""

from __future__ import annotations

import zlib

PID = "PID|1||4711^^^HOSP^MR~E99^^^OTHER^PI||SYNTHETIC^PATIENT||19600101|F"
LINES = ("FINDINGS:", "Segment VII metastasis 23 mm, previously 31 mm.", "IMPRESSION:", "Partial response.")


def header(control: str = "C1", kind: str = "ORU^R01", charset: str = "") -> str:
    return f"MSH|^~\\&|RIS|HOSP|TRACKER|CLINIC|20260305101500||{kind}|{control}|P|2.5||||||{charset}".rstrip("|")


def order(
    accession: str = "ACC1",
    performed: str = "20260302101500",
    code: str = "CTABD^CT ABDOMEN WITH CONTRAST",
    status: str = "F",
    section: str = "CT",
) -> str:
    fields = [""] * 26
    fields[0], fields[1], fields[2], fields[3], fields[4] = "OBR", "1", "P1^HIS", accession, code
    fields[7], fields[22], fields[24], fields[25] = performed, "20260305101500", section, status
    return "|".join(fields)


def text_result(lines: tuple[str, ...] = LINES, status: str = "F", kind: str = "TX") -> str:
    return f"OBX|1|{kind}|1||{'~'.join(lines)}||||||{status}"


def message(*segments: str) -> bytes:
    return "\r".join(segments or (header(), PID, order(), text_result())).encode()


def pdf(lines: tuple[str, ...] = LINES, pages: int = 1) -> bytes:
    """A PDF with a text layer, written by hand."""
    show = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    return pdf_of(f"BT /F1 11 Tf 60 780 Td {show} ET".encode() if lines else b"", pages)


def pdf_of(content: bytes, pages: int = 1, *, packed: bool = False) -> bytes:
    """A PDF whose pages all show one stream of content."""
    stream = zlib.compress(content, 9) if packed else content
    packing = b" /Filter /FlateDecode" if packed else b""
    kids = b" ".join(b"%d 0 R" % (5 + at) for at in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), packing, stream),
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>"
    )
    objects.extend([page] * pages)
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
