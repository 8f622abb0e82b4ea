"""A real PostgreSQL for one test session: its own folder, a unix socket, no network, no root.

The server refuses to run as root; there it runs as the user ``nobody``, in a folder that ``nobody`` can reach.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.support.require import lacking

UNPRIVILEGED = "nobody"
OWNER = "tracker"
START_SECONDS = 60


def find_programs() -> Path:
    """The folder of the server's programs: ``TRACKER_TEST_PG_BIN``, else the newest of Debian. Skips where there is none."""
    named = os.environ.get("TRACKER_TEST_PG_BIN")
    if named:
        folder = Path(named)
        if not (folder / "initdb").exists():
            lacking("postgres", f"TRACKER_TEST_PG_BIN names {folder}, which holds no PostgreSQL server")
        return folder
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if not found:
        lacking("postgres", "no PostgreSQL server's programs here (Debian: apt-get install postgresql)")
    return max(found, key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()])


@dataclass
class Server:
    """A running server and the databases made in it."""

    programs: Path
    folder: Path
    process: subprocess.Popen[bytes]
    made: int = field(default=0)

    def url(self, database: str) -> str:
        """The address of a database on this server."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """Make a database from a template, and return its name."""
        self.made += 1
        name = f"t{self.made}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        with psycopg.connect(dbname="postgres", user=OWNER, host=str(self.folder), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_server() -> Server:
    """Start a server for tests. It keeps nothing on the disk for longer than the session, so it need not wait for it."""
    programs = find_programs()
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = make_folder(user)
    data = folder / "data"
    log = (folder / "log").open("wb")
    try:
        run_as = {"user": user, "group": "nogroup"} if user else {}
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            check=True, stdout=log, stderr=log, cwd=folder, **run_as,
        )  # fmt: skip
        options = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off")
        settings = [part for option in options for part in ("-c", option)]
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings], stdout=log, stderr=log, cwd=folder, **run_as
        )
    except (subprocess.CalledProcessError, OSError, LookupError) as error:
        said = (folder / "log").read_text(errors="replace")[-300:]
        shutil.rmtree(folder, ignore_errors=True)
        lacking("postgres", f"PostgreSQL does not start here: {error} {said}")
    finally:
        log.close()
    server = Server(programs, folder, process)
    wait_until_ready(server)
    return server


def wait_until_ready(server: Server) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            server.run("SELECT 1")
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None or time.monotonic() > until:
                said = (server.folder / "log").read_text(errors="replace")[-500:]
                server.stop()
                lacking("postgres", f"PostgreSQL does not answer: {said}")
            time.sleep(0.05)


def make_folder(user: str | None) -> Path:
    """A private folder of that user, short enough for a socket's path, in a place the user can reach."""
    if user is None:
        return Path(tempfile.mkdtemp(prefix="pg-", dir=_short(tempfile.gettempdir())))
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
        if len(place) < 60 and _anybody_passes(Path(place)):
            folder = Path(tempfile.mkdtemp(prefix="pg-", dir=place))
            shutil.chown(folder, user=user)
            return folder
    lacking("postgres", f"there is no temporary folder that the user {user} can reach")
    raise AssertionError("lacking does not return")


def _short(place: str) -> str | None:
    """The place, or /tmp where a socket's path in it would be too long."""
    return place if len(place) < 60 else "/tmp"


def _anybody_passes(place: Path) -> bool:
    """Whether a user without rights can go through the folder and all above it."""
    return place.is_dir() and all(folder.stat().st_mode & 0o001 for folder in (place, *place.resolve().parents))
