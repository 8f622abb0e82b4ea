"""Measured remnants of the liver, by patient."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.db import mapping
from tracker.db.models import LiverVolumeRow
from tracker.db.whose import Kind, Whose, bound, kind_of, only
from tracker.domain.volumes import LiverVolume


@cache
def _volumes_query(kind: Kind) -> Select[LiverVolumeRow]:
    query = (
        select(LiverVolumeRow)
        .where(LiverVolumeRow.withdrawn_at.is_(None))
        .order_by(LiverVolumeRow.measured_on, LiverVolumeRow.id)
    )
    return only(query, LiverVolumeRow.patient_id, kind)


def volumes_of(session: Session, whose: Whose) -> dict[int, list[LiverVolume]]:
    """The measured remnants of each patient, oldest first."""
    volumes: dict[int, list[LiverVolume]] = defaultdict(list)
    for row in session.scalars(_volumes_query(kind_of(whose)), bound(whose)):
        volumes[row.patient_id].append(mapping.volume_from_row(row))
    return volumes
