"""The tables, by room: people, record, courses, trail, derived. Importing this module knows them all."""

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
from tracker.db.models.trail import APPEND_ONLY, AuditEventRow, AuditHeadRow, ExamVersionRow

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
    "ExamVersionRow",
    "ImportBatchRow",
    "LesionRow",
    "MarkerResultRow",
    "MeetingRow",
    "MembershipRow",
    "ObservationRow",
    "PatientIdentifierRow",
    "PatientRow",
    "PlanRoleRow",
    "PlanRow",
    "SiteRow",
    "SymptomReportRow",
    "TimePointExamRow",
    "TimePointRow",
    "TreatmentLesionRow",
    "TreatmentRow",
    "UserRow",
]
