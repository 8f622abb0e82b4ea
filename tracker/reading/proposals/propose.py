"""What a report proposes for the entry of one exam of one patient. It proposes; a person takes or refuses each value.

Pure and deterministic: the same report, record and rows always propose the same, however the rows are sorted. A prior
value, a superseded value and a number that is no lesion's are never proposed; what fits two rows alike is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LIVER, LesionRole
from tracker.reading.model import Change, Document, Kind, Mention, MentionType, Reading, Time
from tracker.reading.proposals.boxes import Box, reads_back, write_box, write_uptake
from tracker.reading.proposals.header import find_header, find_says, find_warnings
from tracker.reading.proposals.marks import mark
from tracker.reading.proposals.matching import SURE, Match, match
from tracker.reading.proposals.merged import find_merged
from tracker.reading.proposals.model import (
    Contradiction,
    FollowedLesion,
    Leftover,
    NewSuggestion,
    Proposals,
    Suggestion,
)
from tracker.reading.proposals.new import find_new
from tracker.reading.proposals.repeats import find_repeats
from tracker.reading.proposals.rows import Row, find_rows
from tracker.reading.proposals.units import Unit, gather
from tracker.reading.proposals.words import (
    GONE,
    TREATED,
    Said,
    find_said,
    fits,
    sentence_around,
    treated_in,
    unseen_after,
)
from tracker.reading.sections import split


def propose(
    reading: Reading, text: str, record: PatientRecord, rows: Sequence[FollowedLesion], day: date | None
) -> Proposals:
    """What ``text``, read as ``reading``, proposes for the rows. ``day`` is the date of the exam; else the report's own."""
    document = split(text)
    day = day or reading.exam.performed_on
    units = gather(reading)
    followed = find_rows(record, rows, day)
    matches = match(units, followed)
    matched = {one.unit.letter for one in matches}
    unmatched = [unit for unit in units if unit.letter not in matched]
    repeats, apart = find_repeats(unmatched, matches, document)
    repeated = {one.unit.letter for one in repeats}
    unmatched = [unit for unit in unmatched if unit.letter not in repeated]
    said = find_said(reading, document)
    suggestions = [one for each in (*matches, *repeats) for one in _of_match(each, said, document)]
    suggestions += find_merged(matches, followed, document)
    suggestions += _of_words(said, suggestions, matches, followed)
    suggestions, contradictions = _against_each_other(suggestions, [*_of_units(units, matches), *apart])
    new = tuple(find_new(reading, document, unmatched, rows))
    contradictions += _against_absence(reading, units)
    left = tuple(_unmatched(reading, suggestions, new, units, document))
    says = find_says(reading, text, matches)
    return Proposals(
        suggestions=tuple(sorted(suggestions, key=lambda one: (one.start, one.end, one.label))),
        new=new,
        header=find_header(reading, text),
        marks=mark(reading, [(one.start, one.end) for one in said], {(one.start, one.end): one.why for one in left}),
        contradictions=tuple(contradictions),
        unmatched=left,
        says=says,
        warnings=find_warnings(record, says),
    )


def _of_match(found: Match, said: Sequence[Said], document: Document) -> Iterator[Suggestion]:
    """The values of one lesion for its row: one, or one for each of the places that contradict each other."""
    unit, node = found.unit, found.row.is_node
    uptake = write_uptake(unit.uptakes)
    sure = found.sure and not unit.contradictions and len(unit.sizes) < 2
    for size in unit.sizes:
        box = write_box(size, node=node, across=unit.across)
        if box is not None:
            yield _suggest(found, size, _know_axis(box, found), uptake, document, sure=sure)
    if unit.sizes:
        return
    if unit.words:
        box = write_box(unit.words[0], node=node)
        if box is not None:
            yield _suggest(found, unit.words[0], box, uptake, document, sure=sure)
    elif unit.uptakes and uptake:
        yield _suggest(found, unit.uptakes[0], Box(""), uptake, document, sure=sure)
    elif unit.priors:
        yield from _of_prior_alone(found, said, document, sure=sure)


