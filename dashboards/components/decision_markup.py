"""The decision box as HTML: what the team writes, the response it confirms, and what became of it. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dashboards.components.board_facts import CaseFacts, OpenCase, say_ahead
from dashboards.components.page import badge_html, esc
from tracker.domain.record import Confirmation
from tracker.domain.schedule.situation import Decision
from tracker.domain.vocabulary import Response
from tracker.pictures.words import say_date, say_response


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest scan of the running course: what is computed for it, and what a clinician confirmed of it."""

    course: int
    on: date
    computed: Response | None
    is_baseline: bool
    confirmed: Confirmation | None
    responses: tuple[Response, ...]

    @property
    def stands(self) -> bool:
        """Whether what was confirmed still speaks of what is computed; it may be another response."""
        return self.confirmed is not None and self.confirmed.stands(self.computed)


@dataclass(frozen=True, slots=True)
class Panel:
    """What is open in the box ("" is the box itself), what was typed into it, and why it was not stored."""

    mode: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    #: After a conflict: what moved since the user looked.
    moved: tuple[str, ...] = ()


def box_html(newest: Newest | None, facts: CaseFacts, case: OpenCase | None, panel: Panel, today: date) -> str:
    """The whole box: its head, and below it one form or what was decided."""
    forms = {"confirm": _confirm, "take-back": _take_back}
    if panel.mode in forms and newest is not None:
        body = forms[panel.mode](newest, panel)
    elif panel.mode == "close" and (decision := _shown(facts, case)) is not None:
        body = _close(decision, panel)
    elif panel.mode == "postpone" and case is not None:
        body = _postpone(case, panel)
    elif panel.mode == "ask":
        body = _ask(facts, panel)
    elif case is None or case.question.state == "postponed":
        body = _outside(facts, case)
    elif (decision := facts.decision(case.question.decision_id)) is not None and decision.decided_at is not None:
        body = _decided(decision, "Ask anew…")
    else:
        body = _write(facts, panel, today)
    return f'<div class="hp-decision">{_head(newest, panel)}{_problem(panel)}{body}</div>'


def _head(newest: Newest | None, panel: Panel) -> str:
    title = '<h2>Decision</h2><span class="hp-label" data-said role="status"></span>'
    if newest is None:
        return f'<div class="hp-decision-head">{title}</div>'
    if newest.is_baseline:
        side = '<span class="hp-label">Response</span><span class="hp-chip"><b>baseline: nothing to confirm</b></span>'
        return f'<div class="hp-decision-head">{title}<span class="hp-decision-side">{side}</span></div>'
    confirmed = newest.confirmed
    if confirmed is not None and newest.stands:
        badge = badge_html(confirmed.response, "confirmed", alone=True)
    else:  # what was confirmed on other values is no longer filled
        badge = badge_html(newest.computed, "computed", alone=True)
    who = (
        ""
        if confirmed is None
        else f"by {confirmed.confirmed_by} on {say_date(confirmed.confirmed_at.date(), year=True)}"
    )
    before = ""
    if confirmed is not None and not newest.stands:
        before = f"{say_response(confirmed.response)} was confirmed on other values"
        who = f"{say_response(confirmed.response)} {who}, on other values; now {say_response(newest.computed)} is computed"
    elif confirmed is not None and confirmed.response is not newest.computed:
        who += f"; {say_response(newest.computed)} is computed"
    if panel.mode:
        button = ""
    elif confirmed is None or not newest.stands:
        button = _button("mode:confirm", "Confirm…", "Confirm or overrule the computed response")
    else:
        button = _button("mode:take-back", "Take back…", f"Take back what was confirmed {who}")
    side = (
        f'<span class="hp-label">Response of {esc(say_date(newest.on))}</span>'
        f'<span title="{esc(f"Confirmed {who}" if who else "Not yet confirmed by a clinician")}">{badge}</span>{button}'
    )
    under = f'<p class="hp-label">{esc(before)}</p>' if before else ""
    return f'<div class="hp-decision-head">{title}<span class="hp-decision-side">{side}</span></div>{under}'


def _problem(panel: Panel) -> str:
    if not panel.problem:
        return ""
    moved = "".join(f"<li>{esc(line)}</li>" for line in panel.moved)
    return f'<div class="hp-decision-problem" role="alert"><b>{esc(panel.problem)}</b>{f"<ul>{moved}</ul>" if moved else ""}</div>'


