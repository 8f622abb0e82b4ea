"""How a command line names a patient: by an identifier of the site, or by its issuer and the identifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.errors import InputError

if TYPE_CHECKING:
    from tracker.db.engine import Database
    from tracker.services.actors import Actor


def split_identifier(text: str) -> tuple[str | None, str]:
    """Issuer (None for the site itself) and identifier of ``ISSUER|IDENTIFIER`` or ``IDENTIFIER``."""
    issuer, sign, identifier = text.rpartition("|")
    return (issuer if sign else None), identifier


def find_named_patient(db: Database, actor: Actor, text: str) -> int:
    """The key of the patient that a command names. InputError where there is none."""
    from tracker.services import patients

    issuer, identifier = split_identifier(text)
    found = patients.find_patient(db, actor, identifier, issuer)
    if found is not None:
        return found
    near = patients.find_near_identifier(db, actor, identifier, issuer)
    hint = f"; registered is '{near}'" if near is not None else ""
    raise InputError(f"there is no patient '{text}'{hint}")
