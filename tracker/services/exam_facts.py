"""What an exam may say beside sizes: how lesions look, the liver around them, disease outside it."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.drafts import ExamDraft
from tracker.domain.lengths import Length
from tracker.domain.record import RecordedObservation, SiteFinding, StatedCount, VesselContact
from tracker.domain.vocabulary import (
    Appearance,
    BackgroundSign,
    CountKind,
    Enhancement,
    Site,
    SiteStatement,
    State,
    Statement,
    Vessel,
    VesselRelation,
)
from tracker.errors import Problem
from tracker.services.checks import check_whole, check_word

LONGEST = Length.from_mm(300)
#: States of a lesion that the exam does not show by itself.
UNSEEN = (State.ABSENT, State.NOT_EVALUABLE, State.NOT_MENTIONED, State.MERGED)
#: At most so far away is "within 10 mm".
NEAR = Length.from_mm(10)


def check_background(draft: ExamDraft) -> Iterator[Problem]:
    """The liver around the lesions: known signs with one of three answers."""
    for sign, statement in draft.background.items():
        yield from check_word("liver", sign, BackgroundSign)
        yield from check_word(f"liver, {sign}", statement, Statement)


def check_extrahepatic(draft: ExamDraft) -> Iterator[Problem]:
    """Disease outside the liver: known sites, and a number or a size only where there is disease."""
    for site, finding in draft.extrahepatic.items():
        place = f"outside the liver, {site}"
        yield from check_word("outside the liver", site, Site)
        yield from check_word(place, finding.said, SiteStatement)
        yield from check_count(place, finding.count)
        yield from _check_site(place, finding)


def _check_site(place: str, finding: SiteFinding) -> Iterator[Problem]:
    said_more = finding.count is not None or finding.size is not None
    if said_more and finding.said is not SiteStatement.YES:
        yield Problem(place, f"has a number or a size, but the answer is '{finding.said}'; it can only be 'yes'")
    if finding.count is not None and finding.count.value == 0:
        yield Problem(place, "has the number 0; say 'none' instead")
    if finding.size is not None and not Length(0) < finding.size <= LONGEST:
        yield Problem(place, f"{finding.size} is not possible; right is more than 0 and at most {LONGEST}")


def check_count(place: str, count: StatedCount | None) -> Iterator[Problem]:
    """A number as the report states it: with its value where it is exact or a least number, else without."""
    if count is None:
        return
    yield from check_word(place, count.kind, CountKind)
    if count.kind in (CountKind.EXACT, CountKind.AT_LEAST):
        if count.value is None:
            yield Problem(place, f"'{count.kind}' needs the number")
        yield from check_whole(place, count.value, 0, 1000)
    elif count.value is not None:
        yield Problem(place, f"'{count.kind}' has no number; say 'at least {count.value}' instead")


def check_look(place: str, recorded: RecordedObservation) -> Iterator[Problem]:
    """How one lesion looks on the exam, and how near it lies to vessels and ducts."""
    yield from check_word(f"{place}, appearance", recorded.appearance, Appearance, needed=False)
    yield from check_word(f"{place}, enhancement", recorded.enhancement, Enhancement, needed=False)
    named: set[Vessel] = set()
    for contact in recorded.vessels:
        yield from check_word(f"{place}, vessel", contact.vessel, Vessel)
        yield from check_word(f"{place}, {contact.vessel}", contact.relation, VesselRelation)
        if contact.vessel in named:
            yield Problem(f"{place}, vessel", f"names the {contact.vessel} twice")
        named.add(contact.vessel)
        yield from _check_distance(f"{place}, {contact.vessel}", contact)
    said_more = recorded.appearance or recorded.enhancement or recorded.vessels
    if said_more and recorded.observation.state in UNSEEN:
        yield Problem(place, f"is '{recorded.observation.state}', so its look and its vessels cannot be told")


def _check_distance(place: str, contact: VesselContact) -> Iterator[Problem]:
    if contact.distance is None:
        return
    near = contact.relation is VesselRelation.WITHIN_10_MM
    if contact.relation not in (VesselRelation.CLEAR, VesselRelation.WITHIN_10_MM):
        yield Problem(place, f"'{contact.relation}' has no distance")
    elif contact.distance > LONGEST:
        yield Problem(place, f"{contact.distance} is not possible; right is at most {LONGEST}")
    elif near is not (contact.distance <= NEAR):
        right = VesselRelation.CLEAR if near else VesselRelation.WITHIN_10_MM
        yield Problem(place, f"a distance of {contact.distance} is '{right}', not '{contact.relation}'")
