"""The lesion by date table under the chart: cells stand under their scans, the last row opens the reasons of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from dashboards.components.page import badge_html, esc
from tracker.pictures.badges import Badge, BadgeKind
from tracker.pictures.board import Board
from tracker.pictures.cells import TableCell, Tint
from tracker.pictures.lesion_table import HeadCell, LesionTable
from tracker.pictures.words import say_response

#: A badge of long letters is shortened where columns are nearer than this share of the plot, or end beyond the second.
_NEAR, _LAST = 0.15, 0.935
#: Columns narrower than this share of the plot are crowded: words are said in short where the page is narrow, and those
#: longer than ``_WORDY`` ("○ not seen" fits) already where it is wide.
_CROWDED, _WORDY = 0.1, 10

_TINTS: dict[Tint, str] = {Tint.NONE: "", **{tint: f" hp-{tint}" for tint in Tint if tint is not Tint.NONE}}


@dataclass(frozen=True, slots=True)
class Framed:
    """The columns that are framed, and the two short lines that say why."""

    columns: frozenset[int]
    words: tuple[str, str]


def lesion_table_html(board: Board, chosen: tuple[int, int] | None, framed: Framed | None = None) -> str:
    """The table. ``chosen`` is the course and row whose reasons are read."""
    table = board.table
    width = _cell_width(table.head)
    crowded = " hp-crowded" if width < _CROWDED else ""
    parts = [
        f'<div class="hp-lesions-frame{crowded}"><table class="hp-lesions" role="table" aria-label="Lesions by date, longest diameter in mm" '
        f'style="--w:{width:.4f};--row:{board.row_height}px">',
        f'<thead role="rowgroup">{_head(table, framed)}</thead><tbody role="rowgroup">',
        *_lesion_rows(table),
        *_sum_rows(table),
    ]
    parts.append(_badge_row(table, chosen))
    parts.append(f"</tbody></table>{_overlays(board, framed)}</div>")
    return "".join(parts)


def _cell_width(head: Sequence[HeadCell]) -> float:
    """Width of every cell as a share of the plot: the smallest distance between neighbours."""
    gaps = [right.place - left.place for left, right in pairwise(head)]
    return min([*gaps, 0.1])


def _head(table: LesionTable, framed: Framed | None) -> str:
    cells = "".join(
        f'<th role="columnheader" scope="col" class="hp-at" style="--x:{cell.place:.4f}">'
        f'<b title="{esc(cell.full_date)}">{esc(cell.date)}</b><span>{esc(f"{cell.year} {cell.modality}".strip())}</span></th>'
        for cell in table.head
    )
    first = '<th role="columnheader" scope="col" class="hp-name"><b>Scan</b><span>longest diameter, mm</span></th>'
    words = "" if framed is None else "<br>".join(esc(line) for line in framed.words)
    key = f'<td role="cell" class="hp-key">{words}</td>' if words else ""
    return f'<tr role="row" class="hp-head">{first}{cells}{key}</tr>'


def _lesion_rows(table: LesionTable) -> Iterable[str]:
    keys = (
        "↑ ↓ over 2 mm",
        '<i class="hp-fall-first"></i> −30 % base',
        '<i class="hp-rise-first"></i> +20 %, 5 mm',
    )
    for at, row in enumerate(table.rows):
        place = " · ".join(text for text in ("short axis" if row.is_node else row.place, row.role) if text)
        whole = " · ".join(text for text in (row.place, row.role) if text)
        name = f'<b>{esc(row.label)}</b><span title="{esc(whole)}">{esc(place)}</span>'
        yield _markup_row(name, row.cells, table.head, keys[at] if at < len(keys) else "")
    left = " · ".join(text for text in (table.folded, table.left_out) if text)
    if left:
        yield f'<tr role="row"><th role="rowheader" scope="row" class="hp-name hp-wide"><span>{esc(left)}</span></th></tr>'


def _sum_rows(table: LesionTable) -> Iterable[str]:
    """What the response rests on: the sum; without targets first what the reports count and say."""
    said = []
    if table.counts:
        said.append(_row("Count as stated", table.counts, table.head, "as reported", kind="hp-quiet"))
    if table.reported:
        said.append(_row("Radiologist’s words", table.reported, table.head, "as reported", kind="hp-quiet"))
    sizes = "Liver sum (count)" if table.has_sizes else "Lesions with a size"
    liver = _row(sizes, table.liver, table.head, "context only" if table.has_sizes else "", kind="hp-quiet")
    if table.has_targets:
        return (_row("Sum of targets", table.sums, table.head, "decides", kind="hp-sum"), liver, *said)
    return (*said, liver, _row("Target response", table.sums, table.head, "no sum", kind="hp-sum"))


def _row(name: str, cells: Sequence[TableCell], head: Sequence[HeadCell], key: str, kind: str = "") -> str:
    return _markup_row(f"<b>{esc(name)}</b>", cells, head, esc(key), kind)


def _markup_row(name: str, cells: Sequence[TableCell], head: Sequence[HeadCell], key: str, kind: str = "") -> str:
    inner = "".join(_cell(cell, place.place) for cell, place in zip(cells, head, strict=True))
    last = f'<td role="cell" class="hp-key">{key}</td>' if key else ""
    return (
        f'<tr role="row" class="{kind}"><th role="rowheader" scope="row" class="hp-name">{name}</th>{inner}{last}</tr>'
    )


def _cell(cell: TableCell, place: float) -> str:
    arrow = f" {cell.arrow}" if cell.arrow else ""
    text = f"{esc(cell.text)}{arrow}"
    if cell.short and cell.short != cell.text:
        text = f'<span class="hp-long">{text}</span><span class="hp-short" aria-hidden="true">{esc(cell.short)}{arrow}</span>'
    strong = " hp-strong" if cell.strong else ""
    wordy = " hp-wordy" if len(cell.text) > _WORDY else ""
    return f'<td role="cell" class="hp-at{_TINTS[cell.tint]}{strong}{wordy}" style="--x:{place:.4f}" title="{esc(cell.title)}">{text}</td>'


def _badge_row(table: LesionTable, chosen: tuple[int, int] | None) -> str:
    gaps = [right.place - left.place for left, right in pairwise(table.head)]
    near = min(gaps, default=1.0) < _NEAR
    narrow = near or max(head.place for head in table.head) > _LAST
    cells = "".join(
        f'<td role="cell" class="hp-at{" hp-two" if len(badges) > 1 else ""}" style="--x:{head.place:.4f}">'
        f"{''.join(_badge(badge, head, chosen, narrow=narrow, near=near, together=len(badges) > 1) for badge in badges)}</td>"
        for head, badges in zip(table.head, table.badges, strict=True)
    )
    # Where another response stands beside the last badge, its words take the place.
    beside = any(badge.beside is not None for badge in table.badges[-1]) if table.badges else False
    key = "" if beside else '<td role="cell" class="hp-key">press for why</td>'
    name = f"<b>Response</b><span>{esc(table.criterion)}</span>" if table.has_targets else "<b>Non-target response</b>"
    return f'<tr role="row" class="hp-badges"><th role="rowheader" scope="row" class="hp-name">{name}</th>{cells}{key}</tr>'


def _badge(
    badge: Badge, head: HeadCell, chosen: tuple[int, int] | None, *, narrow: bool, near: bool, together: bool
) -> str:
    if badge.kind is BadgeKind.OUTSIDE:
        return (
            f'<button type="button" class="hp-pick-badge hp-outside" data-pick="correct:{badge.exam}" '
            f'title="{esc(badge.title)}: press to correct it" aria-label="Correct the scan of {esc(head.full_date)}: '
            f'{esc(badge.title)}">no course…</button>'
        )
    pressed = str(chosen == (badge.course, badge.row)).lower()
    if badge.kind is BadgeKind.BASELINE:
        face = f'<span class="hp-baseline">{"start" if together else "baseline"}</span>'
    elif (narrow or together) and badge.brief != badge.text:
        confirmed = " hp-badge-confirmed" if badge.kind is BadgeKind.CONFIRMED else ""
        face = f'<span class="hp-badge hp-neutral{confirmed}">{badge.brief}</span>'
    else:
        face = badge_html(badge.response, str(badge.kind))
    if badge.beside is not None:
        words = f"({say_response(badge.beside)})" if near or together else f"computed {say_response(badge.beside)}"
        face = f'{face}<small class="hp-beside">{esc(words)}</small>'
    open_question = '<span class="hp-provisional" title="provisional">?</span>' if badge.provisional else ""
    label = f"Reasons on {head.full_date}: {badge.title}"
    return (
        f'<button type="button" class="hp-pick-badge" data-pick="{badge.course}:{badge.row}" aria-pressed="{pressed}" '
        f'title="{esc(badge.title)}" aria-label="{esc(label)}">{face}{open_question}</button>'
    )


def _overlays(board: Board, framed: Framed | None) -> str:
    """Dividers between courses, and frames around neighbouring scans; decoration only."""
    table = board.table
    marks = []
    for (before, after), badges in zip(pairwise(table.head), table.badges[1:], strict=True):
        if not after.begins_course:
            continue
        if len(badges) > 1:  # the scan closes one course and opens the next: the line stands behind its column
            marks.append(_divider(after.place + _cell_width(table.head) / 2))
            continue
        ends = [track.end for track in board.tracks if not track.is_last]
        inside = [place for end in ends if before.place <= (place := board.axis.fraction(end)) <= after.place]
        place = inside[0] if table.under_scans and inside else (before.place + after.place) / 2
        marks.append(_divider(place))
    for is_new, heads in groupby(table.head, lambda head: framed is not None and head.column in framed.columns):
        if is_new:
            marks.append(_frame([head.place for head in heads], _cell_width(table.head)))
    return "".join(marks)


def _frame(places: Sequence[float], width: float) -> str:
    """Around neighbouring columns, from the first place to the last."""
    middle, wide = (places[0] + places[-1]) / 2, places[-1] - places[0] + width
    return f'<i class="hp-frame" style="--x:{middle:.4f};--w:{wide:.4f}" aria-hidden="true"></i>'


def _divider(place: float) -> str:
    return f'<i class="hp-divider" style="--x:{place:.4f}" aria-hidden="true"></i>'
