"""The pass sheet: what was checked on which version, and every row where the answer was another. Frozen; no clock."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker import __version__


@dataclass(frozen=True, slots=True)
class Difference:
    """One row whose answer is another than expected, with the reasons of the answer that was computed."""

    place: str
    what: str
    expected: str
    got: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotVerified:
    """What could not be checked, and why. It is neither agreement nor difference."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Section:
    """One table of cases, or one study."""

    name: str
    criteria: str
    criteria_version: str
    #: Cases of a table; subjects and readers of a study.
    cases: int
    #: Answers that were compared.
    rows: int
    differences: tuple[Difference, ...] = ()
    not_verified: tuple[NotVerified, ...] = ()
    assumptions: tuple[str, ...] = ()
    is_study: bool = False
    convention: str = ""

    @property
    def agrees(self) -> bool:
        """Whether every row that could be compared agrees, and any could. A shipped table is checked whole."""
        return not self.differences and self.rows > 0 and (self.is_study or not self.not_verified)


@dataclass(frozen=True, slots=True)
class PassSheet:
    """The dated result on one installed version."""

    made_on: date
    sections: tuple[Section, ...]
    program_version: str = __version__
    python_version: str = platform.python_version()

    @property
    def agrees(self) -> bool:
        return bool(self.sections) and all(section.agrees for section in self.sections)

    @property
    def rows(self) -> int:
        return sum(section.rows for section in self.sections)

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(difference for section in self.sections for difference in section.differences)

    @property
    def not_verified(self) -> tuple[NotVerified, ...]:
        return tuple(item for section in self.sections for item in section.not_verified)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; every field is always there."""
        return {
            "format": "pass-sheet/1",
            "made_on": self.made_on.isoformat(),
            "program_version": self.program_version,
            "python_version": self.python_version,
            "agrees": self.agrees,
            "rows": self.rows,
            "rows_that_differ": len(self.differences),
            "not_verified": len(self.not_verified),
            "sections": [_section_to_dict(section) for section in self.sections],
        }

    def to_text(self) -> str:
        """The sheet as lines for a person, ending in the result."""
        return "\n".join(_lines(self)) + "\n"


def join_sheets(sheets: Iterable[PassSheet]) -> PassSheet:
    """One sheet of several that were made on one day."""
    first, *more = sheets
    sections = (*first.sections, *(section for sheet in more for section in sheet.sections))
    return PassSheet(first.made_on, sections, first.program_version, first.python_version)


def _section_to_dict(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "criteria": section.criteria,
        "criteria_version": section.criteria_version,
        "convention": section.convention or None,
        "cases": section.cases,
        "rows": section.rows,
        "agrees": section.agrees,
        "differences": [
            {
                "place": row.place, "what": row.what, "expected": row.expected, "got": row.got,
                "reasons": list(row.reasons),
            }
            for row in section.differences
        ],
        "not_verified": [{"place": item.place, "why": item.why} for item in section.not_verified],
        "assumptions": list(section.assumptions),
    }  # fmt: skip


def _lines(sheet: PassSheet) -> Iterator[str]:
    yield f"Pass sheet of {sheet.made_on}: hepatrack {sheet.program_version}, Python {sheet.python_version}"
    for section in sheet.sections:
        yield ""
        convention = f", convention {section.convention}" if section.convention else ""
        yield f"{section.name}: {section.criteria} ({section.criteria_version}){convention}"
        yield f"  {_counted(section)}"
        for row in section.differences:
            yield f"  DIFFERS  {row.place}"
            yield f"    {row.what}: expected {row.expected}, computed {row.got}"
            yield from (f"    - {reason}" for reason in row.reasons)
        yield from (f"  NOT VERIFIED  {item.place}: {item.why}" for item in section.not_verified)
        yield from (f"  ASSUMED  {text}" for text in section.assumptions)
    yield ""
    yield f"Result: {_verdict(sheet)}"


def _counted(section: Section) -> str:
    unit = ("course of a reader", "courses of readers") if section.is_study else ("case", "cases")
    counts = [f"{section.cases} {unit[section.cases != 1]}", _rows(section.rows)]
    differ = len(section.differences)
    told = "all agree" if section.rows and not differ else f"{section.rows - differ} agree, {differ} differ"
    missed = f"; {len(section.not_verified)} not verified" if section.not_verified else ""
    return f"{', '.join(counts)}: {told}{missed}"


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _verdict(sheet: PassSheet) -> str:
    missed = len(sheet.not_verified)
    more = f"; {missed} could not be verified" if missed else ""
    if sheet.agrees:
        return f"PASS. All {_rows(sheet.rows)} agree{more}."
    differ = len(sheet.differences)
    if differ:
        return f"NOT PASSED. {differ} of {_rows(sheet.rows)} differ{more}."
    return f"NOT PASSED. {_rows(sheet.rows)} agree{more}."
