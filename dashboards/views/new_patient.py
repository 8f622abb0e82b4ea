"""New patient: register, start a course with its treatment, enter the baseline; or start a new course for a known patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboards import runtime
from dashboards.components.baseline_form import (
    ask_header,
    ask_lesions,
    ask_patient,
    ask_roles,
    read_baseline,
    read_slice,
    with_report,
)
from dashboards.components.course_form import CourseFields, ask_course
from dashboards.components.navigation import open_page
from dashboards.components.page import esc, show_banner, show_footer, show_html, show_refusal, synthetic_chip
from dashboards.components.report_patient import for_report_html, waiting_report
from dashboards.state import asked_patient, current_patient
from tracker.domain.derivation import CourseAssessment
from tracker.domain.drafts import CourseDraft, ExamDraft, PatientDraft
from tracker.domain.record import Exam, PatientRecord, RecordedLesion
from tracker.domain.targets import Candidate
from tracker.domain.vocabulary import LesionRole
from tracker.errors import ConflictError, InputError, NotFoundError, Problem, TrackerError
from tracker.pictures.criteria import face_of
from tracker.pictures.words import join_words, say_date, say_mm, say_modality
from tracker.services import courses, patients, registration
from tracker.services.inbox import InboxItem
from tracker.services.patient_checks import check_patient

_NEW, _COURSE = "New patient", "New course for a known patient"
_ROUND = "new-patient-round"
_SAVED = "new-patient-saved"
#: The patient that was stored, and what is unusual of the course.
Stored = tuple[int, tuple[Problem, ...]]


def show() -> None:
    """The page."""
    start = _NEW if asked_patient() is None else _COURSE
    what = st.segmented_control("What to enter", [_NEW, _COURSE], default=start, required=True, key="new-patient-what")
    _show_saved()
    if what == _COURSE:
        _show_new_course()
    else:
        _show_new_patient()
    show_footer("Limits on targets are findings: the team chooses, and the choice is stored with its course.")


def _show_new_patient() -> None:
    """Patient, course and baseline on one page, stored together or not at all."""
    sent = waiting_report()
    prefix = _prefix(f"p{sent.id}" if sent is not None else "p")
    demo = runtime.settings().demo
    if demo:
        show_html(
            f'<p class="hp-note">{synthetic_chip()} This is the demo: whoever is entered here is marked as invented.</p>'
        )
    if sent is not None:
        show_html(for_report_html(sent))
    patient = replace(ask_patient(prefix, sent), synthetic=demo)
    only = st.toggle("Register only, the baseline comes later", key=f"{prefix}-only")
    if only:
        message = st.container()
        if st.button("Register", type="primary"):
            with message:
                _save(lambda: (patients.register_patient(runtime.database(), runtime.actor(), patient).patient_id, ()))
        return
    read_course = _ask_course(prefix, (), sent)
    is_baseline = sent is not None and st.toggle("The report is of this baseline scan", True, key=f"{prefix}-of")
    message = st.container()
    if st.button("Save patient and baseline", type="primary"):
        with message:
            _save(lambda: _register(patient, read_course, sent if is_baseline else None))


def _show_new_course() -> None:
    """Another course: its baseline is a scan that is stored already, or one to enter now."""
    patient_id = current_patient()
    known = {summary.id: summary for summary in runtime.list_patients()}
    keys = list(known)
    chosen = st.selectbox(
        "Patient",
        keys,
        index=keys.index(patient_id) if patient_id in known else None,
        format_func=lambda key: known[key].identifier,
        placeholder="Type an identifier",
        key="new-course-patient",
        width=420,
    )
    if chosen is None:
        return
    try:
        record = runtime.load_record(chosen)
    except NotFoundError as gone:
        show_refusal(str(gone))
        return
    show_banner(record)
    prefix = _prefix(f"c{chosen}-v{record.patient.version}")
    usable = [exam for exam in record.exams if exam.modality.enters_sum]
    stored = st.selectbox(
        "Baseline",
        [None, *reversed(usable)],
        index=1 if usable else 0,
        format_func=_say_exam,
        key=f"{prefix}-baseline",
        width=420,
    )
    ask = _ask_course(prefix, record.lesions) if stored is None else _ask_course_on(prefix, record, stored)
    message = st.container()
    if st.button("Start the course", type="primary"):
        with message:
            _save(lambda: _start(chosen, ask(), record.patient.version))


def _ask_course(
    prefix: str, known: Sequence[RecordedLesion], sent: InboxItem | None = None
) -> Callable[[], CourseDraft]:
    """The fields of a course with a new baseline; returns what reads them into a draft."""
    today = runtime.today()
    course = ask_course(prefix, today)
    st.subheader("Baseline scan")
    header = ask_header(prefix, today, sent)
    count_key = f"{prefix}-rows"
    count = st.session_state.setdefault(count_key, 4)
    rows, roles = ask_lesions(prefix, known, count, read_slice(header["slice"], []))
    st.button("Add a lesion", key=f"{prefix}-add", on_click=_add_row, args=(count_key,))

    def read() -> CourseDraft:
        problems = _course_problems(course)
        try:
            baseline = read_baseline(header, rows, known)
        except InputError as wrong:
            raise InputError([*problems, *wrong.problems]) from None
        return _draft(course, problems, roles, baseline=baseline)

    return read


def _ask_course_on(prefix: str, record: PatientRecord, exam: Exam) -> Callable[[], CourseDraft]:
    """The fields of a course whose baseline is stored; returns what reads them into a draft."""
    course = ask_course(prefix, runtime.today())
    candidates = [
        Candidate(seen.label, record.lesion(seen.label).organ, seen.observation.longest, seen.observation.short,
                  seen.observation.state)
        for seen in exam.observations
    ]  # fmt: skip
    st.subheader("Targets")
    roles = ask_roles(f"{prefix}-e{exam.id}", candidates, exam.slice_thickness) if candidates else {}

    def read() -> CourseDraft:
        return _draft(course, _course_problems(course), roles, baseline_exam_id=exam.id)

    return read


def _draft(
    course: CourseFields,
    problems: Sequence[Problem],
    roles: Mapping[str, LesionRole],
    *,
    baseline: ExamDraft | None = None,
    baseline_exam_id: int | None = None,
) -> CourseDraft:
    """The course as it is stored. InputError where a field is missing."""
    if problems or course.start is None:
        raise InputError(problems)
    return CourseDraft(
        course.kind, course.name, course.start, roles, baseline=baseline, baseline_exam_id=baseline_exam_id,
        treatment=course.treatment, criterion=course.criterion,
    )  # fmt: skip


def _course_problems(course: CourseFields) -> list[Problem]:
    missing = [("name of the course", course.name), ("start", course.start)]
    return [Problem(place, "is missing") for place, value in missing if not value]


def _register(patient: PatientDraft, read_course: Callable[[], CourseDraft], report: InboxItem | None) -> Stored:
    """Store both, from the report of the baseline where there is one. InputError names all that is wrong, in one round."""
    problems = check_patient(patient, runtime.today())
    try:
        course = read_course()
    except InputError as wrong:
        raise InputError([*problems, *wrong.problems]) from None
    if problems:
        raise InputError(problems)
    if report is not None:
        course = with_report(course, report)
    done = registration.register_with_course(
        runtime.database(), runtime.actor(), patient, course, inbox_item=report.id if report is not None else None
    )
    return done.patient.patient_id, done.course.findings


def _start(patient_id: int, course: CourseDraft, version: int) -> Stored:
    saved = courses.start_course(runtime.database(), runtime.actor(), patient_id, course, expected_version=version)
    return patient_id, saved.findings


def _save(store: Callable[[], Stored]) -> None:
    """Store in one call; on a refusal everything typed stays where it is."""
    try:
        st.session_state[_SAVED] = store()
    except ConflictError as conflict:
        theirs = {problem.place: problem.text for problem in conflict.theirs}
        lines = [
            f"{one.place}: you typed {one.text}; the record says {theirs.get(one.place, 'nothing')}."
            for one in conflict.mine
        ]
        show_refusal(str(conflict), lines)
        return
    except TrackerError as refusal:
        show_refusal("Nothing was stored. Everything you typed is still here.", str(refusal).splitlines())
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _show_saved() -> None:
    """What was stored last, and where to go from here."""
    if st.session_state.get(_SAVED) is None:
        return
    patient_id, findings = st.session_state[_SAVED]
    record = runtime.load_record(patient_id)
    mark = synthetic_chip() if record.patient.synthetic else ""
    lines = say_saved(record, runtime.assessments(patient_id))
    lines += [f"Look again, stored all the same: {finding}." for finding in findings]
    said = "".join(f"<div>{esc(line)}</div>" for line in lines)
    show_html(
        f'<div class="hp-card" role="status"><b>✓ Saved: {esc(record.patient.identifier)} is in the record.</b> {mark}'
        f"{said}</div>"
    )
    with st.container(horizontal=True):
        if st.button("Open the patient"):
            st.session_state.pop(_SAVED)
            open_page("patient", patient_id)
        if st.button("Enter a scan"):
            st.session_state.pop(_SAVED)
            open_page("enter-scan", patient_id)


def say_saved(record: PatientRecord, courses: Sequence[CourseAssessment]) -> list[str]:
    """What is in the record now: the lesions, which of them are targets, and the sum at the baseline."""
    if not record.lesions:
        return ["No scan is stored yet."]
    lines = [f"Lesions: {join_words([f'{one.label} ({one.place})' for one in record.lesions])}."]
    if courses:
        last = courses[-1]
        targets = [label for label, role in last.course.plan.roles.items() if role is LesionRole.TARGET]
        first = last.assessment.time_points[0].sum if last.assessment.time_points else None
        size = f"; sum of targets {say_mm(first.um)} mm" if first is not None else ""
        lines.append(f"Targets of course {last.course.number}: {join_words(targets) or 'none'}{size}.")
        lines.append(f"Judged by {face_of(last.assessment.criteria).with_source}.")
    return lines


def _prefix(part: str) -> str:
    """The fields of one entry; after it is saved the next starts empty."""
    return f"np{st.session_state.get(_ROUND, 0)}-{part}"


def _add_row(key: str) -> None:
    st.session_state[key] = min(st.session_state[key] + 1, 30)


def _say_exam(exam: Exam | None) -> str:
    if exam is None:
        return "a new scan, entered here"
    return f"{say_modality(exam.modality)} of {say_date(exam.performed_on, year=True)}"
