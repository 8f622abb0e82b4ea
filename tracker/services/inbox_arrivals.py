"""Reports that came before their patient was registered find the patient at the registration, in the same transaction."""

from __future__ import annotations

from sqlalchemy import func, select

from tracker.db import history
from tracker.db.models import InboxItemRow, SiteRow
from tracker.services.inbox_items import WAITING
from tracker.services.transactions import Change


def match_waiting(change: Change, site: SiteRow, patient_id: int, authority: str, identifier: str) -> None:
    """Match the waiting reports that were sent for exactly this identifier of this issuer; never by anything else."""
    query = select(InboxItemRow).where(
        InboxItemRow.site_id == site.id,
        InboxItemRow.state == WAITING,
        InboxItemRow.patient_id.is_(None),
        InboxItemRow.identifier == identifier,
        func.coalesce(InboxItemRow.authority, site.authority) == authority,
    )
    for row in change.session.scalars(query.order_by(InboxItemRow.id).with_for_update()):
        row.patient_id = patient_id
        change.audit(
            history.patient_chain(patient_id), "inbox.match", "inbox_item", row.id,
            before={"patient": None}, after={"patient": patient_id},
        )  # fmt: skip
