"""``tracker --help`` reads like a table of contents, and every command shows how it is used."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from tests.cli.conftest import Tracker
from tracker import __version__
from tracker.cli import cli

ORDER = ["demo", "init", "serve", "import", "inbox", "review", "preset", "merge-patients", "export"]


def commands(group: click.Group, *before: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found.append((*before, name))
        if isinstance(command, click.Group):
            found += commands(command, *before, name)
    return found


def test_the_help_lists_the_commands_in_the_order_of_their_use(tracker: Tracker) -> None:
    for words in ((), ("--help",), ("-h",)):
        outcome = tracker(*words)
        assert outcome.code == 0
        listed = [
            line.split()[0] for line in outcome.out.partition("Commands:")[2].splitlines() if line.startswith("  ")
        ]
        assert listed[: len(ORDER)] == ORDER
    assert "not a medical device" in tracker("--help").out


@pytest.mark.parametrize("words", commands(cli), ids=" ".join)
def test_every_command_shows_an_example_of_itself(tracker: Tracker, words: tuple[str, ...]) -> None:
    outcome = tracker(*words, "--help")
    assert outcome.code == 0
    assert "Example" in outcome.out
    assert f"tracker {words[0]}" in outcome.out.partition("Example")[2]


@pytest.mark.parametrize(
    "words", [("import",), ("assess",), ("verify",), ("db", "current"), ("db", "check")], ids=" ".join
)  # fmt: skip
def test_commands_that_print_data_have_json(tracker: Tracker, words: tuple[str, ...]) -> None:
    assert "--json" in tracker(*words, "--help").out


def test_the_version_is_the_packages(tracker: Tracker) -> None:
    assert tracker("--version").out == f"tracker {__version__}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("imprt",), "No such command 'imprt'"),
        (("import",), "Missing argument 'FILE...'. See: tracker import --help"),
        (("demo", "--port", "70000"), "70000 is not in the range"),
        (("demo", "--patients", "-1"), "-1 is not in the range"),
        (("export", "--format", "pdf", "x"), "'pdf' is not one of 'csv', 'timeline'"),
        (("import", "--date-order", "ymd", "x"), "'ymd' is not one of 'dmy', 'mdy'"),
        (("import", "--colour", "x"), "No such option"),
        (("db", "fix"), "No such command 'fix'"),
    ],
)
def test_a_wrong_argument_is_one_line_and_code_2(tracker: Tracker, words: tuple[str, ...], sentence: str) -> None:
    outcome = tracker(*words)
    assert (outcome.code, outcome.out, len(outcome.lines)) == (2, "", 1)
    assert sentence in outcome.err


def test_the_help_needs_no_heavy_library() -> None:
    code = (
        "import sys; from tracker.cli import main; main(['--help']);"
        "heavy = {'pandas', 'sqlalchemy', 'streamlit', 'python_calamine', 'alembic'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
