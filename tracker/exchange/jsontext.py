"""JSON in and out without a loss: numbers stay exact decimals, and what is doubtful is refused with its line.

Refused although the standard library takes it: NaN and infinity, a key twice in one object.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from tracker.errors import InputError, Problem
from tracker.exchange.codes import shorten

MOST_BYTES = 50_000_000


def read_json(data: bytes) -> Any:
    """The value in ``data``; numbers with a point are ``Decimal``. InputError names what is wrong and where."""
    if len(data) > MOST_BYTES:
        raise InputError(f"the file has more than {MOST_BYTES // 1_000_000} MB; split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        line = data.count(b"\n", 0, trouble.start) + 1
        raise InputError([Problem(f"line {line}", "a letter is not UTF-8; save the file as UTF-8")]) from None
    if not text.strip():
        raise InputError("the file is empty; JSON is needed")
    try:
        return json.loads(
            text, parse_float=_decimal, parse_int=_whole, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as trouble:
        place = f"line {trouble.lineno}, column {trouble.colno}"
        raise InputError([Problem(place, f"this is no JSON: {trouble.msg}")]) from None
    except RecursionError:
        raise InputError("the JSON is nested too deeply") from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InputError(f"the number {shorten(text)} is out of all bounds") from None


def _whole(text: str) -> int:
    if len(text) > 40:
        raise InputError(f"the number {shorten(text)} is out of all bounds")
    return int(text)


def _refuse_constant(word: str) -> Any:
    raise InputError(f"{word} is no number; leave the value out, or give null")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        often = Counter(key for key, _ in pairs)
        twice = next(key for key in found if often[key] > 1)
        raise InputError(f"the key '{shorten(twice)}' stands twice in one object")
    return found


def write_json(value: Any, indent: int = 2) -> str:
    """JSON text of plain values; a ``Decimal`` is written with its own digits (29.5, 50.0), never through a float."""
    return _write(value, indent, 0)


def _write(value: Any, indent: int, depth: int) -> str:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no JSON number")
        return f"{value:f}"
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no JSON number")
    if isinstance(value, Mapping):
        items = [f"{_write(str(key), indent, 0)}: {_write(item, indent, depth + 1)}" for key, item in value.items()]
        return _block("{", items, "}", indent, depth)
    if isinstance(value, list | tuple):
        return _block("[", [_write(item, indent, depth + 1) for item in value], "]", indent, depth)
    return json.dumps(value, ensure_ascii=False)


def _block(opens: str, items: list[str], closes: str, indent: int, depth: int) -> str:
    if not items:
        return opens + closes
    inner = "\n" + " " * (indent * (depth + 1))
    return opens + inner + f",{inner}".join(items) + "\n" + " " * (indent * depth) + closes
