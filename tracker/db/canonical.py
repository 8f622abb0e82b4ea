"""Canonical JSON, and domain objects as plain JSON values and back.

Lengths become whole micrometres, decimals their digits, dates ISO 8601, enumerations their words: nothing is rounded.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from tracker.domain.lengths import Length

T = TypeVar("T")


def canonical_json(value: Any) -> str:
    """One text a value: sorted keys, no spaces, ASCII."""
    return plain_json(to_plain(value))


def plain_json(value: Any) -> str:
    """The same text of what is JSON values already, numbers with a fraction among them."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def to_plain(value: Any) -> Any:
    """A domain object, or a container of them, as JSON values. Fields at None are left out."""
    if isinstance(value, Length):
        return value.um
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: to_plain(item) for name, item in fields if item is not None}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical JSON")


def from_plain(kind: type[T], value: Mapping[str, Any]) -> T:
    """The frozen dataclass ``kind`` from what ``to_plain`` made of it. Fields it does not hold take their defaults."""
    hints = get_type_hints(kind)
    return kind(**{name: _restore(hints[name], item) for name, item in value.items() if name in hints})


def _restore(hint: Any, value: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _restore(next(item for item in arguments if item is not type(None)), value)
    if origin is tuple:
        return tuple(_restore(arguments[0], item) for item in value)
    if origin is Mapping:
        return {_restore(arguments[0], key): _restore(arguments[1], item) for key, item in value.items()}
    if not isinstance(hint, type):
        return value
    if issubclass(hint, Length):
        return Length(value)
    if issubclass(hint, Enum):
        return hint(value)
    if issubclass(hint, Decimal):
        return Decimal(value)
    if issubclass(hint, (datetime, date)):
        return hint.fromisoformat(value)
    if dataclasses.is_dataclass(hint):
        return from_plain(hint, value)
    return value
