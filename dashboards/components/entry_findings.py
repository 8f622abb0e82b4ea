"""The findings of the checks on an entry: as the page shows them, and what the answers to them make of what is stored.

A finding is mended, or accepted with a reason; it never blocks, but where it cannot be true. The browser asks at once what
it can see by itself; what is asked, shown and stored is decided here, each time anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.domain.drafts import ExamDraft
from tracker.domain.lengths import format_mm
from tracker.domain.plausibility import Computed, Finding, Level, ReadAs, ReportSays, Swap, find_in_exam
from tracker.domain.plausibility.dates import DOUBLE_ENTRY, SAME_SCAN, STORED_TWICE
from tracker.domain.plausibility.sizes import ALL_ROWS, BOUNDS
from tracker.domain.record import AcceptedFinding, Exam, PatientRecord
from tracker.errors import InputError, Problem
from tracker.services.exam_content import as_draft

#: Reasons that one key gives; a further key leads to a reason in own words.
READY = ("as the report states", "measured again", "checked with the radiologist")
_SECOND_EXAM = ("another exam of that day", "checked with the radiologist", "as the report states")
#: Sizes out of all bounds are refused where they are typed; a scan that is stored already says so in place of a response.
_SAID_ELSEWHERE = (BOUNDS.id, STORED_TWICE.id)

#: What a finding is called, in a word or two.
TITLES: Mapping[str, str] = {
    "bounds": "Not possible", "tenfold": "A slip by ten?", "jump": "Far from the prior", "swapped": "Swapped?",
    "copied": "Copied?", "future": "In the future", "before-birth": "Before the birth", "reported-first": "Reported before?",
    "same-scan": "Stored already?", "stored-twice": "Stored already", "before-last": "Before the last scan",
    "interval": "The interval", "report-year": "The year?", "report-gap": "A late report", "double-entry": "Entered twice?",
    "comparison-date": "Compared with", "other-date": "Another date", "segment-neighbour": "Segment",
    "segment": "Another segment", "lobe": "Left or right?", "count": "The number", "count-at-least": "The number",
    "no-new": "New or not?", "stated-sum": "The stated sum", "stated-change": "The stated change",
    "quoted-prior": "The quoted prior", "technique": "Another technique", "new-by-technique": "New, or unseen?",
    "uptake-time": "Uptake time", "glucose": "Blood glucose", "other-modality": "Another modality?",
    "after-resection": "Seen again?", "wrong-patient": "Another patient", "other-number": "Another number",
    "other-primary": "Another primary?", "no-place": "Other places", "baseline-date": "The baseline", "course-order": "The order",
    "targets": "Targets", "bilirubin-bound": "Not possible", "lab-unit": "The unit?",
}  # fmt: skip


def find_in_entry(
    record: PatientRecord,
    draft: ExamDraft,
    stored: Exam | None,
    today: date,
    *,
    says: ReportSays | None = None,
    computed: Computed | None = None,
) -> tuple[Finding, ...]:
    """All findings on an entry. Of a correction only what it changes: what the stored scan says already was looked at then,
    unless it was left open."""
    exam_id = None if stored is None else stored.id
    found = find_in_exam(record, draft, today, exam_id=exam_id, report=says, computed=computed)
    if stored is not None:
        told = find_in_exam(record, as_draft(stored), today, exam_id=exam_id, report=says, computed=computed)
        looked_at = {one.key for one in told if _match(one, stored.accepted) is None or one.level is Level.NOTE}
        found = tuple(one for one in found if one.key not in looked_at)
    # Two findings with one key are one question.
    return tuple({one.key: one for one in found}.values())


def accepted_of(record: PatientRecord, stored: Exam) -> dict[str, str]:
    """The answers that a stored scan was saved with, by the keys of its findings: what an entry for its correction starts with."""
    if not stored.accepted:
        return {}
    found = find_in_exam(record, as_draft(stored), stored.performed_on, exam_id=stored.id)
    matched = ((one.key, _match(one, stored.accepted)) for one in found)
    return {key: said.reason for key, said in matched if said is not None and said.reason}


def show_findings(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """What the component gets: where each finding stands, its sentence, what would mend it, and the reasons to choose from."""
    return [_show(one) for one in found if one.rule not in _SAID_ELSEWHERE]


def _show(one: Finding) -> dict[str, Any]:
    level = {Level.REFUSE: "hard", Level.ASK: "ask", Level.NOTE: "note"}[one.level]
    is_second = one.rule in (SAME_SCAN.id, DOUBLE_ENTRY.id)
    return {
        "key": one.key,
        "rule": one.rule,
        "place": one.place,
        "level": level,
        "title": title_of(one.rule),
        "words": one.text,
        "repair": _repair(one),
        "about": _sizes_of(one),
        "reasons": list(_SECOND_EXAM if is_second else READY),
    }


def title_of(rule: str) -> str:
    """What a rule's finding is called on the page."""
    return TITLES[rule.removeprefix("plausibility.")]


