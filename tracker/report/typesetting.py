"""Pages and pictures through typst: one warm compiler a template, our own fonts, data as input and never as markup."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import fontpkg_inter
import typst

_TEMPLATES = Path(str(resources.files("tracker.report")))
#: A compiler keeps its state between two pages, so only one page is set at a time.
_LOCK = threading.Lock()
_Format = Literal["pdf", "png"]


class TypesettingError(RuntimeError):
    """A template could not be set: a defect of the program, not of what was typed. It holds no value of a patient."""


def set_pdf(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF of a template of this package with its data: tagged, PDF/UA-1 where every letter has a sign in our fonts.

    A letter that no font of ours has (an emoji, say) is set in a font of the machine, or as an empty box: the text itself
    is in the file in any case. ``made_at`` with its zone becomes the date of the file. Raises TypesettingError.
    """
    return _set(template, data, "pdf", _fixed(made_at))


def set_png(template: str, data: Mapping[str, Any], pixels_per_inch: float) -> bytes:
    """The only page of a template as PNG. Raises TypesettingError."""
    return _set(template, data, "png", None, pixels_per_inch)


def _set(
    template: str, data: Mapping[str, Any], kind: _Format, made_at: datetime | None, pixels_per_inch: float = 144.0
) -> bytes:
    # A half letter has no place in UTF-8; it becomes a question mark.
    text = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    inputs = {"data": text}
    # PDF/UA wants a sign for every letter: first with our fonts, then with those of the machine, then without the promise.
    ways: tuple[tuple[bool, bool], ...] = (
        ((False, True), (True, True), (True, False)) if kind == "pdf" else ((False, False),)
    )
    with _LOCK:
        for system_fonts, universal in ways:
            try:
                made = _compiler(template, system_fonts).compile(
                    format=kind,
                    sys_inputs=inputs,
                    pdf_standards="ua-1" if universal else [],
                    ppi=pixels_per_inch,
                    timestamp=made_at,
                )
            except typst.TypstError as refusal:
                if (system_fonts, universal) == ways[-1] or "could not be displayed" not in refusal.message:
                    raise TypesettingError(f"{template} cannot be set") from refusal
                continue
            if isinstance(made, bytes):
                return made
            raise TypesettingError(f"{template} has more pages than one picture can hold")
    raise TypesettingError(f"{template} cannot be set")


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
