"""The files of a database: made private from their first byte, and never on a drive of another machine."""

from __future__ import annotations

import os
from pathlib import Path

from tracker.errors import DatabaseError, SettingsError

#: File systems whose locks SQLite cannot trust (sqlite.org/faq.html, question 5).
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph", "lustre"}
MOUNTS = Path("/proc/self/mounts")


def make_private_folder(folder: Path) -> None:
    """Make the folder with mode 0700 where it does not exist; one that exists is left as it is. Raises DatabaseError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"The folder {folder} cannot be made: {error.strerror}. Nothing was stored.") from None


def make_private_file(file: Path) -> None:
    """Make an empty file with mode 0600 where there is none. Raises DatabaseError."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseError(f"The file {file} cannot be opened: {error.strerror}. Nothing was stored.") from None


def refuse_network_drive(file: Path) -> None:
    """Raise SettingsError where the file lies on a drive of another machine, on which two programs can damage it."""
    try:
        mounts = MOUNTS.read_text()
    except OSError:
        # Only Linux tells its mounts here; elsewhere the README says it.
        return
    kind = kind_of_drive(file, mounts)
    if kind in NETWORK:
        raise SettingsError(
            f"The database file {file} lies on a network drive ({kind}), whose locks are not safe. "
            f"Put it on a disk of this machine, or use PostgreSQL."
        )


def kind_of_drive(file: Path, mounts: str) -> str:
    """The kind of file system a file is on, by a table of mounts as Linux gives it."""
    found, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # The kernel writes a space in a path as \040.
        place = fields[1].replace("\\040", " ")
        # A later mount at the same place hides the earlier one.
        if file.is_relative_to(place) and len(place) >= len(found):
            found, kind = place, fields[2]
    return kind
