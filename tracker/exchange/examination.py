"""By what an examination was made, from the words and codes of a request or of a report's own heading.

A PET/CT arrives coded as CT: wherever PET is named beside CT or MR it is the hybrid.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.domain.vocabulary import Modality

_FORMS: tuple[tuple[Modality, re.Pattern[str]], ...] = (
    (Modality.PET_CT, re.compile(r"(?:PET|PT)[\s/_+&-]*CT|PETCT|PTCT|CT[\s/_+&-]*PET|POSITRON.{0,40}\bCT\b", re.I)),
    (Modality.PET_MR, re.compile(r"(?:PET|PT)[\s/_+&-]*MR|(?:MR|MRI)[\s/_+&-]*PET", re.I)),
    (Modality.PET_CT, re.compile(r"\b(?:FDG|DOTATATE|DOTATOC)?[\s-]*PET\b|\bPT\b", re.I)),
    (Modality.MR, re.compile(r"(?<![A-Z])MRI?\d*(?![A-Z])|\bMRCP\b|\bNMR\b|MAGNETIC RESONANCE|^M(?:ABD|LIV)", re.I)),
    (Modality.CT, re.compile(r"(?<![A-Z])CT(?![A-Z])|^CT(?:ABD|CHEST|LIV|TAP|CAP|AP)|\bCAT SCAN\b|COMPUTED TOMOG", re.I)),
    (Modality.US, re.compile(r"\bUS\b|ULTRASOUND|SONOGRA|\bRUS\b", re.I)),
    (Modality.NM, re.compile(r"\bNM\b|\bNMS\b|SCINTIGRA|BONE SCAN|OCTREOSCAN", re.I)),
    (Modality.XR, re.compile(r"\bXR\b|\bCR\b|\bDX\b|X-?RAY|RADIOGRAPH|\bMG\b|MAMMOGRA", re.I)),
)  # fmt: skip
#: The line of a report that names the examination.
_HEADING = re.compile(
    r"^[ \t]*(?:EXAM(?:INATION)?|STUDY|PROCEDURE|TYPE OF EXAM)(?:[ \t]+(?:TYPE|PERFORMED))?[ \t]*:[ \t]*\n?(.{2,160})$",
    re.IGNORECASE | re.MULTILINE,
)


def find_modality(texts: Iterable[str]) -> Modality | None:
    """The modality that the first text with any names; a hybrid wins over the single code of another text."""
    found = [modality for text in texts if (modality := _name(text)) is not None]
    hybrid = [one for one in found if one in (Modality.PET_CT, Modality.PET_MR)]
    return (hybrid or found or [None])[0]


def heading_of(report: str) -> str:
    """What the report's own line "EXAMINATION:" names; empty where there is none."""
    match = _HEADING.search(report)
    return match[1].strip() if match else ""


def _name(text: str) -> Modality | None:
    for modality, form in _FORMS:
        if form.search(text):
            return modality
    return None
