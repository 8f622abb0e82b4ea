"""Reports that wait, patients that are merged, scans that are planned, exams that a second person verified.

On SQLite the table of patients is made anew, because a foreign key that is added to a table there has no name. It has no
triggers and no indexes, and foreign keys are off while a migration runs; all other columns are added in place.

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DAY = sa.Text().with_variant(sa.Date(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
MODALITIES = "modality IN ('CT', 'MR', 'PET/CT', 'PET/MR', 'US', 'NM', 'XR')"
VERIFICATION = "exam_verification"
#: Children before their parents.
TABLES = (
    "patient_owner",
    "follow_up_interval",
    "planned_scan",
    "patient_merge",
    "import_preset",
    "inbox_item",
    VERIFICATION,
)


def upgrade() -> None:
    op.add_column("exam", sa.Column("accepted", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("observation", sa.Column("source_start", sa.Integer(), nullable=True))
    op.add_column("observation", sa.Column("source_end", sa.Integer(), nullable=True))
    op.add_column("decision", sa.Column("closed_at", MOMENT, nullable=True))
    add_merged_into()
    make_exam_verification()
    make_inbox_item()
    make_import_preset()
    make_patient_merge()
    make_planned_scan()
    make_follow_up_interval()
    make_patient_owner()
    make_triggers()


def downgrade() -> None:
    drop_triggers()
    for table in TABLES:
        op.drop_table(table)
    drop_merged_into()
    op.drop_column("decision", "closed_at")
    op.drop_column("observation", "source_end")
    op.drop_column("observation", "source_start")
    op.drop_column("exam", "accepted")


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def add_merged_into() -> None:
    """Into which patient this one was merged."""
    if is_sqlite():
        rebuild_patient(merged=True)
        return
    op.add_column("patient", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_patient_merged_into_patient", "patient", "patient", ["merged_into"], ["id"])


def drop_merged_into() -> None:
    if is_sqlite():
        rebuild_patient(merged=False)
        return
    op.drop_constraint("fk_patient_merged_into_patient", "patient", type_="foreignkey")
    op.drop_column("patient", "merged_into")


def rebuild_patient(*, merged: bool) -> None:
    """SQLite's table of patients with the new column, or without it; every row as it was."""
    columns: list[sa.Column[object]] = [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("primary_tumour", sa.Text(), nullable=False),
        sa.Column("primary_detail", sa.Text(), nullable=True),
        sa.Column("synthetic", FLAG, nullable=False),
        sa.Column("biomarkers", sa.Text(), nullable=False),
        sa.Column("ecog", sa.Integer(), nullable=True),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=False),
    ]
    names = [column.name for column in columns]
    if merged:
        columns.append(sa.Column("merged_into", sa.Integer(), nullable=True))
    foreign: list[sa.ForeignKeyConstraint] = [
        sa.ForeignKeyConstraint(["registered_by"], ["user_account.id"], name="fk_patient_registered_by_user_account"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_patient_site_id_site"),
    ]
    if merged:
        foreign.append(sa.ForeignKeyConstraint(["merged_into"], ["patient.id"], name="fk_patient_merged_into_patient"))
    op.create_table(
        "patient_new",
        *columns,
        sa.CheckConstraint(
            "primary_tumour IN ('colorectal', 'breast', 'lung', 'pancreas', 'stomach', "
            "'neuroendocrine', 'GIST', 'melanoma', 'kidney', 'ovary', 'other', 'unknown')",
            name=op.f("ck_patient_primary_tumour_known"),
        ),
        sa.CheckConstraint("sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_patient_sex_known")),
        sa.CheckConstraint("birth_year BETWEEN 1850 AND 2200", name=op.f("ck_patient_birth_year_plausible")),
        sa.CheckConstraint("ecog BETWEEN 0 AND 4", name=op.f("ck_patient_ecog_scale")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_patient_version_counts")),
        *foreign,
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sqlite_strict=True,
    )
    old, new = (sa.table(table, *[sa.column(name) for name in names]) for table in ("patient", "patient_new"))
    op.execute(new.insert().from_select(names, sa.select(old)))
    op.drop_table("patient")
    op.rename_table("patient_new", "patient")


def make_exam_verification() -> None:
    """A second person's look at a version of an exam."""
    op.create_table(
        VERIFICATION,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("exam_version", sa.Integer(), nullable=False),
        sa.Column("verified_at", MOMENT, nullable=False),
        sa.Column("verified_by", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name="fk_exam_verification_exam_id_exam"),
        sa.ForeignKeyConstraint(
            ["verified_by"], ["user_account.id"], name="fk_exam_verification_verified_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_exam_verification"),
        sa.UniqueConstraint("exam_id", "exam_version", name="uq_exam_verification_exam_id_exam_version"),
        sqlite_strict=True,
    )


def make_inbox_item() -> None:
    """Reports as files brought them."""
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("control_id", sa.Text(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("identifier", sa.Text(), nullable=True),
        sa.Column("patient_id", sa.Integer(), nullable=True),
        sa.Column("accession_authority", sa.Text(), nullable=True),
        sa.Column("accession", sa.Text(), nullable=True),
        sa.Column("modality", sa.Text(), nullable=True),
        sa.Column("performed_on", DAY, nullable=True),
        sa.Column("reported_on", DAY, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("report_text", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.Column("exam_id", sa.Integer(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('hl7', 'text', 'pdf', 'table')", name=op.f("ck_inbox_item_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'refused', 'superseded')", name=op.f("ck_inbox_item_state_known")
        ),
        sa.CheckConstraint(MODALITIES, name=op.f("ck_inbox_item_modality_known")),
        sa.CheckConstraint("status IN ('preliminary', 'final', 'corrected')", name=op.f("ck_inbox_item_status_known")),
        sa.CheckConstraint("(state <> 'taken') OR (exam_id IS NOT NULL)", name=op.f("ck_inbox_item_taken_has_exam")),
        sa.CheckConstraint(
            "(state <> 'superseded') OR (superseded_by IS NOT NULL)", name=op.f("ck_inbox_item_superseded_by_one")
        ),
        sa.CheckConstraint(
            "(state <> 'refused') OR (reason IS NOT NULL)", name=op.f("ck_inbox_item_refused_has_reason")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_inbox_item_site_id_site"),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name="fk_inbox_item_batch_id_import_batch"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_inbox_item_patient_id_patient"),
        sa.ForeignKeyConstraint(["superseded_by"], ["inbox_item.id"], name="fk_inbox_item_superseded_by_inbox_item"),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name="fk_inbox_item_exam_id_exam"),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name="fk_inbox_item_decided_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_item"),
        sa.UniqueConstraint("site_id", "content_sha256", name="uq_inbox_item_site_id_content_sha256"),
        sqlite_strict=True,
    )
    op.create_index("ix_inbox_item_state", "inbox_item", ["state"])
    op.create_index("ix_inbox_item_patient_id", "inbox_item", ["patient_id"])
    op.create_index(
        "uq_inbox_item_control_id",
        "inbox_item",
        ["site_id", "sender", "control_id"],
        unique=True,
        sqlite_where=sa.text("control_id IS NOT NULL"),
        postgresql_where=sa.text("control_id IS NOT NULL"),
    )


def make_import_preset() -> None:
    """Columns of a site's own tables, by name."""
    op.create_table(
        "import_preset",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_import_preset_name_given")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_import_preset_site_id_site"),
        sa.ForeignKeyConstraint(["saved_by"], ["user_account.id"], name="fk_import_preset_saved_by_user_account"),
        sa.PrimaryKeyConstraint("site_id", "name", name="pk_import_preset"),
        sqlite_strict=True,
    )


def make_patient_merge() -> None:
    """Records that were found to be of one person."""
    op.create_table(
        "patient_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("merged_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("undo_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_patient_merge_two_patients")),
        sa.CheckConstraint(
            "(undone_at IS NULL) OR (undo_reason IS NOT NULL)", name=op.f("ck_patient_merge_undone_has_reason")
        ),
        sa.ForeignKeyConstraint(["kept_id"], ["patient.id"], name="fk_patient_merge_kept_id_patient"),
        sa.ForeignKeyConstraint(["merged_id"], ["patient.id"], name="fk_patient_merge_merged_id_patient"),
        sa.ForeignKeyConstraint(["merged_by"], ["user_account.id"], name="fk_patient_merge_merged_by_user_account"),
        sa.ForeignKeyConstraint(["undone_by"], ["user_account.id"], name="fk_patient_merge_undone_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_patient_merge"),
        sqlite_strict=True,
    )
    op.create_index("ix_patient_merge_kept_id", "patient_merge", ["kept_id"])
    op.create_index("ix_patient_merge_merged_id", "patient_merge", ["merged_id"])


