"""Fields of a parsed message as plain text: empty where they are not there, escapes resolved, dates exact or None."""

from __future__ import annotations

import re
from datetime import date

import hl7

_ESCAPE = re.compile(r"\\([^\\\n]{0,40})\\")
_LINE_BREAKS = {".br", ".sp", ".ce", ".nf", ".fi"}
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2,10})?(?:\.\d+)?(?:[+-]\d{4})?")


def field(segment: hl7.Segment, number: int) -> str:
    """A field as sent, separators and all; empty where the segment is shorter."""
    return str(segment[number]) if number < len(segment) else ""


def part(segment: hl7.Segment, number: int, component: int = 1, separators: str = "^&~") -> str:
    """One component of the first repetition of a field, without blanks, escapes resolved."""
    return pick(field(segment, number).split(separators[2])[0], component, separators)


def pick(repetition: str, component: int, separators: str = "^&~") -> str:
    """One component of one repetition of a field; of its subcomponents the first."""
    components = repetition.split(separators[0])
    if component > len(components):
        return ""
    return unescape(components[component - 1].split(separators[1])[0]).strip()


def unescape(text: str, separators: str = "|^~&") -> str:
    """The text with its escapes resolved (HL7 v2.5, 2.7): separators, line breaks, letters by number.

    What is not known, such as a change of the character set, is left out: it stands for no letter.
    """
    if "\\" not in text:
        return text
    named = {"F": separators[0], "S": separators[1], "R": separators[2], "T": separators[3], "E": "\\"}

    def resolve(match: re.Match[str]) -> str:
        code = match[1]
        if code in named:
            return named[code]
        if code[:1] == ".":
            return "\n" if re.match(r"\.[a-z]{2}", code) and code[:3] in _LINE_BREAKS else ""
        if code[:1] == "X" and len(code) % 2 == 1:
            try:
                return bytes.fromhex(code[1:]).decode("utf-8", "replace").replace("\r", "\n").replace("\0", "")
            except ValueError:
                return ""
        return "" if code[:1] in "HNXCMZ" else match[0]

    return _ESCAPE.sub(resolve, text)


def read_date(text: str) -> date | None:
    """The day of a time stamp (HL7 v2.5, 2.A.77); None where it is partial, impossible or empty."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
