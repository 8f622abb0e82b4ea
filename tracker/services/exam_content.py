"""An exam's content, without the database: labels, what differs between two contents, and how each reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from tracker.db.canonical import to_plain
from tracker.domain.drafts import ExamDraft
from tracker.domain.record import Exam, RecordedLesion, RecordedObservation
from tracker.domain.wording import label_order
from tracker.errors import Problem
from tracker.services.conflicts import value_text

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
    "accepted": "accepted findings",
    "background": "liver around the lesions",
    "extrahepatic": "disease outside the liver",
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


def differences(draft: ExamDraft, stored: Exam, lesions: Mapping[str, RecordedLesion]) -> tuple[Difference, ...]:
    """Where a draft and a stored exam differ. A lesion that the draft does not describe is not compared."""
    return tuple(_differences(draft, stored, lesions))


def _differences(draft: ExamDraft, stored: Exam, lesions: Mapping[str, RecordedLesion]) -> Iterator[Difference]:
    for name, words in HEADER.items():
        mine, theirs = getattr(draft, name), getattr(stored, name)
        if mine != theirs:
            yield Difference(words, value_text(mine), value_text(theirs))
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
                yield Difference(f"{lesion.label}, {words}", value_text(mine), value_text(theirs))


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
    said["vessels"] = "; ".join(str(contact) for contact in recorded.vessels) or []
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in (seen | said).items() if value not in (False, [])]
    return f"{observation_text(recorded)}: {', '.join(parts)}"


def as_problems(found: tuple[Difference, ...]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Differences as the two sides of a ConflictError: mine, theirs."""
    mine = tuple(Problem(difference.place, difference.mine) for difference in found)
    return mine, tuple(Problem(difference.place, difference.theirs) for difference in found)


def as_draft(exam: Exam) -> ExamDraft:
    """A stored exam as the draft that would store it, its new lesions aside."""
    fields = {name: getattr(exam, name) for name in HEADER}
    return ExamDraft(**fields, observations=exam.observations)


def exam_content(exam: Exam, lesions: Iterable[RecordedLesion]) -> dict[str, object]:
    """An exam and those of the lesions that it mentions, as plain values: what a version keeps and an event says."""
    labels = {recorded.label for recorded in exam.observations}
    mentioned = [lesion for lesion in lesions if lesion.label in labels]
    return {"exam": to_plain(exam), "lesions": to_plain(mentioned)}
