"""The house itself: what is not documented, grows too large or does not belong here fails."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tracker.cli import cli
from tracker.config import settings_table

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = sorted(
    path
    for room in ("tracker", "dashboards", "migrations")
    for path in (ROOT / room).rglob("*.py")
    if "versions" not in path.parts
)
KNOWN_TOP = {
    "tracker",
    "migrations",
    "dashboards",
    "tests",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "requirements.lock",
}
LONGEST_MODULE, LONGEST_FUNCTION = 360, 62


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_top_level_holds_what_was_agreed() -> None:
    passing = {"build", "dist", "venv"}  # made by the tools of the user, ignored by git
    extra = {
        path.name for path in ROOT.iterdir() if not path.name.startswith(".") and not path.name.endswith(".egg-info")
    }
    assert extra - KNOWN_TOP - passing == set()


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_rooms_stay_liveable(path: Path) -> None:
    """Modules of about 350 lines, functions of about 60; each module says what it is for."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module without a sentence"
    assert text.count("\n") <= LONGEST_MODULE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_nothing_unfinished_is_left(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"TODO|FIXME|XXX|raise NotImplementedError|plotly\.express|unsafe_allow_html=True", text)


def _commands(group: click.Group, above: str = "tracker") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


@pytest.mark.parametrize(
    ("name", "command"), list(_commands(cli)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_explains_itself_and_is_in_the_readme(name: str, command: click.Command) -> None:
    assert command.help
    group = name.split()[1]
    assert f"`tracker {group}" in README
    last = name.rsplit(maxsplit=1)[-1]
    assert last in README
    shown = (command.epilog or "") + (cli.commands[group].epilog or "")
    assert "Example" in shown, "a command without an example"


def test_every_setting_is_in_the_readme() -> None:
    for row in settings_table():
        assert f"`{row.variable}`" in README, row


def test_the_lock_holds_every_dependency_and_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "http" not in lock
    assert "--index" not in lock
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in project["dependencies"]:
        name = re.split(r"[\[<>=]", requirement)[0]
        assert re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE), name


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "naive").glob("*.py")), ids=_name)
def test_the_second_implementation_shares_no_code_with_the_first(path: Path) -> None:
    """What the engine is held against proves something only as long as it imports nothing of it."""
    taken: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            taken |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import"
            taken.add(node.module or "")
    rooms = {name.split(".")[0] for name in taken}
    assert rooms <= {*sys.stdlib_module_names, "tests"}
    assert all(name.startswith("tests.naive") for name in taken if name.startswith("tests"))


def test_what_is_compiled_is_there() -> None:
    """The list of the compiled modules names files; one that was renamed would be left out in silence."""
    hooks = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    for name in hooks["targets"]["wheel"]["hooks"]["mypyc"]["include"]:
        assert (ROOT / name.lstrip("/")).is_file(), name
