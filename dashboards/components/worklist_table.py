"""The worklist as one table: groups in the order of urgency, a reason in every row, buttons that open and enter."""

from __future__ import annotations

from datetime import date

from dashboards.components.page import badge_html, esc, synthetic_chip
from tracker.domain.vocabulary import Sex
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, say_date
from tracker.services.worklist import Group, Worklist, WorklistRow

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEX = {Sex.FEMALE: "woman", Sex.MALE: "man", Sex.OTHER: "other", Sex.UNKNOWN: "sex unknown"}
_COLUMNS = (
    ("Patient", 9.5),
    ("Born", 8),
    ("Primary", 8.5),
    ("Last scan", 9.5),
    ("Response", 11.5),
    ("Why it is here", 34),
    ("Since or due", 10),
    ("", 9),
)


#: What a head means, where its word is short.
_TITLES = {"Response": ' title="Computed, by RECIST 1.1 (Eisenhauer 2009) where no other criterion is named"'}


def worklist_html(worklist: Worklist, today: date) -> str:
    """Head with the search, then the table."""
    widths = "".join(f'<col style="width:{width}%">' for _, width in _COLUMNS)
    heads = "".join(
        f'<th scope="col"{_TITLES.get(name, "")}>{esc(name)}</th>'
        if name
        else '<th scope="col"><span class="hp-unseen">Enter</span></th>'
        for name, _ in _COLUMNS
    )
    groups = "".join(_group(group, worklist.group(group), today) for group in Group)
    return (
        f"{_head(worklist, today)}<div class='hp-work' tabindex='-1'><table><caption class='hp-unseen'>Worklist</caption>"
        f"<colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead>{groups}</table>"
        "<p class='hp-note' data-none hidden style='padding:12px 16px;margin:0'>No patient of this list fits what is typed.</p></div>"
    )


def _head(worklist: Worklist, today: date) -> str:
    overdue = len(worklist.group(Group.OVERDUE))
    needs = sum(len(worklist.group(group)) for group in (Group.OVERDUE, Group.TO_COMPLETE, Group.DUE))
    verb = "needs" if needs == 1 else "need"
    said = f"{count_of(needs, 'patient')} {verb} a scan or an entry. {'None is' if not overdue else f'{overdue} is' if overdue == 1 else f'{overdue} are'} overdue."
    mark = synthetic_chip() if worklist.synthetic else ""
    return (
        f'<div class="hp-find"><h1>{_DAYS[today.weekday()]} {today.day} {today:%B} {today.year}</h1>{mark}<p>{esc(said)}</p>'
        '<label>Find a patient <kbd>/</kbd><input type="search" data-search autocomplete="off" '
        'placeholder="identifier, primary, treatment" aria-label="Find a patient"></label></div>'
    )


def _group(group: Group, rows: tuple[WorklistRow, ...], today: date) -> str:
    if not rows:
        return ""
    body = "".join(_row(row, today) for row in rows)
    return (
        f'<tbody data-group><tr><th scope="rowgroup" colspan="{len(_COLUMNS)}">{esc(group)} <span>{len(rows)}</span>'
        f"<span>{esc(group.meaning)}</span></th></tr>{body}</tbody>"
    )


def _row(row: WorklistRow, today: date) -> str:
    born = " · ".join(text for text in (str(row.birth_year or ""), _SEX[row.sex]) if text)
    scan = (
        "none yet"
        if row.last_scan is None
        else f"{row.modality} of {say_date(row.last_scan, year=row.last_scan.year != today.year)}"
    )
    find = " ".join((row.identifier, row.name or "", str(row.primary), row.why)).lower()
    name = f" · {esc(row.name)}" if row.name else ""
    return (
        f'<tr data-find="{esc(find)}"><td><button type="button" class="hp-link" data-pick="open:{row.patient_id}" '
        f'aria-label="Open {esc(row.identifier)}">{esc(row.identifier)}</button>{name}</td>'
        f"<td>{esc(born)}</td><td>{esc(row.primary)}</td><td>{esc(scan)}</td><td>{_response(row)}</td>"
        f'<td class="hp-why-cell" title="{esc(row.why)}">{esc(row.why)}</td><td>{_since(row, today)}</td>'
        f'<td class="hp-actions"><button type="button" class="hp-button" data-pick="enter:{row.patient_id}" '
        f'aria-label="Enter a scan of {esc(row.identifier)}">Enter a scan</button></td></tr>'
    )


def _response(row: WorklistRow) -> str:
    if row.is_baseline:
        return badge_html(None)
    if row.response is None:
        return '<span class="hp-label">none</span>'
    face = face_of(row.criterion)
    by = (
        ""
        if face.is_usual
        else f' <span class="hp-label" style="margin-left:4px" title="{esc(face.with_source)}">{esc(face.name)}</span>'
    )
    return f"{badge_html(row.response)}{by}"


def _since(row: WorklistRow, today: date) -> str:
    if row.group is Group.OVERDUE and row.days_late is not None:
        return f'<span class="hp-late">! {count_of(row.days_late, "day")} late</span>'
    if row.group is Group.RECENT and row.days_since is not None:
        return "today" if row.days_since == 0 else f"{count_of(row.days_since, 'day')} ago"
    if row.due is not None:
        return f"due {say_date(row.due, year=row.due.year != today.year)}"
    return ""
