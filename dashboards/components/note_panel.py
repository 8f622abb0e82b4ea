"""Notes beside the charts they explain, and the same notes as cards on the page that holds them all."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.components.page import esc
from tracker.education.select import ChosenNote
from tracker.education.shapes import Audience, Note, NoteText
from tracker.pictures.words import say_date

#: Headline above may be wrong: such a note carries the edge of attention.
_ATTENTION = 2


def notes_html(chosen: Sequence[ChosenNote]) -> str:
    """The chosen notes in one card: headline, why it is shown, one or two facts, what it does not mean."""
    if not chosen:
        return '<p class="hp-note">No note fits what is recorded so far. All notes are on the Learn page.</p>'
    return "".join(_chosen(one) for one in chosen)


def _chosen(one: ChosenNote) -> str:
    text = one.text
    more = "".join(f"<li>{esc(fact)}</li>" for fact in text.more_facts)
    return (
        f'<article class="hp-note-card{_edge(one.note)}"><h3>{esc(one.note.title)}</h3>'
        f'<p class="hp-because">{esc(one.because)}</p>'
        f"<p>{esc(' '.join(text.card_facts))} <b>{esc(text.does_not_mean)}</b></p>"
        f"<details><summary>more<span class='hp-unseen'> on {esc(one.note.title)}</span></summary>"
        f"{f'<ul>{more}</ul>' if more else ''}<p>{esc(text.check)}</p>{_sources(one.note)}</details></article>"
    )


def note_card_html(note: Note, audience: Audience | None) -> str:
    """One note in full. Without an audience the first text stands open, those for others behind their names."""
    texts = [text for text in note.texts if audience is None or text.audience is audience]
    first, others = texts[0], texts[1:]
    primaries = (
        f'<span class="hp-chip">{esc(", ".join(str(one) for one in note.primaries))}</span>' if note.primaries else ""
    )
    more = "".join(
        f"<details><summary>For the {esc(_AUDIENCES[text.audience])}</summary>{_text(text)}</details>"
        for text in others
    )
    return (
        f'<article class="hp-card hp-learn{_edge(note)}" id="{esc(note.id)}"><h2>{esc(note.title)}</h2>'
        f'<div class="hp-learn-chips"><span class="hp-chip">for the {esc(_AUDIENCES[first.audience])}</span>{primaries}</div>'
        f"{_text(first)}{more}{_sources(note)}</article>"
    )


def _text(text: NoteText) -> str:
    facts = "".join(f"<li>{esc(fact)}</li>" for fact in text.facts)
    return f"<ul>{facts}</ul><p>{esc(text.check)}</p><p><b>{esc(text.does_not_mean)}</b></p>"


_AUDIENCES = {Audience.NURSE: "nurse", Audience.MEETING: "meeting", Audience.PATIENT: "patient"}


def _edge(note: Note) -> str:
    if note.is_red_flag:
        return " hp-red-flag"
    return " hp-edge" if note.priority == _ATTENTION else ""


def _sources(note: Note) -> str:
    sources = "; ".join(source.cite for source in note.sources)
    to_check = " One fact is still to be checked at its source." if note.to_check_at_source else ""
    return f'<p class="hp-label">Sources: {esc(sources)}. <span class=hp-nowrap>Reviewed {esc(say_date(note.reviewed, year=True))}.</span>{to_check}</p>'
