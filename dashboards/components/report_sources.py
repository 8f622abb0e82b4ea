"""Where the values of an exam stand in its report: value and sentence of each, and the whole text one press away.

The text is only ever shown inside the page: it enters no address and no log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dashboards.components.page import esc
from tracker.domain.cells import read_cell, write_cell
from tracker.domain.record import Exam, PatientRecord, RecordedObservation
from tracker.domain.vocabulary import LYMPH_NODE, Provenance, State
from tracker.pictures.words import say_date, say_modality


def sources_html(record: PatientRecord, exams: Iterable[Exam]) -> str:
    """One fold for each exam that has a report; empty where none has."""
    return "".join(_fold(record, exam) for exam in exams if exam.report_text)


def say_value(seen: RecordedObservation, *, node: bool) -> str:
    """The stored value in words, as the entry table echoes it."""
    text = write_cell(seen.observation, node=node, qualifier=seen.qualifier)
    others = frozenset([seen.observation.into or ""])
    echo = read_cell(text, node=node, labels=others, new=True).echo or text
    return f"○ {echo}" if seen.observation.state is State.ABSENT else echo


def quote_html(seen: RecordedObservation, exam: Exam) -> str:
    """The sentence a value was taken from, the value in bold."""
    sentence = seen.source_text or ""
    start, end = _in_sentence(seen, exam)
    return f"“{esc(sentence[:start])}<b>{esc(sentence[start:end])}</b>{esc(sentence[end:])}”"


def report_html(exam: Exam) -> str:
    """The whole report, folded, with each value that was taken marked by its lesion."""
    text = exam.report_text or ""
    parts, at = [], 0
    for seen in _taken(exam):
        start, end = seen.source_start, seen.source_end
        if start is None or end is None or start < at or end > len(text):
            continue
        parts.append(f"{esc(text[at:start])}<mark>{esc(text[start:end])}<sup>{esc(seen.label)}</sup></mark>")
        at = end
    parts.append(esc(text[at:]))
    return (
        '<details class="hp-report"><summary>The whole report</summary>'
        f'<div class="hp-report-text" tabindex="0" role="region" aria-label="Text of the report">{"".join(parts)}</div></details>'
    )


def _fold(record: PatientRecord, exam: Exam) -> str:
    taken = _taken(exam)
    scan = f"{say_modality(exam.modality)} of {say_date(exam.performed_on, year=True)}"
    said = (
        f"{len(taken)} of {len(exam.observations)} values were taken from it" if taken else "no value was taken from it"
    )
    rows = "".join(_rows(record, exam, taken))
    table = (
        '<table class="hp-table hp-sources"><caption class="hp-unseen">Values and the sentences they were taken from</caption>'
        f'<thead class="hp-unseen"><tr><th>Lesion</th><th>Value</th><th>Sentence</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    return (
        f'<details class="hp-liver"><summary><b>Report</b> {esc(scan)} <span class="hp-label">{esc(said)}</span></summary>'
        f"{table if rows else ''}{report_html(exam)}</details>"
    )


def _rows(record: PatientRecord, exam: Exam, taken: Sequence[RecordedObservation]) -> Iterator[str]:
    for seen in taken:
        value = say_value(seen, node=record.lesion(seen.label).organ == LYMPH_NODE)
        yield (
            f"<tr><th scope=row>{esc(seen.label)}</th><td class=hp-number>{esc(value)}</td>"
            f"<td>{quote_html(seen, exam)}</td></tr>"
        )


def _taken(exam: Exam) -> list[RecordedObservation]:
    """The values that came from the report, in the order in which it gives them."""
    taken = [seen for seen in exam.observations if seen.provenance is Provenance.REPORT and seen.source_text]
    return sorted(taken, key=lambda seen: (seen.source_start is None, seen.source_start or 0))


def _in_sentence(seen: RecordedObservation, exam: Exam) -> tuple[int, int]:
    """Where the value stands in its sentence, which is kept with single spaces; (0, 0) where that is not known any more."""
    sentence, text = seen.source_text or "", exam.report_text or ""
    if seen.source_start is None or seen.source_end is None:
        return 0, 0
    value = " ".join(text[seen.source_start : seen.source_end].split())
    before = " ".join(text[: seen.source_start].split())
    at = sentence.find(value) if value else -1
    while at >= 0:
        if before.endswith(sentence[:at].rstrip()):
            return at, at + len(value)
        at = sentence.find(value, at + 1)
    return 0, 0