def make_planned_scan() -> None:
    """Scans that are booked."""
    op.create_table(
        "planned_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", DAY, nullable=False),
        sa.Column("modality", sa.Text(), nullable=True),
        sa.Column("performed_on", DAY, nullable=True),
        sa.Column("report_note", sa.Text(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(MODALITIES, name=op.f("ck_planned_scan_modality_known")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_planned_scan_patient_id_patient"),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name="fk_planned_scan_entered_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_planned_scan"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_planned_scan_live",
        "planned_scan",
        ["patient_id", "planned_on"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def make_follow_up_interval() -> None:
    """Intervals that a site changed."""
    op.create_table(
        "follow_up_interval",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("weeks >= 1", name=op.f("ck_follow_up_interval_weeks_count")),
        sa.CheckConstraint("grace_days >= 0", name=op.f("ck_follow_up_interval_grace_not_negative")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_follow_up_interval_site_id_site"),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user_account.id"], name="fk_follow_up_interval_changed_by_user_account"
        ),
        sa.PrimaryKeyConstraint("site_id", "context", name="pk_follow_up_interval"),
        sqlite_strict=True,
    )


def make_patient_owner() -> None:
    """Who looks after a patient."""
    op.create_table(
        "patient_owner",
        sa.Column("patient_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_patient_owner_patient_id_patient"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_patient_owner_user_id_user_account"),
        sa.ForeignKeyConstraint(["set_by"], ["user_account.id"], name="fk_patient_owner_set_by_user_account"),
        sa.PrimaryKeyConstraint("patient_id", name="pk_patient_owner"),
        sqlite_strict=True,
    )


def make_triggers() -> None:
    """A verification is never changed or removed; PostgreSQL's function for it is of the first revision."""
    if is_sqlite():
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {VERIFICATION}_no_{action} BEFORE {action.upper()} ON {VERIFICATION} "
                f"BEGIN SELECT RAISE(ABORT, '{VERIFICATION} is append-only'); END"
            )
        return
    for action, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {VERIFICATION}_no_{action} BEFORE {action.upper()} ON {VERIFICATION} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_append_only()"
        )


def drop_triggers() -> None:
    on = "" if is_sqlite() else f" ON {VERIFICATION}"
    for action in ("update", "delete") if is_sqlite() else ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER {VERIFICATION}_no_{action}{on}")
