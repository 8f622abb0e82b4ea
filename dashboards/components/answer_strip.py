"""The strip over the chart: what is asked, and the answer before the picture."""

from __future__ import annotations

from dashboards.components.board_facts import CaseFacts, OpenCase
from dashboards.components.page import badge_html, esc
from tracker.domain.schedule.changes import Changes
from tracker.pictures.answer import UNCONFIRMED, Answer
from tracker.pictures.words import say_date

#: A question of more characters takes two lines of smaller letters.
_ONE_LINE = 56
#: On a screen of 1920: the width of the strip's text beside one button, of one more button and of one more badge, and of
#: a usual letter of its first line and of the second.
_STRIP, _BUTTON, _BADGE, _LETTER, _SMALL = 1120, 215, 120, 6.9, 6.0


def answer_html(answer: Answer | None, changes: Changes | None = None, *, beside: int = 0) -> str:
    """Badge, one sentence with every reference named, what could turn it, and what changed since the last meeting.

    Two lines at most on a wide screen: one for each, or running on where one is longer than its line. ``beside`` is the
    number of further buttons in the strip.
    """
    if answer is None:
        return (
            '<div class="hp-answer"><span class="hp-chip"><b>no response</b></span><div><p><b>No course has a baseline yet.</b> '
            "Start a course with a baseline scan: from then on each scan is compared with it.</p></div></div>"
        )
    badge = badge_html(None) if answer.is_baseline else badge_html(answer.response, answer.kind, alone=True)
    if answer.confirmed_otherwise is not None:  # two authors, both said, the clinician first
        badge = badge_html(answer.confirmed_otherwise, "confirmed", alone=True) + badge
    # Whether it is confirmed begins the second line, so that the numbers keep the first.
    numbers, unconfirmed, _ = answer.text.partition(UNCONFIRMED)
    more = " ".join((unconfirmed, *answer.turns)).strip()
    second = (
        f'<p class="hp-turns" title="{esc(more)}">{_changes_html(changes)}{esc(more)}</p>' if more or changes else ""
    )
    width = _STRIP - beside * _BUTTON - (_BADGE if answer.confirmed_otherwise is not None else 0)
    first_width = _LETTER * len(f"{answer.lead} {numbers}")
    second_width = _SMALL * (len(more) + (sum(len(text) + 2 for text in changes.said) + 14 if changes else 0))
    runs_on = " hp-runs-on" if max(first_width, second_width) > width else ""
    return (
        f'<div class="hp-answer" role="status">{badge}<div class="hp-told-in-two{runs_on}" title="{esc(more if runs_on else "")}">'
        f"<p><b>{esc(answer.lead)}</b> {esc(numbers)}</p>{second}</div></div>"
    )


def _changes_html(changes: Changes | None) -> str:
    """What is new since the last meeting, a chip each."""
    if not changes:
        return ""
    said = "".join(f'<span class="hp-changed">{esc(text)}</span>' for text in changes.said)
    return f'<span class="hp-since">Since {esc(say_date(changes.reference.day))}: {said}</span>'


def question_html(around: CaseFacts, case: OpenCase | None) -> str:
    """The question of the case; away from a meeting the one that waits, else what was decided last."""
    if case is not None:
        asked = case.question
        by = f" · asked by {asked.asked_by}" if asked.asked_by else ""
        return _html(f"Question for today{by}", asked.question)
    if around.asked is not None:
        return _html(
            f"Question for the meeting of {say_date(around.asked.meeting_on, year=True)}", around.asked.question
        )
    if around.decided is not None:
        when, at = say_date(around.decided.meeting_on, year=True), around.decided.decided_at
        ahead = at is not None and at.date() < around.decided.meeting_on
        told = f"Agreed ahead of the meeting of {when}" if ahead else f"Decided at the meeting of {when}"
        return _html(told, around.decided.outcome or "")
    return _html("Question for a meeting", "None is asked yet.")


def _html(label: str, text: str) -> str:
    long = ' class="hp-long"' if len(text) > _ONE_LINE else ""
    return f'<div class="hp-question"><span class="hp-label">{esc(label)}</span><p{long} title="{esc(text)}">{esc(text)}</p></div>'
