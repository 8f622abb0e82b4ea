"""What a report says beyond sizes: the look of each lesion, the liver around them, disease at other sites.

Offered below the table and in the plain form, read and checked here like everything else that is typed. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from tracker.domain.lengths import Length, format_mm
from tracker.domain.record import Exam, RecordedObservation, SiteFinding, StatedCount, VesselContact
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CountKind,
    Enhancement,
    Site,
    SiteStatement,
    Statement,
    Term,
    Vessel,
    VesselRelation,
)
from tracker.errors import Problem

T = TypeVar("T", bound=Term)

#: Relations to a vessel whose distance may be given: the others touch it.
_APART = (VesselRelation.CLEAR, VesselRelation.WITHIN_10_MM)
_COUNTED = {"several": CountKind.MULTIPLE, str(CountKind.MULTIPLE): CountKind.MULTIPLE}
_COUNTED[str(CountKind.INNUMERABLE)] = CountKind.INNUMERABLE


def look_choices() -> dict[str, list[list[str]]]:
    """The words to choose from, as pairs of value and words."""
    kinds: dict[str, type[Term]] = {
        "appearance": Appearance, "enhancement": Enhancement, "vessel": Vessel, "relation": VesselRelation,
        "background": BackgroundSign, "site": Site, "site_statement": SiteStatement,
    }  # fmt: skip
    return {name: [[word, word] for word in kind.words()] for name, kind in kinds.items()}


# --- what is typed, read


def with_look(recorded: RecordedObservation, entry: Mapping[str, Any], problems: list[Problem]) -> RecordedObservation:
    """The observation with the look typed in its line."""
    place = recorded.label
    appearance = _word(entry.get("appearance"), Appearance, f"{place}, appearance", problems)
    enhancement = _word(entry.get("enhancement"), Enhancement, f"{place}, enhancement", problems)
    vessels = _read_vessels(entry.get("vessels"), place, problems)
    return replace(recorded, appearance=appearance, enhancement=enhancement, vessels=vessels)


def has_look(entry: Mapping[str, Any]) -> bool:
    """Whether anything of a lesion's look is typed."""
    return any(entry.get(name) for name in ("appearance", "enhancement", "vessels"))


def read_background(exam: Mapping[str, Any], problems: list[Problem]) -> dict[BackgroundSign, Statement]:
    """The answers on the liver around the lesions; what was not answered is left out."""
    found = {}
    for name, said in _pairs(exam.get("background")):
        sign = _word(name, BackgroundSign, "liver background", problems)
        statement = _word(said, Statement, f"liver background, {name}", problems)
        if sign is not None and statement is not None:
            found[sign] = statement
    return found


def read_extrahepatic(exam: Mapping[str, Any], problems: list[Problem]) -> dict[Site, SiteFinding]:
    """The answers on disease at other sites, with number and largest size where there is some."""
    found = {}
    for name, typed in _pairs(exam.get("extrahepatic")):
        answer = typed if isinstance(typed, Mapping) else {}
        site = _word(name, Site, "outside the liver", problems)
        said = _word(answer.get("said"), SiteStatement, f"outside the liver, {name}", problems)
        if site is None or said is None:
            continue
        is_there = said is SiteStatement.YES
        count = _read_count(_text(answer, "count"), f"{name}, number", problems) if is_there else None
        size = _read_mm(_text(answer, "size"), f"{name}, largest", problems) if is_there else None
        found[site] = SiteFinding(said, count, size)
    return found


def _read_vessels(typed: object, place: str, problems: list[Problem]) -> tuple[VesselContact, ...]:
    contacts = []
    for one in typed if isinstance(typed, (list, tuple)) else ():
        if not isinstance(one, Mapping) or not _text(one, "vessel"):
            continue
        vessel = _word(one.get("vessel"), Vessel, f"{place}, vessel", problems)
        relation = _word(one.get("relation"), VesselRelation, f"{place}, {vessel}", problems)
        if vessel is None:
            continue
        if relation is None:
            problems.append(Problem(place, f"how near is the {vessel}? Choose it, or clear the vessel"))
            continue
        gap = _read_mm(_text(one, "mm"), f"{place}, {vessel}", problems) if relation in _APART else None
        contacts.append(VesselContact(vessel, relation, gap))
    return tuple(contacts)


