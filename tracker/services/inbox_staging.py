"""Reports on their way into the inbox: known again, matched with their patient, laid beside earlier reports of the exam.

A report is told by its content and by the message it came in; what is known is left as it is. A later report of an
accession number supersedes the one that waits, whole; one that was already entered stays entered, and the later one waits
as its correction. Nobody is ever matched by name.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from tracker.db import queries
from tracker.db.canonical import canonical_json
from tracker.db.models import ExamRow, InboxItemRow, SiteRow
from tracker.domain.drafts import ReportDraft
from tracker.domain.vocabulary import ReportStatus
from tracker.errors import Problem
from tracker.services.checks import tidy_text
from tracker.services.inbox_items import (
    REFUSED,
    REPLACES,
    SUPERSEDED,
    TAKEN_BACK,
    TAKES_BACK_ANOTHERS,
    WAITING,
    hash_content,
)
from tracker.services.transactions import Change, lock_patient

_RANK = {ReportStatus.PRELIMINARY: 0, ReportStatus.FINAL: 1, ReportStatus.CORRECTED: 2}
_TAKEN_BACK_UNSEEN = "taken back by its sender before anybody entered it"


@dataclass(slots=True)
class Staged:
    """What became of the reports of one file, by the keys of their rows; and one sentence each, in order."""

    new: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def stage_report(change: Change, site: SiteRow, draft: ReportDraft, batch_id: int | None, staged: Staged) -> None:
    """Put one report into the inbox, and note what became of it. The caller holds the site's row."""
    draft = _fitted(draft, site)
    known = _find_message(change, site, draft)
    sha = hash_content(draft)
    if known is not None and known.content_sha256 != sha:
        # Another text, another status, another patient: whichever it is, it must not vanish as the same.
        text = f"its message number {draft.control_id} came before with another report; this one was left out"
        staged.problems.append(Problem(draft.place, text))
        return
    if known is None:
        same = select(InboxItemRow).where(InboxItemRow.site_id == site.id, InboxItemRow.content_sha256 == sha)
        known = change.session.scalars(same).one_or_none()
    if known is not None:
        staged.already.append(known.id)
        staged.lines.append(f"{draft.place}: already there")
        return
    patient_id, findings = _match_patient(change, site, draft)
    if patient_id is not None:
        lock_patient(change, patient_id)
    row = _row(change, site, draft, sha, batch_id)
    row.patient_id = patient_id
    row.findings = canonical_json([*draft.findings, *findings, *_check_date(change, draft)])
    change.session.add(row)
    change.session.flush()
    _lay_beside(change, row, draft, staged)
    staged.new.append(row.id)
    staged.lines.append(f"{draft.place}: {_say(row)}")
    change.session.flush()


def _fitted(draft: ReportDraft, site: SiteRow) -> ReportDraft:
    """The draft with texts in one spelling; who issued the accession number is the site where nothing is said."""

    def tidied(text: str | None) -> str | None:
        return (tidy_text(text) or None) if text is not None else None

    accession = tidied(draft.accession)
    return dataclasses.replace(
        draft,
        sender=tidied(draft.sender),
        control_id=tidied(draft.control_id),
        authority=tidied(draft.authority),
        identifier=tidied(draft.identifier),
        accession=accession,
        accession_authority=(tidied(draft.accession_authority) or site.authority) if accession else None,
    )


def _find_message(change: Change, site: SiteRow, draft: ReportDraft) -> InboxItemRow | None:
    """The item that the same message brought before."""
    if draft.control_id is None:
        return None
    sent = (
        InboxItemRow.site_id == site.id,
        InboxItemRow.sender.is_(None) if draft.sender is None else InboxItemRow.sender == draft.sender,
        InboxItemRow.control_id == draft.control_id,
    )
    return change.session.scalars(select(InboxItemRow).where(*sent).limit(1)).one_or_none()


def _row(change: Change, site: SiteRow, draft: ReportDraft, sha: str, batch_id: int | None) -> InboxItemRow:
    return InboxItemRow(
        site_id=site.id,
        batch_id=batch_id,
        place=draft.place,
        kind=draft.kind,
        content_sha256=sha,
        sender=draft.sender,
        control_id=draft.control_id,
        authority=draft.authority,
        identifier=draft.identifier,
        accession_authority=draft.accession_authority,
        accession=draft.accession,
        modality=None if draft.modality is None else str(draft.modality),
        performed_on=draft.performed_on,
        reported_on=draft.reported_on,
        status=str(draft.status),
        report_text=draft.report_text,
        state=WAITING,
        received_at=change.at,
    )


def _check_date(change: Change, draft: ReportDraft) -> Iterator[str]:
    if draft.performed_on is not None and draft.performed_on > change.today:
        yield f"the date of the examination ({draft.performed_on}) lies in the future"


def _match_patient(change: Change, site: SiteRow, draft: ReportDraft) -> tuple[int | None, list[str]]:
    """The one patient whom the identifiers name, and what a person should know of it.

    An identifier without its issuer is the site's own, as in tables.
    """
    pairs = draft.identifiers or (((draft.authority, draft.identifier),) if draft.identifier else ())
    tidied = [(tidy_text(issuer or "") or site.authority, tidy_text(value)) for issuer, value in pairs]
    found = {queries.find_patient(change.session, *pair) for pair in tidied} - {None}
    if len(found) > 1:
        return None, ["the identifiers sent belong to different patients: assign the report to the right one"]
    if found:
        return next(iter(found)), []
    nears = (queries.find_near_identifier(change.session, *pair) for pair in tidied)
    near = next((value for value in nears if value is not None), None)
    if near is not None:
        return None, [f"the identifier differs only by capitals or spaces from '{near}', which is registered"]
    return None, []


