"""A report as plain text: who and what it is of, as far as lines of its own header say so word by word.

A text has no envelope. Only lines with a label are read ("Patient ID: 4711"); the date of the examination is left to the
person who enters the scan, who sees it proposed from the text.
"""

from __future__ import annotations

import re

from tracker.domain.drafts import ReportDraft
from tracker.domain.vocabulary import ReportStatus
from tracker.errors import InputError
from tracker.exchange.examination import find_modality, heading_of
from tracker.exchange.reports import MOST_LETTERS, ReportsRead

#: Lines at the top of a report in which its header stands.
_HEADER_LINES = 30
_VALUE = r"[ \t]*[:#=][ \t]*([A-Za-z0-9][A-Za-z0-9./_-]{0,39})\b"
_PATIENT = re.compile(
    r"\b(?:patient[ -]?(?:id|identifier|no\.?|number)|hospital[ -]?(?:no\.?|number|id)|medical record (?:no\.?|number)|"
    r"m\.?r\.?n\.?)" + _VALUE,
    re.IGNORECASE,
)
_ACCESSION = re.compile(
    r"\b(?:accession(?:[ -]?(?:no\.?|number))?|acc(?:ession)?\.?[ -]?(?:no\.?|#))" + _VALUE, re.IGNORECASE
)
_STATUSES = (
    (ReportStatus.PRELIMINARY, re.compile(r"\b(?:preliminary|provisional|unverified|wet read)\b.{0,20}\b(?:report|read)\b|\bwet read\b|status[ \t]*:[ \t]*prelim", re.I)),
    (ReportStatus.CORRECTED, re.compile(r"\b(?:corrected|amended) report\b|status[ \t]*:[ \t]*(?:corrected|amended)|^[ \t*]*addendum\b", re.I | re.M)),
)  # fmt: skip


def read_report_file(data: bytes, name: str) -> ReportsRead:
    """The one report of a text file in UTF-8. InputError with the name of the file where it is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name}: a letter is not UTF-8; save the file as UTF-8 text") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    strange = sum(not (letter.isprintable() or letter in "\n\t\f") for letter in text)
    if "\0" in text or strange > len(text) // 100:
        raise InputError(f"{name}: this is no text")
    if not any(letter.isalpha() for letter in text):
        raise InputError(f"{name}: there is no word in it")
    if len(text) > MOST_LETTERS:
        raise InputError(f"{name}: more than {MOST_LETTERS} letters; one file holds one report")
    return ReportsRead((draft_of(text, name, "text"),))


def draft_of(text: str, place: str, kind: str) -> ReportDraft:
    """The draft of a report that came without an envelope."""
    header = "\n".join(text.splitlines()[:_HEADER_LINES])
    patient, accession = _PATIENT.search(header), _ACCESSION.search(header)
    status = next((status for status, form in _STATUSES if form.search(header)), ReportStatus.FINAL)
    identifier = patient[1] if patient else None
    findings = (
        "the identifier of the patient was read in the text: compare it"
        if identifier
        else "the text names no identifier of the patient",
    )
    return ReportDraft(
        place=place,
        kind=kind,
        report_text=text,
        identifier=identifier,
        identifiers=((None, identifier),) if identifier else (),
        accession=accession[1] if accession else None,
        modality=find_modality([heading_of(text), *_titles(text)]),
        status=status,
        findings=findings,
    )


def _titles(text: str) -> list[str]:
    """The first lines, one of which is the title of the report ("CT ABDOMEN AND PELVIS WITH CONTRAST")."""
    return [line for line in text.splitlines()[:_HEADER_LINES] if line.strip() and len(line) < 100][:3]
