"""Twelve errors put into the entry of one follow-up, and four traps of its report: for the pages and for their server.

The patient is Ada Example, born 1950: 32, 20 and 21 mm at the baseline, 25, 15 and 24 mm on 4 May 2026 (L1 to L3), four
scans of CT. The follow-up is of 29 June 2026. All patients and reports are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.support.builders import exam_draft, lesion, measured, patient_draft
from tracker.db.engine import Database
from tracker.domain.drafts import CourseDraft
from tracker.domain.vocabulary import CourseKind, LesionRole, Segment
from tracker.services import courses, exams, patients
from tracker.services.actors import Actor

DAY = "2026-06-29"
PRIOR = "2026-05-04"
#: What a person types who makes no mistake.
TRUE = ("23", "14", "22")
HEADER = (
    "Patient: Example, Ada   DOB: 03/05/1950\nCT CHEST, ABDOMEN AND PELVIS WITH CONTRAST\nDate of exam: 29 June 2026\n"
)
REPORT = (
    HEADER + "History: colorectal cancer with liver metastases.\nComparison: CT of 4 May 2026.\n"
    "Findings: Liver: The metastasis in segment VII measures 23 mm, previously 25 mm. The metastasis in segment III measures "
    "14 mm, previously 15 mm. The metastasis in segment V measures 22 mm, previously 24 mm. No new liver lesions.\n"
    "Impression: Stable disease.\n"
)


@dataclass(frozen=True)
class Injected:
    """An error in what is typed or pasted: the rule that must catch it, where, and what must be read on the page."""

    error: str
    rule: str
    place: str
    words: str
    texts: tuple[str, ...] = TRUE
    exam: Mapping[str, Any] = field(default_factory=dict)
    report: str | None = None
    #: Hard stops cannot be kept.
    hard: bool = False


def _said(old: str, new: str) -> str:
    assert old in REPORT
    return REPORT.replace(old, new)


TWELVE = (
    Injected("unit slip", "tenfold", "L1", "2.3 mm is −91 % from 25 mm", texts=("2.3 mm", "14", "22")),
    Injected("digit slip", "jump", "L1", "52 mm is +108 % from 25 mm", texts=("52", "14", "22")),
    Injected("swap", "swapped", "L1", "swap L1 and L2?", texts=("14", "23", "22")),
    Injected("copied prior", "copied", "all rows", "All 3 sizes are those of 4 May 2026", texts=("25", "15", "24")),
    Injected("future date", "future", "performed on", "is in the future", exam={"performed_on": "2027-06-29"}, hard=True),
    Injected("before the last scan", "before-last", "performed on", "lies before the last scan of 4 May 2026",
             exam={"performed_on": "2026-03-30"}),
    Injected("duplicate exam", "same-scan", "performed on", "is stored already", exam={"performed_on": PRIOR}),
    Injected("segment to a non-neighbour", "segment", "L2", "which do not touch",
             report=_said("in segment III measures", "in segment VI measures")),
    Injected("count mismatch", "count", "Count", "5 stated, 3 lesions entered", exam={"count_kind": "exact", "count": "5"}),
    Injected("stated percent against computed", "stated-change", "change", "another reference, or a slip?",
             report=_said("Stable disease.", "The sum of target lesions has decreased by 40 % from baseline.")),
    Injected("quoted prior differs", "quoted-prior", "L3", "the report quotes 31 mm as the prior, stored is 24 mm",
             report=_said("previously 24 mm", "previously 31 mm")),
    Injected("wrong patient", "wrong-patient", "report", "this patient was born in 1950",
             report=_said("03/05/1950", "03/05/1957"), hard=True),
)  # fmt: skip


def fill_example(db: Database, actor: Actor, identifier: str) -> int:
    """Ada Example with her baseline and one follow-up."""
    draft = patient_draft(identifier, name="Ada Example", birth_year=1950)
    patient_id = patients.register_patient(db, actor, draft).patient_id
    sizes = ((32, 20, 30), (25, 15, 24))
    lesions = (lesion("L1", Segment.VII), lesion("L2", Segment.III), lesion("L3", Segment.V))
    first, second = (
        exam_draft(day, *(measured(f"L{at}", mm) for at, mm in enumerate(said, 1)), lesions=new)
        for day, said, new in zip((date(2026, 3, 9), date(2026, 5, 4)), sizes, (lesions, ()), strict=True)
    )
    target, other = LesionRole.TARGET, LesionRole.NON_TARGET
    course = CourseDraft(
        CourseKind.SYSTEMIC, "FOLFIRI", date(2026, 3, 12), {"L1": target, "L2": target, "L3": other}, baseline=first
    )
    courses.start_course(db, actor, patient_id, course)
    exams.record_exam(db, actor, patient_id, second)
    return patient_id


def typed_content(start: Mapping[str, Any], one: Injected) -> dict[str, Any]:
    """The entry with its error, as the page sends it; ``start`` is what stands in the fields before."""
    content = {**start, "exam": {**start["exam"], "performed_on": DAY, "modality": "CT", **one.exam}}
    content["rows"] = {
        label: {**row, "text": text} for (label, row), text in zip(start["rows"].items(), one.texts, strict=True)
    }
    if one.report is not None:
        content["report"] = {"text": one.report}
    return content
