"""Words of other systems to the words of the record: modality, organ, segment, role, state and the rest.

Matching ignores case, and takes blanks, hyphens and underscores for the same. What is not known is refused with the
words that are.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, Modality, ReportStatus, Segment, State

T = TypeVar("T")

#: Word in the role column for a lesion that is followed without a role: not there at its course's baseline.
WATCHED = "watched"

_MODALITIES: Mapping[str, Modality] = {
    "mri": Modality.MR,
    "pt": Modality.PET_CT,
    "pet": Modality.PET_CT,
    "petct": Modality.PET_CT,
    "petmr": Modality.PET_MR,
    "petmri": Modality.PET_MR,
    "pet/mri": Modality.PET_MR,
    "ultrasound": Modality.US,
}
_ROLES: Mapping[str, LesionRole] = {"nontarget": LesionRole.NON_TARGET}
_STATES: Mapping[str, State] = {"too small": State.TOO_SMALL, "tsm": State.TOO_SMALL, "ne": State.NOT_EVALUABLE}
#: HL7 v2 table 0085 by its letters.
_STATUSES: Mapping[str, ReportStatus] = {
    "p": ReportStatus.PRELIMINARY,
    "f": ReportStatus.FINAL,
    "c": ReportStatus.CORRECTED,
}
_NODES = {"lymph node", "lymph nodes", "lymphnode", "lymphnodes", "node", "nodes", "ln"}
_KNOWN_ORGANS = {"liver", "lung", "pancreas", "spleen", "bone", "brain", "adrenal", "kidney", "peritoneum"}
_ROMAN = {
    str(number): roman for number, roman in enumerate(("I", "II", "III", "IV", "V", "VI", "VII", "VIII"), start=1)
}
_SEGMENTS = {segment.value.lower(): segment for segment in Segment}


def fold(word: str) -> str:
    """The form in which words are compared: "PET-CT" and "pet ct" are "pet ct"."""
    return re.sub(r"[\s_\-‐-―−]+", " ", word.strip().lower())


def look_up(word: str, terms: Iterable[T], more: Mapping[str, T]) -> T:
    """The term a word stands for. ValueError with the words that would be right."""
    table = {fold(str(term)): term for term in terms}
    known = table | {fold(other): term for other, term in more.items()}
    key = fold(word)
    for form in (key, key.replace(" ", "/"), key.replace(" ", "")):
        if form in known:
            return known[form]
    near = difflib.get_close_matches(key, list(table), 1, 0.7)
    hint = (
        f"did you mean '{table[near[0]]}'?"
        if near
        else f"say one of: {', '.join(str(term) for term in table.values())}"
    )
    raise ValueError(f"'{shorten(word)}' is not known; {hint}")


def shorten(text: str, most: int = 40) -> str:
    """A cell as it is quoted in a sentence: one line, not longer than ``most`` letters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def read_modality(word: str) -> Modality:
    return look_up(word, Modality, _MODALITIES)


def read_role(word: str) -> LesionRole | None:
    """A role; None for 'watched', which is stated and not the same as an empty cell."""
    if fold(word) == WATCHED:
        return None
    try:
        return look_up(word, LesionRole, _ROLES)
    except ValueError as trouble:
        raise ValueError(f"{trouble}" if "mean" in str(trouble) else f"{trouble}, {WATCHED}") from None


def read_state(word: str) -> State:
    return look_up(word, State, _STATES)


def read_report_status(word: str) -> ReportStatus:
    return look_up(word, ReportStatus, _STATUSES)


def read_organ(text: str) -> str:
    """The organ. It is free text; only the spellings of nodes and of a few organs are made one."""
    words = " ".join(text.split())
    if fold(words) in _NODES:
        return LYMPH_NODE
    return words.lower() if words.lower() in _KNOWN_ORGANS else words


def read_segments(text: str) -> tuple[Segment, ...]:
    """Couinaud segments, several with "/": "VII", "V/VI", "IVa", also "4a" and "S7". ValueError else."""
    found: list[Segment] = []
    for part in re.split(r"[/,;+&]", text):
        word = re.sub(r"^(segments?|seg\.?|s)\s*(?=[ivx\d])", "", part.strip().lower())
        match = re.fullmatch(r"([1-8]|[ivx]+)\s*([ab]?)", word)
        roman = _ROMAN.get(match[1], match[1]).lower() + match[2] if match else ""
        if roman not in _SEGMENTS:
            raise ValueError(f"'{shorten(part)}' is no liver segment; say I to VIII, IVa or IVb, several as V/VI")
        if _SEGMENTS[roman] not in found:
            found.append(_SEGMENTS[roman])
    return tuple(found)
