"""One pass over a folder into which others put files: each ends in ``done/`` or, with what was wrong, in ``failed/``.

A file is stored first and moved afterwards. A pass that is killed in between leaves it where it was, and the next pass
finds its content stored already and moves it. Two passes at once share the work: whoever holds a file's lock has it.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import stat
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.db.engine import Database
from tracker.errors import InputError, Problem, TrackerError
from tracker.exchange.file_names import plain_name
from tracker.exchange.tabular import TableOptions
from tracker.services.actors import Actor
from tracker.services.bringing import MOST_BYTES, FileReport, bring_file, refusal_report

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows: there the record alone tells what was stored
    fcntl = None  # type: ignore[assignment]

DONE, FAILED = "done", "failed"
#: A sender writes under this ending and renames: what has it is not whole yet.
UNFINISHED = ".part"
PROBLEMS = ".problems.json"
#: Bytes that file systems take in one name.
_ROOM = 255


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of one file; ``moved_to`` is its place under the folder, None where it was left where it is."""

    file: str
    summary: str
    moved_to: str | None
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.problems)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        problems = [{"place": problem.place, "text": problem.text} for problem in self.problems]
        return {"file": self.file, "summary": self.summary, "moved_to": self.moved_to, "problems": problems}


def pass_folder(db: Database, actor: Actor, folder: Path, options: TableOptions | None = None) -> Iterator[Passed]:
    """Bring in every file of a folder, oldest first, and move each; one result a file, as soon as it is moved.

    Raises InputError where the folder is none, DatabaseError where nothing can be stored: the file at hand then stays.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder")
    for kept in (DONE, FAILED):
        _prepare(folder / kept)
    for file in _waiting(folder):
        with _held(file) as data:
            if isinstance(data, bytes):
                yield _bring_or_leave(db, actor, folder, file, data, options)
            elif data is not None:
                yield _left(file, data)


def _prepare(kept: Path) -> None:
    """Make a folder for what is finished. InputError where nothing could be put into it: better before than halfway."""
    try:
        kept.mkdir(mode=0o700, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=kept, prefix=".")
    except FileExistsError:
        raise InputError(f"{kept}: this is no folder; move it away. Nothing was stored") from None
    except OSError as trouble:
        raise InputError(f"{kept}: nothing can be put into it ({trouble.strerror}). Nothing was stored") from None
    os.close(handle)
    Path(made).unlink()


def _left(file: Path, why: str, summary: str = "left where it is") -> Passed:
    name = plain_name(file.name)
    return Passed(name, summary, None, (Problem(name, why),))


def _waiting(folder: Path) -> list[Path]:
    """The files of a folder, oldest first; hidden and unfinished ones are not for us."""
    found = []
    for entry in os.scandir(folder):
        if entry.name.startswith(".") or entry.name.endswith(UNFINISHED) or entry.name in (DONE, FAILED):
            continue
        if entry.is_dir(follow_symlinks=False):
            continue
        try:
            found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
        except FileNotFoundError:
            continue  # another pass moved it
    return [folder / name for _, name in sorted(found)]


@contextmanager
def _held(file: Path) -> Iterator[bytes | str | None]:
    """The bytes of a file that nobody else has; why it cannot be read; None where another pass has it or had it."""
    try:
        # A link could lead anywhere, and a pipe would never end: neither is opened.
        if not stat.S_ISREG(file.lstat().st_mode):
            yield "this is no ordinary file; it was left where it is"
            return
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        yield None
        return
    except OSError as trouble:
        yield f"the file cannot be read ({trouble.strerror}); it was left where it is"
        return
    with os.fdopen(handle, "rb") as stream:
        if not _lock(stream.fileno()) or not _is_still(file, stream.fileno()):
            yield None
            return
        try:
            data = stream.read(MOST_BYTES + 1)
        except OSError as trouble:
            yield f"the file cannot be read ({trouble.strerror}); it was left where it is"
            return
        yield data


def _lock(handle: int) -> bool:
    """Whether the file is ours until it is closed; the system frees it where we are killed."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: that the same content is stored once holds all the same
    return True


