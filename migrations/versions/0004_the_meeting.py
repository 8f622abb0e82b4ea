"""The primary and its stage, how lesions and the liver look, remnants, meeting lists with an order, and the notes' history.

Every column is added in place. SQLite takes a CHECK with the column it speaks of and drops both together; PostgreSQL gets it
as a constraint of its own.

Revision: 0004, after 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DAY = sa.Text().with_variant(sa.Date(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
WITHDRAWAL = "confirmation_withdrawal"
#: Children before their parents.
TABLES = ("note_shown", "note_dismissal", "decision_draft", "liver_volume", WITHDRAWAL)
#: Columns by table: name, type, text of an empty one where it is never NULL.
COLUMNS: tuple[tuple[str, str, sa.types.TypeEngine[object], str | None], ...] = (
    ("patient", "histology", sa.Text(), None),
    ("patient", "t_stage", sa.Text(), None),
    ("patient", "n_stage", sa.Text(), None),
    ("patient", "primary_in_place", FLAG, None),
    ("patient", "primary_diagnosed", sa.Text(), None),
    ("patient", "primary_resected", sa.Text(), None),
    ("patient", "metastases_found", sa.Text(), None),
    ("patient", "asa", sa.Integer(), None),
    ("patient", "comorbidity", sa.Text(), None),
    ("patient", "ecog_on", DAY, None),
    ("patient", "biomarkers_on", sa.Text(), "{}"),
    ("patient", "died_on", DAY, None),
    ("patient", "last_alive_on", DAY, None),
    ("exam", "background", sa.Text(), "{}"),
    ("exam", "extrahepatic", sa.Text(), "{}"),
    ("observation", "appearance", sa.Text(), None),
    ("observation", "enhancement", sa.Text(), None),
    ("observation", "vessels", sa.Text(), "[]"),
    ("treatment", "stop_reason", sa.Text(), None),
    ("treatment", "dose_gy", EXACT, None),
    ("treatment", "fractions", sa.Integer(), None),
    ("treatment", "residual", sa.Text(), None),
    ("treatment_lesion", "margin_um", sa.Integer(), None),
    ("decision", "asked_by", sa.Text(), None),
    ("decision", "position", sa.Integer(), None),
    ("decision", "postponed_at", MOMENT, None),
    ("decision", "postponed_reason", sa.Text(), None),
    ("course_summary", "path", sa.Text(), ""),
)
#: What a column may hold: name and condition of its CHECK.
CHECKS = {
    ("patient", "asa"): ("ck_patient_asa_scale", "asa BETWEEN 1 AND 5"),
    ("observation", "appearance"): (
        "ck_observation_appearance_known",
        "appearance IN ('solid', 'cystic', 'necrotic', 'calcified')",
    ),
    ("observation", "enhancement"): (
        "ck_observation_enhancement_known",
        "enhancement IN ('hypovascular', 'rim', 'hypervascular', 'none')",
    ),
    ("treatment", "fractions"): ("ck_treatment_fractions_count", "fractions >= 1"),
    ("treatment", "residual"): ("ck_treatment_residual_known", "residual IN ('R0', 'R1', 'R2', 'RX')"),
    ("treatment_lesion", "margin_um"): ("ck_treatment_lesion_margin_possible", "margin_um BETWEEN 0 AND 100000"),
}


def upgrade() -> None:
    for table, name, kind, empty in COLUMNS:
        add_column(table, name, kind, empty)
    make_confirmation_withdrawal()
    make_liver_volume()
    make_decision_draft()
    make_note_tables()
    make_triggers()


def downgrade() -> None:
    drop_triggers()
    for table in TABLES:
        op.drop_table(table)
    for table, name, _, _ in reversed(COLUMNS):
        check = CHECKS.get((table, name))
        if check is not None and not is_sqlite():
            op.drop_constraint(op.f(check[0]), table, type_="check")
        op.drop_column(table, name)


def is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def add_column(table: str, name: str, kind: sa.types.TypeEngine[object], empty: str | None) -> None:
    """One column, with its CHECK where it has one."""
    check = CHECKS.get((table, name))
    if check is not None and is_sqlite():
        spelt = kind.compile(dialect=op.get_bind().dialect)
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {spelt} CONSTRAINT {check[0]} CHECK ({check[1]})")
        return
    op.add_column(table, sa.Column(name, kind, nullable=empty is None, server_default=empty))
    if check is not None:
        op.create_check_constraint(op.f(check[0]), table, check[1])


def make_confirmation_withdrawal() -> None:
    """Confirmations that were taken back."""
    op.create_table(
        WITHDRAWAL,
        sa.Column("confirmation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmation_id"], ["confirmation.id"], name="fk_confirmation_withdrawal_confirmation_id_confirmation"
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["user_account.id"], name="fk_confirmation_withdrawal_withdrawn_by_user_account"
        ),
        sa.PrimaryKeyConstraint("confirmation_id", name="pk_confirmation_withdrawal"),
        sqlite_strict=True,
    )


def make_liver_volume() -> None:
    """Measured remnants of the liver."""
    op.create_table(
        "liver_volume",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("measured_on", DAY, nullable=False),
        sa.Column("remnant_ml", EXACT, nullable=False),
        sa.Column("total_ml", EXACT, nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("resection", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_liver_volume_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_liver_volume"),
        sqlite_strict=True,
    )
    make_live_index("uq_liver_volume_live", "liver_volume", ["patient_id", "measured_on", "resection"])


def make_decision_draft() -> None:
    """Decisions that are being written."""
    op.create_table(
        "decision_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_decision_draft_user_id_user_account"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_decision_draft_patient_id_patient"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_decision_draft_meeting_id_meeting"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_draft"),
        sqlite_strict=True,
    )
    make_unique("uq_decision_draft_alone", "decision_draft", ["user_id", "patient_id"], "meeting_id IS NULL")
    make_unique(
        "uq_decision_draft_meeting",
        "decision_draft",
        ["user_id", "patient_id", "meeting_id"],
        "meeting_id IS NOT NULL",
    )


def make_note_tables() -> None:
    """Notes that were put aside, and notes that were shown."""
    op.create_table(
        "note_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("data_key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("dismissed_at", MOMENT, nullable=False),
        sa.Column("dismissed_by", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("note_id <> ''", name=op.f("ck_note_dismissal_note_given")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_note_dismissal_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["dismissed_by"], ["user_account.id"], name="fk_note_dismissal_dismissed_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_note_dismissal"),
        sqlite_strict=True,
    )
    make_live_index("uq_note_dismissal_live", "note_dismissal", ["patient_id", "note_id", "data_key"])
    op.create_table(
        "note_shown",
        sa.Column("patient_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("patient_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("data_key", sa.Text(), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_note_shown_patient_id_patient"),
        sa.PrimaryKeyConstraint("patient_id", "patient_version", "note_id", name="pk_note_shown"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def make_live_index(name: str, table: str, columns: list[str]) -> None:
    make_unique(name, table, columns, "withdrawn_at IS NULL")


def make_unique(name: str, table: str, columns: list[str], condition: str) -> None:
    """A unique index over the rows that fulfil a condition."""
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def make_triggers() -> None:
    """What was taken back stays so; PostgreSQL's function for it is of the first revision."""
    if is_sqlite():
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {WITHDRAWAL}_no_{action} BEFORE {action.upper()} ON {WITHDRAWAL} "
                f"BEGIN SELECT RAISE(ABORT, '{WITHDRAWAL} is append-only'); END"
            )
        return
    for action, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {WITHDRAWAL}_no_{action} BEFORE {action.upper()} ON {WITHDRAWAL} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_append_only()"
        )


def drop_triggers() -> None:
    on = "" if is_sqlite() else f" ON {WITHDRAWAL}"
    for action in ("update", "delete") if is_sqlite() else ("update", "delete", "truncate"):
        op.execute(f"DROP TRIGGER {WITHDRAWAL}_no_{action}{on}")
