"""Who the record is about, and the primary: every field as it is stored, corrected together with one reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

import streamlit as st

from dashboards import runtime
from dashboards.components.form_fields import (
    ask_choice,
    ask_date,
    ask_page,
    ask_text,
    plain_label,
    read_day,
    read_whole,
)
from dashboards.components.page import esc, show_html, show_refusal
from dashboards.components.record_saving import KEPT, Card, show_title, store
from tracker.domain.drafts import PatientDraft
from tracker.domain.record import Patient, PatientRecord
from tracker.domain.tumour import SYNCHRONOUS_MONTHS, PrimaryTumour, RoughDate, say_timing
from tracker.domain.vocabulary import Primary, Sex
from tracker.errors import Problem
from tracker.services import patients

_ROUGH = "day, month or year"
#: Biomarkers that are asked for by primary: a line each, so that what is not known shows (clinical practice, no rule).
_EXPECTED: Mapping[Primary, tuple[str, ...]] = {
    Primary.COLORECTAL: ("RAS", "BRAF", "MMR", "HER2"),
    Primary.BREAST: ("ER", "PR", "HER2", "BRCA"),
    Primary.LUNG: ("EGFR", "ALK", "PD-L1"),
    Primary.STOMACH: ("HER2", "MMR", "PD-L1"),
    Primary.PANCREAS: ("BRCA", "MMR"),
    Primary.NEUROENDOCRINE: ("Ki-67",),
    Primary.GIST: ("KIT", "PDGFRA"),
    Primary.MELANOMA: ("BRAF",),
    Primary.OVARY: ("BRCA",),
}
Wrong = list[Problem]


def show_who(record: PatientRecord) -> None:
    """The card."""
    card = Card(record.patient.id, "who")
    show_title(card, "Who, and the primary")
    base: Patient = st.session_state.setdefault(f"{card.prefix}-base", record.patient)
    wrong: Wrong = []
    draft = _ask(card, base, wrong)
    has_moved = _facts(base) != _facts(record.patient)
    if has_moved and not wrong and draft == draft_of(base):
        # Nothing is typed here: show what the record says now.
        card.begin_anew()
        st.rerun()
    reason = ask_text(card.prefix, "Reason of the correction", placeholder="such as: result of 12 Nov came in")
    message = st.container()
    if has_moved:
        with message:
            show_refusal("The record was changed since you began here.", _differences(base, record.patient))
    label = "Store mine over it" if has_moved else "Save who and primary"
    # A button of its own for each change that was shown: who pressed "Save" before the page told of it has not seen it.
    name = f"over-v{record.patient.version}" if has_moved else "save"
    if st.button(label, type="primary", key=f"{card.key}-{name}"):
        if wrong:
            with message:
                show_refusal(KEPT, [str(problem) for problem in wrong])
            return
        store(card, message, lambda: _correct(record, draft, reason))


def draft_of(patient: Patient) -> PatientDraft:
    """A correction that changes nothing."""
    names = {field.name for field in fields(PatientDraft)}
    return PatientDraft(**{name: getattr(patient, name) for name in names})


def _correct(record: PatientRecord, draft: PatientDraft, reason: str) -> list[str]:
    patient = record.patient
    saved = patients.correct_patient(
        runtime.database(), runtime.actor(), patient.id, draft, expected_version=patient.version, reason=reason
    )
    if saved.already_stored:
        return ["The record says exactly this already: nothing had to change."]
    return ["Stored with its reason.", *_differences(patient, runtime.load_record(patient.id).patient)]


# --- the fields


def _ask(card: Card, base: Patient, wrong: Wrong) -> PatientDraft:
    """All fields, each starting from what is stored."""
    draft = _ask_person(card, base, wrong)
    draft = _ask_primary(card, base, draft, wrong)
    draft = _ask_fitness(card, base, draft, wrong)
    biomarkers, reported = _ask_biomarkers(card, base, draft.primary, wrong)
    return replace(_ask_vital(card, base, draft), biomarkers=biomarkers, biomarkers_on=reported)


def _ask_person(card: Card, base: Patient, wrong: Wrong) -> PatientDraft:
    name, birth, sex = st.columns([2, 1, 1])
    with name:
        called = ask_text(card.prefix, "Name (optional)", start=base.name or "")
    with birth:
        born = ask_text(card.prefix, "Birth year", start=str(base.birth_year or ""))
    with sex:
        registered = ask_choice(card.prefix, "Sex", Sex.words(), start=str(base.sex))
    return replace(
        draft_of(base), name=called or None, birth_year=read_whole(born, "birth year", wrong), sex=Sex(registered)
    )


def _ask_primary(card: Card, base: Patient, draft: PatientDraft, wrong: Wrong) -> PatientDraft:
    tumour = base.tumour
    first, second, third = st.columns([1, 1, 1]), st.columns([1, 1, 1]), st.columns([1, 1, 1])
    with first[0]:
        primary = ask_choice(card.prefix, "Primary", Primary.words(), start=str(base.primary))
    with first[1]:
        detail = ask_text(
            card.prefix, "Primary, in detail", start=base.primary_detail or "", placeholder="such as sigmoid colon"
        )
    with first[2]:
        histology = ask_text(card.prefix, "Histology", start=tumour.histology or "", placeholder="such as mucinous")
    with second[0]:
        t_stage = ask_text(card.prefix, "T stage", start=tumour.t_stage or "", placeholder="such as pT3")
    with second[1]:
        n_stage = ask_text(card.prefix, "N stage", start=tumour.n_stage or "", placeholder="such as pN1b")
    with second[2]:
        stored = {None: "", True: "yes", False: "no"}[tumour.in_place]
        in_place = ask_choice(card.prefix, "Primary in place", ("yes", "no", ""), start=stored)
    with third[0]:
        diagnosed = _ask_rough(card, "Primary diagnosed", tumour.diagnosed_on, wrong)
    with third[1]:
        resected = _ask_rough(card, "Primary resected", tumour.resected_on, wrong)
    with third[2]:
        metastases = _ask_rough(card, "Liver metastases found", base.metastases_on, wrong)
    asked = replace(
        draft, primary=Primary(primary), primary_detail=detail or None, metastases_on=metastases,
        tumour=PrimaryTumour(
            histology or None, t_stage or None, n_stage or None, {"yes": True, "no": False}.get(in_place), diagnosed, resected
        ),
    )  # fmt: skip
    show_html(f'<p class="hp-note" role="status">{esc(say_timing_of(base, asked))}</p>')
    return asked


def say_timing_of(base: Patient, draft: PatientDraft) -> str:
    """The timing that the dates give, with its definition, or what is missing for it."""
    said = say_timing(replace(base, tumour=draft.tumour, metastases_on=draft.metastases_on))
    defined = f"Synchronous: found within {SYNCHRONOUS_MONTHS} months of the primary."
    if said is None:
        return f"Timing: not known from these dates (written as 2024-03-05, 2024-03 or 2024). {defined}"
    return f"Timing: {said}." if said.startswith("synchronous") else f"Timing: {said}. {defined}"


def _ask_fitness(card: Card, base: Patient, draft: PatientDraft, wrong: Wrong) -> PatientDraft:
    ecog, told, asa, more = st.columns([0.7, 1, 0.7, 1.6])
    with ecog:
        status = _ask_grade(card, "ECOG", base.ecog, range(5))
    with told:
        on = ask_date(card.prefix, "ECOG on", runtime.today(), start=base.ecog_on)
    with asa:
        grade = _ask_grade(card, "ASA", base.asa, range(1, 6))
    with more:
        comorbidity = ask_page(card.prefix, "Comorbidity", start=base.comorbidity or "")
    if on is not None and status is None:
        wrong.append(Problem("ECOG", "has a date but no value"))
    return replace(draft, ecog=status, ecog_on=on, asa=grade, comorbidity=comorbidity or None)


def _ask_biomarkers(
    card: Card, base: Patient, primary: Primary, wrong: Wrong
) -> tuple[dict[str, str], dict[str, date]]:
    """A line a biomarker: those stored, those asked for with this primary, and one to name."""
    show_html(
        '<div class="hp-label">Biomarkers: a result, “unknown” or “pending”; an empty line is not recorded.</div>'
    )
    values, dates = {}, {}
    # Those of the stored primary stay when another is chosen: what is typed in them must not go away.
    asked = [name for one in (base.primary, primary) for name in _EXPECTED.get(one, ())]
    for marker in (*dict.fromkeys([*asked, *base.biomarkers]), None):
        name, value, on = st.columns([1, 1.6, 1], vertical_alignment="center", wrap=False)
        place = plain_label(marker or "Other biomarker")
        # The name of a biomarker may be any words, those of the line that has none yet too.
        prefix = f"{card.prefix}-{'new' if marker is None else 'of'}"
        with name:
            typed = "" if marker else ask_text(prefix, "Other biomarker, name", placeholder="another", row=True)
            if marker is not None:
                show_html(f'<span class="hp-record-name">{esc(marker)}</span>')
        with value:
            start = base.biomarkers.get(marker or "", "")
            said = ask_text(prefix, f"{place}, result", start=start, placeholder="not recorded", row=True)
        with on:
            day = _ask_day(prefix, f"{place}, reported on", base.biomarkers_on.get(marker or ""), wrong)
        key = marker or typed
        if said and not key:
            wrong.append(Problem("biomarkers", f"'{said}' has no name"))
        elif day is not None and not said:
            wrong.append(Problem(f"biomarker {key}", "has a date but no result"))
        elif said:
            values[key] = said
            if day is not None:
                dates[key] = day
    return values, dates


def _ask_vital(card: Card, base: Patient, draft: PatientDraft) -> PatientDraft:
    died, alive = st.columns(2)
    with died:
        died_on = ask_date(card.prefix, "Died on", runtime.today(), start=base.died_on)
    with alive:
        last = ask_date(card.prefix, "Last known alive", runtime.today(), start=base.last_alive_on)
    return replace(draft, died_on=died_on, last_alive_on=last)


def _ask_grade(card: Card, label: str, stored: int | None, grades: range) -> int | None:
    chosen: int | None = st.selectbox(
        label, [None, *grades], index=0 if stored is None else [*grades].index(stored) + 1,
        format_func=lambda grade: "–" if grade is None else str(grade), key=f"{card.prefix}-{label}", persist_state="session",
    )  # fmt: skip
    return chosen


def _ask_rough(card: Card, label: str, stored: RoughDate | None, wrong: Wrong) -> RoughDate | None:
    """A date as exactly as it is known."""
    text = ask_text(card.prefix, label, start=str(stored or ""), placeholder=_ROUGH)
    if not text:
        return None
    try:
        return RoughDate.parse(text)
    except ValueError as refusal:
        wrong.append(Problem(label.lower(), str(refusal)))
        return stored


def _ask_day(prefix: str, label: str, stored: date | None, wrong: Wrong) -> date | None:
    text = ask_text(prefix, label, start=stored.isoformat() if stored else "", placeholder="reported on", row=True)
    return read_day(text, label, wrong)


# --- what changed


_NAMES = {
    "name": "name", "birth_year": "birth year", "sex": "sex", "primary": "primary", "primary_detail": "primary, in detail",
    "metastases_on": "metastases found", "ecog": "ECOG", "ecog_on": "ECOG on", "asa": "ASA", "comorbidity": "comorbidity",
    "died_on": "died on", "last_alive_on": "last known alive",
}  # fmt: skip
_TUMOUR = {
    "histology": "histology", "t_stage": "T stage", "n_stage": "N stage", "in_place": "primary in place",
    "diagnosed_on": "primary diagnosed", "resected_on": "primary resected",
}  # fmt: skip


def _facts(patient: Patient) -> dict[str, object]:
    """What the card shows of a patient, by its words."""
    said: dict[str, object] = {words: getattr(patient, name) for name, words in _NAMES.items()}
    said |= {words: getattr(patient.tumour, name) for name, words in _TUMOUR.items()}
    said |= dict(patient.biomarkers)
    said |= {f"{marker} reported on": day for marker, day in patient.biomarkers_on.items()}
    return said


def _differences(before: Patient, after: Patient) -> list[str]:
    """A sentence for each fact that differs."""
    was, now = _facts(before), _facts(after)
    return [
        f"{name}: {_say(was.get(name))} → {_say(now.get(name))}."
        for name in was | now
        if was.get(name) != now.get(name)
    ]


def _say(value: object) -> str:
    if value is None or value == "":
        return "not recorded"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
