"""The reasons of one scan: sums, arithmetic, a ruler, what would change it, the rules with their sources."""

from __future__ import annotations

from dashboards.components.page import badge_html, esc
from tracker.pictures.why import Ruler, Why
from tracker.pictures.why_steps import Step
from tracker.pictures.words import say_mm

_WIDTH = 560


def why_html(why: Why, before: str | None, after: str | None, place: str, sources: str = "") -> str:
    """The panel. ``before`` and ``after`` name the scans its buttons go to; ``place`` says which of how many this is;
    ``sources`` is the markup of where the reports say so.

    The newest scan's sentence stands in the strip over the chart already, so it is said for the others only.
    """
    badge = badge_html(None) if why.answer.is_baseline else badge_html(why.answer.response, why.answer.kind, alone=True)
    parts = [
        f'<div class="hp-why"><div class="hp-why-head"><h2>{esc(why.title)}</h2>{badge}'
        f'<span class="hp-why-steps"><span class="hp-label">{esc(place)}</span>'
        f"{_button('‹ scan', before, 'Reasons of the scan before')}{_button('scan ›', after, 'Reasons of the next scan')}</span></div>",
        ""
        if after is None
        else f"<p>{esc(why.answer.lead)} <b>{esc(why.answer.text)}</b> {esc(' '.join(why.answer.turns))}</p>",
        _opinions(why),
        _sums(why),
        _steps(why.steps),
        "" if why.ruler is None else _ruler(why.ruler),
        _facts(why),
        sources,
        f'<div class="hp-why-foot">{_corrections(why)}</div></div>',
    ]
    return "".join(parts)


def _opinions(why: Why) -> str:
    """Computed, reported and confirmed in one line; a sentence where two of them differ."""
    differ = "".join(f"<p>{esc(text)}</p>" for text in why.differences)
    return f"<p>{esc(why.opinions)}</p>{differ}" if why.opinions else ""


def _corrections(why: Why) -> str:
    """The way to correct or withdraw what is stored: one quiet button for each exam judged here."""
    alone = len(why.exams) == 1
    return "".join(
        f'<button type="button" class="hp-button hp-quiet" data-pick="correct:{number}" '
        f'aria-label="Correct the {esc(name)}">{"Correct this scan…" if alone else f"Correct {esc(name)}…"}</button>'
        for number, name in why.exams
    )


def _button(text: str, row: str | None, label: str) -> str:
    if row is None:
        return f'<button type="button" class="hp-button" disabled aria-label="{esc(label)}">{text}</button>'
    return f'<button type="button" class="hp-button" data-pick="{esc(row)}" aria-label="{esc(label)}">{text}</button>'


def _sums(why: Why) -> str:
    if not why.sums:
        return '<p class="hp-note">No target: there is no sum to add up.</p>'
    head = "".join(
        f'<th scope="col" class="hp-number{" hp-strong" if column.is_nadir or column.is_this else ""}">'
        f"{esc(column.note)}<br>{esc(column.date)}</th>"
        for column in why.columns
    )
    body = "".join(
        f'<tr{" class=hp-total" if row is why.sums[-1] else ""}><th scope="row"><b>{esc(row.label)}</b> {esc(row.place)}</th>'
        f"{''.join(f'<td class=hp-number>{esc(value)}</td>' for value in row.values)}</tr>"
        for row in why.sums
    )
    return (
        '<table class="hp-table hp-sums"><caption class="hp-unseen">Targets and their sum</caption>'
        f'<thead><tr><th scope="col">mm</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _steps(steps: tuple[Step, ...]) -> str:
    if not steps:
        return ""
    rows = "".join(
        f"<tr><th scope=row>{esc(step.name)}</th><td>{esc(step.how)}</td><td class=hp-number><b>{esc(step.result)}</b></td>"
        f"<td>{esc(step.needs)}</td><td class=hp-met>{_met(step.met)}</td></tr>"
        for step in steps
    )
    return (
        '<table class="hp-table hp-steps"><caption class="hp-unseen">The arithmetic</caption><thead class="hp-unseen"><tr>'
        '<th scope="col">compared with</th><th scope="col">how</th><th scope="col">result</th><th scope="col">needed</th><th scope="col">met</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _met(met: bool | None) -> str:
    if met is None:
        return ""
    return "<b>✓ met</b>" if met else "not met"


def _ruler(ruler: Ruler) -> str:
    """A ruler in mm; its sentence says the same."""

    def x(mm: float) -> float:
        return round(8 + (mm - ruler.low) / (ruler.high - ruler.low) * (_WIDTH - 16), 1)

    low, high = (x(max(ruler.low, min(ruler.high, mm))) for mm in ruler.noise)
    ticks = "".join(
        f'<path d="M{x(mm)} 34v5" class="hp-tick"/><text x="{x(mm)}" y="52" class="hp-quiet">{mm:g}</text>'
        for mm in ruler.ticks
    )
    words = [
        (ruler.nadir, f"nadir {say_mm(round(ruler.nadir * 1000))}", False),
        (ruler.now, f"this {say_mm(round(ruler.now * 1000))}", True),
        (ruler.pd, f"{ruler.pd_name} {say_mm(round(ruler.pd * 1000))}", False),
        (ruler.pr, f"{ruler.pr_name} {say_mm(round(ruler.pr * 1000))}", False),
    ]
    labels, taken = [], [-99.0, -99.0]
    for mm, text, strong in sorted(words):
        half = len(text) * 3.6
        place = min(max(x(mm), half), _WIDTH - half)
        row = 0 if place - half > taken[0] else 1
        taken[row] = place + half + 6
        labels.append(
            f'<text x="{place:.1f}" y="{13 - 13 * row + 13}"{" class=hp-strong" if strong else ""}>{esc(text)}</text>'
        )
    now = x(ruler.now)
    return (
        f'<svg class="hp-ruler" viewBox="0 -2 {_WIDTH} 56" role="img" aria-label="{esc(ruler.sentence)}">'
        f'<rect x="{low}" y="29" width="{high - low:.1f}" height="10" class="hp-noise"/>'
        f'<path d="M8 34H{_WIDTH - 8}" class="hp-axis"/>{ticks}'
        f'<path d="M{x(ruler.pr)} 27v14" class="hp-pr-line"/><path d="M{x(ruler.pd)} 27v14" class="hp-pd-line"/>'
        f'<path d="M{x(ruler.nadir)} 27l7 7-7 7-7-7z" class="hp-nadir"/><circle cx="{now}" cy="34" r="4.5" class="hp-now"/>'
        f'{"".join(labels)}</svg><p class="hp-label">{esc(ruler.sentence)}</p>'
    )


def _facts(why: Why) -> str:
    items = []
    if why.would_change:
        items.append(("Would change it", " ".join(why.would_change)))
    rules = "".join(
        f"<li>{esc(reason.text)} <span>{esc(reason.rule)}, {esc(reason.source)}</span></li>" for reason in why.reasons
    )
    if why.depends_on:
        items.append(("Depends on a setting", why.depends_on))
    if why.noise:
        items.append(("Second read", why.noise))
    facts = "".join(f"<dt>{esc(name)}</dt><dd>{esc(text)}</dd>" for name, text in items)
    if rules:
        facts += f"<dt>Rules that fired</dt><dd><ul>{rules}</ul></dd>"
    if why.reported and not why.opinions:
        facts += f"<dt>Reported</dt><dd>{esc(why.reported)}</dd>"
    facts += f"<dt>Judged by</dt><dd>{esc(why.criterion)}: {esc(why.conventions)}</dd>"
    return f'<dl class="hp-facts">{facts}</dl>'
