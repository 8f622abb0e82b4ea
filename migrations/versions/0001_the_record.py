"""The record: its tables, the triggers that keep its history, and the users that exist before anybody logs in.

Revision: 0001, the first
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite's STRICT tables know integers and text; PostgreSQL gets its own types.
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")

APPEND_ONLY = ("exam_version", "audit_event")
#: Children before their parents.
TABLES = (
    "audit_head",
    "audit_event",
    "confirmation",
    "decision",
    "meeting",
    "treatment_lesion",
    "treatment",
    "time_point_exam",
    "time_point",
    "plan_role",
    "plan",
    "course",
    "draft",
    "exam_version",
    "symptom_report",
    "marker_result",
    "observation",
    "lesion",
    "exam",
    "import_batch",
    "patient_identifier",
    "patient",
    "membership",
    "user_account",
    "site",
)


def upgrade() -> None:
    make_site()
    make_user_account()
    make_membership()
    make_patient()
    make_patient_identifier()
    make_import_batch()
    make_exam()
    make_lesion()
    make_observation()
    make_marker_result()
    make_symptom_report()
    make_exam_version()
    make_draft()
    make_course()
    make_plan()
    make_plan_role()
    make_time_point()
    make_time_point_exam()
    make_treatment()
    make_treatment_lesion()
    make_meeting()
    make_decision()
    make_confirmation()
    make_audit_event()
    make_audit_head()
    make_triggers()
    fill()


def downgrade() -> None:
    drop_triggers()
    for table in TABLES:
        op.drop_table(table)


def make_site() -> None:
    """Places that keep records."""
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("authority", name="uq_site_authority"),
        sqlite_strict=True,
    )


def make_user_account() -> None:
    """Who acts."""
    op.create_table(
        "user_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", FLAG, nullable=False),
        sa.CheckConstraint("kind IN ('person', 'system', 'demo', 'local')", name=op.f("ck_user_account_kind_known")),
        sa.CheckConstraint("login <> ''", name=op.f("ck_user_account_login_given")),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("login", name="uq_user_account_login"),
        sqlite_strict=True,
    )


def make_membership() -> None:
    """What a user may do at a site."""
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('nurse', 'clinician', 'coordinator', 'reader', 'admin', 'system')",
            name=op.f("ck_membership_role_known"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_membership_site_id_site"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_membership_user_id_user_account"),
        sa.PrimaryKeyConstraint("user_id", "site_id", name="pk_membership"),
        sqlite_strict=True,
    )


def make_patient() -> None:
    """Patients; version counts every change of the record."""
    op.create_table(
        "patient",
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
        sa.CheckConstraint(
            "primary_tumour IN ('colorectal', 'breast', 'lung', 'pancreas', 'stomach', "
            "'neuroendocrine', 'GIST', 'melanoma', 'kidney', 'ovary', 'other', 'unknown')",
            name=op.f("ck_patient_primary_tumour_known"),
        ),
        sa.CheckConstraint("sex IN ('female', 'male', 'other', 'unknown')", name=op.f("ck_patient_sex_known")),
        sa.CheckConstraint("birth_year BETWEEN 1850 AND 2200", name=op.f("ck_patient_birth_year_plausible")),
        sa.CheckConstraint("ecog BETWEEN 0 AND 4", name=op.f("ck_patient_ecog_scale")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_patient_version_counts")),
        sa.ForeignKeyConstraint(["registered_by"], ["user_account.id"], name="fk_patient_registered_by_user_account"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_patient_site_id_site"),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sqlite_strict=True,
    )


def make_patient_identifier() -> None:
    """Identifiers, each issued by an authority."""
    op.create_table(
        "patient_identifier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("value <> ''", name=op.f("ck_patient_identifier_value_given")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_patient_identifier_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_patient_identifier"),
        sa.UniqueConstraint("authority", "value", name="uq_patient_identifier_authority_value"),
        sqlite_strict=True,
    )
    op.create_index("ix_patient_identifier_patient_id", "patient_identifier", ["patient_id"])


def make_import_batch() -> None:
    """Files that were imported."""
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("patients_new", sa.Integer(), nullable=False),
        sa.Column("exams_new", sa.Integer(), nullable=False),
        sa.Column("exams_known", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["user_account.id"], name="fk_import_batch_imported_by_user_account"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_import_batch_site_id_site"),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
        sqlite_strict=True,
    )
    op.create_index("ix_import_batch_file_sha256", "import_batch", ["file_sha256"])


def make_exam() -> None:
    """Examinations: known by accession number, else by date, modality and ordinal."""
    op.create_table(
        "exam",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("performed_on", DAY, nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("accession", sa.Text(), nullable=True),
        sa.Column("reported_on", DAY, nullable=True),
        sa.Column("entered_at", MOMENT, nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=True),
        sa.Column("slice_um", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("count_kind", sa.Text(), nullable=True),
        sa.Column("count_value", sa.Integer(), nullable=True),
        sa.Column("statements", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("report_text", sa.Text(), nullable=True),
        sa.Column("reported_response", sa.Text(), nullable=True),
        sa.Column("uptake_minutes", sa.Integer(), nullable=True),
        sa.Column("token", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "count_kind IN ('exact', 'at least', 'multiple', 'innumerable')", name=op.f("ck_exam_count_kind_known")
        ),
        sa.CheckConstraint(
            "modality IN ('CT', 'MR', 'PET/CT', 'PET/MR', 'US', 'NM', 'XR')", name=op.f("ck_exam_modality_known")
        ),
        sa.CheckConstraint("status IN ('preliminary', 'final', 'corrected')", name=op.f("ck_exam_status_known")),
        sa.CheckConstraint(
            "(accession IS NULL) OR (authority IS NOT NULL)", name=op.f("ck_exam_accession_has_authority")
        ),
        sa.CheckConstraint("(count_value IS NULL) OR (count_value >= 0)", name=op.f("ck_exam_count_not_negative")),
        sa.CheckConstraint("ordinal >= 1", name=op.f("ck_exam_ordinal_counts")),
        sa.CheckConstraint("slice_um > 0", name=op.f("ck_exam_slice_positive")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_exam_version_counts")),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name="fk_exam_entered_by_user_account"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_exam_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_exam"),
        sa.UniqueConstraint("token", name="uq_exam_token"),
        sqlite_strict=True,
    )
    op.create_index("ix_exam_patient_id_performed_on", "exam", ["patient_id", "performed_on"])
    op.create_index(
        "uq_exam_accession_live",
        "exam",
        ["authority", "accession"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND accession IS NOT NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND accession IS NOT NULL"),
    )
    op.create_index(
        "uq_exam_date_modality_live",
        "exam",
        ["patient_id", "performed_on", "modality", "ordinal"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL AND accession IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL AND accession IS NULL"),
    )


def make_lesion() -> None:
    """Lesions under their labels."""
    op.create_table(
        "lesion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("tracking_uid", sa.Text(), nullable=False),
        sa.Column("organ", sa.Text(), nullable=False),
        sa.Column("segments", sa.Text(), nullable=False),
        sa.Column("appearance", sa.Text(), nullable=True),
        sa.Column("first_seen", DAY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "appearance IN ('solid', 'cystic', 'necrotic', 'calcified')", name=op.f("ck_lesion_appearance_known")
        ),
        sa.CheckConstraint("label <> ''", name=op.f("ck_lesion_label_given")),
        sa.CheckConstraint("organ <> ''", name=op.f("ck_lesion_organ_given")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_lesion_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_lesion"),
        sa.UniqueConstraint("tracking_uid", name="uq_lesion_tracking_uid"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_lesion_patient_id_label_live",
        "lesion",
        ["patient_id", "label"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def make_observation() -> None:
    """One lesion at one exam."""
    op.create_table(
        "observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("longest_um", sa.Integer(), nullable=True),
        sa.Column("short_um", sa.Integer(), nullable=True),
        sa.Column("into_lesion_id", sa.Integer(), nullable=True),
        sa.Column("parts_um", sa.Text(), nullable=True),
        sa.Column("treated_by", sa.Text(), nullable=True),
        sa.Column("treated_on", DAY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("certainty", sa.Text(), nullable=True),
        sa.Column("grown", FLAG, nullable=False),
        sa.Column("provisional", FLAG, nullable=False),
        sa.Column("first_seen", DAY, nullable=True),
        sa.Column("measured_as_target", FLAG, nullable=False),
        sa.Column("sul_peak", EXACT, nullable=True),
        sa.Column("suv_max", EXACT, nullable=True),
        sa.Column("tlg", EXACT, nullable=True),
        sa.Column("mtv_ml", EXACT, nullable=True),
        sa.Column("attenuation_hu", EXACT, nullable=True),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state <> 'not evaluable') OR (reason IS NOT NULL)", name=op.f("ck_observation_not_evaluable_has_reason")
        ),
        sa.CheckConstraint(
            "(state = 'merged') = (into_lesion_id IS NOT NULL)", name=op.f("ck_observation_merged_into_one")
        ),
        sa.CheckConstraint("certainty IN ('equivocal', 'unequivocal')", name=op.f("ck_observation_certainty_known")),
        sa.CheckConstraint(
            "provenance IN ('typed', 'report', 'file', 'synthetic')", name=op.f("ck_observation_provenance_known")
        ),
        sa.CheckConstraint("qualifier IN ('<', '>=', 'approx')", name=op.f("ck_observation_qualifier_known")),
        sa.CheckConstraint(
            "state IN ('measured', 'absent', 'too small to measure', 'not evaluable', 'not "
            "mentioned', 'present', 'unequivocal progression', 'equivocal', 'unequivocal', 'merged', "
            "'split', 'treated', 'recurrence at treated site')",
            name=op.f("ck_observation_state_known"),
        ),
        sa.CheckConstraint("longest_um BETWEEN 1000 AND 300000", name=op.f("ck_observation_longest_possible")),
        sa.CheckConstraint("short_um <= longest_um", name=op.f("ck_observation_short_not_longer")),
        sa.CheckConstraint("short_um BETWEEN 1000 AND 300000", name=op.f("ck_observation_short_possible")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name="fk_observation_exam_id_exam"),
        sa.ForeignKeyConstraint(["into_lesion_id"], ["lesion.id"], name="fk_observation_into_lesion_id_lesion"),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesion.id"], name="fk_observation_lesion_id_lesion"),
        sa.PrimaryKeyConstraint("id", name="pk_observation"),
        sa.UniqueConstraint("exam_id", "lesion_id", name="uq_observation_exam_id_lesion_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_observation_lesion_id", "observation", ["lesion_id"])


def make_marker_result() -> None:
    """Laboratory values."""
    op.create_table(
        "marker_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("taken_on", DAY, nullable=False),
        sa.Column("value", EXACT, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("upper_limit", EXACT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_marker_result_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_marker_result"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_marker_result_live",
        "marker_result",
        ["patient_id", "name", "taken_on"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def make_symptom_report() -> None:
    """Symptoms as told on a day."""
    op.create_table(
        "symptom_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("told_on", DAY, nullable=False),
        sa.Column("symptoms", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_symptom_report_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_symptom_report"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_symptom_report_live",
        "symptom_report",
        ["patient_id", "told_on"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def make_exam_version() -> None:
    """Exams in full as they were."""
    op.create_table(
        "exam_version",
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("withdrawn", FLAG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_exam_version_version_counts")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name="fk_exam_version_exam_id_exam"),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"], name="fk_exam_version_recorded_by_user_account"),
        sa.PrimaryKeyConstraint("exam_id", "version", name="pk_exam_version"),
        sqlite_strict=True,
    )


def make_draft() -> None:
    """What is typed and not yet saved."""
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name="fk_draft_exam_id_exam"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_draft_patient_id_patient"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_draft_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_draft_correction",
        "draft",
        ["user_id", "patient_id", "exam_id"],
        unique=True,
        sqlite_where=sa.text("exam_id IS NOT NULL"),
        postgresql_where=sa.text("exam_id IS NOT NULL"),
    )
    op.create_index(
        "uq_draft_new_exam",
        "draft",
        ["user_id", "patient_id"],
        unique=True,
        sqlite_where=sa.text("exam_id IS NULL"),
        postgresql_where=sa.text("exam_id IS NULL"),
    )


def make_course() -> None:
    """Lines of treatment."""
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start_on", DAY, nullable=False),
        sa.Column("stop_on", DAY, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('systemic', 'local', 'surveillance')", name=op.f("ck_course_kind_known")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_course_number_counts")),
        sa.CheckConstraint("stop_on >= start_on", name=op.f("ck_course_stops_after_start")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_course_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_course_patient_id_number_live",
        "course",
        ["patient_id", "number"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def make_plan() -> None:
    """How a course is judged."""
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("targets_chosen_afterwards", FLAG, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_plan_course_id_course"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("course_id", "criterion", name="uq_plan_course_id_criterion"),
        sqlite_strict=True,
    )


def make_plan_role() -> None:
    """What a lesion does in a plan."""
    op.create_table(
        "plan_role",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint("role IN ('target', 'non-target', 'new')", name=op.f("ck_plan_role_role_known")),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesion.id"], name="fk_plan_role_lesion_id_lesion"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_role_plan_id_plan"),
        sa.PrimaryKeyConstraint("plan_id", "lesion_id", name="pk_plan_role"),
        sqlite_strict=True,
    )
    op.create_index("ix_plan_role_lesion_id", "plan_role", ["lesion_id"])


def make_time_point() -> None:
    """Exams judged together."""
    op.create_table(
        "time_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_time_point_plan_id_plan"),
        sa.PrimaryKeyConstraint("id", name="pk_time_point"),
        sqlite_strict=True,
    )
    op.create_index("ix_time_point_plan_id", "time_point", ["plan_id"])


def make_time_point_exam() -> None:
    """The exams of a time point."""
    op.create_table(
        "time_point_exam",
        sa.Column("time_point_id", sa.Integer(), nullable=False),
        sa.Column("exam_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name="fk_time_point_exam_exam_id_exam"),
        sa.ForeignKeyConstraint(
            ["time_point_id"], ["time_point.id"], name="fk_time_point_exam_time_point_id_time_point"
        ),
        sa.PrimaryKeyConstraint("time_point_id", "exam_id", name="pk_time_point_exam"),
        sqlite_strict=True,
    )
    op.create_index("ix_time_point_exam_exam_id", "time_point_exam", ["exam_id"])


def make_treatment() -> None:
    """Treatments with their dates."""
    op.create_table(
        "treatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_on", DAY, nullable=False),
        sa.Column("stop_on", DAY, nullable=True),
        sa.Column("planned", FLAG, nullable=False),
        sa.Column("cycles", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('systemic', 'targeted', 'immunotherapy', 'maintenance', 'ablation', "
            "'resection', 'TACE', 'SIRT', 'HAI', 'radiotherapy', 'radionuclide')",
            name=op.f("ck_treatment_kind_known"),
        ),
        sa.CheckConstraint("cycles >= 0", name=op.f("ck_treatment_cycles_not_negative")),
        sa.CheckConstraint("stop_on >= start_on", name=op.f("ck_treatment_stops_after_start")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_treatment_course_id_course"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_treatment_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_treatment"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_treatment_live",
        "treatment",
        ["patient_id", "kind", "name", "start_on"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def make_treatment_lesion() -> None:
    """Lesions that a treatment treated."""
    op.create_table(
        "treatment_lesion",
        sa.Column("treatment_id", sa.Integer(), nullable=False),
        sa.Column("lesion_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesion_id"], ["lesion.id"], name="fk_treatment_lesion_lesion_id_lesion"),
        sa.ForeignKeyConstraint(["treatment_id"], ["treatment.id"], name="fk_treatment_lesion_treatment_id_treatment"),
        sa.PrimaryKeyConstraint("treatment_id", "lesion_id", name="pk_treatment_lesion"),
        sqlite_strict=True,
    )
    op.create_index("ix_treatment_lesion_lesion_id", "treatment_lesion", ["lesion_id"])


def make_meeting() -> None:
    """Tumour boards."""
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("held_on", DAY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_meeting_site_id_site"),
        sa.PrimaryKeyConstraint("id", name="pk_meeting"),
        sa.UniqueConstraint("site_id", "held_on", "name", name="uq_meeting_site_id_held_on_name"),
        sqlite_strict=True,
    )


def make_decision() -> None:
    """What a meeting decided."""
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("patient_version", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("due_on", DAY, nullable=True),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name="fk_decision_decided_by_user_account"),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name="fk_decision_meeting_id_meeting"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_decision_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sqlite_strict=True,
    )
    op.create_index("ix_decision_meeting_id", "decision", ["meeting_id"])
    op.create_index("ix_decision_patient_id", "decision", ["patient_id"])


def make_confirmation() -> None:
    """Responses confirmed by a clinician."""
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("time_point_on", DAY, nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name="fk_confirmation_confirmed_by_user_account"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_confirmation_plan_id_plan"),
        sa.PrimaryKeyConstraint("id", name="pk_confirmation"),
        sqlite_strict=True,
    )
    op.create_index("ix_confirmation_plan_id", "confirmation", ["plan_id"])


def make_audit_event() -> None:
    """Events, each sealed with the hash of the one before."""
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_event_seq_counts")),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name="fk_audit_event_actor_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
        sa.UniqueConstraint("chain", "seq", name="uq_audit_event_chain_seq"),
        sqlite_strict=True,
    )


def make_audit_head() -> None:
    """Where each chain ends."""
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_audit_head"),
        sqlite_strict=True,
    )


def make_triggers() -> None:
    """Refuse to change or remove a row of an append-only table, in words that the program knows."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for action in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{action} BEFORE {action.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        for action, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{action} BEFORE {action.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_append_only()"
            )


def drop_triggers() -> None:
    for table in APPEND_ONLY:
        on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
        for action in ("update", "delete") if not on else ("update", "delete", "truncate"):
            op.execute(f"DROP TRIGGER {table}_no_{action}{on}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_append_only()")


def fill() -> None:
    """One site, and the users of the program itself: its own acts, the demo, and the one local user."""
    site = sa.table("site", sa.column("name", sa.Text), sa.column("authority", sa.Text))
    op.bulk_insert(site, [{"name": "This site", "authority": "local"}])
    user = sa.table(
        "user_account",
        sa.column("login", sa.Text),
        sa.column("name", sa.Text),
        sa.column("kind", sa.Text),
        sa.column("active", FLAG),
    )
    users = [("system", "Hepatrack", "system"), ("demo", "Demo", "demo"), ("local", "Local user", "local")]
    op.bulk_insert(user, [{"login": login, "name": name, "kind": kind, "active": True} for login, name, kind in users])
