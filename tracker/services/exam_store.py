"""An exam's draft against its rows: labels, keys, what differs, and the writing of lesions and observations."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import delete, select

from tracker.db import mapping
from tracker.db.canonical import canonical_json, to_plain
from tracker.db.models import ExamRow, ExamVersionRow, LesionRow, ObservationRow
from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.record import Exam, PatientRecord, RecordedLesion, RecordedObservation
from tracker.errors import Problem
from tracker.services.checks import label_order
from tracker.services.transactions import Change

#: Fields of an exam and the words that name them on the page.
HEADER = {
    "performed_on": "performed on",
    "modality": "modality",
    "ordinal": "ordinal",
    "authority": "authority",
    "accession": "accession",
    "reported_on": "reported on",
    "phase": "phase",
    "slice_thickness": "slice thickness",
    "status": "report status",
    "liver_count": "number of liver lesions",
    "statements": "new disease",
    "remark": "remark",
    "report_text": "report",
    "reported_response": "reported response",
    "uptake_minutes": "uptake minutes",
}
#: Fields of a lesion that the exam which shows it first describes.
LESION = {"organ": "organ", "segments": "segments", "appearance": "appearance", "first_seen": "first seen"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two contents differ, with the text of each."""

    place: str
    mine: str
    theirs: str


def give_labels(draft: ExamDraft, taken: frozenset[str], own: frozenset[str] = frozenset()) -> ExamDraft:
    """The draft with a label for every lesion: one without gets the next free of L1, L2 …

    The first observation without a label belongs to the first such lesion, and so on. ``own`` are the labels of the exam
    as it is stored, whose lesions without a label get the same labels again.
    """
    nameless = sum(1 for lesion in draft.lesions if not lesion.label)
    if not nameless:
        return draft
    said = {lesion.label for lesion in draft.lesions} | {recorded.label for recorded in draft.observations}
    used = {label.casefold() for label in taken | said}
    again = sorted(own - said, key=label_order)
    fresh = (f"L{number}" for number in range(1, 10_000) if f"l{number}" not in used)
    given = list(islice(chain(again, fresh), nameless))
    for_lesions, for_observations = iter(given), iter(given)
    return dataclasses.replace(
        draft,
        lesions=tuple(
            lesion if lesion.label else dataclasses.replace(lesion, label=next(for_lesions)) for lesion in draft.lesions
        ),
        observations=tuple(
            seen if seen.label else dataclasses.replace(seen, label=next(for_observations, ""))
            for seen in draft.observations
        ),
    )


def find_exam(change: Change, patient_id: int, draft: ExamDraft) -> ExamRow | None:
    """The exam stored under the draft's natural key: its accession, else its date, modality and ordinal.

    Where only one of the two has an accession number, the same date, modality and ordinal are the same exam.
    """
    live = select(ExamRow).where(ExamRow.withdrawn_at.is_(None))
    same_day = live.where(
        ExamRow.patient_id == patient_id,
        ExamRow.performed_on == draft.performed_on,
        ExamRow.modality == str(draft.modality),
        ExamRow.ordinal == draft.ordinal,
    )
    if draft.accession is None:
        return change.session.scalars(
            same_day.order_by(ExamRow.accession.is_not(None), ExamRow.id).limit(1)
        ).one_or_none()
    numbered = live.where(ExamRow.authority == draft.authority, ExamRow.accession == draft.accession)
    found = change.session.scalars(numbered).one_or_none()
    return found or change.session.scalars(same_day.where(ExamRow.accession.is_(None))).one_or_none()


def differences(draft: ExamDraft, stored: Exam, lesions: Mapping[str, RecordedLesion]) -> tuple[Difference, ...]:
    """Where a draft and a stored exam differ. A lesion that the draft does not describe is not compared."""
    return tuple(_differences(draft, stored, lesions))


def _differences(draft: ExamDraft, stored: Exam, lesions: Mapping[str, RecordedLesion]) -> Iterator[Difference]:
    for name, words in HEADER.items():
        mine, theirs = getattr(draft, name), getattr(stored, name)
        if mine != theirs:
            yield Difference(words, _text(mine), _text(theirs))
    seen_mine = {recorded.label: recorded for recorded in draft.observations}
    seen_theirs = {recorded.label: recorded for recorded in stored.observations}
    for label in dict.fromkeys([*seen_mine, *seen_theirs]):
        one, other = seen_mine.get(label), seen_theirs.get(label)
        if one != other:
            mine, theirs = observation_text(one), observation_text(other)
            if mine == theirs:
                mine, theirs = (_details(recorded) for recorded in (one, other))
            yield Difference(label, mine, theirs)
    for lesion in draft.lesions:
        known = lesions.get(lesion.label)
        for name, words in LESION.items():
            mine, theirs = getattr(lesion, name), getattr(known, name, None)
            if mine != theirs:
                yield Difference(f"{lesion.label}, {words}", _text(mine), _text(theirs))


