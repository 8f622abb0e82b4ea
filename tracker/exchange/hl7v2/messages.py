"""Messages to reports: who, which examination, how far the report has come, and its prose.

One ORU^R01 (HL7 v2.3 to 2.8) gives one report for each order with prose. Two dialects are usual: the whole report in a few
OBX of type TX with "~" between lines and the letters of table 0123 as status; or one OBX of type ST for each line, with
GDT (findings) and IMP (impression) behind the "&" of OBX-3 and the status in words. Nothing is guessed: an examination
without a date of its own keeps none, since the other dates of a message are those of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import hl7

from tracker.domain.drafts import ReportDraft
from tracker.domain.vocabulary import ReportStatus
from tracker.errors import InputError, Problem
from tracker.exchange.examination import find_modality, heading_of
from tracker.exchange.hl7v2.blocks import Block, split_blocks
from tracker.exchange.hl7v2.fields import field, part, pick, read_date, unescape
from tracker.exchange.pdf import read_pdf_base64
from tracker.exchange.reports import MOST_LETTERS, ReportsRead

#: HL7 v2 tables 0123 and 0085 by their letters, and the words that peers send in their place.
_STATUSES = {
    "P": ReportStatus.PRELIMINARY, "R": ReportStatus.PRELIMINARY, "S": ReportStatus.PRELIMINARY,
    "I": ReportStatus.PRELIMINARY, "A": ReportStatus.PRELIMINARY, "O": ReportStatus.PRELIMINARY,
    "PRELIM": ReportStatus.PRELIMINARY, "PRELIMINARY": ReportStatus.PRELIMINARY, "WET READ": ReportStatus.PRELIMINARY,
    "PARTIAL": ReportStatus.PRELIMINARY,
    "F": ReportStatus.FINAL, "U": ReportStatus.FINAL, "FINAL": ReportStatus.FINAL, "SIGNED": ReportStatus.FINAL,
    "C": ReportStatus.CORRECTED, "K": ReportStatus.CORRECTED, "CORRECTED": ReportStatus.CORRECTED,
    "AMENDED": ReportStatus.CORRECTED, "ADDENDUM": ReportStatus.CORRECTED, "ADDENDED": ReportStatus.CORRECTED,
}  # fmt: skip
_CANCELLED = {"X", "D", "W", "CANCELLED", "CANCELED", "DELETED"}
#: HL7 v2 table 0074: diagnostic services that make no images.
_LABORATORIES = {
    "AU", "BG", "BLB", "CH", "CP", "EC", "EN", "GE", "GN", "HM", "HIST", "IMM", "LAB", "MB", "MCB", "MYC", "OSL", "PAT",
    "PF", "PHR", "SP", "TX", "VR",
}  # fmt: skip
_PROSE = ("TX", "FT", "ST", "")
#: Parts of a report behind the "&" of OBX-3, and how their first line begins where it has its heading.
_PARTS = {
    "IMP": ("IMPRESSION:", re.compile(r"\s*(?:impression|conclusion|opinion|summary)", re.I)),
    "ADT": ("ADDENDUM:", re.compile(r"\s*addend", re.I)),
    "REC": ("RECOMMENDATION:", re.compile(r"\s*recommend", re.I)),
}
#: Types of identifiers (table 0203) in the order in which they name a patient best.
_IDENTIFIER_TYPES = ("MR", "MRN", "PI", "PT", "")
#: Letters of a number or of who issued it (HL7 v2.7 allows 199 to MSH-10, the longest of them).
_LONGEST = 200
_NOT_A_PERSON = {"PN", "AN", "VN", "SS", "DL", "PHONE"}


def read_messages(data: bytes, name: str) -> ReportsRead:
    """All reports of a file. A block that is no message is a problem by its place; the others are kept."""
    reports: list[ReportDraft] = []
    problems: list[Problem] = []
    remarks: list[Problem] = []
    for block in split_blocks(data, name):
        try:
            reports.extend(_read_block(block, remarks))
        except InputError as refusal:
            problems.extend(Problem(block.place, one.text) for one in refusal.problems)
    if not (reports or problems or remarks):
        problems.append(Problem(name, "there is no message in it"))
    return ReportsRead(tuple(reports), tuple(problems), tuple(remarks))


def _read_block(block: Block, remarks: list[Problem]) -> Iterator[ReportDraft]:
    if not block.is_message:
        raise InputError("this is no HL7 message: it does not begin with MSH; it was left out, the others are kept")
    try:
        message = hl7.parse("\r".join(block.segments))
        header = message.segment("MSH")
    except (hl7.HL7Exception, KeyError, IndexError, ValueError):
        raise InputError("the message is damaged and cannot be parsed; it was left out, the others are kept") from None
    kind = "^".join(field(header, 9).split("^")[:2])
    if kind != "ORU^R01":
        remarks.append(Problem(block.place, f"a message of another kind ({_shown(kind)}) was ignored; ORU^R01 is read"))
        return
    groups = _orders(message)
    if not groups:
        raise InputError("the message names no order (OBR); it was left out")
    told = [one for one in groups if _has_prose(one.results) or _takes_back(one)]
    if all(_is_laboratory(one) for one in (told or groups)):
        remarks.append(
            Problem(block.place, "a result that is no report of imaging, such as a laboratory's, was ignored")
        )
        return
    if not told:
        remarks.append(Problem(block.place, "a message without the text of a report was ignored"))
        return
    for number, one in enumerate(told, start=1):
        if not _is_laboratory(one):
            yield _report(block, header, one, number)


@dataclass(frozen=True, slots=True)
class _Order:
    """One OBR with what is under it, and the PID it is under: a message may hold results of several patients."""

    patient: hl7.Segment | None
    order: hl7.Segment
    results: list[hl7.Segment]
    further_patient: bool


def _orders(message: hl7.Message) -> list[_Order]:
    groups: list[_Order] = []
    patients: list[hl7.Segment] = []
    for segment in message:
        name = str(segment[0])
        if name == "PID":
            patients.append(segment)
        elif name == "OBR":
            groups.append(_Order(patients[-1] if patients else None, segment, [], len(patients) > 1))
        elif name == "OBX" and groups:
            groups[-1].results.append(segment)
    return groups


def _has_prose(results: Sequence[hl7.Segment]) -> bool:
    return any(
        (field(one, 2).strip().upper() in _PROSE and field(one, 5).strip()) or _is_document(one) for one in results
    )


def _is_document(result: hl7.Segment) -> bool:
    return field(result, 2).strip().upper() in ("ED", "EDA") and "base64" in field(result, 5).lower()


def _takes_back(one: _Order) -> bool:
    """Whether an order without prose says that the report under its accession number is void."""
    return bool(part(one.order, 3)) and _status(one.order, one.results, [])[1]


def _is_laboratory(one: _Order) -> bool:
    """A laboratory's order by its section, or one whose results are numbers, or texts with units and normal ranges."""
    order, results = one.order, one.results
    if part(order, 24).upper() in _LABORATORIES:
        return True
    if _has_prose(results):
        return all(field(one, 7).strip() or field(one, 6).strip() for one in results)
    return any(field(one, 2).strip().upper() in ("NM", "SN", "CE", "CWE") for one in results)


