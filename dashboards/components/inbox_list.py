"""The reports of the inbox as tables, and one report as a card: markup of frozen items, nothing stored, nothing read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from dashboards.components.page import esc, synthetic_chip
from tracker.pictures.words import count_of, say_date, say_modality
from tracker.services.inbox import REFUSED, SUPERSEDED, TAKEN, InboxItem

#: More waiting reports than a person looks through at once; the rest follow as these are done.
MOST_SHOWN = 200
_KINDS = {"hl7": "HL7 message", "text": "text file", "pdf": "PDF", "table": "table"}


def inbox_html(items: Sequence[InboxItem], chosen: int | None, zone: tzinfo | None) -> str:
    """The waiting reports, those that wait longest first; the chosen one is marked."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Patient", "Scan", "Status", "Came", "To look at"))
    rows = "".join(_row(item, item.id == chosen, zone) for item in items[:MOST_SHOWN])
    more = len(items) - MOST_SHOWN
    rest = f'<p class="hp-note">{count_of(more, "more report")} follow.</p>' if more > 0 else ""
    return (
        '<div class="hp-card hp-inbox"><table class="hp-table"><caption class="hp-unseen">Reports that wait</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{rest}</div>"
    )


def _row(item: InboxItem, chosen: bool, zone: tzinfo | None) -> str:
    who = item.patient.identifier if item.patient else "not matched"
    sent = "" if item.patient else f'<div class="hp-label">{esc(_as_sent(item))}</div>'
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<tr data-find{" class=hp-chosen" if chosen else ""}><td><button type="button" class="hp-link"{current} '
        f'data-pick="item:{item.id}" aria-label="Show the report of {esc(who)}, {esc(say_scan(item))}">{esc(who)}</button>'
        f"{sent}</td><td>{esc(say_scan(item))}</td><td>{esc(item.status)}</td>"
        f'<td title="{esc(say_moment(item.received_at, zone))}">{esc(say_date(item.received_at.astimezone(zone).date()))}</td>'
        f"<td>{_attention(item)}</td></tr>"
    )


def _attention(item: InboxItem) -> str:
    """What stands in the way, in a word or two; the sentences stand beside the report."""
    words = []
    if item.patient is None:
        words.append("patient")
    if item.performed_on is None:
        words.append("date")
    if item.is_taken_back:
        words.append("taken back")
    elif item.corrects is not None:
        words.append("correction")
    return f'<span class="hp-attention">{esc(", ".join(words))}</span>' if words else ""


def item_html(item: InboxItem, zone: tzinfo | None) -> str:
    """Who, which scan, from where, and what a person should know before entering it."""
    patient = item.patient
    mark = synthetic_chip() if patient is not None and patient.synthetic else ""
    who = f"<b>{esc(patient.identifier)}</b> {esc(patient.name or '')} {mark}" if patient else "<b>Not matched</b>"
    number = f" · accession {esc(item.accession)}" if item.accession else ""
    facts = (
        ("Sent for", _as_sent(item)),
        ("Report of", "" if item.reported_on is None else say_date(item.reported_on, year=True)),
        ("From", f"{item.place} ({_KINDS[item.kind]}), {say_moment(item.received_at, zone)}"),
        ("Assigned", f"by {item.decided_by}: {item.reason}" if item.reason and item.is_waiting else ""),
    )
    told = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in facts if text)
    found = "".join(f"<li>{esc(_sentence(finding))}</li>" for finding in item.findings)
    return (
        f'<section class="hp-card hp-inbox-item" aria-label="The chosen report"><h2>{esc(say_scan(item))}</h2>'
        f'<p>{who} · {esc(item.status)} report{number}</p><dl class="hp-facts">{told}</dl>'
        f"{f'<ul class=hp-found>{found}</ul>' if found else ''}"
        f'<div class="hp-report-text" tabindex="0" role="region" aria-label="Text of the report">{esc(item.report_text)}</div>'
        "</section>"
    )


def put_aside_html(items: Sequence[InboxItem], zone: tzinfo | None) -> str:
    """Reports that wait no longer, the newest first, with why."""
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Patient", "Scan", "Status", "Came", "What became of it")
    )
    rows = "".join(
        f"<tr><td>{_name(item)}</td><td>{esc(say_scan(item))}</td><td>{esc(item.status)}</td>"
        f"<td>{esc(say_moment(item.received_at, zone))}</td><td>{_fate(item)}</td></tr>"
        for item in reversed(items)
    )
    return (
        '<div class="hp-card hp-inbox"><table class="hp-table"><caption class="hp-unseen">Reports that wait no longer</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _name(item: InboxItem) -> str:
    return esc(item.patient.identifier if item.patient else _as_sent(item))


def _fate(item: InboxItem) -> str:
    by = f" by {item.decided_by}" if item.decided_by else ""
    if item.state == TAKEN:
        later = "; a later report came since" if item.superseded_by is not None else ""
        return esc(f"entered{by}{later}")
    if item.state == SUPERSEDED:
        return "replaced by a later report"
    assert item.state == REFUSED, item.state
    again = (
        f' <button type="button" class="hp-link hp-quiet-link" data-pick="reopen:{item.id}" '
        f'aria-label="Let the report of {_name(item)} wait again">wait again</button>'
        if item.superseded_by is None
        else ""
    )
    return f"{esc(f'refused{by}: {item.reason}')}{again}"


def say_scan(item: InboxItem) -> str:
    """The scan in a few words: "CT of 6 Jul 2026"."""
    what = say_modality(item.modality) if item.modality is not None else "Scan"
    return f"{what} of {say_date(item.performed_on, year=True)}" if item.performed_on else f"{what}, date not sent"


def say_moment(moment: datetime, zone: tzinfo | None) -> str:
    """Day and time where the site is."""
    there = moment.astimezone(zone)
    return f"{say_date(there.date())}, {there:%H:%M}"


def _as_sent(item: InboxItem) -> str:
    if item.identifier is None:
        return "no identifier"
    return f"{item.identifier} of {item.authority}" if item.authority else item.identifier


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"