def _write(facts: CaseFacts, panel: Panel, today: date) -> str:
    """The four fields of a decision; ``typed`` is the draft."""
    typed = panel.typed
    if facts.booked_on is not None:
        said = f"{say_date(facts.booked_on, year=True)} · {say_ahead(facts.booked_on, today)}"
        scan = f'<label>Next scan, booked<input value="{esc(said)}" readonly></label>'
    else:
        due = f"Next scan, due {say_date(facts.due_on, year=True)}" if facts.due_on is not None else "Next scan"
        scan = f'<label>{esc(due)}<input type="date" name="next" min="{today.isoformat()}" value="{_typed(typed, "next")}"></label>'
    return (
        '<form data-form="decide" data-draft autocomplete="off">'
        '<div class="hp-decision-line"><label for="hp-outcome">Outcome</label>'
        '<button type="button" class="hp-quiet-button" data-pick="mode:postpone">Postpone…</button></div>'
        '<textarea id="hp-outcome" name="outcome" rows="2" maxlength="10000" placeholder="what the team decides">'
        f"{_typed(typed, 'outcome')}</textarea>"
        f'<div class="hp-decision-row"><label>Owner<input name="owner" maxlength="200" value="{_typed(typed, "owner")}"></label>'
        f'<label>Due<input type="date" name="due" value="{_typed(typed, "due")}"></label>{scan}'
        '<button type="submit" class="hp-button hp-filled">Decide</button></div></form>'
    )


def _confirm(newest: Newest, panel: Panel) -> str:
    chosen = panel.typed.get("response", str(newest.computed))
    options = "".join(
        f'<option value="{esc(one)}"{" selected" if str(one) == chosen else ""}>{esc(say_response(one))}'
        f"{' (computed)' if one is newest.computed else ''}</option>"
        for one in newest.responses
    )
    computed = say_response(newest.computed)
    return (
        '<form data-form="confirm" autocomplete="off"><p>What you confirm is kept beside what is computed, with the values as they are now.</p>'
        f'<div class="hp-decision-row"><label>Response<select name="response" data-focus>{options}</select></label>'
        f'<label class="hp-wide">Why, where it is not {esc(computed)}<input name="remark" maxlength="10000" value="{_typed(panel.typed, "remark")}"></label></div>'
        f"{_answers('Confirm')}</form>"
    )


def _take_back(newest: Newest, panel: Panel) -> str:
    confirmed = newest.confirmed
    if confirmed is None:
        return ""
    said = f"{say_response(confirmed.response)}, confirmed by {confirmed.confirmed_by} on {say_date(confirmed.confirmed_at.date(), year=True)}"
    why = f": “{confirmed.remark}”" if confirmed.remark else ""
    return (
        f'<form data-form="take-back" autocomplete="off"><p>{esc(said)}{esc(why)}. It stays in the history.</p>'
        f'<div class="hp-decision-row"><label class="hp-wide">Why is it taken back?<input name="reason" data-focus required maxlength="10000" '
        f'value="{_typed(panel.typed, "reason")}"></label></div>{_answers("Take back")}</form>'
    )


def _close(decision: Decision, panel: Panel) -> str:
    return (
        f'<form data-form="close" autocomplete="off"><p>{esc(decision.outcome)}</p><input type="hidden" name="decision" value="{decision.id}">'
        f'<div class="hp-decision-row"><label class="hp-wide">What was done?<input name="remark" data-focus required maxlength="10000" '
        f'value="{_typed(panel.typed, "remark")}"></label></div>{_answers("Close the action")}</form>'
    )


def _postpone(case: OpenCase, panel: Panel) -> str:
    return (
        f'<form data-form="postpone" autocomplete="off"><p>{esc(case.question.question)}</p>'
        f'<div class="hp-decision-row"><label class="hp-wide">Why is it postponed?<input name="reason" data-focus required maxlength="10000" '
        f'value="{_typed(panel.typed, "reason")}"></label></div>{_answers("Postpone")}</form>'
    )


