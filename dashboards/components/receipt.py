"""The receipt of a saved scan: what was stored, the computed response with its sentence, what changed, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.components.page import badge_html, esc, show_html
from dashboards.components.report_sources import quote_html, report_html, say_value
from dashboards.components.response_words import ExamResponse, say_response_sentence, say_what_changed
from tracker.domain.ledger import derive_ledger
from tracker.domain.lengths import Length, total
from tracker.domain.record import Exam, PatientRecord, RecordedObservation
from tracker.domain.vocabulary import LYMPH_NODE, Provenance
from tracker.domain.wording import format_long_date
from tracker.pictures.liver_sum import say_liver_sum
from tracker.pictures.words import in_sentence, say_change, say_date, say_mm, say_modality

_HEAD = (
    '<thead><tr><th>Lesion</th><th>Place</th><th class="hp-number">Prior, mm</th><th class="hp-number">Stored</th>'
    "<th>Change</th><th>How it came</th></tr></thead>"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction replaced, and why."""

    before: Exam
    reason: str


def show_receipt(
    record: PatientRecord, exam: Exam, response: ExamResponse | None, correction: Correction | None = None
) -> None:
    """The card of the receipt. ``response`` is None where no course judges the exam."""
    title = f"{say_modality(exam.modality)} of {format_long_date(exam.performed_on)}"
    entered = f"{exam.entered_by or ''} · version {exam.version}".strip(" ·")
    rows = "".join(_stored_rows(record, exam))
    show_html(
        '<div class="hp-card hp-receipt" role="region" aria-label="Receipt">'
        f'<div class="hp-receipt-head"><h2>✓ Saved: {esc(title)}, {esc(record.patient.identifier)}</h2>'
        f'<span class="hp-label">{esc(entered)}</span></div>'
        f'<h3>What was stored</h3><table class="hp-table hp-stored">{_HEAD}<tbody>{rows}</tbody></table>'
        f"{_header_line(exam)}{report_html(exam) if exam.report_text else ''}{_correction_block(record, exam, correction)}"
        f"{_response_block(record, exam, response)}</div>"
    )


def _stored_rows(record: PatientRecord, exam: Exam) -> Iterator[str]:
    for seen in exam.observations:
        lesion = record.lesion(seen.label)
        node = lesion.organ == LYMPH_NODE
        now = _size(seen, node)
        before = size_before(record, exam, seen.label, node)
        change = say_change(now.um, before.um) if now is not None and before is not None else ""
        yield (
            f"<tr><td><b>{esc(seen.label)}</b></td><td>{esc(lesion.place)}</td>"
            f'<td class="hp-number">{esc(say_mm(before.um)) if before else ""}</td>'
            f'<td class="hp-number"><b>{esc(say_value(seen, node=node))}</b></td>'
            f"<td>{esc(change)}</td><td>{_how(seen, exam)}</td></tr>"
        )


def _said_of_the_scan(exam: Exam) -> dict[str, str]:
    """What was stored of the scan itself, by name: only what was said."""
    count = exam.liver_count
    said = {
        "Phase": exam.phase,
        "Slice": f"{say_mm(exam.slice_thickness.um)} mm" if exam.slice_thickness else None,
        "Reported": say_date(exam.reported_on, year=True) if exam.reported_on else None,
        "Count as stated": " ".join(filter(None, (str(count.kind), "" if count.value is None else str(count.value))))
        if count
        else None,
        **{f"New in {place}": str(statement) for place, statement in exam.statements.items()},
        "Uptake": f"{exam.uptake_minutes} min" if exam.uptake_minutes else None,
        "Remark": exam.remark,
    }
    return {name: value for name, value in said.items() if value}


def _header_line(exam: Exam) -> str:
    said = _said_of_the_scan(exam)
    parts = " · ".join(f"{esc(name)}: <b>{esc(value)}</b>" for name, value in said.items())
    return f'<p class="hp-said">{parts or "Phase, count, new disease and remark: nothing was said."}</p>'


