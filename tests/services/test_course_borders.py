"""Where one course ends and the next begins: one exam may do both, whatever it called a lesion."""

from __future__ import annotations

import dataclasses
from datetime import date

from tests.support import builders
from tests.support.builders import FOLLOW_UPS, baseline_draft, course_draft, exam_draft, lesion, measured, seen
from tracker.db.engine import Database
from tracker.domain.derivation import assess_record
from tracker.domain.drafts import TreatmentDraft
from tracker.domain.timeline import Timeline
from tracker.domain.vocabulary import LYMPH_NODE, LesionRole, Segment, State, TreatmentKind
from tracker.services import courses, exams, patients
from tracker.services.actors import Actor

TARGET, NON_TARGET = LesionRole.TARGET, LesionRole.NON_TARGET


def test_the_scan_with_an_unequivocal_new_lesion_opens_the_next_course_with_it_as_a_target(
    store: Database, nurse: Actor
) -> None:
    filled = builders.fill_patient(store, nurse, follow_ups=0)
    day = FOLLOW_UPS[0]
    new = seen("L9", State.UNEQUIVOCAL, longest=builders.mm(24))
    draft = exam_draft(
        day, measured("L1", 30), measured("L2", 20), seen("L3", State.PRESENT), new, lesions=(lesion("L9", Segment.VI),)
    )
    closing = exams.record_exam(store, nurse, filled.patient_id, draft)
    roles = {"L1": TARGET, "L9": TARGET, "L2": NON_TARGET, "L3": NON_TARGET}
    treatment = TreatmentDraft("FOLFOX", TreatmentKind.SYSTEMIC, day)
    second = course_draft(name="FOLFOX", start=day, roles=roles, treatment=treatment, baseline_exam_id=closing.exam_id)
    courses.start_course(store, nurse, filled.patient_id, second)
    record = patients.load_record(store, nurse, filled.patient_id)
    one, other = assess_record(record)
    assert [str(row.overall_response) for row in one.assessment.time_points[1:]] == ["PD"]
    assert other.assessment.time_points[0].sum == builders.mm(54)
    for course in (one, other):
        assert Timeline.from_dict(course.timeline.to_dict()) == course.timeline


def test_a_normal_node_on_the_baseline_needs_no_role(store: Database, nurse: Actor) -> None:
    saved = patients.register_patient(store, nurse, builders.patient_draft("P-NODE"))
    node = lesion("N1", organ=LYMPH_NODE)
    plain = baseline_draft(date(2026, 1, 5))
    draft = dataclasses.replace(
        plain,
        observations=(*plain.observations, measured("N1", 14, 8)),
        lesions=(*plain.lesions, node),
    )
    courses.start_course(store, nurse, saved.patient_id, course_draft(draft))
    record = patients.load_record(store, nurse, saved.patient_id)
    assert "N1" not in record.courses[0].plan.roles