def _read_count(text: str, place: str, problems: list[Problem]) -> StatedCount | None:
    """ "3", "≥3" or "multiple"."""
    if not text:
        return None
    if text.casefold() in _COUNTED:
        return StatedCount(_COUNTED[text.casefold()])
    digits = text.removeprefix("≥").removeprefix(">=").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 4 and int(digits)):
        problems.append(Problem(place, f"'{text}' is no number of lesions; right is 3, ≥3 or multiple"))
        return None
    return StatedCount(CountKind.EXACT if digits == text else CountKind.AT_LEAST, int(digits))


def _read_mm(text: str, place: str, problems: list[Problem]) -> Length | None:
    """ "9", "9.5 mm", "0.9 cm"."""
    typed = text.casefold().replace(",", ".").strip()
    if not typed:
        return None
    in_cm = typed.endswith("cm")
    number = typed.removesuffix("cm").removesuffix("mm").strip()
    try:
        return Length.from_mm(Decimal(number) * 10 if in_cm else number)
    except (InvalidOperation, ValueError):
        problems.append(Problem(place, f"'{text}' is not a size; right is 9, 9.5 mm or 0.9 cm"))
        return None


# --- what is stored, for the fields


def look_content(seen: RecordedObservation | None) -> dict[str, Any]:
    """The look of an observation as its fields hold it; empty where nothing is said."""
    if seen is None:
        return {}
    said: dict[str, Any] = {"appearance": str(seen.appearance or ""), "enhancement": str(seen.enhancement or "")}
    said["vessels"] = [
        {"vessel": str(one.vessel), "relation": str(one.relation), "mm": _mm(one.distance)} for one in seen.vessels
    ]
    return {name: value for name, value in said.items() if value}


def exam_content(exam: Exam) -> dict[str, Any]:
    """Background and other sites of an exam as the fields hold them."""
    sites = {
        str(site): {"said": str(found.said), "count": _count(found.count), "size": _mm(found.size)}
        for site, found in exam.extrahepatic.items()
    }
    return {"background": {str(sign): str(said) for sign, said in exam.background.items()}, "extrahepatic": sites}


def looks_before(label: str, exams: Iterable[Exam]) -> list[dict[str, str]]:
    """What was said of a lesion's look, exam by exam in order of date."""
    said = []
    for exam in sorted(exams, key=lambda exam: exam.performed_on):
        seen = exam.observation(label)
        if seen is not None and (seen.appearance or seen.enhancement or seen.vessels):
            said.append(
                {
                    "date": exam.performed_on.isoformat(),
                    "appearance": str(seen.appearance or ""),
                    "enhancement": str(seen.enhancement or ""),
                    "vessels_said": "; ".join(map(str, seen.vessels)),
                }
            )
    return said


def said_before(exams: Iterable[Exam]) -> list[dict[str, Any]]:
    """Background and other sites as exams before said them, in order of date; what was not mentioned is left out."""
    said = []
    for exam in sorted(exams, key=lambda exam: exam.performed_on):
        signs = {str(sign): str(one) for sign, one in exam.background.items() if one is not Statement.NOT_MENTIONED}
        sites = {
            str(site): str(found)
            for site, found in exam.extrahepatic.items()
            if found.said in (SiteStatement.YES, SiteStatement.NONE)
        }
        if signs or sites:
            said.append({"date": exam.performed_on.isoformat(), "background": signs, "extrahepatic": sites})
    return said


def _mm(length: Length | None) -> str:
    return format_mm(length.um) if length is not None else ""


def _count(count: StatedCount | None) -> str:
    return "" if count is None else str(count)


def _pairs(value: object) -> Iterable[tuple[str, Any]]:
    """What a mapping holds, without the names whose value is empty."""
    if not isinstance(value, Mapping):
        return []
    return [(str(name), said) for name, said in value.items() if said]


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _word(word: object, kind: type[T], place: str, problems: list[Problem]) -> T | None:
    """A word of the vocabulary; None where nothing is typed, or it is none."""
    if not isinstance(word, str) or not word.strip():
        return None
    try:
        return kind(word.strip())
    except ValueError:
        problems.append(Problem(place, f"'{word}' is not known; right is one of {', '.join(kind.words())}"))
        return None
