"""The worklist as one table: states in the order of urgency, why and since when in every row, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.components.page import badge_html, esc, synthetic_chip
from dashboards.components.worklist_forms import Panel, panel_html
from tracker.domain.schedule.states import URGENCY, Standing, State
from tracker.domain.vocabulary import Sex
from tracker.domain.wording import format_long_date
from tracker.pictures.criteria import face_of
from tracker.pictures.words import count_of, say_date, say_modality
from tracker.services.owners import Owner
from tracker.services.worklist import EVERYBODY, Choice, Worklist, WorklistRow, find_text

#: Rows of one state on the page, where all states are shown and where it is the only one.
FEW, MANY = 60, 600

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SEX = {Sex.FEMALE: "woman", Sex.MALE: "man", Sex.OTHER: "other", Sex.UNKNOWN: "sex unknown"}
#: States in which nobody has to do anything.
_AT_REST = (State.PLANNED, State.CLOSED)
_NAMES = {State.AWAITING_MDT: "Awaiting MDT", State.DUE: "Due", State.PLANNED: "Planned"}
#: Head, width (the reason takes what is left), and whether a narrow screen leaves it out.
_COLUMNS = (
    ("Patient", "12%", False),
    ("Born", "7%", True),
    ("Primary", "9%", False),
    ("Last scan", "134px", False),
    ("Response", "152px", False),
    ("Why it is here", "auto", False),
    ("Since or due", "124px", False),
    ("Owner", "88px", False),
    ("", "214px", False),
)
#: A cell that goes with the columns a narrow screen leaves out, so that a row over all columns never makes one more.
_SPARE = '<td class="hp-wide-only"></td>'
_ACROSS = len(_COLUMNS) - 1
_LEGEND = (("e", "enter"), ("p", "plan"), ("d", "performed"), ("o", "owner"), ("m", "more"))
#: What a head means, where its word is short.
_TITLES = {"Response": ' title="Computed, by RECIST 1.1 (Eisenhauer 2009) where no other criterion is named"'}
#: What a key does in a row: the letter, and the action.
KEYS = "e=enter p=plan d=performed o=owner m=more"


def worklist_html(
    worklist: Worklist,
    today: date,
    choice: Choice = EVERYBODY,
    me: int = 0,
    panel: Panel | None = None,
    owners: Sequence[Owner] = (),
    said: str = "",
) -> str:
    """Head with the search, the filters, then the table; ``said`` is what happened last, ``me`` the user's own key."""
    rows = worklist.only(choice)
    most = FEW if choice.state is None else MANY
    by_state: dict[State, list[WorklistRow]] = {state: [] for state in URGENCY}
    for row in rows:
        by_state[row.state].append(row)
    cut = any(len(of_state) > most for of_state in by_state.values()) or bool(choice.words)
    groups = "".join(
        _group(worklist, state, of_state, most, today, panel, owners, me)
        for state, of_state in by_state.items()
        if of_state
    )
    widths = "".join(f'<col style="width:{width}"{_narrow(wide)}>' for _, width, wide in _COLUMNS)
    heads = "".join(
        f'<th scope="col"{_TITLES.get(name, "")}{_narrow(wide)}>{esc(name)}</th>'
        if name
        else '<th scope="col"><span class="hp-unseen">What can be done</span></th>'
        for name, _, wide in _COLUMNS
    )
    marks = f"{' data-cut' if cut else ''}{' data-found' if choice.words else ''}"
    none = "No patient of this list fits what is chosen and typed."
    return (
        f"{_head(worklist, today, choice)}{_filters(worklist, choice, me, owners)}"
        f'<p class="hp-told" role="status">{esc(said)}</p>'
        f"<div class='hp-work hp-worklist' tabindex='-1'{marks}><table><caption class='hp-unseen'>Worklist</caption>"
        f"<colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead>{groups}</table>"
        f"<p class='hp-note hp-none' data-none{' hidden' if rows else ''}>{none}</p></div>"
    )


def name_state(state: State) -> str:
    """A state as a heading."""
    return _NAMES.get(state, str(state).capitalize())


def _narrow(wide: bool) -> str:
    return ' class="hp-wide-only"' if wide else ""


def _head(worklist: Worklist, today: date, choice: Choice) -> str:
    overdue = len(worklist.of(State.OVERDUE))
    needs = sum(row.state not in _AT_REST for row in worklist.rows)
    who = "1 patient needs" if needs == 1 else f"{needs:,} patients need"
    late = "None is" if not overdue else "1 is" if overdue == 1 else f"{overdue:,} are"
    said = f"{who} something. {late} overdue."
    mark = synthetic_chip() if worklist.synthetic else ""
    return (
        f'<div class="hp-find"><h1>{_DAYS[today.weekday()]} {format_long_date(today)}</h1>{mark}<p>{esc(said)}</p>'
        f'{_legend("hp-wide-only")}<label>Find a patient <kbd>/</kbd><input type="search" data-search autocomplete="off" '
        'placeholder="identifier, primary, reason" aria-label="Find a patient" '
        f'value="{esc(choice.words)}"></label></div>'
    )


