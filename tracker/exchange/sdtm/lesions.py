"""TU: which lesions a reader identified, and in what role.

A lesion belongs to one reader. Where TU names no reader, its lesions are those of all readers of the subject.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.domain.vocabulary import LYMPH_NODE, LesionRole
from tracker.errors import TrackerError
from tracker.exchange.sdtm.folder import Domain, Record
from tracker.exchange.sdtm.values import Evaluator, fold

#: Words of CDISC's codelist LOC that name a lymph node; by its short axis it is measured (RECIST 1.1, 3.1.1).
_NODE = re.compile(r"\bLYMPH\W*NOD|\bNODES?\b", re.IGNORECASE)
_IDENTIFIES = frozenset(("", "TUMIDENT", "LESIDENT"))
_SPLITS, _MERGES = "TUSPLIT", "TUMERGE"


class NotVerifiableError(TrackerError):
    """What one reader said of one subject cannot be judged; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Identified:
    """One lesion as TU identifies it."""

    label: str
    role: LesionRole
    organ: str
    record: Record | None
    #: A new lesion that is measured apart (iRECIST).
    as_target: bool = False
    #: The lesion of which it is a part since that one fell apart.
    part_of: str | None = None

    @property
    def is_node(self) -> bool:
        return self.organ == LYMPH_NODE


@dataclass(slots=True)
class Readings:
    """The lesions of one subject as one reader identified them, with what is doubtful."""

    lesions: dict[str, Identified] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Identifications:
    """All that TU says, by subject and reader."""

    by_reader: Mapping[tuple[str, Evaluator], Readings]

    def of(self, subject: str, reader: Evaluator) -> Readings:
        """The lesions of a reader; where TU is silent on who read, what it says of the subject."""
        found = Readings()
        unnamed = (Evaluator("INVESTIGATOR"),) if reader == Evaluator("") else ()
        for evaluator in (reader, Evaluator(reader.role), Evaluator(""), *unnamed):
            more = self.by_reader.get((subject, evaluator))
            if more is None:
                continue
            for label, lesion in more.lesions.items():
                found.lesions.setdefault(label, lesion)
            found.doubts += (doubt for doubt in more.doubts if doubt not in found.doubts)
            found.left_out += (text for text in more.left_out if text not in found.left_out)
        return found


def read_role(text: str) -> tuple[LesionRole, bool] | None:
    """The role that TUORRES or TRGRPID names, and whether a new lesion is measured as a target; None if it is none."""
    word = fold(text)
    if word.startswith("NEW"):
        return LesionRole.NEW, "TARGET" in word and "NON" not in word
    if word.startswith(("NON TARGET", "NONTARGET")):
        return LesionRole.NON_TARGET, False
    return (LesionRole.TARGET, False) if word.startswith("TARGET") else None


def read_organ(location: str) -> str:
    if _NODE.search(location):
        return LYMPH_NODE
    return location.strip().lower() or "not stated"


def read_identifications(domain: Domain) -> Identifications:
    """The lesions of all readers."""
    found: defaultdict[tuple[str, Evaluator], Readings] = defaultdict(Readings)
    for record in domain.records:
        label = record.get("TULNKID")
        if label:
            _add(found[record.get("USUBJID"), Evaluator.of(record, "TU")], label, record)
    return Identifications(found)


def _add(readings: Readings, label: str, record: Record) -> None:
    test = record.get("TUTESTCD").upper()
    stated = record.first("TUSTRESC", "TUORRES")
    role = read_role(stated)
    if test == _MERGES:
        readings.doubts.append(f"{record.place}: {label} is a merger (TUMERGE), which says not into which lesion")
        return
    if role is None or test not in (*_IDENTIFIES, _SPLITS):
        readings.left_out.append(f"{record.place}: {label} is '{stated or test}', which is no role of RECIST")
        return
    parent = label.rpartition(".")[0] if test == _SPLITS else None
    if parent == "":
        readings.doubts.append(f"{record.place}: {label} is a part (TUSPLIT) of a lesion that its name does not tell")
        return
    organ = read_organ(record.get("TULOC"))
    lesion = Identified(label, role[0], organ, record, role[1], parent)
    known = readings.lesions.get(label)
    if known is None:
        readings.lesions[label] = lesion
    elif known.role is not lesion.role or known.is_node is not lesion.is_node:
        text = f"{label} is {known.role} ({known.organ}) and {lesion.role} ({lesion.organ})"
        readings.doubts.append(f"{record.place}: {text}; one lesion has one role")
