"""The tables, by room: people, record, courses, inbox, schedule, trail, derived. Importing this module knows them all."""

from tracker.db.models.courses import (
    ConfirmationRow,
    CourseRow,
    DecisionRow,
    MeetingRow,
    PlanRoleRow,
    PlanRow,
    TimePointExamRow,
    TimePointRow,
)
from tracker.db.models.derived import DERIVED, CourseSummaryRow
from tracker.db.models.inbox import ImportPresetRow, InboxItemRow, PatientMergeRow
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
    MarkerResultRow,
    ObservationRow,
    SymptomReportRow,
    TreatmentLesionRow,
    TreatmentRow,
)
from tracker.db.models.schedule import FollowUpIntervalRow, PatientOwnerRow, PlannedScanRow
from tracker.db.models.trail import APPEND_ONLY, AuditEventRow, AuditHeadRow, ExamVerificationRow, ExamVersionRow

__all__ = [
    "APPEND_ONLY",
    "DERIVED",
    "AuditEventRow",
    "AuditHeadRow",
    "ConfirmationRow",
    "CourseRow",
    "CourseSummaryRow",
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
    "MarkerResultRow",
    "MeetingRow",
    "MembershipRow",
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
