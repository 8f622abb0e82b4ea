"""The tables, by room: people, record, courses, inbox, schedule, trail, notes, derived. Importing this module knows them all."""

from tracker.db.models.courses import (
    ConfirmationRow,
    CourseRow,
    DecisionDraftRow,
    DecisionRow,
    MeetingRow,
    PlanRoleRow,
    PlanRow,
    TimePointExamRow,
    TimePointRow,
)
from tracker.db.models.derived import DERIVED, CourseSummaryRow
from tracker.db.models.inbox import ImportPresetRow, InboxItemRow, PatientMergeRow
from tracker.db.models.notes import LOGS, NoteDismissalRow, NoteShownRow
from tracker.db.models.people import (
    DraftRow,
    ImportBatchRow,
    MembershipRow,
    PatientIdentifierRow,
    PatientRow,
    SiteRow,
    UserRow,
)
from tracker.db.models.record import (
    ExamRow,
    LesionRow,
    LiverVolumeRow,
    MarkerResultRow,
    ObservationRow,
    SymptomReportRow,
    TreatmentLesionRow,
    TreatmentRow,
)
from tracker.db.models.schedule import FollowUpIntervalRow, PatientOwnerRow, PlannedScanRow
from tracker.db.models.trail import (
    APPEND_ONLY,
    AuditEventRow,
    AuditHeadRow,
    ConfirmationWithdrawalRow,
    ExamVerificationRow,
    ExamVersionRow,
)

__all__ = [
    "APPEND_ONLY",
    "DERIVED",
    "LOGS",
    "AuditEventRow",
    "AuditHeadRow",
    "ConfirmationRow",
    "ConfirmationWithdrawalRow",
    "CourseRow",
    "CourseSummaryRow",
    "DecisionDraftRow",
    "DecisionRow",
    "DraftRow",
    "ExamRow",
    "ExamVerificationRow",
    "ExamVersionRow",
    "FollowUpIntervalRow",
    "ImportBatchRow",
    "ImportPresetRow",
    "InboxItemRow",
    "LesionRow",
    "LiverVolumeRow",
    "MarkerResultRow",
    "MeetingRow",
    "MembershipRow",
    "NoteDismissalRow",
    "NoteShownRow",
    "ObservationRow",
    "PatientIdentifierRow",
    "PatientMergeRow",
    "PatientOwnerRow",
    "PatientRow",
    "PlanRoleRow",
    "PlanRow",
    "PlannedScanRow",
    "SiteRow",
    "SymptomReportRow",
    "TimePointExamRow",
    "TimePointRow",
    "TreatmentLesionRow",
    "TreatmentRow",
    "UserRow",
]