def _is_still(file: Path, handle: int) -> bool:
    """Whether the name still means the file that was opened: another pass may have moved it before we held it."""
    try:
        return os.path.samestat(file.lstat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _bring_or_leave(
    db: Database, actor: Actor, folder: Path, file: Path, data: bytes, options: TableOptions | None
) -> Passed:
    """One file in; where it breaks the program, or cannot be moved, it stays, and those behind it do not wait for it."""
    try:
        return _bring(db, actor, folder, file, data, options)
    except TrackerError:
        raise
    except OSError as trouble:
        return _left(
            file, f"it is stored, but cannot be moved ({trouble.strerror or trouble}); the next pass tries again"
        )
    except Exception as defect:  # noqa: BLE001 - one file must not keep all others from being read; it is told by name
        frame = traceback.extract_tb(defect.__traceback__)[-1]
        where = f"{type(defect).__name__} in {Path(frame.filename).name}, line {frame.lineno}"
        return _left(file, f"it met a defect of the program ({where}); nothing of it was stored")


def _bring(db: Database, actor: Actor, folder: Path, file: Path, data: bytes, options: TableOptions | None) -> Passed:
    """Store one file, then move it."""
    name = plain_name(file.name)
    if len(data) > MOST_BYTES:
        refusal = InputError([Problem(name, f"the file has more than {MOST_BYTES // 1_000_000} MB; split it")])
        return _fail(folder, file, data, refusal_report(data, name, refusal), refusal.problems)
    try:
        report = bring_file(db, actor, data, name, "auto", options)
    except InputError as refusal:
        return _fail(folder, file, data, refusal_report(data, name, refusal), refusal.problems)
    if report.problems:
        return _fail(folder, file, data, report.to_dict(), report.problems)
    return _finish(folder, file, report)


def _finish(folder: Path, file: Path, report: FileReport) -> Passed:
    target = _move(file, folder / DONE)
    return Passed(report.file, report.summary, None if target is None else f"{DONE}/{plain_name(target.name)}")


def _fail(folder: Path, file: Path, data: bytes, told: dict[str, Any], problems: tuple[Problem, ...]) -> Passed:
    """Write what is wrong, then move the file beside it."""
    name, sha = plain_name(file.name), hashlib.sha256(data).hexdigest()
    target = _move(file, folder / FAILED, told | {"file": name, "sha256": sha})
    moved_to = None if target is None else f"{FAILED}/{plain_name(target.name)}"
    return Passed(name, str(told["summary"]), moved_to, problems)


def _move(file: Path, into: Path, told: dict[str, Any] | None = None) -> Path | None:
    """Move a file by renaming it, to its name or the next that is free; None where another pass moved it.

    Passes choose names one after the other, so that no file is ever written over.
    """
    with _alone(into):
        room = _ROOM - (0 if told is None else len(PROBLEMS))
        target = next(one for one in _names(into, file.name, room) if _is_free(one, told))
        if told is not None:
            _write_whole(target.with_name(target.name + PROBLEMS), told)
        try:
            file.rename(target)
        except FileNotFoundError:
            return None
    return target


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """The only pass that chooses names in a folder."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        # A file system without locks has one pass at a time, or its files get numbers they did not need.
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _names(folder: Path, name: str, room: int) -> Iterator[Path]:
    """``report.hl7``, then ``report-2.hl7``, ``report-3.hl7`` …; what is longer than ``room`` bytes loses letters."""
    plain = Path(name)
    for number in itertools.count(1):
        ending = f"-{number}{plain.suffix}" if number > 1 else plain.suffix
        yield folder / (_cut(plain.stem, room - len(os.fsencode(ending))) + ending)


def _cut(stem: str, room: int) -> str:
    """As many letters of a name as fit."""
    while len(os.fsencode(stem)) > room:
        stem = stem[:-1]
    return stem


def _is_free(target: Path, told: dict[str, Any] | None) -> bool:
    if os.path.lexists(target):
        return False
    problems = target.with_name(target.name + PROBLEMS)
    if told is None or not problems.exists():
        return True
    # A pass that was killed wrote of the same file and did not come to move it.
    try:
        return bool(json.loads(problems.read_bytes()).get("sha256") == told["sha256"])
    except (OSError, ValueError, AttributeError):
        return False


def _write_whole(file: Path, told: dict[str, Any]) -> None:
    """Write JSON so that the file is there whole or not at all."""
    handle, made = tempfile.mkstemp(dir=file.parent, prefix=".")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            json.dump(told, stream, indent=2, ensure_ascii=False, default=str)
            stream.write("\n")
        Path(made).replace(file)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
