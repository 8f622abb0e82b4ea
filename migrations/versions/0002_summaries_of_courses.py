"""Summaries of courses, kept so that a cohort is read without deriving it again. Nothing of the record changes.

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DAY = sa.Text().with_variant(sa.Date(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "course_summary",
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("patient_version", sa.Integer(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("course", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("plan_hash", sa.Text(), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("treatment", sa.Text(), nullable=False),
        sa.Column("start_on", DAY, nullable=True),
        sa.Column("scans", sa.Integer(), nullable=False),
        sa.Column("baseline_um", sa.Integer(), nullable=True),
        sa.Column("best_um", sa.Integer(), nullable=True),
        sa.Column("best_response", sa.Text(), nullable=True),
        sa.Column("progression_on", DAY, nullable=True),
        sa.Column("last_scan_on", DAY, nullable=True),
        sa.Column("has_targets", FLAG, nullable=False),
        sa.CheckConstraint(
            "course = 0 OR (start_on IS NOT NULL AND last_scan_on IS NOT NULL)",
            name=op.f("ck_course_summary_course_has_dates"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name="fk_course_summary_patient_id_patient", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "patient_id", "patient_version", "engine", "course", "plan_id", name="pk_course_summary"
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("course_summary")