def _report(block: Block, header: hl7.Segment, one: _Order, number: int) -> ReportDraft:
    order, results = one.order, one.results
    findings = list(block.findings)
    status, cancelled = _status(order, results, findings)
    text = _text(results)
    if len(text) > MOST_LETTERS:
        raise InputError(f"the report has more than {MOST_LETTERS} letters; it was left out")
    if not text.strip() and not cancelled:
        raise InputError("the report is empty; it was left out")
    identifiers = _identifiers(one.patient)
    _check_lengths(header, order, identifiers)
    if one.further_patient:
        findings.append("the message holds reports of several patients: compare the identifier")
    if not identifiers:
        findings.append("the message names no identifier of the patient (PID-3)")
    performed, reported = read_date(field(order, 7)), read_date(field(order, 22)) or read_date(field(header, 7))
    findings.extend(_date_findings(order, performed, reported))
    modality = find_modality(
        [
            heading_of(text),
            *(field(order, 4).split("^")),
            field(order, 18),
            field(order, 19),
            field(order, 20),
            part(order, 24),
        ]
    )
    if modality is None:
        findings.append("the message does not say how the examination was made")
    control = part(header, 10)
    return ReportDraft(
        place=block.place if number == 1 else f"{block.place}, order {number}",
        kind="hl7",
        report_text=text,
        sender="|".join((part(header, 3), part(header, 4))),
        control_id=(control if number == 1 else f"{control}#{number}") if control else None,
        authority=identifiers[0][0] if identifiers else None,
        identifier=identifiers[0][1] if identifiers else None,
        identifiers=identifiers,
        accession_authority=(part(order, 3, 2) or part(header, 4) or None) if part(order, 3) else None,
        accession=part(order, 3) or None,
        modality=modality,
        performed_on=performed,
        reported_on=reported,
        status=status,
        cancelled=cancelled,
        findings=tuple(findings),
    )


