"""Who looks after a patient's follow-up: taken, given to a colleague, or released. One person at a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from tracker.db import history
from tracker.db.engine import Database
from tracker.db.models import PatientOwnerRow, UserRow
from tracker.errors import ConflictError, InputError, Problem
from tracker.services.actors import Actor
from tracker.services.transactions import Change, change, lock_patient


@dataclass(frozen=True, slots=True)
class Owner:
    """A user who may look after patients."""

    user_id: int
    name: str


def list_owners(db: Database, actor: Actor) -> tuple[Owner, ...]:
    """Everybody a patient may be given to, by name: the active users, the program itself aside."""
    query = (
        select(UserRow.id, UserRow.name)
        .where(UserRow.active, UserRow.kind != "system")
        .order_by(UserRow.name, UserRow.id)
    )
    with db.read() as session:
        return tuple(Owner(user_id, name) for user_id, name in session.execute(query))


def take_patient(db: Database, actor: Actor, patient_id: int, *, instead_of: int | None = None) -> None:
    """``actor`` looks after the patient from now on.

    ``instead_of`` is the user who was seen as the owner, None for nobody: who was given to somebody else meanwhile is not
    taken unseen. Raises ConflictError, NotFoundError.
    """
    give_patient(db, actor, patient_id, actor.user_id, instead_of=instead_of)


def give_patient(db: Database, actor: Actor, patient_id: int, user_id: int, *, instead_of: int | None = None) -> None:
    """Another user looks after the patient from now on. Raises InputError for one who cannot, ConflictError, NotFoundError."""
    with change(db, actor) as opened:
        store_owner(opened, patient_id, user_id, instead_of=instead_of)


def release_patient(db: Database, actor: Actor, patient_id: int, *, instead_of: int | None = None) -> None:
    """Nobody looks after the patient from now on. Raises ConflictError, NotFoundError."""
    with change(db, actor) as opened:
        store_owner(opened, patient_id, None, instead_of=instead_of)


def store_owner(change: Change, patient_id: int, user_id: int | None, *, instead_of: int | None) -> None:
    """Any of these inside a change that is open. Who is the owner already stays so, whatever was seen."""
    lock_patient(change, patient_id)
    row = change.session.get(PatientOwnerRow, patient_id)
    held = None if row is None else row.user_id
    if held == user_id:
        return
    if held != instead_of:
        who = "nobody" if held is None else change.session.get_one(UserRow, held).name
        raise ConflictError(f"{who} looks after this patient by now. Nothing was stored: look at the list again.")
    after = None if user_id is None else _user(change, _allowed(change, user_id))
    before = None if held is None else _user(change, held)
    if user_id is None:
        change.session.delete(row)
    elif row is None:
        row = PatientOwnerRow(patient_id=patient_id, user_id=user_id, since=change.at, set_by=change.actor.user_id)
        change.session.add(row)
    else:
        row.user_id, row.since, row.set_by = user_id, change.at, change.actor.user_id
    change.session.flush()
    action = "owner.release" if user_id is None else "owner.take" if user_id == change.actor.user_id else "owner.give"
    chain = history.patient_chain(patient_id)
    change.audit(chain, action, "patient_owner", patient_id, before=before, after=after)


def _allowed(change: Change, user_id: int) -> int:
    user = change.session.get(UserRow, user_id)
    if user is None or not user.active or user.kind == "system":
        raise InputError([Problem("owner", f"user number {user_id} cannot look after a patient")])
    return user_id


def _user(change: Change, user_id: int) -> dict[str, object]:
    return {"user": user_id, "name": change.session.get_one(UserRow, user_id).name}
