"""What every page wears: tokens, patient banner, response badges, footer. The only place that writes HTML.

Everything of the record passes ``esc`` before it becomes HTML, and all HTML passes ``show_html``.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from tracker.domain.record import Course, Patient, PatientRecord
from tracker.domain.vocabulary import Primary, Response, Sex
from tracker.domain.wording import format_date
from tracker.pictures.criteria import WITHOUT_TARGETS
from tracker.pictures.shapes import Tone
from tracker.pictures.words import say_modality, say_response

_ASSETS = Path(__file__).resolve().parent / "assets"
FOOTER = "For record keeping, education, audit and research. Not a medical device."

#: One shape a response: readable without colour and in print.
_SHAPES = {Tone.CR: "★", Tone.PR: "▼", Tone.SD: "■", Tone.PD: "▲", Tone.UPD: "▶", Tone.NE: "✕"}
#: Responses without a sum to compare have no response colour: a neutral tone and a dot.
_NEUTRAL = (*WITHOUT_TARGETS, Response.NED)

_UNKNOWN = "unknown"


def esc(text: object) -> str:
    """Text made safe to stand inside HTML, quotes included."""
    return html.escape(str(text), quote=True)


def show_html(markup: str) -> None:
    """Put HTML on the page. Whatever comes from the record or from a person is already escaped in it."""
    st.html(markup)


def show_styles() -> None:
    """The tokens of light and dark as custom properties, and the shared classes."""
    st.html(_ASSETS / "page.css")


def chip(name: str, value: str | None = None, *, tone: str = "") -> str:
    """A chip: the name in grey, the value in ink. ``tone`` is '', 'unknown' or 'attention'."""
    extra = f" hp-chip-{tone}" if tone else ""
    shown = f"{esc(name)} <b>{esc(value)}</b>" if value is not None else f"<b>{esc(name)}</b>"
    return f'<span class="hp-chip{extra}">{shown}</span>'


def synthetic_chip() -> str:
    return '<span class="hp-synthetic">SYNTHETIC</span>'


def shape_of(response: Response) -> tuple[str, str]:
    """The tone (a class of the style sheet) and the shape of a response."""
    if response in _NEUTRAL:
        return "neutral", "●"
    tone = Tone.of(response)
    return str(tone), _SHAPES[tone]


def badge_html(response: Response | None, kind: str = "computed", *, alone: bool = False) -> str:
    """A response as shape and letters. ``kind`` is 'computed' (outlined), 'confirmed' (filled) or 'reported' (quoted).

    ``alone`` adds the word of the kind where nothing beside the badge says it. None is the baseline: a plain chip.
    """
    if response is None:
        return '<span class="hp-chip"><b>baseline</b></span>'
    if kind == "reported":
        return f"“{esc(response)}”"
    like, shape = shape_of(response)
    word = f"<small>{esc(kind)}</small>" if alone else ""
    confirmed = " hp-badge-confirmed" if kind == "confirmed" else ""
    return (
        f'<span class="hp-badge hp-{like}{confirmed}" title="{esc(response.meaning)} {esc(kind).capitalize()}.">'
        f'<i aria-hidden="true">{shape}</i>{esc(say_response(response))}{word}</span>'
    )


def patient_chips(record: PatientRecord) -> str:
    """Birth year, sex, primary, biomarkers, ECOG, last scan, course and treatment, each with 'unknown' visible where it is."""
    patient = record.patient
    chips = [
        chip("born", str(patient.birth_year)) if patient.birth_year else chip("birth year unknown", tone="unknown"),
        chip(_sex(patient), tone="unknown" if patient.sex is Sex.UNKNOWN else ""),
        chip("Primary", _primary(patient))
        if patient.primary is not Primary.UNKNOWN
        else chip("Primary", "unknown", tone="unknown"),
    ]
    chips += [
        chip(name, value, tone="unknown" if value == _UNKNOWN else "") for name, value in patient.biomarkers.items()
    ]
    if patient.ecog is not None:
        chips.append(chip("ECOG", str(patient.ecog)))
    if record.exams:
        last = max(record.exams, key=lambda exam: (exam.performed_on, exam.ordinal))
        chips.append(chip("Last scan", f"{format_date(last.performed_on)}, {say_modality(last.modality)}"))
    else:
        chips.append(chip("no scan yet", tone="unknown"))
    if (course := record.current_course) is not None:
        chips.append(chip(f"Course {course.number}", _baseline(record, course)))
    current = [one for one in record.treatments if one.stop is None and not one.planned and not one.kind.is_local]
    if current:
        latest = max(current, key=lambda one: one.start)
        cycle = f", cycle {latest.cycles}" if latest.cycles else ""
        chips.append(chip("On", f"{latest.name}{cycle}"))
    return "".join(chips)


def show_banner(record: PatientRecord, *, side: str = "", change_link: bool = False) -> None:
    """The patient, in view on every page about a patient. ``side`` is plain text for its right end."""
    patient = record.patient
    mark = synthetic_chip() if patient.synthetic else ""
    name = f"<span>{esc(patient.name)}</span>" if patient.name else ""
    change = '<a href="/" target="_self">wrong patient?</a>' if change_link else ""
    with st.container(key="banner"):
        show_html(
            f'<div class="hp-banner" role="region" aria-label="Patient {esc(patient.identifier)}">'
            f'<span class="hp-who"><strong>{esc(patient.identifier)}</strong>{name}{mark}{change}</span>'
            f"{patient_chips(record)}"
            f'<span class="hp-side">{esc(side)}</span></div>'
        )


def show_footer(left: str = "") -> None:
    """The last line of every page: a hint on the left, what this is (and is not) on the right."""
    show_html(f'<div class="hp-footer"><span>{esc(left)}</span><span>{FOOTER}</span></div>')


def show_refusal(title: str, lines: Sequence[str] = ()) -> None:
    """What is wrong and what happened to the data, as plain text: nothing of it is read as Markdown or HTML."""
    items = "".join(f"<li>{esc(line)}</li>" for line in lines)
    show_html(
        f'<div class="hp-card hp-refusal" role="alert"><b>{esc(title)}</b>{f"<ul>{items}</ul>" if items else ""}</div>'
    )


def show_empty(what: str, gives: str) -> None:
    """An empty place says what is missing and what it would give."""
    show_html(f'<div class="hp-card"><h3>{esc(what)}</h3><div class="hp-note">{esc(gives)}</div></div>')


def _primary(patient: Patient) -> str:
    """The site's word first, then the detail: "colorectal: sigmoid colon, pT3 N1b"."""
    site, detail = str(patient.primary), patient.primary_detail or ""
    return f"{site}: {detail}" if detail and not detail.lower().startswith(site.lower()) else detail or site


def _sex(patient: Patient) -> str:
    return {Sex.FEMALE: "woman", Sex.MALE: "man", Sex.OTHER: "other sex", Sex.UNKNOWN: "sex unknown"}[patient.sex]


def _baseline(record: PatientRecord, course: Course) -> str:
    """The date of a course's baseline, in words."""
    for time_point in course.plan.time_points[:1]:
        dates = [exam.performed_on for exam in record.exams if exam.id in time_point.exam_ids]
        if dates:
            return f"baseline {format_date(min(dates))}"
    return "no baseline yet"