def _check_lengths(header: hl7.Segment, order: hl7.Segment, identifiers: Sequence[tuple[str | None, str]]) -> None:
    """InputError where a number is longer than any is: it is something else, and no index takes it."""
    numbers = {
        "the message number (MSH-10)": (part(header, 3), part(header, 4), part(header, 10)),
        "the accession number (OBR-3)": (part(order, 3), part(order, 3, 2)),
        "the identifier of the patient (PID-3)": tuple(word or "" for pair in identifiers for word in pair),
    }
    for what, words in numbers.items():
        if max(map(len, words), default=0) > _LONGEST:
            raise InputError(f"{what} has more than {_LONGEST} letters; the message was left out")


def _date_findings(order: hl7.Segment, performed: object, reported: object) -> Iterator[str]:
    sent = field(order, 7).strip()
    if performed is None:
        why = "is empty" if not sent else "is no full date"
        yield f"the date of the examination (OBR-7) {why}: type it; the other dates of the message are the report's"
    elif reported is not None and str(reported) < str(performed):
        yield f"the report ({reported}) is dated before the examination ({performed})"


def _status(order: hl7.Segment, results: Sequence[hl7.Segment], findings: list[str]) -> tuple[ReportStatus, bool]:
    words = [word for one in results if (word := field(one, 11).strip())]
    # A part that was deleted takes back that part; only where all parts were, the report is void.
    sent = part(order, 25) or next((word for word in words if _plain(word) not in _CANCELLED), "".join(words[:1]))
    word = _plain(sent)
    if word in _CANCELLED:
        findings.append("the sender takes this report back")
        return ReportStatus.CORRECTED, True
    if word in _STATUSES:
        return _STATUSES[word], False
    said = f"'{_shown(sent)}' is not known" if sent else "is missing"
    findings.append(f"the status of the report {said}; it was taken as preliminary")
    return ReportStatus.PRELIMINARY, False


def _plain(word: str) -> str:
    return " ".join(word.upper().split())


def _identifiers(patient: hl7.Segment | None) -> tuple[tuple[str | None, str], ...]:
    """Identifiers of PID-3 as pairs of authority and value, those that name a patient best first; PID-2 where it is empty."""
    if patient is None:
        return ()
    found: list[tuple[int, tuple[str | None, str]]] = []
    for repetition in field(patient, 3).split("~"):
        value, authority, kind = pick(repetition, 1), pick(repetition, 4), pick(repetition, 5).upper()
        if value and kind not in _NOT_A_PERSON:
            rank = _IDENTIFIER_TYPES.index(kind) if kind in _IDENTIFIER_TYPES else len(_IDENTIFIER_TYPES)
            found.append((rank, (authority or None, value)))
    if not found and part(patient, 2):
        found.append((0, (part(patient, 2, 4) or None, part(patient, 2))))
    return tuple(dict.fromkeys(pair for _, pair in sorted(found, key=lambda one: one[0])))


def _text(results: Sequence[hl7.Segment]) -> str:
    """The prose, line by line, as it was sent; parts that say so in OBX-3 only get their heading."""
    lines: list[str] = []
    begun: set[str] = set()
    for result in results:
        kind = field(result, 2).strip().upper()
        if _is_document(result):
            lines.append(read_pdf_base64(field(result, 5).split("^")[-1]))
            continue
        if kind not in _PROSE:
            continue
        value = unescape(field(result, 5).replace("~", "\n"))
        lines.extend(_heading(field(result, 3), value, begun))
        lines.append(value)
    return "\n".join(line.rstrip() for text in lines for line in text.split("\n")).strip("\n")


def _heading(code: str, value: str, begun: set[str]) -> Iterator[str]:
    suffix = code.rpartition("&")[2].split("^")[0].strip().upper()
    if suffix in _PARTS and suffix not in begun and value.strip():
        begun.add(suffix)
        heading, has_it = _PARTS[suffix]
        if not has_it.match(value):
            yield heading


def _shown(text: str) -> str:
    """What was sent, short and in one line, for a sentence."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:30]
