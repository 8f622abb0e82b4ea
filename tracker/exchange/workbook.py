"""Workbooks (.xlsx, .xls, .ods): checked for bombs, repacked, then read in a process with ceilings.

Measured: a workbook of 0.5 MB can unpack to 210 MB, and one of 1 kB can ask for 500 GB by a cell in its last corner.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import InputError
from tracker.exchange.apart import SECONDS, Refusals, read_apart

MOST_UNPACKED = 50_000_000
MOST_MEMBERS = 1_000
MOST_RATIO = 100
#: Small members may well shrink more than a hundredfold; they do no harm.
RATIO_FROM = 1_000_000
_CHILD = Path(__file__).with_name("workbook_child.py")
_REFUSALS = Refusals(
    too_slow=f"the workbook took more than {SECONDS} s to read; save only the table",
    stopped="the workbook asks for more memory than a table needs, or is damaged; save only the table",
)
#: What zipfile raises on archives that are cut, forged or encrypted.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
_NEEDED = (".xml", ".rels", ".bin", "mimetype", "content_types].xml")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as texts, from its row 1; ``others`` names the further filled sheets, which were not read."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    others: tuple[str, ...]


def read_workbook(data: bytes, most_rows: int, most_columns: int) -> Sheet:
    """The first visible sheet that holds anything. InputError where the file is no such workbook."""
    packed = repack(data) if data.startswith(b"PK") else data
    answer = read_apart(_CHILD, packed, (most_rows, most_columns), _REFUSALS)
    return Sheet(answer["sheet"], tuple(tuple(row) for row in answer["rows"]), tuple(answer["others"]))


def repack(data: bytes) -> bytes:
    """The archive written anew, honestly, from the members a sheet needs. InputError where it is a bomb or broken.

    Sizes in an archive's directory are claims. Each member is unpacked here to at most the size it claims, and only
    what really came out goes on.
    """
    out = io.BytesIO()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
        ):
            members = [one for one in archive.infolist() if not one.is_dir()]
            _check_claims(members)
            for member in members:
                if member.filename.lower().endswith(_NEEDED):
                    copy.writestr(member.filename, archive.read(member))
    except _DAMAGE:
        raise InputError("the workbook is damaged or encrypted; save it again, without a password") from None
    return out.getvalue()


def _check_claims(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise InputError(f"the workbook has more than {MOST_MEMBERS} parts; save only the table")
    if sum(one.file_size for one in members) > MOST_UNPACKED:
        raise InputError(f"the workbook unpacks to more than {MOST_UNPACKED // 1_000_000} MB; save only the table")
    for one in members:
        if one.file_size > RATIO_FROM and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise InputError(f"a part of the workbook unpacks to over {MOST_RATIO} times its size; save only the table")
