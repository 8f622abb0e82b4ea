"""What every page wears: tokens, patient banner, response badges, footer. The only place that writes HTML.

Everything of the record passes ``esc`` before it becomes HTML, and all HTML passes ``show_html``.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import streamlit as st

from dashboards.components.place import say_place
from tracker.domain.record import Course, PatientRecord
from tracker.domain.tumour import say_timing
from tracker.domain.vocabulary import Primary, Response
from tracker.domain.wording import PURPOSE, format_date
from tracker.pictures.banner import ChipLook, derive_banner, say_primary
from tracker.pictures.criteria import WITHOUT_TARGETS
from tracker.pictures.shapes import Tone
from tracker.pictures.words import say_modality, say_response

_ASSETS = Path(__file__).resolve().parent / "assets"

#: One shape a response: readable without colour and in print.
_SHAPES = {Tone.CR: "★", Tone.PR: "▼", Tone.SD: "■", Tone.PD: "▲", Tone.UPD: "▶", Tone.NE: "✕"}
#: Responses without a sum to compare have no response colour: a neutral tone and a dot.
_NEUTRAL = (*WITHOUT_TARGETS, Response.NED)

_TONES = {ChipLook.PLAIN: "", ChipLook.UNKNOWN: "unknown", ChipLook.ATTENTION: "attention"}
#: The name of the chip that says the treatment.
_TREATMENT = "On"


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


def patient_chips(record: PatientRecord, *, brief: bool = False) -> str:
    """Primary, biomarkers, ECOG, disease outside the liver, each with 'unknown' visible where it is.

    Course and treatment follow where nothing else on the page tells them; ``brief`` leaves them out.
    """
    patient = record.patient
    known = patient.primary is not Primary.UNKNOWN
    chips = [chip("Primary", say_primary(patient) if known else "unknown", tone="" if known else "unknown")]
    if (timing := say_timing(patient)) is not None:
        chips.append(chip(timing.partition(" (")[0]))
    facts = derive_banner(record, date.max).chips
    chips += [chip(one.name, one.value, tone=_TONES[one.look]) for one in facts if one.name != _TREATMENT]
    if brief:
        return "".join(chips)
    if (course := record.current_course) is not None:
        chips.append(chip(f"Course {course.number}", _baseline(record, course)))
    chips += [chip(one.name, one.value) for one in facts if one.name == _TREATMENT]
    return "".join(chips)


def banner_html(record: PatientRecord, *, side: str = "", change_link: bool = False, brief: bool = False) -> str:
    """Who it is on two lines, the chips, and ``side`` (plain text) at the right end."""
    patient = record.patient
    mark = synthetic_chip() if patient.synthetic else ""
    name = f"<span>{esc(patient.name)}</span>" if patient.name else ""
    change = '<a href="/" target="_self">wrong patient?</a>' if change_link else ""
    at_the_end = f'<span class="hp-side">{esc(side)}</span>' if side else ""
    return (
        f'<div class="hp-banner" role="region" aria-label="Patient {esc(patient.identifier)}">'
        f'<div class="hp-who"><span><strong>{esc(patient.identifier)}</strong>{name}{mark}{change}</span>'
        f"<small>{esc(_say_who(record))}</small></div>"
        f'<div class="hp-chips">{patient_chips(record, brief=brief)}</div>{at_the_end}</div>'
    )


def show_banner(record: PatientRecord, *, side: str = "", change_link: bool = False) -> None:
    """The patient, in view on every page about a patient. ``side`` is plain text for its right end."""
    say_place(record.patient.identifier)
    with st.container(key="banner"):
        show_html(banner_html(record, side=side, change_link=change_link))


def show_footer(left: str = "") -> None:
    """The last line of every page: a hint on the left, what this is (and is not) on the right."""
    show_html(f'<div class="hp-footer"><span>{esc(left)}</span><span>{PURPOSE}</span></div>')


def show_refusal(title: str, lines: Sequence[str] = ()) -> None:
    """What is wrong and what happened to the data, as plain text: nothing of it is read as Markdown or HTML."""
    items = "".join(f"<li>{esc(line)}</li>" for line in lines)
    show_html(
        f'<div class="hp-card hp-refusal" role="alert"><b>{esc(title)}</b>{f"<ul>{items}</ul>" if items else ""}</div>'
    )


def show_empty(what: str, gives: str) -> None:
    """An empty place says what is missing and what it would give."""
    show_html(f'<div class="hp-card"><h3>{esc(what)}</h3><div class="hp-note">{esc(gives)}</div></div>')


def _say_who(record: PatientRecord) -> str:
    """ "born 1961 · woman · last scan 9 Nov 2026, MRI"."""
    born, sex, *_ = derive_banner(record, date.max).facts
    if not record.exams:
        return f"{born} · {sex} · no scan yet"
    last = max(record.exams, key=lambda exam: (exam.performed_on, exam.ordinal))
    return f"{born} · {sex} · last scan {format_date(last.performed_on)}, {say_modality(last.modality)}"


def _baseline(record: PatientRecord, course: Course) -> str:
    """The date of a course's baseline, in words."""
    for time_point in course.plan.time_points[:1]:
        dates = [exam.performed_on for exam in record.exams if exam.id in time_point.exam_ids]
        if dates:
            return f"baseline {format_date(min(dates))}"
    return "no baseline yet"
