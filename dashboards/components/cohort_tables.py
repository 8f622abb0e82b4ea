"""The head of the cohort page, and its table of one row a course."""

from __future__ import annotations

from dashboards.components.page import badge_html, esc, synthetic_chip
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, say_date, say_mm, say_signed
from tracker.services.cohort import Cohort
from tracker.services.cohort_rows import CohortRow

#: More rows than this and a page does not scroll; the file has them all.
MOST_LISTED = 500

_HEADS = (
    "Patient",
    "Primary",
    "Course",
    "Treatment",
    "From",
    "Scans",
    "Baseline sum",
    "Best change",
    "Best response",
    "Progression",
)
#: A treatment needs the room of several columns; "non-CR/non-PD" that of one and a half.
_WIDE = {
    "Treatment": ' style="width:22%"',
    "Best response": ' style="width:14%"',
    "Course": ' style="width:6%"',
    "Scans": ' style="width:6%"',
}


def cohort_head_html(cohort: Cohort) -> str:
    mark = synthetic_chip() if cohort.synthetic else ""
    said = f"{count_of(cohort.patients, 'patient')}, {count_of(len(cohort.rows), 'course')}, {count_of(cohort.scans, 'scan')} · local audit, not evidence"
    return f'<div class="hp-cohort-head"><h1>Cohort</h1>{mark}<p>{esc(said)}</p></div>'


def patient_table_html(cohort: Cohort) -> str:
    """One row a course; the identifier opens the patient."""
    by = face_of(cohort.criterion).title
    named = {"Best response": f"Best response, {by}"}
    heads = "".join(f'<th scope="col"{_WIDE.get(name, "")}>{esc(named.get(name, name))}</th>' for name in _HEADS)
    body = "".join(_row(row) for row in cohort.rows[:MOST_LISTED])
    more = (
        f'<p class="hp-note">The first {MOST_LISTED} of {count_of(len(cohort.rows), "course")} are listed: choose a primary, '
        "a treatment or a course for fewer. The file holds them all.</p>"
        if len(cohort.rows) > MOST_LISTED
        else ""
    )
    return (
        f'<div class="hp-work" style="margin-top:8px"><table><caption class="hp-unseen">Courses of this choice, judged by {esc(by)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{more}"
    )


def _row(row: CohortRow) -> str:
    size = "no sum" if row.baseline_um is None else f"{say_mm(row.baseline_um)} mm"
    change = "" if row.best_change is None else f"{say_signed(row.best_change)} %"
    response = (
        badge_html(row.best_response)
        if row.best_response is not None
        else '<span class="hp-label">baseline only</span>'
    )
    progression = "" if row.progression is None else say_date(row.progression, year=True)
    return (
        f'<tr data-find="{esc(row.identifier.lower())}"><td><button type="button" class="hp-link" data-pick="{row.patient_id}" '
        f'aria-label="Open {esc(row.identifier)}">{esc(row.identifier)}</button></td><td>{esc(row.primary)}</td><td>{row.course}</td>'
        f"<td>{esc(row.treatment)}</td><td>{say_date(row.start, year=True)}</td><td>{row.scans}</td><td>{esc(size)}</td>"
        f"<td>{esc(change)}</td><td>{response}</td><td>{esc(progression)}</td></tr>"
    )
