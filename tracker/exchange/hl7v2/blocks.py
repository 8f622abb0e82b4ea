"""The bytes of a file to blocks that should each be one message, whichever way they are framed.

Seen in the field: bare messages one after the other, MLLP frames (0x0B … 0x1C), batch files (FHS, BHS), and the log of a
listener with ``<SB>`` … ``<EB>`` around each message and ``<R>`` for its line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracker.errors import InputError

MOST_MESSAGES = 5_000
#: Segments of batch files, which hold nothing of a patient.
_ENVELOPES = ("FHS", "BHS", "BTS", "FTS")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
#: Marks of a frame count where a frame can begin; in the middle of a line they are letters of the prose.
_LOG_START = r"(?<![^\r\n])[ \t]*<SB>"
_LOG_FRAME = re.compile(rf"{_LOG_START}(.*?)(?:<EB>|(?={_LOG_START})|\Z)", re.DOTALL)
_MLLP_START = r"(?:(?<![^\r\n\x1c])\x0b|\x0b(?=MSH))"
_MLLP_FRAME = re.compile(rf"{_MLLP_START}(.*?)(?:\x1c|(?={_MLLP_START})|\Z)", re.DOTALL)
_BARE_START = re.compile(r"(?<![^\r\n\x1c])MSH[^\w\s]")
_STARTS = re.compile(rb"(?=MSH[^\w\s])")
#: What only the first line of a message holds: a line with it that is not MSH is the damaged head of another message.
_REMAINS = re.compile(r"\^~\\&|\bORU\^R01\b")
#: HL7 v2 table 0211, as far as Python reads it by another name.
_CHARSETS = {
    "ASCII": "ascii", "8859/1": "latin-1", "8859/2": "iso8859-2", "8859/5": "iso8859-5", "8859/7": "iso8859-7",
    "8859/9": "iso8859-9", "8859/15": "iso8859-15", "UNICODE UTF-8": "utf-8", "UNICODE": "utf-8", "UTF-8": "utf-8",
}  # fmt: skip
_GUESSED = "cp1252"
#: Separators of fields, components, repetitions, the escape, and of subcomponents.
_USUAL = "|^~\\&"


@dataclass(frozen=True, slots=True)
class Block:
    """What stands at the place of one message: its segments, or none where it is no message.

    ``findings`` say what had to be mended to read it.
    """

    place: str
    segments: tuple[str, ...]
    findings: tuple[str, ...] = ()

    @property
    def is_message(self) -> bool:
        return bool(self.segments) and self.segments[0].startswith("MSH")


def split_blocks(data: bytes, name: str) -> tuple[Block, ...]:
    """All blocks of a file, in order. InputError where there are more than a file of reports holds."""
    text, finding = _decode(data)
    bodies = list(_split(text))
    if len(bodies) > MOST_MESSAGES:
        raise InputError(f"{name} holds more than {MOST_MESSAGES} messages; split it")
    alone = len(bodies) == 1
    return tuple(
        _block(name if alone else f"{name}, block {number}", body, finding)
        for number, body in enumerate(bodies, start=1)
    )


def _decode(data: bytes) -> tuple[str, str | None]:
    """The text of the file, message by message: engines put what different senders wrote into one file.

    Letters without a meaning in text (NUL) are left out: no database takes them.
    """
    pieces = [_decode_message(piece) for piece in _STARTS.split(data)]
    text = "".join(text for text, _ in pieces)
    return text.replace("\0", ""), next((finding for _, finding in pieces if finding is not None), None)


def _decode_message(data: bytes) -> tuple[str, str | None]:
    """The text of one message: UTF-8, else what MSH-18 names, else Windows-1252 with a finding."""
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        pass
    named = re.search(rb"MSH\|(?:[^|\r\n]*\|){16}([^|\r\n~^]*)", data)
    charset = _CHARSETS.get(named[1].decode("ascii", "replace").strip().upper()) if named else None
    if charset not in (None, "ascii", "utf-8"):
        try:
            return data.decode(str(charset)), None
        except UnicodeDecodeError:
            pass
    return data.decode(_GUESSED, "replace"), "letters that are not UTF-8 were read as Windows-1252: check accents"


def _split(text: str) -> Iterator[str]:
    if _LOG_FRAME.search(text):
        yield from (body.replace("<R>", "\n") for body in _split_framed(text, _LOG_FRAME))
    elif _MLLP_FRAME.search(text):
        yield from _split_framed(text, _MLLP_FRAME)
    else:
        yield from _split_bare(text)


def _split_framed(text: str, frame: re.Pattern[str]) -> Iterator[str]:
    """The bodies of frames. What stands between them is the listener's own, unless a message begins in it."""
    end = 0
    for match in frame.finditer(text):
        yield from _split_between(text[end : match.start()])
        yield match[1]
        end = match.end()
    yield from _split_between(text[end:])