def observation_text(recorded: RecordedObservation | None) -> str:
    """What was seen of a lesion, as a person writes it: "23 mm", "23 x 18 mm", "merged into L1"."""
    if recorded is None:
        return "not mentioned"
    seen = recorded.observation
    if seen.parts:
        return f"split: {' + '.join(str(part) for part in seen.parts)}"
    if seen.into is not None:
        return f"merged into {seen.into}"
    if not seen.has_size:
        return f"{seen.state} ({seen.reason})" if seen.reason else str(seen.state)
    sizes = [str(size).removesuffix(" mm") for size in (seen.longest, seen.short) if size is not None]
    text = f"{' x '.join(sizes)} mm" if seen.longest is not None else f"short axis {seen.short}"
    text = f"{recorded.qualifier} {text}" if recorded.qualifier else text
    return text if seen.state == "measured" else f"{seen.state}, {text}"


def _details(recorded: RecordedObservation | None) -> str:
    """An observation in full, for two that read the same and are not."""
    if recorded is None:
        return "not mentioned"
    said = to_plain(recorded)
    seen = said.pop("observation")
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in (seen | said).items() if value not in (False, [])]
    return f"{observation_text(recorded)}: {', '.join(parts)}"


def _text(value: object) -> str:
    if value is None or value in ({}, ()):
        return "not given"
    if isinstance(value, Mapping):
        return ", ".join(f"{place} {word}" for place, word in sorted(value.items()))
    if isinstance(value, tuple):
        return "/".join(str(item) for item in value)
    return str(value)


def as_draft(exam: Exam) -> ExamDraft:
    """A stored exam as the draft that would store it, its new lesions aside."""
    fields = {name: getattr(exam, name) for name in HEADER}
    return ExamDraft(**fields, observations=exam.observations)


def as_problems(found: tuple[Difference, ...]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Differences as the two sides of a ConflictError: mine, theirs."""
    mine = tuple(Problem(difference.place, difference.mine) for difference in found)
    return mine, tuple(Problem(difference.place, difference.theirs) for difference in found)


def store_lesions(change: Change, patient_id: int, drafts: tuple[LesionDraft, ...]) -> dict[str, int]:
    """Write the lesions of a draft, and return the key of every live lesion of the patient by label."""
    query = select(LesionRow).where(LesionRow.patient_id == patient_id, LesionRow.withdrawn_at.is_(None))
    rows = {row.label: row for row in change.session.scalars(query)}
    for draft in drafts:
        row = rows.get(draft.label)
        if row is None:
            row = LesionRow(patient_id=patient_id, tracking_uid=new_tracking_uid())
            rows[draft.label] = row
        mapping.fill_lesion(row, draft)
        change.session.add(row)
    change.session.flush()
    return {label: row.id for label, row in rows.items()}


def lesion_ids(change: Change, patient_id: int) -> dict[str, int]:
    """The key of every live lesion of a patient by its label."""
    query = select(LesionRow.label, LesionRow.id).where(
        LesionRow.patient_id == patient_id, LesionRow.withdrawn_at.is_(None)
    )
    return dict(change.session.execute(query).all())


def new_tracking_uid() -> str:
    """A DICOM UID from a random 128-bit number (PS3.5, B.2): unique without asking anybody."""
    return f"2.25.{secrets.randbits(128)}"


def store_observations(change: Change, exam_id: int, draft: ExamDraft, ids: Mapping[str, int]) -> None:
    """Replace the observations of an exam by the draft's."""
    change.session.execute(delete(ObservationRow).where(ObservationRow.exam_id == exam_id))
    for position, recorded in enumerate(draft.observations):
        change.session.add(mapping.row_from_observation(recorded, exam_id, position, ids))
    change.session.flush()


def withdraw_unseen_lesions(change: Change, patient_id: int) -> None:
    """Withdraw lesions that no exam of the record mentions any more: those only a withdrawn or corrected exam had."""
    seen = (
        select(ObservationRow.lesion_id)
        .join(ExamRow, ExamRow.id == ObservationRow.exam_id)
        .where(ExamRow.patient_id == patient_id, ExamRow.withdrawn_at.is_(None))
    )
    query = select(LesionRow).where(
        LesionRow.patient_id == patient_id, LesionRow.withdrawn_at.is_(None), LesionRow.id.not_in(seen)
    )
    for row in change.session.scalars(query):
        row.withdrawn_at = change.at
    change.session.flush()


def exam_content(exam: Exam, record: PatientRecord) -> dict[str, object]:
    """An exam and the lesions it mentions, as plain values: what a version keeps and an audit event says."""
    lesions = {lesion.label: lesion for lesion in record.lesions}
    mentioned = [lesions[recorded.label] for recorded in exam.observations if recorded.label in lesions]
    return {"exam": to_plain(exam), "lesions": to_plain(mentioned)}


def store_version(
    change: Change, exam: Exam, content: Mapping[str, object], *, withdrawn: bool = False, reason: str | None = None
) -> None:
    """Keep an exam in full as it is from now on."""
    change.session.add(
        ExamVersionRow(
            exam_id=exam.id,
            version=exam.version,
            content=canonical_json(content),
            withdrawn=withdrawn,
            reason=reason,
            recorded_at=change.at,
            recorded_by=change.actor.user_id,
        )
    )
    change.session.flush()