def _lay_beside(change: Change, row: InboxItemRow, draft: ReportDraft, staged: Staged) -> None:
    """Settle a new row with the reports of the same accession number that came before."""
    heads = [other for other in _relatives(change, row) if other.superseded_by is None]
    same = [other for other in heads if _of_one_patient(row, other)]
    if len(same) < len(heads):
        _add_finding(row, "its accession number came before with another patient: compare both")
    for head in same:
        if head.patient_id not in (None, row.patient_id):
            row.patient_id = head.patient_id
            _add_finding(row, "a person assigned an earlier report of this examination to this patient")
    if not draft.cancelled:
        newer = next((head for head in same if not _is_taken_back(head) and _is_older(row, head)), None)
        if newer is not None:
            row.state, row.superseded_by = SUPERSEDED, newer.id
            _add_finding(row, f"it came after a {newer.status} report of the same examination")
            staged.superseded.append(row.id)
            return
    for head in same:
        _supersede(change, row, head, staged)
    if draft.cancelled and heads and not same:
        _add_finding(row, TAKES_BACK_ANOTHERS)
    elif draft.cancelled:
        _settle_cancelled(change, row)


def _relatives(change: Change, row: InboxItemRow) -> Sequence[InboxItemRow]:
    """Other reports under the same accession number, oldest first."""
    if row.accession is None:
        return ()
    query = select(InboxItemRow).where(
        InboxItemRow.site_id == row.site_id,
        InboxItemRow.id != row.id,
        InboxItemRow.accession == row.accession,
        InboxItemRow.accession_authority == row.accession_authority,
    )
    return change.session.scalars(query.order_by(InboxItemRow.id).with_for_update()).all()


def _of_one_patient(row: InboxItemRow, other: InboxItemRow) -> bool:
    if row.patient_id is not None and row.patient_id == other.patient_id:
        return True
    return row.identifier is not None and (row.authority, row.identifier) == (other.authority, other.identifier)


def _is_older(row: InboxItemRow, head: InboxItemRow) -> bool:
    """Whether a report that arrives now was written before the one that is there.

    A preliminary report never comes after a final one, whatever its date. A final one after a corrected one does where it
    is dated later, and so does a later report of equal rank; without dates the order of arrival tells.
    """
    mine, theirs = _RANK[ReportStatus(row.status)], _RANK[ReportStatus(head.status)]
    dated = row.reported_on is not None and head.reported_on is not None
    if mine < theirs:
        later = dated and row.reported_on > head.reported_on  # type: ignore[operator]
        return not (mine == _RANK[ReportStatus.FINAL] and later)
    return mine == theirs and dated and row.reported_on < head.reported_on  # type: ignore[operator]


def _supersede(change: Change, row: InboxItemRow, head: InboxItemRow, staged: Staged) -> None:
    """The new row takes the place of an earlier report: of one that waits whole, of one that was entered as its correction."""
    head.superseded_by = row.id
    if head.state == WAITING:
        head.state = SUPERSEDED
        staged.superseded.append(head.id)
    elif head.state == REFUSED:
        _add_finding(row, f"an earlier report of this examination was refused: {head.reason}")
    if head.exam_id is None or head.state == REFUSED:
        return
    if _is_live(change, head.exam_id):
        row.exam_id = head.exam_id
        _add_finding(row, REPLACES)
    else:
        _add_finding(row, "the scan that was entered from an earlier report was withdrawn")


def _settle_cancelled(change: Change, row: InboxItemRow) -> None:
    """A report taken back: of one that nobody entered nothing remains to be done, of an entered one somebody must decide."""
    if row.exam_id is None:
        row.state, row.reason = REFUSED, _TAKEN_BACK_UNSEEN
        row.decided_at, row.decided_by = change.at, change.actor.user_id
    else:
        _add_finding(row, TAKEN_BACK)


def _is_taken_back(row: InboxItemRow) -> bool:
    """Whether a row is its sender's word that the report is void: that hides no report that arrives later."""
    if row.reason == _TAKEN_BACK_UNSEEN:
        return True
    return not {TAKEN_BACK, TAKES_BACK_ANOTHERS}.isdisjoint(json.loads(row.findings))


def _is_live(change: Change, exam_id: int) -> bool:
    return change.session.get_one(ExamRow, exam_id).withdrawn_at is None


def _add_finding(row: InboxItemRow, text: str) -> None:
    found = json.loads(row.findings)
    if text not in found:
        row.findings = canonical_json([*found, text])


def _say(row: InboxItemRow) -> str:
    """What became of a new row, in words for the person who sent the file."""
    if row.state == SUPERSEDED:
        return f"kept behind a later report of the same examination (item {row.superseded_by})"
    if row.state == REFUSED:
        return f"{row.reason} (item {row.id})"
    who = "waits" if row.patient_id is not None else "waits without a patient"
    return f"{who}, as a correction of a stored scan (item {row.id})" if row.exam_id else f"{who} (item {row.id})"
