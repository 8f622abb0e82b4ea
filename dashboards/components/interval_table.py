"""The table of follow-up intervals as people change it: one small form a row, the source beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from dashboards.components.page import esc
from tracker.domain.schedule.intervals import LEAST_WEEKS, MOST_GRACE, MOST_WEEKS, REPORT_AWAITED
from tracker.pictures.words import count_of, say_date
from tracker.services.intervals import IntervalInForce

_HEADS = (("When", 21), ("Words of the reason", 20), ("Weeks", 7), ("Days of grace", 8), ("Source", 29), ("", 15))


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not stored: what was typed, and why."""

    context: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def interval_table_html(
    rows: Sequence[IntervalInForce], refused: Refused | None = None, said: str = "", zone: tzinfo | None = None
) -> str:
    """The head, what happened last, and the table."""
    changed = sum(row.interval.changed_by_site for row in rows)
    told = "None is changed by this site." if not changed else f"{changed} changed by this site."
    widths = "".join(f'<col style="width:{width}%">' for _, width in _HEADS)
    heads = "".join(
        f'<th scope="col">{esc(name)}</th>' if name else '<th scope="col"><span class="hp-unseen">Store</span></th>'
        for name, _ in _HEADS
    )
    body = "".join(
        _row(row, refused if refused and refused.context == row.shipped.context else None, zone) for row in rows
    )
    return (
        '<div class="hp-find"><h1>Intervals</h1><p>Examples of published practice, not rules: a site sets its own. '
        f"{esc(count_of(len(rows), 'interval'))}. {esc(told)}</p></div>"
        f'<p class="hp-told" role="status">{esc(said)}</p>'
        f"<div class='hp-work hp-worklist hp-intervals'><table><caption class='hp-unseen'>Follow-up intervals</caption>"
        f"<colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: IntervalInForce, refused: Refused | None, zone: tzinfo | None) -> str:
    now, context = row.interval, row.shipped.context
    name = f"interval-{context}"
    typed = refused.typed if refused is not None else {}
    seen = "".join(
        f'<input type="hidden" name="seen-{part}" value="{esc(value)}">'
        for part, value in (("weeks", now.weeks), ("grace", now.grace_days), ("words", now.words))
    )
    words = _input(name, "words", "text", f"Words: {now.title}", typed.get("words", now.words), 'maxlength="80"')
    weeks = _number(name, "weeks", f"Weeks: {now.title}", typed.get("weeks", str(now.weeks)), LEAST_WEEKS, MOST_WEEKS)
    grace = _number(
        name, "grace", f"Days of grace: {now.title}", typed.get("grace", str(now.grace_days)), 0, MOST_GRACE
    )
    problem = f'<p class="hp-attention" role="alert">{esc(refused.problem)}</p>' if refused is not None else ""
    return (
        f'<tr data-find="{esc(now.title.lower())}" data-patient="{context}" data-keys=""><th scope="row">{esc(now.title)}</th>'
        f"<td>{words}</td><td>{weeks}</td><td>{grace}</td>"
        f'<td class="hp-why-cell">{esc(row.shipped.source)}</td>'
        f'<td class="hp-row-form"><form id="{name}" data-form="interval:{context}" aria-label="{esc(now.title)}">{seen}'
        f'<button type="submit" class="hp-button" aria-label="Store: {esc(now.title)}">Store</button>{_reset(row)}</form>'
        f"{_who(row, zone)}{problem}</td></tr>"
    )


def _reset(row: IntervalInForce) -> str:
    if not row.interval.changed_by_site:
        return ""
    label = f"Reset to the value shipped: {row.shipped.title}"
    return f'<button type="button" class="hp-button" data-pick="reset:{row.shipped.context}" aria-label="{esc(label)}">Reset</button>'


def _who(row: IntervalInForce, zone: tzinfo | None) -> str:
    """What a site changed, who did it and when, beside what is shipped."""
    if row.changed_at is None:
        return ""
    grace = "" if row.shipped.context == REPORT_AWAITED else f" and {count_of(row.shipped.grace_days, 'day')} of grace"
    day = say_date(row.changed_at.astimezone(zone).date(), year=True)
    return (
        f'<p class="hp-label"><b>changed by this site</b>: {esc(row.changed_by)}, {day}; '
        f"shipped: {count_of(row.shipped.weeks, 'week')}{grace}</p>"
    )


def _number(form: str, name: str, label: str, value: str, least: int, most: int) -> str:
    return _input(form, name, "number", label, value, f'min="{least}" max="{most}" step="1" inputmode="numeric"')


def _input(form: str, name: str, kind: str, label: str, value: str, more: str) -> str:
    return (
        f'<input form="{form}" name="{name}" type="{kind}" required autocomplete="off" aria-label="{esc(label)}" '
        f'value="{esc(value)}" {more}>'
    )