def _know_axis(box: Box, found: Match) -> Box:
    """One number of a node is a short axis where its quoted prior, or the size itself, is the stored short axis."""
    agrees = found.row.is_node and any(
        word in words for words in found.evidence.for_it for word in ("prior", "same size")
    )
    return Box(box.text) if agrees and "axis" in box.note else box


def _of_prior_alone(found: Match, said: Sequence[Said], document: Document, *, sure: bool) -> Iterator[Suggestion]:
    """A lesion with a size of an earlier exam only: gone, or unchanged, in words."""
    prior = found.unit.priors[0]
    sentence = sentence_around(document, prior.start, prior.end)
    words = next((one for one in said if one.sentence == sentence and one.state in (GONE, "p")), None)
    span = (words.start, words.end) if words is not None else sentence
    if found.unit.change is Change.RESOLVED:
        box = Box(GONE)
    elif found.unit.change is Change.STABLE and found.row.role is LesionRole.NON_TARGET:
        box = Box("p")
    else:
        return
    yield replace(
        _suggest(found, prior, box, "", document, sure=sure),
        id=f"{found.row.label}@{span[0]}",
        start=span[0],
        end=span[1],
    )


def _suggest(found: Match, value: Mention, box: Box, uptake: str, document: Document, *, sure: bool) -> Suggestion:
    sentence = sentence_around(document, value.start, value.end)
    unseen = unseen_after(document.text, value.end, sentence[1]) if box.text not in (GONE, "p") else ""
    notes = [_why_unsure(found)] if not (found.sure or found.others or found.evidence.against) else []
    notes += [box.note] if box.note else []
    doubt = unseen or treated_in(document.text, *sentence)
    notes += [f"its sentence says “{doubt}”"] if doubt else []
    notes += dict.fromkeys(contradiction.words for contradiction in found.unit.contradictions)
    reason = found.reason if not notes else f"{found.reason.removesuffix('.')}; {'; '.join(notes)}."
    return Suggestion(
        id=f"{found.row.label}@{value.start}",
        label=found.row.label,
        text=box.text,
        suv=uptake,
        start=value.start,
        end=value.end,
        sentence_start=sentence[0],
        sentence_end=sentence[1],
        reason=reason,
        quoted_prior=found.evidence.quoted,
        sure=sure and box.sure and not doubt,
        others=found.others,
    )


def _why_unsure(found: Match) -> str:
    """The cause of the doubt in a match that nothing speaks against and no other row fits."""
    label, prior = found.row.label, found.row.prior
    if found.evidence.points >= SURE:
        return f"another lesion of the report fits {label} as well"
    if found.unit.sizes and prior is not None and not found.unit.priors:
        return f"its size may be too far from the {prior} before"
    return f"nothing else says that it is {label}"


def _of_words(
    said: Sequence[Said], values: Sequence[Suggestion], matches: Sequence[Match], rows: Sequence[Row]
) -> list[Suggestion]:
    """Words without a size for the rows that no lesion of the report was matched to."""
    valued = {one.row.label for one in matches}
    done = {(one.label, one.text.partition(" ")[0]) for one in values}
    found = []
    for one in said:
        fitting = [row for row in rows if fits(one, row)]
        rest = [row for row in fitting if row.label not in valued]
        # A lesion that has a value and is also called gone or treated: both are shown.
        rest = rest or (fitting if one.state in (GONE, TREATED) and len(fitting) == 1 and one.segments else [])
        for row in rest:
            key = (row.label, one.state)
            if key in done or not reads_back(one.text, node=row.is_node):
                continue
            done.add(key)
            others = tuple(other.label for other in rest if other is not row) if one.segments else ()
            found.append(_word(one, row, others))
    return found


def _word(said: Said, row: Row, others: tuple[str, ...]) -> Suggestion:
    place = (
        "segment " + "/".join(str(one) for one in said.segments)
        if said.segments
        else f"said of the {said.organ} as a whole"
    )
    exact = set(said.segments) == set(row.segments)
    reason = place if exact or not said.segments else f"{place} (recorded as {'/'.join(map(str, row.segments))})"
    if others:
        reason = f"could be {' or '.join((row.label, *others))}: {reason}"
    return Suggestion(
        id=f"{row.label}@{said.start}",
        label=row.label,
        text=said.text,
        suv="",
        start=said.start,
        end=said.end,
        sentence_start=said.sentence[0],
        sentence_end=said.sentence[1],
        reason=f"{reason[0].upper()}{reason[1:]}.",
        sure=exact and not others,
        others=others,
    )