def _legend(where: str) -> str:
    """The keys of a row; on a wide screen beside the search, else beside the filters."""
    keys = " ".join(f"<kbd>{key}</kbd> {said}" for key, said in _LEGEND)
    return f'<p class="hp-legend {where}">In a row: {keys}</p>'


def _filters(worklist: Worklist, choice: Choice, me: int, owners: Sequence[Owner]) -> str:
    """The states as buttons with their numbers, then owner and primary."""
    others = worklist.only(choice._replace(state=None))
    numbers = {state: sum(row.state is state for row in others) for state in URGENCY}
    buttons = [_state_button("all", "All", len(others), pressed=choice.state is None)]
    buttons += [
        _state_button(str(state), name_state(state), number, pressed=choice.state is state)
        for state, number in numbers.items()
        if number or choice.state is state
    ]
    names = {owner.user_id: owner.name for owner in owners} | {
        row.owner_id: row.owner or "" for row in worklist.rows if row.owner_id is not None
    }
    people = [("", "everybody"), (str(me), "me"), ("0", "nobody")]
    people += [(str(key), name) for key, name in sorted(names.items(), key=lambda one: one[1]) if key != me]
    primaries = sorted({str(row.primary) for row in worklist.rows})
    chosen = "" if choice.owner is None else str(choice.owner)
    return (
        f'<div class="hp-filters"><div role="group" aria-label="State">{"".join(buttons)}</div>'
        f"{_select('by-owner', 'Owner', people, chosen)}"
        f"{_select('by-primary', 'Primary', [('', 'all'), *((one, one) for one in primaries)], str(choice.primary or ''))}"
        f"{_legend('hp-narrow-only')}</div>"
    )


def _state_button(value: str, name: str, number: int, *, pressed: bool) -> str:
    return (
        f'<button type="button" class="hp-filter" data-pick="state:{esc(value)}" aria-pressed="{str(pressed).lower()}">'
        f"{esc(name)} <b>{number}</b></button>"
    )


def _select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    items = "".join(
        f'<option value="{esc(value)}"{" selected" if value == chosen else ""}>{esc(said)}</option>'
        for value, said in options
    )
    return f'<label class="hp-choose">{label}: <select data-choose="{name}">{items}</select></label>'


def _group(
    worklist: Worklist,
    state: State,
    rows: Sequence[WorklistRow],
    most: int,
    today: date,
    panel: Panel | None,
    owners: Sequence[Owner],
    me: int,
) -> str:
    body = "".join(_row(row, today, panel, owners, me) for row in rows[:most])
    more = len(rows) - most
    rest = ""
    if more > 0:
        pick = f'<button type="button" class="hp-link" data-pick="state:{esc(state)}">Show only these</button>'
        rest = f'<tr><td colspan="{_ACROSS}">and {more:,} more. {pick if most < MANY else "Type to find one."}</td>{_SPARE}</tr>'
    return (
        f'<tbody data-group><tr><th scope="rowgroup" colspan="{_ACROSS}">{esc(name_state(state))} '
        f"<span>{len(rows)}</span><span>{esc(_meaning(worklist, state, today))}</span></th>{_SPARE}</tr>{body}{rest}</tbody>"
    )


def _meaning(worklist: Worklist, state: State, today: date) -> str:
    if state is State.REPORT_AWAITED:
        return f"{state.meaning}; marked after {count_of(worklist.intervals.report_days, 'day')}"
    if state is State.AWAITING_MDT and worklist.next_meeting is not None:
        day = worklist.next_meeting
        when = "today" if day == today else f"{_DAYS[day.weekday()]} {say_date(day, year=day.year != today.year)}"
        return f"{state.meaning}; next meeting: {when}"
    return state.meaning


def _row(row: WorklistRow, today: date, panel: Panel | None, owners: Sequence[Owner], me: int) -> str:
    born = " · ".join(text for text in (str(row.birth_year or ""), _SEX[row.sex]) if text)
    last = row.last
    scan = "none yet"
    if last is not None:
        when = say_date(last.performed_on, year=last.performed_on.year != today.year)
        scan = f"{say_modality(last.modality)} of {when}"
    name = f" · {esc(row.name)}" if row.name else ""
    mine = panel if panel is not None and panel.patient_id == row.patient_id else None
    opened = "" if mine is None else panel_html(row, mine, today, owners, me, _ACROSS, _SPARE)
    return (
        f'<tr data-find="{esc(find_text(row))}" data-patient="{row.patient_id}" data-keys="{KEYS}">'
        f'<td><button type="button" class="hp-link" data-pick="open:{row.patient_id}" '
        f'aria-label="Open {esc(row.identifier)}">{esc(row.identifier)}</button>{name}</td>'
        f'<td class="hp-wide-only">{esc(born)}</td><td>{esc(row.primary)}</td><td>{esc(scan)}</td><td class="hp-response">{_response(row)}</td>'
        f'<td class="hp-why-cell">{_why(row, today)}</td><td>{_since(row, today)}</td><td>{_owner(row)}</td>'
        f'<td class="hp-actions">{_actions(row)}</td></tr>{opened}'
    )


