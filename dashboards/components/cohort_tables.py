"""The tables of the cohort page: how many of each response, and one row a course."""

from __future__ import annotations

from dashboards.components.page import badge_html, esc, synthetic_chip
from tracker.domain.opinions import responses_of
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, say_date, say_mm, say_response, say_signed
from tracker.services.cohort import Cohort, wilson_interval
from tracker.services.cohort_rows import CohortRow

#: Fewer than this and a percentage says little.
SMALL_GROUP = 20
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


def response_table_html(cohort: Cohort) -> str:
    """Best response with counts and shares, and how to read them."""
    judged, face = cohort.judged, face_of(cohort.criterion)
    rows = "".join(
        f'<tr><th scope="row">{badge_html(response)}</th><td class="hp-number"><b>{number}</b></td>'
        f'<td class="hp-number">{_share(number, judged)}</td></tr>'
        for response, number in cohort.responses
    )
    waiting = len(cohort.rows) - judged
    first = (
        f'<p class="hp-note">{count_of(waiting, "course")} with a baseline only {"is" if waiting == 1 else "are"} not counted.</p>'
        if waiting
        else ""
    )
    small = ""
    if judged < SMALL_GROUP:
        small = f'<p class="hp-chip hp-chip-attention" style="white-space:normal">Only {count_of(judged, "course")}: shares of so few say little.</p>'
    return (
        '<div class="hp-card"><h3>Best response</h3><p class="hp-label">'
        f"by {esc(face.with_source)}, computed; one row a course</p>"
        f'<table class="hp-table"><caption class="hp-unseen">Best response</caption><thead class="hp-unseen"><tr><th>response</th><th>courses</th><th>share</th></tr></thead>'
        f'<tbody>{rows}<tr><th scope="row"><b>All</b></th><td class="hp-number"><b>{judged}</b></td><td></td></tr></tbody></table>'
        f"{_rate(cohort)}{first}{small}<h3 style='margin-top:12px'>Read with care</h3><p class='hp-note'>Local audit, not evidence. Patients were not "
        "drawn at random and scans differ by site. The best change hides when it happened: read it with the course of the patient.</p></div>"
    )


def _rate(cohort: Cohort) -> str:
    """Share of CR or PR, by whatever name the criterion has for them, with its interval."""
    of = cohort.could_respond
    complete, partial = (say_response(one) for one in responses_of(cohort.criterion)[:2])
    if not of:
        return '<p class="hp-note">No course with targets: no rate of response.</p>'
    low, high = wilson_interval(cohort.responders, of)
    again = ""
    if cohort.counted_again:
        again = (
            f"<br>{of} courses of {of - cohort.counted_again} patients: a patient with several courses counts once for "
            "each, so the interval is too narrow. Choose one course for one row a patient."
        )
    return (
        f'<p class="hp-note"><b>{complete} or {partial}: {cohort.responders} of {count_of(of, "course")} with targets, '
        f"{_share(cohort.responders, of)}</b><br>95 % interval {round(100 * low)} to {round(100 * high)} %{again}</p>"
    )


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


def _share(number: int, of: int) -> str:
    return f"{round(100 * number / of)} %" if of else ""
