"""Settings: variables before the file before the defaults, and every refusal names what would be right."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.config import Settings, config_file, load_settings, settings_table
from tracker.errors import SettingsError


def test_the_default_is_a_file_in_the_users_data_folder(home: Path) -> None:
    settings = load_settings({"TRACKER_TIMEZONE": "Europe/Berlin"})
    assert settings == Settings(
        database_url=f"sqlite:///{home}/hepatrack/hepatrack.sqlite3",
        data_dir=home / "hepatrack",
        timezone="Europe/Berlin",
        site="local",
        port=8501,
        demo=False,
        scores=(),
    )


def test_settings_are_frozen() -> None:
    settings = load_settings({})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_a_folder_with_a_blank_is_a_folder(tmp_path: Path) -> None:
    from tracker.db.engine import read_url

    folder = tmp_path / "a folder 100%"
    settings = load_settings({"TRACKER_DATA_DIR": str(folder)})
    assert read_url(settings.database_url).database == str(folder / "hepatrack.sqlite3")


def test_the_key_of_the_audit_lies_beside_a_database_that_is_named(tmp_path: Path) -> None:
    settings = load_settings({"TRACKER_DATABASE_URL": f"sqlite:///{tmp_path}/ward/x.db"})
    assert settings.data_dir == tmp_path / "ward"


def test_variables_win_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "tracker.toml"
    file.write_text('site = "UKH"\nport = 8600\ndemo = true\ntimezone = "Europe/Vienna"\n')
    settings = load_settings({"TRACKER_CONFIG": str(file), "TRACKER_PORT": "8700", "TRACKER_SITE": " "})
    assert (settings.site, settings.port, settings.demo, settings.timezone) == ("UKH", 8700, True, "Europe/Vienna")


def test_scores_are_switched_on_by_name_from_the_environment_or_the_file(tmp_path: Path) -> None:
    assert load_settings({}).scores == ()
    assert load_settings({"TRACKER_SCORES": "Collision, fong"}).scores == ("fong", "collision")
    file = tmp_path / "tracker.toml"
    file.write_text('scores = ["tbs"]\n')
    assert load_settings({"TRACKER_CONFIG": str(file)}).scores == ("tbs",)


def test_the_file_is_looked_for_in_the_config_folder(home: Path) -> None:
    assert config_file({}) == home / "hepatrack" / "tracker.toml"
    (home / "hepatrack").mkdir()
    (home / "hepatrack" / "tracker.toml").write_text('site = "UKH"')
    assert load_settings({}).site == "UKH"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"TRACKER_SCORES": "fong,child"}, "TRACKER_SCORES: 'fong,child' is not right; a list of fong, tbs and collision"),
        ({"TRACKER_PORT": "eighty"}, "TRACKER_PORT: 'eighty' is not right; a whole number from 0 to 65535"),
        ({"TRACKER_PORT": "65536"}, "TRACKER_PORT: '65536' is not right"),
        ({"TRACKER_PORT": "-1"}, "TRACKER_PORT: '-1' is not right"),
        ({"TRACKER_DEMO": "maybe"}, "TRACKER_DEMO: 'maybe' is not right; yes or no would be"),
        ({"TRACKER_TIMEZONE": "Mars/Base"}, "TRACKER_TIMEZONE: 'Mars/Base' is not right; a zone such as Europe/Berlin"),
        ({"TRACKER_TIMEZONE": "../../etc/passwd"}, "a zone such as Europe/Berlin"),
        ({"TRACKER_SITE": "two\nlines"}, "a short name of one line"),
        ({"TRACKER_DATA_DIR": "relative"}, "the full path of a folder"),
        ({"TRACKER_DATABASE_URL": "mysql://u:secret@h/d"}, "TRACKER_DATABASE_URL: the value given is not right"),
        ({"TRACKER_CONFIG": "/nowhere/x.toml"}, "TRACKER_CONFIG: there is no file /nowhere/x.toml"),
        ({"TRACKER_DATABSE_URL": "sqlite:///x"}, "did you mean TRACKER_DATABASE_URL?"),
        ({"TRACKER_TIMEZON": "UTC"}, "did you mean TRACKER_TIMEZONE?"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(environ)
    assert sentence in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('databse_url = "x"', "there is no setting 'databse_url'; did you mean 'database_url'?"),
        ('colour = "red"', "there is no setting 'colour'; the settings are database_url"),
        ("port = true", "port: True is not right"),
        ("port = [1]", "port: [1] is not right"),
        ("site = 4", "site: 4 is not right"),
        ("timezone = 4", "timezone: 4 is not right"),
        ("data_dir = 4", "data_dir: 4 is not right"),
        ("database_url = 4", "database_url: the value given is not right"),
        ("port =", "is not TOML"),
        ("\xff", "is not TOML"),
    ],
)
def test_a_wrong_file_of_settings_is_named(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "tracker.toml"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(SettingsError) as refusal:
        load_settings({"TRACKER_CONFIG": str(file)})
    assert sentence in str(refusal.value)
    assert str(file) in str(refusal.value)


def test_a_folder_in_the_place_of_the_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"TRACKER_CONFIG": str(tmp_path)})


def test_variables_of_the_tests_are_no_settings() -> None:
    load_settings(
        {"TRACKER_TEST_REQUIRE": "x", "TRACKER_ORACLE": "/x", "TRACKER_SAMPLES": "/x", "TRACKER_OF_ANOTHER_PROGRAM": ""}
    )


def test_every_setting_is_in_the_table_with_its_meaning() -> None:
    rows = settings_table()
    assert [row.key for row in rows] == [*(one.name for one in dataclasses.fields(Settings)), ""]
    assert all(row.variable.startswith("TRACKER_") and row.default and row.meaning.endswith(".") for row in rows)


def test_importing_the_settings_reads_nothing() -> None:
    code = "import os; os.environ['TRACKER_PORT'] = 'x'; import tracker.config, tracker.cli"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