def _split_between(text: str) -> Iterator[str]:
    begins = _BARE_START.search(text)
    if begins is not None:
        yield from _split_bare(text[begins.start() :])


def _split_bare(text: str) -> Iterator[str]:
    """Messages without frames: each begins with MSH; lines after a blank line that are no segment are a block of their own."""
    lines: list[str] = []
    blank = False
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            blank = True
            continue
        if line.startswith(_ENVELOPES):
            continue
        starts = line.startswith("MSH") or (blank and not _is_segment(line, lines)) or _is_remains(line, lines)
        if starts and lines:
            yield "\n".join(lines)
            lines = []
        lines.append(line)
        blank = False
    if lines:
        yield "\n".join(lines)


def _block(place: str, body: str, finding: str | None) -> Block:
    lines = [line for line in body.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    findings = [finding] if finding else []
    segments: list[str] = []
    for line in lines:
        if segments and not _is_segment(line, lines):
            # A sender that breaks the lines of its prose without escaping them.
            segments[-1] += "\\.br\\" + line
            if _BROKEN not in findings:
                findings.append(_BROKEN)
        else:
            segments.append(line)
    return Block(place, _with_usual_separators(segments), tuple(findings))


def _is_segment(line: str, lines: list[str]) -> bool:
    """Whether a line begins a segment: three letters and the separator that the message's first line uses."""
    mark = lines[0][3:4] if lines and lines[0].startswith("MSH") else "|"
    return bool(_SEGMENT.match(line)) and line[3:4] == mark


def _is_remains(line: str, lines: list[str]) -> bool:
    """Whether a line is the damaged first line of another message: prose and segments of this one have no such marks."""
    if line.startswith(("Z", "OBX", "NTE")):
        return False
    if _is_segment(line, lines):
        return line[4:8] == _USUAL[1:] or "|ORU^R01" in line[:200]
    return bool(_REMAINS.search(line[:200]))


def _with_usual_separators(segments: list[str]) -> tuple[str, ...]:
    """A message with separators of its own (MSH-1, MSH-2) rewritten with the usual ones; what cannot be is no message.

    A letter that is a separator only in the usual set stands for itself: it is escaped.
    """
    head = segments[0] if segments else ""
    own = head[3:8]
    if not head.startswith("MSH") or own == _USUAL:
        return tuple(segments)
    if len(set(own)) < len(_USUAL) or any(letter.isalnum() or letter.isspace() for letter in own):
        return ()
    escaped = {letter: f"\\{name}\\" for letter, name in zip(_USUAL, "FSRET", strict=True) if letter not in own}
    table = str.maketrans({**escaped, **dict(zip(own, _USUAL, strict=True))})
    first = f"MSH{_USUAL}{head[8:].translate(table)}"
    return (first, *(segment.translate(table) for segment in segments[1:]))


_BROKEN = "lines of the text were broken inside the message; they were joined to the field before them"
