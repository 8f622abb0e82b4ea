"""What a second person looks at again: each value in question with what it rests on, and two answers, verified or correct."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from dashboards import runtime
from dashboards.components.entry_findings import title_of
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.receipt import size_before
from dashboards.components.report_sources import quote_html, say_value
from tracker.domain.record import Exam, PatientRecord, RecordedObservation
from tracker.domain.second_person import CATEGORY, ToVerify
from tracker.domain.vocabulary import LYMPH_NODE, Provenance
from tracker.errors import TrackerError
from tracker.pictures.words import count_of, join_words, say_date, say_mm, say_modality
from tracker.services.verifying import verify_exam

_HEAD = (
    "<thead><tr><th>What</th><th>Stored</th><th>Prior</th><th>From the report</th><th>Asked</th><th>Kept because</th>"
    "</tr></thead>"
)


def say_to_verify(reasons: Sequence[ToVerify]) -> str:
    """ "2 values to verify", "1 value and the changed category to verify"."""
    places = {one.place for one in reasons}
    values = len(places - {CATEGORY})
    parts = [count_of(values, "value")] if values else []
    if CATEGORY in places:
        parts.append("the changed category")
    return f"{join_words(parts)} to verify"


def show_verification(record: PatientRecord, exam: Exam, reasons: Sequence[ToVerify]) -> bool:
    """The compact view of one scan with its two buttons; True where "Correct…" was pressed."""
    scan = f"{say_modality(exam.modality)} of {say_date(exam.performed_on, year=True)}"
    entered = f"Entered by {exam.entered_by}. " if exam.entered_by else ""
    rows = "".join(_row(record, exam, one) for one in reasons)
    show_html(
        f'<div class="hp-card hp-verify" role="region" aria-label="To verify"><h3>{esc(say_to_verify(reasons).capitalize())}: '
        f'{esc(scan)}</h3><p class="hp-label">{esc(entered)}A second person looks at it once more with its report.</p>'
        f'<table class="hp-table hp-stored">{_HEAD}<tbody>{rows}</tbody></table></div>'
    )
    key = f"verify-{exam.id}-v{exam.version}"
    refusal = st.session_state.pop(f"{key}-refusal", None)
    if refusal is not None:
        show_refusal("Not verified.", str(refusal).splitlines())
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-answers"):
        st.text_input("Remark (optional)", max_chars=200, key=f"{key}-remark")
        st.button("Verified", key=f"{key}-yes", on_click=_verify, args=(exam, key))
        return st.button("Correct…", key=f"{key}-no")


def _verify(exam: Exam, key: str) -> None:
    """Before the page is drawn: what was looked at is what is verified."""
    remark = str(st.session_state.get(f"{key}-remark", "")) or None
    try:
        verify_exam(runtime.database(), runtime.actor(), exam.id, expected_version=exam.version, remark=remark)
    except TrackerError as refusal:
        st.session_state[f"{key}-refusal"] = refusal


def _row(record: PatientRecord, exam: Exam, one: ToVerify) -> str:
    seen = exam.observation(one.place)
    value = ("", "", "") if seen is None else _value(record, exam, seen)
    cells = "".join(f"<td>{cell}</td>" for cell in (*value, *map(esc, _asked(one))))
    return f'<tr><th scope="row">{esc(one.place)}</th>{cells}</tr>'


def _value(record: PatientRecord, exam: Exam, seen: RecordedObservation) -> tuple[str, str, str]:
    """The value as stored, the one before it, and the sentence that it was taken from, as HTML."""
    node = record.lesion(seen.label).organ == LYMPH_NODE
    before = size_before(record, exam, seen.label, node)
    is_read = seen.provenance is Provenance.REPORT and seen.source_text
    sentence = quote_html(seen, exam) if is_read else "typed"
    prior = f"{say_mm(before.um)} mm" if before is not None else "none"
    return f"<b>{esc(say_value(seen, node=node))}</b>", esc(prior), sentence


def _asked(one: ToVerify) -> Iterator[str]:
    if one.finding is None:
        yield one.text
        yield ""
        return
    title = title_of(one.finding.rule)
    yield f"{title}{'' if title.endswith('?') else ':'} {one.finding.text}"
    yield one.finding.reason or "not answered"
