"""The fields of a patient and of a baseline: lesions with organ, segment and size, and a role for each.

Targets are proposed as RECIST 1.1 says, with the reason per lesion; the user chooses. Limits are findings, not refusals.
Everything typed stays in the session until it is saved, also when another page is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from dashboards.components.entry_table import ORGANS, PHASES
from dashboards.components.form_fields import ask_choice, ask_date, ask_text, field_key
from dashboards.components.page import esc, show_html, show_refusal
from tracker.domain.cells import CellReading, read_cell
from tracker.domain.drafts import CourseDraft, ExamDraft, LesionDraft, PatientDraft
from tracker.domain.lengths import Length
from tracker.domain.record import RecordedLesion, RecordedObservation
from tracker.domain.targets import Candidate, Proposed, check_targets, propose_targets
from tracker.domain.vocabulary import (
    LIVER,
    LYMPH_NODE,
    LesionRole,
    Modality,
    Primary,
    Sex,
    State,
)
from tracker.errors import InputError, Problem
from tracker.exchange.codes import read_segments
from tracker.services.inbox import InboxItem

_PROPOSED = "proposed"
_NO_ROLE = "none"
_WIDTHS = [0.4, 1.2, 0.9, 1.2, 2.2, 1.5, 3.2]
_HEADS = ("Lesion", "Organ", "Segment", "Size, mm", "Understood", "Role", "Why it is proposed")
_BIOMARKERS = ("RAS", "BRAF", "MMR", "HER2")


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One lesion of the baseline as it was typed and read."""

    label: str
    organ: str
    segments: str
    reading: CellReading

    @property
    def is_node(self) -> bool:
        return self.organ == LYMPH_NODE

    @property
    def candidate(self) -> Candidate | None:
        """The lesion as the proposal sees it; None before something of it is read."""
        seen = self.reading.observation
        if seen is None:
            return None
        return Candidate(self.label, self.organ, seen.longest, seen.short, seen.state)


def ask_patient(prefix: str, sent: InboxItem | None = None) -> PatientDraft:
    """The fields of a patient; ``sent`` is a report that waits for whoever is registered, under the identifier it names."""
    st.subheader("Patient")
    first = st.columns(6)
    with first[0]:
        start = (sent.identifier or "") if sent is not None else ""
        identifier = ask_text(prefix, "Identifier", start=start, placeholder="the site's own number")
    with first[1]:
        name = ask_text(prefix, "Name (optional)")
    with first[2]:
        birth_year = ask_text(prefix, "Birth year")
    with first[3]:
        sex = ask_choice(prefix, "Sex", Sex.words(), start=str(Sex.UNKNOWN))
    with first[4]:
        primary = ask_choice(prefix, "Primary", Primary.words(), start=str(Primary.UNKNOWN))
    with first[5]:
        detail = ask_text(prefix, "Primary, in detail")
    second = st.columns(6)
    biomarkers = {}
    for column, marker in zip(second[:4], _BIOMARKERS, strict=True):
        with column:
            if value := ask_text(prefix, marker, placeholder="unknown"):
                biomarkers[marker] = value
    with second[4]:
        ecog = ask_choice(prefix, "ECOG", ("0", "1", "2", "3", "4"))
    return PatientDraft(
        identifier=identifier,
        authority=sent.authority if sent is not None and identifier == sent.identifier else None,
        name=name or None,
        birth_year=_year(birth_year),
        sex=Sex(sex),
        primary=Primary(primary),
        primary_detail=detail or None,
        biomarkers=biomarkers,
        ecog=int(ecog) if ecog else None,
    )


