"""Whatever bytes come, the readers of reports answer with reports, problems or a refusal, never with a crash."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.messages import message
from tracker.errors import InputError
from tracker.exchange.hl7v2 import read_messages
from tracker.exchange.report_text import read_report_file
from tracker.exchange.sniff import FORMATS, find_format

GOOD = message()
PIECES = st.sampled_from(
    [b"|", b"^", b"~", b"&", b"\\", b"\r", b"\n", b"MSH", b"OBR", b"OBX|1|ED", b"\x0b", b"\x1c", b"<SB>", b"\xff", b""]
)


@st.composite
def damaged_messages(draw: st.DrawFn) -> bytes:
    """A good message with pieces cut out, doubled or put in."""
    data = GOOD
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        data = data[:at] + draw(PIECES) * draw(st.integers(0, 3)) + data[at + length :]
    return data


@settings(max_examples=300, deadline=None)
@given(damaged_messages() | st.binary(max_size=300))
def test_a_damaged_message_is_refused_or_read_and_says_something(data: bytes) -> None:
    try:
        read = read_messages(data, "in.hl7")
    except InputError:
        return
    assert read.reports or read.problems or read.remarks
    assert all(str(one).isprintable() for one in (*read.problems, *read.remarks))
    assert all(report.report_text.strip() and report.place for report in read.reports)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_a_file_has_one_known_kind_or_is_refused(data: bytes) -> None:
    refused = ""
    try:
        kind = find_format(data, "thing")
        assert kind in FORMATS
        if kind == "text":
            assert read_report_file(data, "thing").reports
    except InputError as refusal:
        refused = str(refusal)
    assert not refused or refused.startswith("thing")
