"""Mappings of a site's own tables, saved under a name: their columns to ours. They are used like the shipped presets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from tracker.db import history
from tracker.db.canonical import canonical_json
from tracker.db.engine import Database
from tracker.db.models import ImportPresetRow, UserRow
from tracker.errors import InputError, NotFoundError, Problem
from tracker.exchange.columns import IGNORED, NAMES, PRESETS, Preset, fold_header
from tracker.services.actors import Actor
from tracker.services.checks import check_text, tidy_text
from tracker.services.transactions import change, lock_site

LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class SavedPreset:
    """A mapping with who saved it when. ``columns`` maps theirs to ours; to nothing where a column is not read."""

    name: str
    columns: Mapping[str, str]
    saved_at: datetime
    saved_by: str


def save_preset(db: Database, actor: Actor, name: str, columns: Mapping[str, str]) -> bool:
    """Save a mapping under a name; one of that name is replaced. False where it is saved already.

    Raises InputError with every problem.
    """
    name = tidy_text(name)
    problems = list(check_text("name", name, limit=LONGEST_NAME, needed=True))
    if name in PRESETS:
        problems.append(Problem("name", f"'{name}' is shipped with the program; choose another name"))
    folded, wrong = _check_columns(columns)
    problems += wrong
    if problems:
        raise InputError(problems)
    with change(db, actor) as opened:
        site = lock_site(opened)
        row = opened.session.get(ImportPresetRow, (site.id, name))
        before = None if row is None else json.loads(row.mapping)
        if before == folded:
            return False
        if row is None:
            row = ImportPresetRow(site_id=site.id, name=name)
            opened.session.add(row)
        row.mapping = canonical_json(folded)
        row.saved_at, row.saved_by = opened.at, actor.user_id
        told = None if before is None else {"name": name, "columns": before}
        after = {"name": name, "columns": folded}
        opened.audit(history.SYSTEM, "preset.save", "import_preset", None, before=told, after=after)
    return True


def list_presets(db: Database, actor: Actor) -> tuple[SavedPreset, ...]:
    """The mappings of the site, by name."""
    query = (
        select(ImportPresetRow, UserRow.name)
        .join(UserRow, UserRow.id == ImportPresetRow.saved_by)
        .order_by(ImportPresetRow.name)
    )
    with db.read() as session:
        return tuple(
            SavedPreset(row.name, json.loads(row.mapping), row.saved_at, saved_by)
            for row, saved_by in session.execute(query)
        )


def remove_preset(db: Database, actor: Actor, name: str) -> None:
    """Forget a mapping. Raises NotFoundError."""
    with change(db, actor) as opened:
        row = opened.session.scalars(
            select(ImportPresetRow).where(ImportPresetRow.name == tidy_text(name))
        ).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no preset '{name}' of this site. Nothing was changed.")
        before = {"name": row.name, "columns": json.loads(row.mapping)}
        opened.session.delete(row)
        opened.audit(history.SYSTEM, "preset.remove", "import_preset", None, before=before)


def find_preset(db: Database, actor: Actor, name: str) -> Preset:
    """The shipped preset or the site's own of that name. Raises InputError that lists the known ones."""
    saved = {one.name: one for one in list_presets(db, actor)}
    if name in PRESETS:
        return PRESETS[name]
    if name not in saved:
        known = ", ".join([*PRESETS, *saved])
        raise InputError(f"there is no preset '{name}'; known are: {known}")
    return Preset(name, "a mapping of this site", saved[name].columns)


def _check_columns(columns: Mapping[str, str]) -> tuple[dict[str, str], list[Problem]]:
    """The mapping with their names as headers are compared, and what is wrong with it."""
    folded: dict[str, str] = {}
    problems: list[Problem] = []
    if not columns:
        problems.append(Problem("columns", "none is named: write theirs=ours, such as 'Study date=exam_date'"))
    for theirs, ours in columns.items():
        key, word = fold_header(theirs), ours.strip().lower()
        if not key:
            problems.append(Problem("columns", f"a column without a name stands before '={ours}'"))
        elif word not in (*NAMES, IGNORED):
            problems.append(
                Problem(theirs, f"'{ours}' is no column of the table; known are: {', '.join(NAMES)}, or nothing")
            )
        elif key in folded:
            problems.append(Problem(theirs, "is named twice"))
        elif word != IGNORED and word in folded.values():
            problems.append(Problem(theirs, f"'{word}' is given by another column already"))
        else:
            folded[key] = word
    return folded, problems
