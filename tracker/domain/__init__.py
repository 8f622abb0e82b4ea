"""The domain: lesions, exams, rules. Standard library only, no clock, no I/O."""

from tracker.domain.assess import assess
from tracker.domain.assessment import Assessment, Reason, TimePointAssessment
from tracker.domain.timeline import Settings, Timeline, TimePoint

__all__ = ["Assessment", "Reason", "Settings", "TimePoint", "TimePointAssessment", "Timeline", "assess"]