def _of_units(units: Iterable[Unit], matches: Sequence[Match]) -> Iterator[Contradiction]:
    """Contradictions about one lesion, with the row it was matched to."""
    labels = {one.unit.letter: (one.row.label, *one.others) for one in matches}
    for unit in units:
        for found in {one.words: one for one in reversed(unit.contradictions)}.values():
            yield replace(found, labels=labels.get(unit.letter, ()))


def _against_each_other(
    suggestions: Sequence[Suggestion], found: list[Contradiction]
) -> tuple[list[Suggestion], list[Contradiction]]:
    """Several suggestions of one row are alternatives: none is sure, and what contradicts is said."""
    by_label: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        by_label.setdefault(one.label, []).append(one)
    kept: list[Suggestion] = []
    for label, some in by_label.items():
        if len(some) == 1:
            kept += some
            continue
        also = f"; of {label} the report says something else as well."
        said = [f"{one.reason.removesuffix('.')}{also}" if one.sure else one.reason for one in some]
        kept += [replace(one, sure=False, reason=reason) for one, reason in zip(some, said, strict=True)]
        gone = next((one for one in some if one.text == GONE), None)
        value = next((one for one in some if one.text.partition(" ")[0] not in (GONE, "t", "ne", "m")), None)
        if gone is not None and value is not None:
            size = f"{value.text} mm" if value.text[-1:].isdigit() else value.text or "there"
            words = f"{label} is no longer seen in one place and {size} in another"
            found.append(Contradiction(words, ((gone.start, gone.end), (value.start, value.end)), (label,)))
    return kept, found


def _against_absence(reading: Reading, units: Sequence[Unit]) -> list[Contradiction]:
    """ "No liver lesions" beside one with a size, "no new lesions" beside one called new."""
    found = []
    liver = [unit for unit in units if unit.organ == LIVER and unit.main is not None]
    for span in reading.liver.spans:
        against = {"no_liver_lesions": liver, "no_new_lesions": [unit for unit in liver if unit.new]}.get(span.says, [])
        for unit in against[:1]:
            value = unit.main
            assert value is not None
            said = "no liver lesions" if span.says == "no_liver_lesions" else "no new lesions"
            words = f"{said} in one place, {value.text} in another"
            found.append(Contradiction(words, ((span.start, span.end), (value.start, value.end))))
    return found


def _unmatched(
    reading: Reading,
    suggestions: Iterable[Suggestion],
    new: Iterable[NewSuggestion],
    units: Sequence[Unit],
    document: Document,
) -> Iterator[Leftover]:
    """Current values of lesions that are in no suggestion: of a group, or of a lesion that is not followed."""
    used = {(one.start, one.end) for one in suggestions} | {(one.start, one.end) for one in new}
    said = {unit.letter for unit in units for one in _mentions(unit) if (one.start, one.end) in used}
    for one in sorted(reading.mentions, key=lambda mention: mention.start):
        if one.kind not in (Kind.LESION, Kind.NODE) or one.time is not Time.CURRENT or one.superseded:
            continue
        if one.lesion is None:
            yield _leftover(one, "said of several lesions together, or of none in particular", document)
        elif one.lesion not in said:
            yield _leftover(one, "fits no lesion that is followed", document)


def _leftover(value: Mention, why: str, document: Document) -> Leftover:
    sized = value.type in (MentionType.SIZE, MentionType.QUALITATIVE)
    box = write_box(value, node=value.kind is Kind.NODE) if sized else None
    sentence = sentence_around(document, value.start, value.end)
    return Leftover(value.start, value.end, why, box.text if box is not None else "", *sentence)


def _mentions(unit: Unit) -> Iterator[Mention]:
    yield from (*unit.sizes, *unit.words, *unit.uptakes, *unit.priors)
