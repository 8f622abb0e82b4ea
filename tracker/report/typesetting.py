"""Pages and pictures through typst: one warm compiler a template, our own fonts, data as input and never as markup."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import fontpkg_inter
import typst

from tracker.report.plain_text import printable

_TEMPLATES = Path(str(resources.files("tracker.report")))
#: A compiler keeps its state between two pages, so only one page is set at a time.
_LOCK = threading.Lock()
#: How typst says which letters have no sign, and how many of them are named in words at most.
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
#: How it begins where the text keeps it from the standard of accessible files.
_STANDARD = "PDF/UA-1 error"
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_MOST_NAMED = 24


class TypesettingError(RuntimeError):
    """A template could not be set: a defect of the program, not of what was typed. It holds no value of a patient."""


def set_pdf(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF of a template of this package with its data: tagged, by PDF/UA-1.

    That standard wants a sign for every letter. A letter that our fonts lack is set in a font of this machine; one that no
    font has (an emoji, say) is named in words. ``made_at`` becomes the date of the file. Raises TypesettingError.
    """
    text = _to_json(data)
    moment = _fixed(made_at)
    with _LOCK:
        for with_system_fonts in (False, *(True,) * _MOST_NAMED):
            try:
                return _one_file(
                    template,
                    _compiler(template, with_system_fonts).compile(
                        format="pdf", sys_inputs={"data": text}, pdf_standards="ua-1", timestamp=moment
                    ),
                )
            except typst.TypstError as refusal:
                missing = _MISSING.search(refusal.message)
                if missing is None and _STANDARD in refusal.message:
                    break  # marks on a letter that cannot be named one by one: the page is worth more than the promise
                if missing is None:
                    raise TypesettingError(f"{template} cannot be set") from refusal
                if with_system_fonts:
                    letters = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), missing[1])
                    text = text.replace(letters, name_letters(letters))
        # So many letters without a sign are no text any more: they become empty boxes, and the promise is not made.
        return _one_file(
            template,
            _compiler(template, True).compile(format="pdf", sys_inputs={"data": text}, timestamp=moment),
        )


def set_png(template: str, data: Mapping[str, Any], pixels_per_inch: float) -> bytes:
    """The only page of a template as PNG. Raises TypesettingError."""
    with _LOCK:
        try:
            made = _compiler(template, False).compile(
                format="png", sys_inputs={"data": _to_json(data)}, ppi=pixels_per_inch
            )
        except typst.TypstError as refusal:
            raise TypesettingError(f"{template} cannot be set") from refusal
    return _one_file(template, made)


def name_letters(letters: str) -> str:
    """Letters that no font has, in words: "[grinning face]"; marks that join or vary others are left out."""
    shown = [letter for letter in letters if unicodedata.category(letter) not in ("Cf", "Mn", "Sk")]
    names = (unicodedata.name(letter, f"letter {ord(letter):X}").lower() for letter in shown)
    return "".join(f"[{name}]" for name in names)


def _to_json(data: Mapping[str, Any]) -> str:
    """The data as JSON, its texts without signs that no page can show."""
    return json.dumps(_printable(data), ensure_ascii=False)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(inner) for key, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _one_file(template: str, made: bytes | list[bytes] | None) -> bytes:
    if isinstance(made, bytes):
        return made
    raise TypesettingError(f"{template} did not become one file")


def _fixed(moment: datetime) -> datetime:
    """The same second with a fixed offset from UTC; one without a zone is of this machine's."""
    zoned = (moment if moment.tzinfo is not None else moment.astimezone()).replace(microsecond=0)
    return zoned.astimezone(timezone(zoned.utcoffset() or timedelta()))


@cache
def _compiler(template: str, system_fonts: bool) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=system_fonts,
        include_embedded_fonts=True,
        font_paths=[str(Path(fontpkg_inter.ROOT) / "files")],
    )
    return typst.Compiler(input=str(_TEMPLATES / template), root=str(_TEMPLATES), font_paths=fonts)
