"""JSON in and out: exact numbers, and everything doubtful refused with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import InputError
from tracker.exchange.jsontext import read_json, write_json


def test_a_decimal_keeps_its_digits() -> None:
    text = b'{"a": 29.167, "b": 50.0, "c": 0.1, "d": 3}'
    read = read_json(text)
    assert read == {"a": Decimal("29.167"), "b": Decimal("50.0"), "c": Decimal("0.1"), "d": 3}
    assert json.loads(write_json(read)) == json.loads(text)
    assert '"b": 50.0' in write_json(read)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a": 1,\n}', "line"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"a": {"b": 1, "b": 1}}', "the key 'b' stands twice"),
        (b'{"a": "\xff"}', "line 1: a letter is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "out of all bounds"),
        (b"1e" + b"9" * 30, "out of all bounds"),
        (b"{'a': 1}", "line 1, column 2"),
    ],
)
def test_wrong_json_is_refused_with_its_place(data: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_json(data)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_never_written(value: Any) -> None:
    with pytest.raises(ValueError, match="no JSON number"):
        write_json({"a": value})


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text() | st.decimals(-1000, 1000, places=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(_PLAIN)
def test_what_is_written_reads_the_same(value: Any) -> None:
    assert read_json(write_json(value).encode("utf-8", errors="backslashreplace")) == value
