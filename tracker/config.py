"""Settings: frozen, from ``TRACKER_*`` variables and one TOML file, read when asked for and never on import.

A variable wins over the file, the file over the default. Every setting is one field of ``Settings``; ``settings_table``
gives them all with their meaning, so that the README can be checked against the code.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from tracker.domain.scores.names import NAMES
from tracker.errors import SettingsError

APP_NAME = "hepatrack"
PREFIX = "TRACKER_"
CONFIG_VARIABLE = "TRACKER_CONFIG"
FILE_NAME = "tracker.toml"
DATABASE_NAME = "hepatrack.sqlite3"
#: Variables that belong to the tests, not to the program.
_TEST_VARIABLES = re.compile(r"TRACKER_(TEST_.*|ORACLE|SAMPLES|GOLD|SEED)")


def _about(meaning: str, default: str, right: str) -> dict[str, str]:
    return {"meaning": meaning, "default": default, "right": right}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. The words of ``right`` stand in the error that refuses a value."""

    database_url: str = field(
        metadata=_about(
            "Where the record is stored: a SQLite file or a PostgreSQL database.",
            f"sqlite:///<data_dir>/{DATABASE_NAME}",
            "sqlite:///FOLDER/FILE or postgresql://USER@HOST/NAME",
        )
    )
    data_dir: Path = field(
        metadata=_about(
            "Folder for the database file and the key of the audit chain.",
            "the folder of the SQLite file, else the user's data folder",
            "the full path of a folder",
        )
    )
    timezone: str = field(
        metadata=_about(
            "Zone of the site: what 'today' is.",
            "the machine's zone",
            "a zone such as Europe/Berlin",
        )
    )
    site: str = field(
        metadata=_about(
            "Who issues the patient identifiers where a file does not say.",
            "local",
            "a short name of one line, such as UKH",
        )
    )
    port: int = field(
        metadata=_about(
            "Port on this machine at which the pages are served.",
            "8501",
            "a whole number from 0 to 65535 (0 takes a free one)",
        )
    )
    demo: bool = field(
        metadata=_about(
            "Whether the pages show the synthetic cohort (set by 'tracker demo').",
            "no",
            "yes or no",
        )
    )
    phone: str = field(
        default="",
        metadata=_about(
            "The 24-hour line printed on the page for a patient; without it there is a line to write it on.",
            "none",
            "a telephone number in one line, such as +49 30 1234567",
        ),
    )
    helpline: str = field(
        default="",
        metadata=_about(
            "Whom a patient may call while waiting for a result: on the page for a patient and with the note on waiting.",
            "none",
            "a name and a number in one line, such as Cancer helpline 0800 1234567",
        ),
    )
    scores: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            "Published scores shown on the board for colorectal liver metastases, each with its limits.",
            "none",
            "a list of fong, tbs and collision with commas between",
        ),
    )


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One line of the table of settings: variable, key in the file, default and meaning."""

    variable: str
    key: str
    default: str
    meaning: str


def settings_table() -> tuple[SettingRow, ...]:
    """Every setting, in the order of the fields of ``Settings``; the file's own place comes last."""
    rows = [
        SettingRow(PREFIX + one.name.upper(), one.name, one.metadata["default"], one.metadata["meaning"])
        for one in fields(Settings)
    ]
    return (*rows, SettingRow(CONFIG_VARIABLE, "", f"<config folder>/{FILE_NAME}", "The file of settings."))


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in force. SettingsError names the setting that is wrong and the value that would be right."""
    _refuse_misspelt(environ)
    said = _read_file(environ)
    said |= {
        one.name: (environ[PREFIX + one.name.upper()], PREFIX + one.name.upper())
        for one in fields(Settings)
        if environ.get(PREFIX + one.name.upper(), "").strip()
    }

    def value(name: str, default: Any, read: Callable[[Any], Any]) -> Any:
        if name not in said:
            return default
        given, place = said[name]
        try:
            return read(given)
        except (ValueError, TypeError, RuntimeError):  # RuntimeError: "~nobody" has no home
            right = next(one.metadata["right"] for one in fields(Settings) if one.name == name)
            shown = "the value given" if name == "database_url" else repr(given)
            raise SettingsError(f"{place}: {shown} is not right; {right} would be.") from None

    url: str | None = value("database_url", None, _read_database_url)
    beside = _folder_of(url) or platformdirs.user_data_path(APP_NAME, appauthor=False)
    data_dir: Path = value("data_dir", beside, _read_folder)
    return Settings(
        database_url=url or f"sqlite:///{quote((data_dir / DATABASE_NAME).as_posix())}",
        data_dir=data_dir,
        timezone=value("timezone", None, _read_zone) or _machine_zone(environ),
        site=value("site", "local", _read_name),
        port=value("port", 8501, _read_port),
        demo=value("demo", False, _read_yes),
        phone=value("phone", "", _read_name),
        helpline=value("helpline", "", _read_name),
        scores=value("scores", (), _read_scores),
    )


def config_file(environ: Mapping[str, str]) -> Path:
    """Where the file of settings is looked for."""
    named = environ.get(CONFIG_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return platformdirs.user_config_path(APP_NAME, appauthor=False) / FILE_NAME


def _read_file(environ: Mapping[str, str]) -> dict[str, tuple[Any, str]]:
    """What the file says: name of the setting to (value, place). Empty where there is no file and none was named."""
    path = config_file(environ)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if environ.get(CONFIG_VARIABLE, "").strip():
            raise SettingsError(f"{CONFIG_VARIABLE}: there is no file {path}.") from None
        return {}
    except OSError as trouble:
        raise SettingsError(f"The file of settings {path} cannot be read: {trouble.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise SettingsError(f"The file of settings {path} is not TOML: {trouble}.") from None
    known = [one.name for one in fields(Settings)]
    for key in content:
        if key not in known:
            raise SettingsError(f"{path}: there is no setting {key!r}; {_nearest(key, known)}.")
    return {key: (value, f"{path}, {key}") for key, value in content.items()}


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """A variable one slip away from a setting would be ignored in silence, and data would land in another place."""
    known = [row.variable for row in settings_table()]
    for name in environ:
        if name.startswith(PREFIX) and name not in known and not _TEST_VARIABLES.fullmatch(name):
            near = difflib.get_close_matches(name, known, 1, 0.88)
            if near:
                raise SettingsError(f"{name}: there is no such setting; did you mean {near[0]}?")


def _nearest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word.lower().removeprefix(PREFIX.lower()), known, 1)
    return f"did you mean {near[0]!r}?" if near else f"the settings are {', '.join(known)}"


def _read_database_url(given: Any) -> str:
    url = str(given).strip()
    if not isinstance(given, str) or not re.match(r"(sqlite:///.+|postgresql(\+psycopg)?://.+)", url):
        raise ValueError
    return url


def _folder_of(url: str | None) -> Path | None:
    """The folder of a SQLite file: the key of its audit chain lies beside it, so that both move together."""
    if url is None or not url.startswith("sqlite:///"):
        return None
    return Path(unquote(url.removeprefix("sqlite:///"))).absolute().parent


def _read_folder(given: Any) -> Path:
    path = Path(given).expanduser()
    if not path.is_absolute():
        raise ValueError
    return path


def _read_zone(given: Any) -> str:
    try:
        return ZoneInfo(given.strip()).key
    except (ZoneInfoNotFoundError, OSError, AttributeError):
        raise ValueError from None


def _read_name(given: Any) -> str:
    if not isinstance(given, str) or not given.strip().isprintable() or not 0 < len(given.strip()) <= 64:
        raise ValueError
    return given.strip()


def _read_port(given: Any) -> int:
    text = str(given).strip()
    if isinstance(given, bool) or not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ValueError
    return int(text)


def _read_yes(given: Any) -> bool:
    word = str(given).strip().lower()
    if word in ("yes", "true", "1", "on"):
        return True
    if word in ("no", "false", "0", "off"):
        return False
    raise ValueError


def _read_scores(given: Any) -> tuple[str, ...]:
    """Names of ``tracker.domain.scores``, each once and in its order; a name that is none of them is refused."""
    words = given.split(",") if isinstance(given, str) else list(given)
    names = {str(word).strip().lower() for word in words} - {""}
    if names - set(NAMES):
        raise ValueError
    return tuple(name for name in NAMES if name in names)


def _machine_zone(environ: Mapping[str, str]) -> str:
    """The machine's own zone by name: TZ, else where /etc/localtime points to, else UTC."""
    linked = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (environ.get("TZ", "").removeprefix(":"), linked):
        try:
            if name:
                return ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return "UTC"
