"""What comes from outside and waits: reports in the inbox, mappings a site saved; and patients that were one person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db.base import STRICT, Base, CalendarDate, Moment, one_of, where
from tracker.domain.vocabulary import Modality, ReportStatus

#: How a report came.
KINDS = ("hl7", "text", "pdf", "table")
#: What became of it.
STATES = ("waiting", "taken", "refused", "superseded")


class InboxItemRow(Base):
    """One report as a file brought it. It is never changed into an exam by itself: a person takes it or refuses it."""

    __tablename__ = "inbox_item"
    __table_args__ = (
        UniqueConstraint("site_id", "content_sha256"),
        Index(
            "uq_inbox_item_control_id",
            "site_id",
            "sender",
            "control_id",
            unique=True,
            **where("control_id IS NOT NULL"),
        ),
        Index(None, "state"),
        Index(None, "patient_id"),
        one_of("kind", KINDS),
        one_of("state", STATES),
        one_of("modality", Modality.words()),
        one_of("status", ReportStatus.words()),
        CheckConstraint("(state <> 'taken') OR (exam_id IS NOT NULL)", name="taken_has_exam"),
        CheckConstraint("(state <> 'superseded') OR (superseded_by IS NOT NULL)", name="superseded_by_one"),
        CheckConstraint("(state <> 'refused') OR (reason IS NOT NULL)", name="refused_has_reason"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    #: The file and the part of it.
    place: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    content_sha256: Mapped[str] = mapped_column(Text)
    sender: Mapped[str | None] = mapped_column(Text)
    control_id: Mapped[str | None] = mapped_column(Text)
    #: The patient as sent.
    authority: Mapped[str | None] = mapped_column(Text)
    identifier: Mapped[str | None] = mapped_column(Text)
    #: The patient it was matched with, by identifier and issuer or by a person.
    patient_id: Mapped[int | None] = mapped_column(ForeignKey("patient.id"))
    accession_authority: Mapped[str | None] = mapped_column(Text)
    accession: Mapped[str | None] = mapped_column(Text)
    modality: Mapped[str | None] = mapped_column(Text)
    performed_on: Mapped[date | None] = mapped_column(CalendarDate)
    reported_on: Mapped[date | None] = mapped_column(CalendarDate)
    status: Mapped[str] = mapped_column(Text)
    report_text: Mapped[str] = mapped_column(Text)
    #: What could not be read, as a JSON list of sentences.
    findings: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("inbox_item.id"))
    #: The exam it was taken into; while it waits, the stored exam that it replaces.
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exam.id"))
    received_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(Text)


class ImportPresetRow(Base):
    """Columns of a site's own tables, saved under a name: theirs to ours, as a JSON object."""

    __tablename__ = "import_preset"
    __table_args__ = (CheckConstraint("name <> ''", name="name_given"), STRICT)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    mapping: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    saved_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))


class PatientMergeRow(Base):
    """Two records that were found to be of one person, and what moved, so that it can be undone."""

    __tablename__ = "patient_merge"
    __table_args__ = (
        Index(None, "kept_id"),
        Index(None, "merged_id"),
        CheckConstraint("kept_id <> merged_id", name="two_patients"),
        CheckConstraint("(undone_at IS NULL) OR (undo_reason IS NOT NULL)", name="undone_has_reason"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("patient.id"))
    #: The rows that moved and what was renamed, as JSON.
    moved: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[datetime] = mapped_column(Moment)
    merged_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undo_reason: Mapped[str | None] = mapped_column(Text)
