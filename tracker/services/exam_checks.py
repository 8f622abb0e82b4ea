"""What an exam's draft must fulfil before it is stored. All problems are named at once, each at its place.

Places are the words of the page ("performed on", "L2"). Limits on targets are findings, never refusals; what is refused
here could not be true of any exam, or could not be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from tracker.domain.drafts import ExamDraft, LesionDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.plausibility import Level
from tracker.domain.plausibility.dates import find_in_header
from tracker.domain.plausibility.entry import find_impossible_sizes
from tracker.domain.record import RecordedLesion, RecordedObservation
from tracker.domain.vocabulary import (
    LIVER,
    Appearance,
    Certainty,
    LesionRole,
    Modality,
    Provenance,
    ReportStatus,
    Segment,
    State,
    Statement,
)
from tracker.errors import Problem
from tracker.services.checks import LINE, PAGE, check_date, check_decimal, check_text, check_whole, check_word, named
from tracker.services.exam_facts import check_background, check_count, check_extrahepatic, check_look

THICKEST_SLICE = Length.from_mm(50)
LABEL = 20
QUALIFIERS = ("<", ">=", "approx")
#: States of a lesion that is not there, not seen or counted with another: none has a size of its own.
WITHOUT_SIZE = (State.ABSENT, State.NOT_EVALUABLE, State.NOT_MENTIONED, State.MERGED)
UPTAKE = {"sul_peak": "SULpeak", "suv_max": "SUVmax", "tlg": "TLG", "mtv_ml": "MTV"}


def check_exam(
    draft: ExamDraft,
    known: Mapping[str, RecordedLesion],
    today: date,
    *,
    own: frozenset[str] = frozenset(),
    birth_year: int | None = None,
) -> tuple[Problem, ...]:
    """Everything wrong with a draft.

    ``known`` are the patient's lesions by label; ``own`` those the stored exam itself observes, which the draft may
    describe again; ``birth_year`` is the patient's, where it is known.
    """
    return (
        *check_header(draft, today, birth_year),
        *_check_lesions(draft, known, own),
        *_check_observations(draft, known),
    )


def check_header(draft: ExamDraft, today: date, birth_year: int | None = None) -> Iterator[Problem]:
    """What is wrong with the exam itself, its lesions aside."""
    yield from check_date("performed on", draft.performed_on)
    yield from check_word("modality", draft.modality, Modality)
    yield from check_text("authority", draft.authority)
    yield from check_text("accession", draft.accession)
    yield from check_whole("ordinal", draft.ordinal, 1, 20)
    if draft.ordinal is None:
        yield Problem("ordinal", "is missing; the first exam of a date and modality is 1")
    yield from check_date("reported on", draft.reported_on, needed=False)
    yield from _check_impossible_dates(draft, today, birth_year)
    yield from check_text("phase", draft.phase)
    thickness = draft.slice_thickness
    if thickness is not None and not Length(0) < thickness <= THICKEST_SLICE:
        yield Problem("slice thickness", f"{thickness} is not possible; right is more than 0 and at most 50 mm")
    yield from check_word("report status", draft.status, ReportStatus)
    yield from check_count("number of liver lesions", draft.liver_count)
    yield from check_background(draft)
    yield from check_extrahepatic(draft)
    for place, statement in draft.statements.items():
        yield from check_text("new disease", place, needed=True)
        yield from check_word(f"new disease, {place}", statement, Statement)
    yield from check_text("remark", draft.remark, limit=PAGE)
    yield from check_text("report", draft.report_text, limit=PAGE)
    yield from check_text("reported response", draft.reported_response)
    yield from check_whole("uptake minutes", draft.uptake_minutes, 1, 600)
    for one in draft.accepted:
        for text in (one.rule, one.place):
            yield from check_text("accepted finding", text, needed=True)
        for text in (one.text, one.reason):
            yield from check_text("accepted finding", text, limit=PAGE)


def _check_impossible_dates(draft: ExamDraft, today: date, birth_year: int | None) -> Iterator[Problem]:
    """Dates that cannot be, where there are dates at all."""
    performed_on, reported_on = draft.performed_on, draft.reported_on
    if type(performed_on) is not date:
        return
    reported = reported_on if type(reported_on) is date else None
    for finding in find_in_header(performed_on, reported, today, birth_year):
        if finding.level is Level.REFUSE:
            yield finding.problem


def _check_lesions(draft: ExamDraft, known: Mapping[str, RecordedLesion], own: frozenset[str]) -> Iterator[Problem]:
    observed = {recorded.label for recorded in draft.observations}
    taken = {label.casefold(): label for label in known}
    seen: set[str] = set()
    for lesion in draft.lesions:
        place = lesion.label or "new lesion"
        yield from check_text(place, lesion.label, limit=LINE, needed=True)
        if len(lesion.label) > LABEL:
            yield Problem(place, f"a label has at most {LABEL} characters")
        folded = lesion.label.casefold()
        if folded in seen:
            yield Problem(place, "is described twice; each new lesion has its own label")
        elif folded in taken and lesion.label not in own:
            yield Problem(place, f"is the label of a lesion that is recorded already; {named(known)}")
        seen.add(folded)
        if lesion.label not in observed:
            yield Problem(place, "is new but the exam says nothing of it: give its size or its state")
        yield from _check_lesion(place, lesion, draft)


def _check_lesion(place: str, lesion: LesionDraft, draft: ExamDraft) -> Iterator[Problem]:
    yield from check_text(f"{place}, organ", lesion.organ, needed=True)
    for segment in lesion.segments:
        yield from check_word(f"{place}, segment", segment, Segment)
    if lesion.segments and lesion.organ != LIVER:
        yield Problem(place, f"lies in '{lesion.organ}'; Couinaud segments belong to the liver only")
    if len(set(lesion.segments)) < len(lesion.segments):
        yield Problem(place, "names a segment twice")
    yield from check_word(f"{place}, role", lesion.role, LesionRole, needed=False)
    yield from check_word(f"{place}, appearance", lesion.appearance, Appearance, needed=False)
    yield from _check_not_after(place, "was first seen on", lesion.first_seen, draft.performed_on)


def _check_not_after(place: str, what: str, day: date | None, performed_on: date) -> Iterator[Problem]:
    yield from check_date(f"{place}, {what}", day, needed=False)
    if type(day) is date and type(performed_on) is date and day > performed_on:
        yield Problem(place, f"{what} {day}, after the exam of {performed_on}")


def _check_observations(draft: ExamDraft, known: Mapping[str, RecordedLesion]) -> Iterator[Problem]:
    labels = set(known) | {lesion.label for lesion in draft.lesions}
    seen: set[str] = set()
    for recorded in draft.observations:
        label = recorded.label
        if label in seen:
            yield Problem(label, "is entered twice; one exam says one thing of a lesion")
        elif label not in labels:
            yield Problem(label or "lesion", f"is not a lesion of this patient; {named(labels)}")
        seen.add(label)
        yield from _check_recorded(recorded, draft, labels)
    yield from _check_carriers(draft)


def _check_carriers(draft: ExamDraft) -> Iterator[Problem]:
    """A lesion that carries the size of another is there: the same exam does not call it absent."""
    absent = {said.label for said in draft.observations if said.observation.state is State.ABSENT}
    for said in draft.observations:
        into = said.observation.into
        if said.observation.state is State.MERGED and into in absent:
            yield Problem(
                said.label,
                f"is merged into {into}, but {into} carries the size of both and is absent at the same time: "
                f"one of the two is wrong",
            )


def _check_recorded(recorded: RecordedObservation, draft: ExamDraft, labels: set[str]) -> Iterator[Problem]:
    place, seen = recorded.label or "lesion", recorded.observation
    yield from check_word(place, seen.state, State)
    yield from check_word(f"{place}, provenance", recorded.provenance, Provenance)
    yield from check_text(f"{place}, source", recorded.source_text, limit=PAGE)
    yield from _check_span(place, recorded, draft.report_text or "")
    yield from check_text(f"{place}, comment", recorded.comment, limit=PAGE)
    if recorded.qualifier is not None and recorded.qualifier not in QUALIFIERS:
        yield Problem(place, f"the qualifier '{recorded.qualifier}' is not known; right is one of <, >=, approx")
    if recorded.qualifier is not None and not seen.has_size:
        yield Problem(place, f"has the qualifier '{recorded.qualifier}' but no size")
    yield from check_look(place, recorded)
    yield from _check_sizes(place, seen)
    if seen.state is State.MEASURED and not seen.has_size and not is_uptake_only(draft):
        yield Problem(place, "is 'measured' but has no size; give it, or say 'present', 'absent' or 'not evaluable'")
    yield from _check_state(place, seen, labels)
    yield from _check_uptake(place, seen, draft.modality)
    yield from _check_not_after(place, "was treated on", seen.treated_on, draft.performed_on)
    yield from _check_not_after(place, "was first seen on", seen.first_seen, draft.performed_on)
    if seen.on is not None and seen.on != draft.performed_on:
        yield Problem(place, f"is dated {seen.on}, but the exam was performed on {draft.performed_on}")
    if seen.modality is not None and seen.modality is not draft.modality:
        yield Problem(place, f"is from {seen.modality}, but the exam is {draft.modality}")


def _check_span(place: str, recorded: RecordedObservation, report: str) -> Iterator[Problem]:
    """What is said to be taken from the report is a span of the text stored with the exam."""
    start, end = recorded.source_start, recorded.source_end
    if start is None and end is None:
        return
    if start is None or end is None or not 0 <= start < end <= len(report):
        yield Problem(
            f"{place}, source", "its span lies outside the report stored with the exam; give a span of that text"
        )


def _check_sizes(place: str, seen: Observation) -> Iterator[Problem]:
    yield from (finding.problem for finding in find_impossible_sizes(place, seen))
    if seen.longest is not None and seen.short is not None and seen.short > seen.longest:
        yield Problem(place, f"short axis {seen.short} is longer than the longest diameter {seen.longest}")
    if seen.has_size and seen.state in WITHOUT_SIZE:
        yield Problem(place, f"is '{seen.state}' and has a size; it can only be one of the two")


def is_uptake_only(draft: ExamDraft) -> bool:
    """Whether this is a PET exam that says nothing of any lesion but its uptake: such an exam joins no time point."""
    if not isinstance(draft.modality, Modality) or not draft.modality.has_pet:
        return False
    return all(_says_uptake_only(recorded.observation) for recorded in draft.observations)


def _says_uptake_only(seen: Observation) -> bool:
    has_uptake = any(getattr(seen, name) is not None for name in UPTAKE)
    silent = seen.state is State.NOT_MENTIONED
    return silent or (has_uptake and not seen.has_size and seen.state in (State.MEASURED, State.PRESENT))


def _check_state(place: str, seen: Observation, labels: set[str]) -> Iterator[Problem]:
    yield from check_text(f"{place}, reason", seen.reason, limit=PAGE)
    yield from check_text(f"{place}, treated by", seen.by)
    yield from check_word(f"{place}, certainty", seen.certainty, Certainty, needed=False)
    if seen.state is State.NOT_EVALUABLE and not seen.reason:
        yield Problem(place, "is 'not evaluable' without a reason; say why, such as motion or no contrast")
    if seen.state is State.MERGED:
        if not seen.into:
            yield Problem(place, "is 'merged' but into which lesion is not said")
        elif seen.into == place:
            yield Problem(place, "cannot be merged into itself")
        elif seen.into not in labels:
            yield Problem(
                place, f"is merged into '{seen.into}', which is not a lesion of this patient; {named(labels)}"
            )
    elif seen.into is not None:
        yield Problem(place, f"names {seen.into} as the lesion it merged into, but its state is '{seen.state}'")
    if seen.state is State.SPLIT and len(seen.parts) < 2:
        yield Problem(place, "is 'split' but has no two parts; give the diameter of each")
    if seen.state is not State.SPLIT and seen.parts:
        yield Problem(place, f"has parts, but its state is '{seen.state}'")
    if seen.state is State.RECURRENCE and seen.certainty is None:
        yield Problem(place, "is a recurrence; say whether it is equivocal or unequivocal")


def _check_uptake(place: str, seen: Observation, modality: Modality) -> Iterator[Problem]:
    for name, word in UPTAKE.items():
        value = getattr(seen, name)
        yield from check_decimal(f"{place}, {word}", value, Decimal(0), Decimal(1_000_000))
        if value is not None and isinstance(modality, Modality) and not modality.has_pet:
            yield Problem(place, f"has {word}, but the exam is {modality}; uptake belongs to PET/CT or PET/MR")
    yield from check_decimal(f"{place}, attenuation", seen.attenuation_hu, Decimal(-1100), Decimal(4000))
