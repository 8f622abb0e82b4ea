"""A file of HL7 messages as a radiology system sends it, about nobody: for the inbox of the demo.

One examination is reported twice (preliminary, then final: the later one waits), one comes without the date of its
examination; both are of patients of another hospital, whom somebody has to register or to find.
"""

from __future__ import annotations

from datetime import date, timedelta

from tracker.db.engine import Database
from tracker.services.actors import Actor
from tracker.services.bringing import FileReport, bring_file

NAME = "synthetic messages.hl7"
#: Sent as CT both, as systems do; the name of the examination tells what was made.
_CT, _PET = "CTABD^CT ABDOMEN WITH CONTRAST", "IMG^PET/CT WHOLE BODY"
_PRELIMINARY = (
    "CT ABDOMEN WITH CONTRAST",
    "Synthetic report of an invented patient.",
    "FINDINGS: Liver: 24 mm metastasis in segment VI and 17 mm metastasis in segment II.",
)
_FINAL = (
    *_PRELIMINARY[:2],
    "FINDINGS:",
    "Liver: Two metastases: 24 x 19 mm in segment VI and 17 x 14 mm in segment II. Simple cyst of 12 mm in segment IVa.",
    "No enlarged lymph node. No ascites.",
    "IMPRESSION:",
    "Two liver metastases, segments VI and II. No earlier examination for comparison.",
)
_REFERRED_FROM_ELSEWHERE = (
    "PET/CT WHOLE BODY",
    "Synthetic report of an invented patient.",
    "FINDINGS:",
    "Segment VIII metastasis 2.6 cm, SUVmax 7.4, previously 3.1 cm, SUVmax 9.8.",
    "No new lesion. Blood pool SUVmean 1.6.",
    "IMPRESSION:",
    "Partial metabolic response.",
)


def bring_messages(db: Database, actor: Actor, today: date) -> FileReport:
    """Put the messages into the inbox. Nobody is registered under their identifiers yet."""
    made = today - timedelta(days=3)
    blocks = (
        _message(1, made, "SYN-90001", "SYN-70001", _CT, made, "P", _PRELIMINARY),
        _message(2, made + timedelta(days=1), "SYN-90001", "SYN-70001", _CT, made, "F", _FINAL),
        _message(3, made, "SYN-90002", "SYN-70002", _PET, None, "F", _REFERRED_FROM_ELSEWHERE),
    )
    data = b"".join(b"\x0b" + block.encode() + b"\x1c\r" for block in blocks)
    return bring_file(db, actor, data, NAME)


def _message(
    number: int,
    sent: date,
    identifier: str,
    accession: str,
    code: str,
    made: date | None,
    status: str,
    lines: tuple[str, ...],
) -> str:
    """One ORU^R01. Without ``made`` OBR-7 is empty, as many systems leave it."""
    order = [""] * 26
    order[:5] = ["OBR", "1", "", f"{accession}^SYNTHETIC", code]
    order[7] = "" if made is None else f"{made:%Y%m%d}0910"
    order[22], order[24], order[25] = f"{sent:%Y%m%d}1640", "CT", status
    return "\r".join(
        (
            f"MSH|^~\\&|SYNTHETIC RIS|SYNTHETIC|TRACKER||{sent:%Y%m%d}1640||ORU^R01|SYN{number:04}|T|2.5",
            f"PID|1||{identifier}^^^ELSEWHERE^MR",
            "|".join(order),
            f"OBX|1|TX|1||{'~'.join(lines)}||||||{status}",
        )
    )