def _ask(facts: CaseFacts, panel: Panel) -> str:
    """A question for a meeting that is ahead, or for one that is opened with it."""
    if facts.ahead:
        chosen = panel.typed.get("meeting", str(facts.ahead[0].id))
        options = "".join(
            f'<option value="{one.id}"{" selected" if str(one.id) == chosen else ""}>{esc(say_date(one.held_on, year=True))}, {esc(one.name)}</option>'
            for one in facts.ahead
        )
        meeting = f'<label>Meeting<select name="meeting">{options}</select></label>'
    else:
        meeting = (
            f'<label>Meeting of<input type="date" name="held" required value="{_typed(panel.typed, "held")}"></label>'
        )
    return (
        '<form data-form="ask" autocomplete="off">'
        f'<label>Question<input name="question" data-focus required maxlength="10000" value="{_typed(panel.typed, "question")}"></label>'
        f'<div class="hp-decision-row">{meeting}<label class="hp-wide">Asked by<input name="asked" maxlength="200" value="{_typed(panel.typed, "asked")}"></label></div>'
        f"{_answers('Put on the list')}</form>"
    )


def _outside(facts: CaseFacts, case: OpenCase | None) -> str:
    """Away from an open case: what waits for a meeting, else what was decided last."""
    offer = (
        f"Put on the list of {say_date(facts.ahead[0].held_on)}…" if facts.ahead else "Put on the list of a meeting…"
    )
    if case is None and facts.asked is not None:
        waits = facts.asked
        return (
            f'<p class="hp-decision-said">On the list of <b>{esc(say_date(waits.meeting_on, year=True))}</b>: {esc(waits.question)}</p>'
            f'<div class="hp-decision-foot">{_button(f"case:{waits.id}", "Open the case", "Open the case at its meeting")}</div>'
        )
    if case is not None:
        return (
            f'<p class="hp-decision-said">Postponed: {esc(case.question.question)}</p>'
            f'<div class="hp-decision-foot">{_button("mode:ask", offer, offer)}</div>'
        )
    if facts.decided is None:
        return (
            '<p class="hp-decision-said">No meeting has decided on this patient yet.</p>'
            f'<div class="hp-decision-foot">{_button("mode:ask", offer, offer)}</div>'
        )
    return _decided(facts.decided, offer)


def _decided(decision: Decision, offer: str) -> str:
    """What was decided, when and by whom, and whether the action is done."""
    at = decision.decided_at
    told = "" if at is None else f"Decided {say_date(at.date(), year=True)} by {decision.decided_by or 'nobody known'}"
    owner = f"<dt>Owner</dt><dd>{esc(decision.owner)}</dd>" if decision.owner else ""
    due = f"<dt>Due</dt><dd>{esc(say_date(decision.due_on, year=True))}</dd>" if decision.due_on else ""
    if decision.has_open_action:
        state = '<span class="hp-chip hp-chip-attention"><b>action open</b></span>'
        close = _button("mode:close", "Close the action…", "Say that what was decided is done")
    elif decision.closed_on is not None:
        state = f'<span class="hp-chip">action closed <b>{esc(say_date(decision.closed_on, year=True))}</b></span>'
        close = ""
    else:
        state, close = "", ""
    return (
        f'<div class="hp-decision-said"><p>{esc(decision.outcome)}</p><dl>{owner}{due}</dl></div>'
        f'<div class="hp-decision-foot"><span class="hp-label">{esc(told)}, asked at the meeting of {esc(say_date(decision.meeting_on, year=True))}</span>'
        f'{state}<span class="hp-decision-side">{close}{_button("mode:ask", offer, offer)}</span></div>'
    )


def _shown(facts: CaseFacts, case: OpenCase | None) -> Decision | None:
    return facts.decided if case is None else facts.decision(case.question.decision_id)


def _answers(verb: str) -> str:
    return (
        f'<div class="hp-decision-foot"><span class="hp-decision-side"><button type="button" class="hp-button" data-pick="mode:">Cancel</button>'
        f'<button type="submit" class="hp-button hp-filled">{verb}</button></span></div>'
    )


def _button(pick: str, text: str, label: str) -> str:
    return f'<button type="button" class="hp-button" data-pick="{esc(pick)}" aria-label="{esc(label)}">{esc(text)}</button>'


def _typed(typed: Mapping[str, str], name: str) -> str:
    return esc(typed.get(name, ""))