def _response(row: WorklistRow) -> str:
    followed = row.followed
    if followed.is_baseline:
        return badge_html(None)
    if followed.response is None:
        return '<span class="hp-label">none</span>'
    face = face_of(followed.criterion)
    by = "" if face.is_usual else f' <span class="hp-label" title="{esc(face.with_source)}">{esc(face.name)}</span>'
    return f"{badge_html(followed.response)}{by}"


def _why(row: WorklistRow, today: date) -> str:
    """The reason; what is new since the meeting; what holds besides."""
    why = row.standing.why
    also = [_say_also(one, today) for one in row.standings[1:] if one.state is not State.CLOSED]
    besides = f'<span class="hp-also">also {esc(", ".join(also))}</span>' if also else ""
    new = ""
    if row.changes:
        day = row.changes.reference.day
        what = "decision" if row.changes.reference.is_own else "meeting"
        said = "; ".join(row.changes.said)
        title = f"Since the {what} of {say_date(day, year=True)}: {said}"
        new = (
            f'<span class="hp-new" title="{esc(title)}"><i aria-hidden="true">◆</i> '
            f"{esc(row.changes.said[0])} since {say_date(day, year=day.year != today.year)}</span>"
        )
    return f'<div><span title="{esc(why)}">{esc(why[:1].upper() + why[1:])}</span>{besides}{new}</div>'


def _say_also(standing: Standing, today: date) -> str:
    if standing.state is State.PLANNED and standing.on is not None:
        return f"planned for {say_date(standing.on, year=standing.on.year != today.year)}"
    return str(standing.state)


def _since(row: WorklistRow, today: date) -> str:
    """How late, since when, or by when: in words, and marked where somebody is to act at once."""
    standing = row.standing
    if standing.on is None or standing.days is None:
        return ""
    day, days = say_date(standing.on, year=standing.on.year != today.year), standing.days
    if standing.state is State.OVERDUE:
        text = f"{count_of(days, 'day')} late"
    elif standing.state is State.REPORT_AWAITED:
        text = "today" if days == 0 else count_of(days, "day")
    elif standing.state in (State.TO_ENTER, State.TO_VERIFY):
        text = f"since {day}"
    elif standing.state is State.AWAITING_MDT:
        text = day if row.asked is not None else f"since {day}"
    elif standing.state is State.ACTION_OPEN:
        text = f"by {day}" if row.action is not None and row.action.due_on is not None else f"since {day}"
    elif standing.state is State.PLANNED:
        text = day
    else:
        text = f"due {day}"
    return f'<span class="hp-late">! {text}</span>' if standing.late else text


def _owner(row: WorklistRow) -> str:
    if row.owner is not None:
        return f'<span title="{esc(row.owner)}">{esc(row.owner)}</span>'
    label = f"Take {esc(row.identifier)}"
    return f'<button type="button" class="hp-link hp-quiet-link" data-pick="owner:{row.patient_id}" aria-label="{label}">take</button>'


def _actions(row: WorklistRow) -> str:
    """What the state asks for, entering a scan, and all the rest behind one button."""
    key, who = row.patient_id, esc(row.identifier)
    asked = {
        State.OVERDUE: ("plan", "Plan…", "Plan a scan of"),
        State.DUE: ("plan", "Plan…", "Plan a scan of"),
        State.PLANNED: ("performed", "Performed…", "A scan was performed of"),
        State.TO_VERIFY: ("verify", "Verify", "Verify the scan of"),
        State.AWAITING_MDT: ("open", "Open", "Open the board of"),
        State.ACTION_OPEN: ("close", "Close…", "Close the action of"),
    }.get(row.state)
    if row.state in (State.OVERDUE, State.DUE) and row.appointment is not None:
        asked = ("performed", "Performed…", "A scan was performed of")
    first = "" if asked is None else _button(f"{asked[0]}:{key}", asked[1], f"{asked[2]} {who}")
    enter = _button(f"enter:{key}", "Enter", f"Enter a scan of {who}")
    return f"{first}{enter}{_button(f'more:{key}', '⋯', f'More for {who}')}"


def _button(pick: str, said: str, label: str) -> str:
    return f'<button type="button" class="hp-button" data-pick="{pick}" aria-label="{label}">{said}</button>'
