"""A report in prose for a synthetic patient's next scan: the lesions of the last one, a little changed, its sizes quoted."""

from __future__ import annotations

from datetime import date

from tracker.domain.drafts import ReportDraft
from tracker.domain.lengths import format_mm
from tracker.domain.record import Exam, PatientRecord
from tracker.domain.vocabulary import LYMPH_NODE, State
from tracker.domain.wording import format_date, name_modality

#: Sizes of the new scan in percent of the last one, in turn.
_CHANGES = (104, 93, 100, 110)


def write_report(record: PatientRecord, performed_on: date, reported_on: date, number: int) -> ReportDraft:
    """A report of a scan of ``performed_on``, as a system would send it. The record has a scan; ``number`` is its place in the file."""
    last = max(record.exams, key=lambda exam: (exam.performed_on, exam.id))
    name = name_modality(last.modality)
    text = (
        f"{name} of the abdomen of {format_date(performed_on)}. Synthetic report of an invented patient.\n"
        f"Comparison: {name} of {format_date(last.performed_on)}.\n\n"
        f"Findings:\n{_say_lesions(record, last)}\nNo new liver lesion. No ascites.\n\n"
        "Impression:\nNo new lesion. Sizes as given above."
    )
    return ReportDraft(
        place=f"synthetic reports, number {number}",
        kind="text",
        report_text=text,
        authority=record.patient.authority,
        identifier=record.patient.identifier,
        identifiers=((record.patient.authority, record.patient.identifier),),
        modality=last.modality,
        performed_on=performed_on,
        reported_on=reported_on,
    )


def _say_lesions(record: PatientRecord, last: Exam) -> str:
    lines = []
    for at, seen in enumerate(last.observations):
        lesion, observation = record.lesion(seen.label), seen.observation
        size = observation.short if lesion.organ == LYMPH_NODE else observation.longest
        if observation.state is not State.MEASURED or size is None:
            continue
        now = round(size.um * _CHANGES[at % len(_CHANGES)] / 100 / 1000)
        where = f"in segment {lesion.place}" if lesion.organ == "liver" and lesion.segments else f"({lesion.place})"
        lines.append(f"The lesion {where} measures {now} mm, previously {format_mm(size.um)} mm.")
    return "\n".join(lines) or "The lesions known from before are not measured."
