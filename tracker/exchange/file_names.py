"""The name of a file as it is stored and told to people: any sender chooses it, and a file system takes almost any bytes."""

from __future__ import annotations


def plain_name(name: str) -> str:
    """The name in one line of letters that can be seen and stored.

    Bytes that are not UTF-8, line breaks, and marks that hide or turn text become escapes such as ``\\xff`` or ``\\n``.
    """
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in name)


def _escape(letter: str) -> str:
    """The escape of a letter; Python holds a byte that is no letter as one of 128 half letters."""
    number = ord(letter)
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode("ascii")