def ask_header(prefix: str, today: date, sent: InboxItem | None = None) -> dict[str, Any]:
    """The fields of the baseline exam itself; those that a report's envelope names are filled in."""
    columns = st.columns(6)
    said = (
        [day if day is not None and day <= today else None for day in (sent.performed_on, sent.reported_on)]
        if sent
        else [None, None]
    )
    with columns[0]:
        performed_on = ask_date(prefix, "Performed", today, start=said[0])
    with columns[1]:
        made_by = sent.modality if sent is not None and sent.modality is not None else Modality.CT
        modality = ask_choice(prefix, "Modality", Modality.words(), start=str(made_by))
    with columns[2]:
        phase = ask_choice(prefix, "Phase measured", PHASES)
    with columns[3]:
        slices = ask_text(prefix, "Slice, mm")
    with columns[4]:
        reported_on = ask_date(prefix, "Reported", today, start=said[1])
    return {
        "performed_on": performed_on,
        "modality": Modality(modality) if modality else None,
        "phase": phase or None,
        "slice": slices,
        "reported_on": reported_on,
    }


def with_report(course: CourseDraft, sent: InboxItem) -> CourseDraft:
    """The course whose baseline is the examination that the report is of: with its text, accession number and status."""
    assert course.baseline is not None
    authority = sent.accession_authority if sent.accession is not None else None
    baseline = replace(
        course.baseline, authority=authority, accession=sent.accession, status=sent.status, report_text=sent.report_text
    )
    return replace(course, baseline=baseline)


def ask_lesions(
    prefix: str, known: Sequence[RecordedLesion], count: int, slice_thickness: Length | None
) -> tuple[list[BaselineRow], dict[str, LesionRole]]:
    """One line a lesion: label, organ, segment, size or state, what was understood, role. Known lesions come first.

    Returns what was typed and the roles. The role of a line is proposed from all lines, with its reason.
    """
    numbers = [int(lesion.label[1:]) for lesion in known if lesion.label[1:].isdigit()]
    first_free = max(numbers, default=0) + 1
    labels = [lesion.label for lesion in known] + [f"L{first_free + index}" for index in range(count)]
    for column, words in zip(st.columns(_WIDTHS), _HEADS, strict=True):
        with column:
            show_html(f'<span class="hp-label">{words}</span>')
    rows, places = [], {}
    for index, label in enumerate(labels):
        columns = st.columns(_WIDTHS, vertical_alignment="center")
        rows.append(_ask_lesion(prefix, label, columns, known[index] if index < len(known) else None, labels))
        places[label] = columns[5:]
    candidates = [row.candidate for row in rows if row.candidate is not None]
    return rows, ask_roles(prefix, candidates, slice_thickness, places)


def _ask_lesion(
    prefix: str, label: str, columns: Sequence[Any], stored: RecordedLesion | None, labels: Sequence[str]
) -> BaselineRow:
    with columns[0]:
        show_html(f"<b>{esc(label)}</b>")
    with columns[1]:
        start = stored.organ if stored else LIVER
        organ = ask_choice(prefix, f"{label} organ", ORGANS, start=start, fixed=stored is not None, row=True)
    with columns[2]:
        place = "/".join(map(str, stored.segments)) if stored else ""
        segments = ask_text(prefix, f"{label} segment", start=place, fixed=stored is not None, row=True)
    with columns[3]:
        hint = "short axis, or 23 x 18" if organ == LYMPH_NODE else None
        text = ask_text(prefix, f"{label} size", placeholder=hint, row=True)
    others = frozenset(other for other in labels if other != label)
    reading = read_cell(text, node=organ == LYMPH_NODE, labels=others)
    with columns[4]:
        show_html(f"<span>{_echo(reading)}</span>")
    return BaselineRow(label, organ, segments, reading)


def ask_roles(
    prefix: str,
    candidates: Sequence[Candidate],
    slice_thickness: Length | None,
    places: Mapping[str, Sequence[Any]] | None = None,
) -> dict[str, LesionRole]:
    """A role for each lesion: the proposal with its reason, or another choice; what departs from RECIST 1.1 is said.

    ``places`` are the two columns of each lesion; without them each gets a line of its own.
    """
    roles: dict[str, LesionRole] = {}
    for proposed in propose_targets(candidates, slice_thickness):
        if places is None:
            name, choose, why = st.columns([0.5, 1.6, 5], vertical_alignment="center")
            with name:
                show_html(f"<b>{esc(proposed.label)}</b>")
        else:
            choose, why = places[proposed.label]
        with choose:
            role = _chosen_role(prefix, proposed)
        if role is not None:
            roles[proposed.label] = role
        with why:
            show_html(f'<span class="hp-note">{esc(proposed.reason)}</span>')
    for finding in check_targets(candidates, roles, slice_thickness):
        show_refusal(f"{finding}. It is stored as you choose.")
    return roles