def _repair(one: Finding) -> dict[str, Any] | None:
    if isinstance(one.repair, ReadAs):
        text = f"{format_mm(one.repair.size.um)} mm"
        return {"kind": "text", "label": one.repair.label, "text": text, "words": text}
    if isinstance(one.repair, Swap):
        labels = [one.repair.first, one.repair.second]
        return {"kind": "swap", "labels": labels, "words": f"swap {' and '.join(labels)}"}
    return None


def _sizes_of(one: Finding) -> dict[str, int]:
    """The sizes a finding is about, by row: where another one stands in the box, it is out of date."""
    numbers = one.numbers
    if isinstance(one.repair, Swap):
        return {str(numbers[at]): int(numbers[f"{at}_um"]) for at in ("first", "second")}
    return {one.place: int(numbers["now_um"])} if "now_um" in numbers and one.place != "change" else {}


def answer_findings(found: Iterable[Finding], draft: ExamDraft, content: Mapping[str, Any]) -> ExamDraft:
    """The draft with its findings answered: accepted with a reason, or left open and then to verify.

    Raises InputError where something cannot be true, and where something is asked that the person has not seen yet: such
    questions are shown, and a second save leaves them open.
    """
    found = [one for one in found if one.level is not Level.NOTE and one.rule != STORED_TWICE.id]
    refused = [one.problem for one in found if one.level is Level.REFUSE]
    if refused:
        raise InputError(refused)
    reasons, seen = _reasons(content), _seen(content)
    unseen = [one for one in found if one.key not in reasons and one.key not in seen]
    if unseen:
        how = 'Answer it, or save again: it is then kept "to verify"'
        raise InputError(
            [Problem(one.place, f"{one.text}{'' if one.text.endswith('?') else '.'} {how}") for one in unseen]
        )
    accepted = tuple(AcceptedFinding(one.rule, one.place, one.text, reasons.get(one.key, "")) for one in found)
    draft = replace(draft, accepted=accepted)
    if any(one.rule == SAME_SCAN.id and one.key in reasons for one in found):
        draft = replace(draft, ordinal=_ordinal_of(found))
    return _mark_open(draft, found, {one.key for one in found if one.key not in reasons})


def _reasons(content: Mapping[str, Any]) -> dict[str, str]:
    given = content.get("accepted")
    return {
        str(key): reason.strip()
        for key, reason in (given.items() if isinstance(given, Mapping) else ())
        if isinstance(reason, str) and reason.strip()
    }


def _seen(content: Mapping[str, Any]) -> frozenset[str]:
    asked = content.get("asked")
    return frozenset(one for one in asked if isinstance(one, str)) if isinstance(asked, list) else frozenset()


def _ordinal_of(found: Iterable[Finding]) -> int:
    """The next free number of an exam of that day and modality."""
    return max(int(one.numbers["ordinal"]) for one in found if one.rule == SAME_SCAN.id) + 1


def _mark_open(draft: ExamDraft, found: Iterable[Finding], open_keys: set[str]) -> ExamDraft:
    """Values whose question was left open are to verify; those whose questions are all answered are not."""
    asked: dict[str, bool] = {}
    for one in found:
        for label in rows_of(one, draft):
            asked[label] = asked.get(label, False) or one.key in open_keys
    observations = tuple(
        replace(said, observation=replace(said.observation, provisional=asked[said.label]))
        if said.label in asked and said.observation.provisional is not asked[said.label]
        else said
        for said in draft.observations
    )
    return replace(draft, observations=observations)


def rows_of(one: Finding, draft: ExamDraft) -> tuple[str, ...]:
    """The rows whose value a finding is about; none where it is about the scan itself."""
    if isinstance(one.repair, Swap):
        return (one.repair.first, one.repair.second)
    if one.place == ALL_ROWS:
        return tuple(said.label for said in draft.observations if said.observation.has_size or said.observation.parts)
    return (one.place,)


def _match(one: Finding, accepted: Iterable[AcceptedFinding]) -> AcceptedFinding | None:
    return next(
        (said for said in accepted if (said.rule, said.place, said.text) == (one.rule, one.place, one.text)), None
    )
