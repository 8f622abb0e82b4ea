"""Which engine derives: the version of the program and the sources that make a course of what is stored."""

from __future__ import annotations

import hashlib
from pathlib import Path

import tracker

_HERE = Path(tracker.__file__).parent
#: Reading the record, deriving and judging its courses, and what is kept of them.
_SOURCES = (
    "domain/**/*.py",
    "db/queries.py",
    "db/mapping.py",
    "db/mapping_exams.py",
    "db/canonical.py",
    "services/cohort_rows.py",
)


def name_engine(root: Path = _HERE) -> str:
    """The version with a hash of the sources, such as ``0.1.0+5f0c2a9be1d4``: any edit of a rule gives another name.

    A number kept by hand would be forgotten once. Where a program is installed without its sources, its version is all
    there is. Raises nothing.
    """
    digest = hashlib.sha256()
    files = [file for pattern in _SOURCES for file in sorted(root.glob(pattern))]
    try:
        for file in files:
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    except OSError:
        files = []
    return f"{tracker.__version__}+{digest.hexdigest()[:12]}" if files else tracker.__version__


#: Read when the program starts (a few milliseconds): the files may be replaced while it runs, the code in it is not.
ENGINE = name_engine()
