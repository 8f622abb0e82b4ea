"""SAS transport files, version 5, to rows of text.

Source: SAS TS-140. Every part of such a file is a multiple of 80 bytes; numbers are IBM hexadecimal floats, big-endian,
and a missing number is one letter, point or underscore. The last rows may be padding: blanks, less than 80 of them.
pandas reads these files too, but a zero of theirs as 5.4e-79: a lesion that is gone would have a size.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.errors import InputError

_CARD = 80
_LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
_NAMESTR = b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!"
_OBS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"
_VERSION_8 = b"HEADER RECORD*******LIBV8"
#: Kind, length, name and position of a variable, as they stand in its description.
_VARIABLE = struct.Struct(">hhhh8s40s8shhh2s8shhl")
_CHARACTER = 2
_MISSING = frozenset(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True)
class Member:
    """One data set of a transport file: its name, its variables, and its rows as text (a missing value is empty)."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    numeric: bool
    start: int
    length: int

    def read(self, row: bytes) -> str:
        cell = row[self.start : self.start + self.length]
        return read_number(cell) if self.numeric else _text(cell)


def read_transport(data: bytes) -> tuple[Member, ...]:
    """The data sets of a transport file. InputError where it is none, or cut off."""
    if data.startswith(_VERSION_8):
        raise InputError("this is a SAS transport file of version 8; write it as version 5")
    if not data.startswith(_LIBRARY):
        raise InputError("this is no SAS transport file (XPT, version 5)")
    starts = [at for at in range(0, len(data), _CARD) if data.startswith(_MEMBER, at)]
    if not starts:
        raise InputError("the SAS transport file holds no data set")
    ends = [*starts[1:], len(data)]
    return tuple(_read_member(data[start:end]) for start, end in zip(starts, ends, strict=True))


def _read_member(data: bytes) -> Member:
    try:
        size = int(data[74:78])
        name = _text(data[2 * _CARD + 8 : 2 * _CARD + 16])
        described = 4 * _CARD
        if not data.startswith(_NAMESTR, described):
            raise ValueError
        count = int(data[described + 54 : described + 58])
        variables = tuple(_read_variables(data, described + _CARD, size, count))
        rows_from = described + _CARD + -(-size * count // _CARD) * _CARD
        if not data.startswith(_OBS, rows_from):
            raise ValueError
    except (ValueError, struct.error):
        raise InputError("the SAS transport file is cut off, or its descriptions are broken") from None
    rows = tuple(tuple(v.read(row) for v in variables) for row in _rows(data[rows_from + _CARD :], variables))
    return Member(name, tuple(variable.name for variable in variables), rows)


def _read_variables(data: bytes, start: int, size: int, count: int) -> Iterator[_Variable]:
    for number in range(count):
        kind, _, length, _, name, *_, position = _VARIABLE.unpack_from(data, start + number * size)
        if length <= 0 or position < 0 or (kind != _CHARACTER and length > 8):
            raise ValueError
        yield _Variable(_text(name), kind != _CHARACTER, position, length)


def _rows(data: bytes, variables: tuple[_Variable, ...]) -> Iterator[bytes]:
    """The rows up to the padding. A row of blanks alone has no subject: where rows are short it is padding."""
    width = max((variable.start + variable.length for variable in variables), default=0)
    if width == 0:
        return
    count, rest = divmod(len(data), width)
    if data[len(data) - rest :].strip(b" "):
        raise InputError("the SAS transport file is cut off: its last row is not whole")
    while count and width < _CARD and not data[(count - 1) * width : count * width].strip(b" "):
        count -= 1
    for number in range(count):
        yield data[number * width : (number + 1) * width]


def _text(cell: bytes) -> str:
    """Transport files are ASCII by their definition; what is not is taken as UTF-8, else as Windows' western letters."""
    try:
        return cell.decode("utf-8").strip(" \0")
    except UnicodeDecodeError:
        return cell.decode("cp1252", errors="replace").strip(" \0")


def read_number(cell: bytes) -> str:
    """An IBM hexadecimal float of 2 to 8 bytes as the shortest decimal of the double it stands for; '' where missing."""
    first, rest = cell[0], cell[1:]
    if not any(rest):
        if first in _MISSING:
            return ""
        if first in (0, 0x80):
            return "0"
    fraction = int.from_bytes(rest, "big")
    size = math.ldexp(fraction, 4 * ((first & 0x7F) - 64) - 8 * len(rest))
    value = -size if first & 0x80 else size
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
