"""The column beside the charts of the cohort: responses, regimens, how to read them, small groups, scans."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards.components.page import badge_html, esc
from tracker.domain.opinions import responses_of
from tracker.pictures.cohort_courses import SMALL_GROUP
from tracker.pictures.cohort_survival import Event, Survival
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, say_response
from tracker.services.cohort import Cohort, wilson_interval
from tracker.services.cohort_regimens import Regimen, Regimens, ScanCounts

#: Regimens that the column has room for; the table view has them all.
_MOST_REGIMENS = 2
_STYLES = Path(__file__).resolve().parent / "assets" / "cohort" / "cohort.css"


def show_cohort_styles() -> None:
    """Put the styles of the page on it."""
    st.html(_STYLES)


def response_html(cohort: Cohort, left_out: str = "") -> str:
    """Best response with counts and shares, the share that responded, and what is not among them."""
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
    return (
        f'<section><h3>Best response</h3><p class="hp-label">{esc(face.with_source)}, computed</p>'
        '<table class="hp-table hp-best"><caption class="hp-unseen">Best response</caption><thead class="hp-unseen"><tr><th scope="col">response</th>'
        f'<th scope="col">courses</th><th scope="col">share</th></tr></thead><tbody>{rows}'
        f'<tr class="hp-all"><th scope="row"><b>All</b></th><td class="hp-number"><b>{judged}</b></td><td></td></tr></tbody></table>'
        f"{_rate(cohort)}{first}{f'<p class=hp-note>{esc(left_out)}</p>' if left_out else ''}</section>"
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
            f"<br>{of} courses of {of - cohort.counted_again} patients: each counts, so the interval is too narrow. "
            "Choose one course."
        )
    return (
        f'<p class="hp-note"><b>{complete} or {partial}: {cohort.responders} of {count_of(of, "course")} with targets, '
        f"{_share(cohort.responders, of)}</b><br>95 % interval {round(100 * low)} to {round(100 * high)} %{again}</p>"
    )


def regimens_html(regimens: Regimens) -> str:
    """The most frequent treatments in two lines each; nothing where there is one, which the table above tells."""
    if len(regimens.rows) < 2:
        return ""
    rows = "".join(_regimen(row, regimens) for row in regimens.rows[:_MOST_REGIMENS])
    left = len(regimens.rows) - _MOST_REGIMENS
    more = f'<p class="hp-label">and {left} more treatments in the table view</p>' if left > 0 else ""
    return f'<section><h3>By treatment</h3><ul class="hp-regimens">{rows}</ul>{more}</section>'


def _regimen(row: Regimen, regimens: Regimens) -> str:
    counts = " · ".join(
        f"{esc(say_response(response))} {number}"
        for response, number in zip(regimens.responses, row.counts, strict=True)
        if number
    )
    rate = "no targets"
    if (interval := row.interval) is not None:
        low, high = interval
        rate = f"<b>{_share(row.responders, row.could_respond)}</b> ({round(100 * low)} to {round(100 * high)})"
    return f"<li><span>{esc(row.treatment)}</span><span>{rate}</span><small>n {row.judged}: {counts}</small></li>"


def care_html(cohort: Cohort, survival: Survival) -> str:
    """How to read it; and that a group is small."""
    deaths = "; deaths without PD are not in these numbers" if survival.event is Event.PROGRESSION else ""
    small = survival.warning
    if 0 < cohort.judged < SMALL_GROUP:
        small = f"Only {count_of(cohort.judged, 'course')}: shares of so few say little."
    warned = f'<section><h3>Small groups</h3><p class="hp-small-group">{esc(small)}</p></section>' if small else ""
    return (
        '<section><h3>Read with care</h3><p class="hp-note">Local audit, not evidence. Patients were not drawn at random and '
        f"scans differ by site{deaths}. The best change hides when it happened: see the courses.</p>"
        f"</section>{warned}"
    )


def scans_html(scans: ScanCounts | None) -> str:
    """Where the scans of the group stand today."""
    if scans is None:
        return '<section><h3>Scans of this group</h3><p class="hp-note">The worklist is still being made; look again in a minute.</p></section>'
    cells = "".join(
        f"<div><dt>{name}</dt><dd>{number}</dd></div>"
        for name, number in (
            ("on time", scans.on_time),
            ("overdue", scans.overdue),
            ("report awaited", scans.report_awaited),
        )
    )
    return f'<section><h3>Scans of this group</h3><dl class="hp-scans">{cells}</dl></section>'


def side_html(
    cohort: Cohort, regimens: Regimens, survival: Survival, scans: ScanCounts | None, left_out: str = ""
) -> str:
    """The whole column above its buttons."""
    return (
        f'<div class="hp-cohort-side" tabindex="0" role="region" aria-label="Responses and scans of this group">'
        f"{response_html(cohort, left_out)}{care_html(cohort, survival)}{scans_html(scans)}{regimens_html(regimens)}</div>"
    )


def _share(number: int, of: int) -> str:
    return f"{round(100 * number / of)} %" if of else ""
