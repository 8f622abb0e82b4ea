"""No text that leaves the record runs as a formula, and the importer gives every text back (OWASP, CSV injection)."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.exchange.guard import guard, unguard

STARTS = "=+-@\t\r\n＝＋－＠"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5 mm", "'-5 mm"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (" =1+1", "' =1+1"),
        ("＝1＋1", "'＝1＋1"),
        ("＠x", "'＠x"),
        ("'=1", "''=1"),
        ("L1", "L1"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_formula_is_written_as_text(text: str, written: str) -> None:
    assert guard(text) == written
    assert unguard(written) == text


@settings(max_examples=1_000)
@given(st.text(st.sampled_from(STARTS + "'aA1( \xa0|!;,\""), max_size=12) | st.text(max_size=12))
def test_any_text_comes_back_and_none_starts_a_formula(text: str) -> None:
    written = guard(text)
    assert unguard(written) == text
    assert not written.strip(" \xa0").startswith(tuple(STARTS))
    if not any(letter in text for letter in "\0\r"):
        out = io.StringIO()
        csv.writer(out).writerow([written])
        ((read,),) = [row or [""] for row in csv.reader(io.StringIO(out.getvalue(), newline=""))]
        assert unguard(read) == text