def read_baseline(header: Mapping[str, Any], rows: Sequence[BaselineRow], known: Sequence[RecordedLesion]) -> ExamDraft:
    """The baseline exam as a draft. InputError names everything that is wrong or asked."""
    problems = [
        Problem(one, "is missing")
        for one, key in (("performed", "performed_on"), ("modality", "modality"))
        if not header[key]
    ]
    thickness = read_slice(header["slice"], problems)
    labels = {lesion.label for lesion in known}
    observations, lesions = [], []
    for row in rows:
        if row.reading.problem or row.reading.question:
            problems.append(Problem(row.label, row.reading.problem or f"{row.reading.question} Type the unit."))
        if row.reading.observation is None:
            if not row.reading.problem and not row.reading.question and row.segments and row.label not in labels:
                problems.append(Problem(row.label, "has a segment but no size and no state: type one, or clear it"))
            continue
        observations.append(RecordedObservation(row.label, row.reading.observation, qualifier=row.reading.qualifier))
        if row.label not in labels:
            lesions.append(LesionDraft(row.label, row.organ, _read_segments(row, problems)))
    if not observations and not problems:
        problems.append(Problem("lesions", "a baseline needs at least one lesion: type its organ, segment and size"))
    if problems:
        raise InputError(problems)
    return ExamDraft(
        performed_on=header["performed_on"],
        modality=header["modality"],
        phase=header["phase"],
        slice_thickness=thickness,
        reported_on=header["reported_on"],
        observations=tuple(observations),
        lesions=tuple(lesions),
    )


def read_slice(text: str, problems: list[Problem]) -> Length | None:
    """The slice thickness; what is wrong goes to ``problems``."""
    if not text.strip():
        return None
    try:
        return Length.from_mm(text.strip().replace(",", ".").removesuffix("mm").strip())
    except ValueError as wrong:
        problems.append(Problem("slice", str(wrong)))
        return None


def _read_segments(row: BaselineRow, problems: list[Problem]) -> tuple[Any, ...]:
    if row.organ != LIVER or not row.segments.strip():
        return ()
    try:
        return read_segments(row.segments)
    except ValueError as wrong:
        problems.append(Problem(row.label, str(wrong)))
        return ()


def _chosen_role(prefix: str, proposed: Proposed) -> LesionRole | None:
    words = {
        _PROPOSED: f"proposed: {proposed.role or 'no role'}",
        str(LesionRole.TARGET): "target",
        str(LesionRole.NON_TARGET): "non-target",
        _NO_ROLE: "no role",
    }
    chosen = st.selectbox(
        f"{proposed.label} role", list(words), format_func=lambda key: words[key], label_visibility="collapsed",
        key=field_key(prefix, f"role {proposed.label}"), persist_state="session",
    )  # fmt: skip
    if chosen == _PROPOSED:
        return proposed.role
    return None if chosen == _NO_ROLE else LesionRole(chosen)


def _echo(reading: CellReading) -> str:
    """What was understood of a size, for the place beside it."""
    if reading.problem:
        return f'<span class="hp-attention">{esc(reading.problem)}</span>'
    if reading.question:
        return f'<span class="hp-attention">{esc(reading.question)} Type the unit.</span>'
    seen = reading.observation
    mark = "○ " if seen is not None and seen.state is State.ABSENT else ""
    return f"{mark}<b>{esc(reading.echo)}</b>"


def _year(text: str) -> int | None:
    """A birth year; anything else is given on as 0, which the service refuses by name."""
    text = text.strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
