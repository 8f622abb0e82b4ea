"""Reading and writing the files that a command names; ``-`` is standard input or output."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tracker.errors import InputError
from tracker.exchange.file_names import plain_name

STANDARD = "-"


def read_file(name: str, most_bytes: int) -> bytes:
    """The bytes of a file, or of standard input. InputError with one sentence where they cannot be had."""
    try:
        if name == STANDARD:
            data = sys.stdin.buffer.read(most_bytes + 1)
        else:
            with Path(name).open("rb") as stream:
                data = stream.read(most_bytes + 1)
    except IsADirectoryError:
        raise InputError(f"{shown_name(name)}: this is a folder; name a file") from None
    except FileNotFoundError:
        raise InputError(f"{shown_name(name)}: there is no such file") from None
    except (OSError, ValueError) as trouble:
        raise InputError(f"{shown_name(name)}: the file cannot be read ({_why(trouble)})") from None
    if len(data) > most_bytes:
        raise InputError(f"{shown_name(name)}: the file has more than {most_bytes // 1_000_000} MB; split it")
    return data


def write_file(name: str, text: str) -> None:
    """Write text as UTF-8, as ``write_bytes`` does; half characters become their escapes."""
    write_bytes(name, text.encode("utf-8", errors="backslashreplace"))


def write_bytes(name: str, data: bytes) -> None:
    """Write a file whole or not at all; a file of that name is replaced. InputError where it cannot be written."""
    if name == STANDARD:
        _write_out(data)
        return
    try:
        target = Path(name).resolve()
        if target.is_dir():
            raise InputError(f"{name}: this is a folder; name a file")
        if Path(name).exists() and not target.is_file():
            # A device or a pipe is written to; replacing it by a file would take it away from others.
            Path(name).write_bytes(data)
            return
        handle, made = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except (OSError, ValueError) as trouble:
        raise InputError(f"{name}: the file cannot be written ({_why(trouble)})") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(made).replace(target)
    except OSError as trouble:
        Path(made).unlink(missing_ok=True)
        raise InputError(f"{name}: the file cannot be written ({_why(trouble)})") from None


def write_out(text: str) -> None:
    """Write to standard output as UTF-8, whatever the terminal's encoding; half characters become their escapes."""
    _write_out(text.encode("utf-8", errors="backslashreplace"))


def _write_out(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def shown_name(name: str) -> str:
    """The name of a file as it is told to people."""
    return "standard input" if name == STANDARD else plain_name(name)


def _why(trouble: Exception) -> str:
    return getattr(trouble, "strerror", None) or str(trouble)
