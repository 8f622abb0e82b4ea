"""The markup of notes: short cards beside the charts, measured so that they fit, and full cards on the Learn page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from dashboards.components.page import esc
from tracker.education.notes import WAITING
from tracker.education.select import ChosenNote, NoteSelection
from tracker.education.shapes import Audience, Note, NoteText
from tracker.pictures.text_size import text_width
from tracker.pictures.words import say_date
from tracker.services.note_history import Dismissal

TO_CHECK = "to be checked at the source"
_AUDIENCES = {Audience.NURSE: "nurse", Audience.MEETING: "meeting", Audience.PATIENT: "patient"}
#: Headline above may be wrong: such a note carries the edge of attention.
_ATTENTION = 2

#: Of the card on the board: the height for all notes, the width of a line, and what the pieces of a card take, in px.
HEIGHT = 304
_HEAD = 42
_LINE_WIDTH = 592
_EDGES = 14
#: The table of widths is rounded up: what lines of normal and of semi-bold letters take of it, at most.
_NORMAL, _BOLD = 0.94, 0.96
_TITLE, _BECAUSE, _TEXT = 18, 16, 17


@dataclass(frozen=True)
class Card:
    """A note beside the charts with as many of its facts as there is room for."""

    chosen: ChosenNote
    facts: tuple[str, ...]

    @property
    def visible(self) -> str:
        """Everything that is read before "more" is opened."""
        return " ".join((self.chosen.note.title, self.chosen.because, *self.facts, self.chosen.text.does_not_mean))

    @cached_property
    def height(self) -> int:
        """About the height in px, from the widths of the letters; never less than it takes."""
        because = [(word, 12 * _NORMAL) for word in self.chosen.because.split()]
        text = [(word, 13 * _NORMAL) for fact in self.facts for word in fact.split()]
        text += [(word, 13 * _BOLD) for word in self.chosen.text.does_not_mean.split()]
        return _EDGES + _TITLE + _BECAUSE * _lines(because) + _TEXT * _lines(text)


def lay_out(selection: NoteSelection, height: int = HEIGHT) -> tuple[Card, ...]:
    """The cards that fit into a height: red flags always and in full, then the others in their order, one fact each.

    Where room is left, second facts come in, the most pressing note first. At least one note stands beside a red flag.
    """
    cards = [Card(one, one.text.facts) for one in selection.red_flags]
    for one in selection.shown:
        card = Card(one, one.text.card_facts[:1])
        fits = _HEAD + sum(other.height for other in cards) + card.height <= height
        if not fits and len(cards) > len(selection.red_flags):
            break
        cards.append(card)
    for at, card in enumerate(cards):
        if card.chosen.note.is_red_flag:
            continue
        fuller = Card(card.chosen, card.chosen.text.card_facts)
        others = sum(other.height for other in cards) - card.height
        if _HEAD + others + fuller.height <= height:
            cards[at] = fuller
    return tuple(cards)


def _lines(words: Iterable[tuple[str, float]]) -> int:
    """How many lines words of their sizes take."""
    lines, used = 1, 0.0
    for word, size in words:
        width = text_width(f"{word} ", size)
        if used and used + width > _LINE_WIDTH:
            lines, used = lines + 1, 0.0
        used += width
    return lines


def panel_html(selection: NoteSelection, cards: Sequence[Card], patient_id: int) -> str:
    """The panel of the board: how many of how many, the way to all of them, and the cards that ``lay_out`` chose."""
    beside = sum(not card.chosen.note.is_red_flag for card in cards)
    away = f" · {len(selection.dismissed)} put away" if selection.dismissed else ""
    said = f"{_count(beside, selection.count)}, chosen from this patient’s data{away}" if selection.count else away[3:]
    head = (
        f'<div class="hp-notes-head"><h2 class="hp-panel-title">Notes</h2><span class="hp-label">{esc(said)}</span>'
        f'<a href="learn?patient={patient_id}" target="_self">all notes</a></div>'
    )
    if not cards:
        return f'{head}<p class="hp-note hp-notes-none">No note fits what is recorded so far.</p>'
    return head + "".join(_card_html(card) for card in cards)


def _count(shown: int, matching: int) -> str:
    return str(shown) if shown == matching else f"{shown} of {matching}"


def _card_html(card: Card) -> str:
    note, text = card.chosen.note, card.chosen.text
    facts = [fact for fact in text.facts if fact not in card.facts]
    more = f"<ul>{''.join(f'<li>{esc(fact)}</li>' for fact in facts)}</ul>" if facts else ""
    put_away = (
        f'<button type="button" class="hp-note-link" data-pick="dismiss:{esc(note.id)}">dismiss…'
        f'<span class="hp-unseen"> {esc(note.title)}</span></button>'
        if card.chosen.may_be_dismissed
        else ""
    )
    return (
        f'<article class="hp-note-card{_edge(note)}"><h3>{esc(note.title)}{_to_check(note)}</h3>'
        f'<p class="hp-because">{esc(card.chosen.because)}</p>'
        f"<p>{esc(' '.join(card.facts))} <b>{esc(text.does_not_mean)}</b></p>"
        f'<details><summary><span class="hp-closed">more</span><span class="hp-opened">less</span>'
        f'<span class="hp-unseen"> on {esc(note.title)}</span></summary>'
        f"{more}<p><b>Check:</b> {esc(text.check)}</p>{_other_audiences(note, text)}"
        f'<div class="hp-note-foot">{_sources(note)}{put_away}</div></details></article>'
    )


def note_card_html(note: Note, audience: Audience | None, helpline: str = "") -> str:
    """One note in full. Without an audience the first text stands open, those for others behind their names.

    The site's ``helpline`` stands with the note on waiting for results.
    """
    texts = [text for text in note.texts if audience is None or text.audience is audience]
    others = "" if audience is not None else _other_audiences(note, texts[0])
    named = f"<p><b>Helpline:</b> {esc(helpline)}</p>" if helpline and note.id == WAITING else ""
    return _full_card(note, texts[0], "", others + named)


def matching_card_html(one: ChosenNote, dismissal: Dismissal | None = None) -> str:
    """One note in full at a patient: why it fits, and where it was put away, by whom and why, with the way back."""
    away = ""
    if dismissal is not None:
        on = say_date(dismissal.dismissed_at.date(), year=True)
        away = (
            f'<p class="hp-put-away">Put away by {esc(dismissal.dismissed_by)} on {esc(on)}: {esc(dismissal.reason)} '
            f'<button type="button" class="hp-note-link" data-pick="restore:{esc(one.note.id)}">show again'
            f'<span class="hp-unseen"> {esc(one.note.title)}</span></button></p>'
        )
    why = f'<p class="hp-because">{esc(one.because)}</p>'
    return _full_card(one.note, one.text, why + away, _other_audiences(one.note, one.text))


def _full_card(note: Note, text: NoteText, before: str, after: str) -> str:
    chips = [f'<span class="hp-chip">for the {esc(_AUDIENCES[text.audience])}</span>']
    if note.primaries:
        chips.append(f'<span class="hp-chip">{esc(", ".join(map(str, note.primaries)))}</span>')
    return (
        f'<article class="hp-card hp-learn{_edge(note)}" id="{esc(note.id)}"><h3>{esc(note.title)}{_to_check(note)}</h3>'
        f'<div class="hp-learn-chips">{"".join(chips)}</div>{before}{_text(text)}{after}{_sources(note)}</article>'
    )


def _text(text: NoteText) -> str:
    facts = "".join(f"<li>{esc(fact)}</li>" for fact in text.facts)
    return f"<ul>{facts}</ul><p><b>Check:</b> {esc(text.check)}</p><p><b>{esc(text.does_not_mean)}</b></p>"


def _other_audiences(note: Note, shown: NoteText) -> str:
    """The same note for others, each behind its name."""
    return "".join(
        f'<details class="hp-audience"><summary>For the {esc(_AUDIENCES[text.audience])}</summary>{_text(text)}</details>'
        for text in note.texts
        if text is not shown
    )


def _edge(note: Note) -> str:
    if note.is_red_flag:
        return " hp-red-flag"
    return " hp-edge" if note.priority == _ATTENTION else ""


def _to_check(note: Note) -> str:
    """In the head of a note that rests on a fact nobody re-read at its source yet."""
    return f' <span class="hp-to-check">{TO_CHECK}</span>' if note.to_check_at_source else ""


def _sources(note: Note) -> str:
    sources = "; ".join(source.cite for source in note.sources)
    reviewed = say_date(note.reviewed, year=True)
    return f'<p class="hp-label">Sources: {esc(sources)}. <span class="hp-nowrap">Reviewed {esc(reviewed)}.</span></p>'


def cards_html(cards: Sequence[str]) -> str:
    """Full cards in as many columns as there is room for."""
    return f'<div class="hp-learn-grid">{"".join(cards)}</div>'