def _correction_block(record: PatientRecord, exam: Exam, correction: Correction | None) -> str:
    if correction is None:
        return ""
    lines = "".join(f"<li>{esc(line)}</li>" for line in say_correction(record, correction.before, exam))
    return f"<h3>Corrected: {esc(correction.reason)}</h3><ul>{lines or '<li>No value was changed.</li>'}</ul>"


def say_correction(record: PatientRecord, before: Exam, after: Exam) -> list[str]:
    """Each value that a correction changed, "L1: 23 mm → 26 mm"."""

    def values(exam: Exam) -> dict[str, str]:
        seen = {
            one.label: say_value(one, node=record.lesion(one.label).organ == LYMPH_NODE)
            + (f", SUVmax {one.observation.suv_max:f}" if one.observation.suv_max is not None else "")
            for one in exam.observations
        }
        head = {"Performed": say_date(exam.performed_on, year=True), "Modality": say_modality(exam.modality)}
        return {**head, **_said_of_the_scan(exam), **seen}

    old, new = values(before), values(after)
    return [
        f"{name}: {old.get(name, 'not said')} → {new.get(name, 'not said')}"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _response_block(record: PatientRecord, exam: Exam, response: ExamResponse | None) -> str:
    if response is None:
        return (
            "<h3>Computed response</h3><p>None: this scan is judged in no course. It enters no sum, or no course had "
            "begun by its date. It is kept and shown.</p>"
        )
    badge = badge_html(None if response.is_baseline else response.result.overall_response, alone=True)
    earlier = [one for one in record.exams if one.performed_on < exam.performed_on]
    before = max(earlier, key=lambda one: one.performed_on, default=None)
    liver = _liver(record, before) if before is not None else None
    changed = "".join(f"<li>{esc(line)}</li>" for line in say_what_changed(response, liver, _liver(record, exam)))
    since = f" since {esc(say_date(response.before.date, year=True))}" if response.before is not None else ""
    reasons = "".join(f"<li>{esc(in_sentence(reason.text))}</li>" for reason in response.result.reasons)
    why = f"<h3>Why</h3><ul>{reasons}</ul>" if reasons else ""
    return (
        f'<div class="hp-receipt-response"><div><h3>Computed response</h3><p>{badge} <span class="hp-label">by {esc(response.face.with_source)}</span></p>'
        f"<p>{esc(say_response_sentence(response))}</p></div>"
        f"<div><h3>What changed{since}</h3><ul>{changed}</ul></div><div>{why}</div></div>"
    )


def _liver(record: PatientRecord, exam: Exam) -> str:
    entry = next(entry for entry in derive_ledger(record) if entry.exam_id == exam.id)
    return say_liver_sum(entry)


def _how(seen: RecordedObservation, exam: Exam) -> str:
    typed = seen.provenance is Provenance.TYPED and seen.source_text
    how = esc(f"typed {seen.source_text}" if typed else seen.provenance)
    if seen.provenance is Provenance.REPORT and seen.source_text:
        how = f"from the report: {quote_html(seen, exam)}"
    uptake = seen.observation.suv_max
    kept = [f"kept: {one.reason}" for one in exam.accepted if one.place == seen.label and one.reason]
    more = [seen.comment or "", "" if uptake is None else f"SUVmax {uptake:f}", *kept]
    verify = ' · <span class="hp-attention">to verify</span>' if seen.observation.provisional else ""
    return " · ".join([how, *(esc(text) for text in more if text)]) + verify


def _size(seen: RecordedObservation, node: bool) -> Length | None:
    observation = seen.observation
    return total(observation.parts) if observation.parts else observation.diameter(node=node)


def size_before(record: PatientRecord, exam: Exam, label: str, node: bool) -> Length | None:
    """The size at the scan before, if the lesion had one there."""
    earlier = [one for one in record.exams if one.performed_on < exam.performed_on and one.observation(label)]
    if not earlier:
        return None
    seen = max(earlier, key=lambda one: one.performed_on).observation(label)
    return _size(seen, node) if seen is not None else None
