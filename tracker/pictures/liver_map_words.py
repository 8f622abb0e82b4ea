"""What the map of the liver says in words: lobes and counts, totals by segment, what it cannot show, vessels, remnant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.bounds import brief_bounds
from tracker.domain.ledger_entry import LedgerEntry, Standing
from tracker.domain.record import PatientRecord
from tracker.domain.vocabulary import LIVER, CountKind, Segment, SiteStatement, Statement, VesselRelation
from tracker.pictures.columns import Column
from tracker.pictures.liver_map_geometry import LEFT_LOBE, RIGHT_LOBE
from tracker.pictures.liver_map_lesions import BubbleKind, MapLesion
from tracker.pictures.words import count_of, join_words, say_date, say_mm

NOT_A_COUNT = (
    "Too many to count, as the report states.",
    "The even dots stand for that word: they are not a count and show no size and no place.",
)


@dataclass(frozen=True, slots=True)
class MapTotal:
    """The lesions of one segment: their sum, and how many."""

    place: str
    text: str


def is_innumerable(entry: LedgerEntry) -> bool:
    """Whether the report calls the lesions innumerable."""
    return entry.stated_count is not None and entry.stated_count.kind is CountKind.INNUMERABLE


def say_summary(entry: LedgerEntry, lesions: Sequence[MapLesion]) -> str:
    """Lobes, segments, and how many lesions stand where."""
    there = {line.label for line in entry.there}
    places = {segment for lesion in lesions if lesion.label in there for segment in lesion.segments}
    parts = []
    if is_innumerable(entry):
        parts.append("innumerable, as stated")
    elif places:
        parts += [say_lobes(places), count_of(len(places), "segment")]
    treated = [lesion.row.word for lesion in lesions if lesion.kind is BubbleKind.TREATED]
    counted = (
        (entry.measured_count, "measured"),
        (len(there) - entry.measured_count, "seen without a size"),
        (len(entry.standing(Standing.UNCERTAIN)), "perhaps new"),
        *((treated.count(word), word) for word in dict.fromkeys(treated)),
        (len(entry.standing(Standing.WATCHED)), "not seen"),
        (len(entry.standing(Standing.MERGED)), "merged"),
        (len(entry.missing), "not said"),
    )
    parts += [f"{number} {word}" for number, word in counted if number]
    return " · ".join(parts) or "no liver lesion recorded"


def say_lobes(places: Collection[Segment]) -> str:
    """ "bilobar", "right lobe" (V to VIII), "left lobe" (II to IV), "caudate lobe" (I)."""
    right, left = not RIGHT_LOBE.isdisjoint(places), not LEFT_LOBE.isdisjoint(places)
    lobes = "bilobar" if right and left else "right lobe" if right else "left lobe" if left else ""
    caudate = "caudate lobe" if Segment.I in places else ""
    return " and ".join(part for part in (lobes, caudate) if part)


def say_totals(entry: LedgerEntry) -> Iterator[MapTotal]:
    """One line for each segment that holds a lesion or may; none where no segment is said."""
    groups = entry.segments
    if all(one.segments == LIVER for one in groups):
        return
    for one in groups:
        unknown = one.sum.most is None and one.sum.least == 0
        mm = say_mm(one.sum.least) if one.sum.is_exact else brief_bounds(one.sum, say_mm)
        place = "no segment" if one.segments == LIVER else one.segments
        yield MapTotal(place, f"{'no size' if unknown else f'{mm} mm'} ({brief_bounds(one.count)})")


def say_flags(record: PatientRecord, column: Column, entry: LedgerEntry, lesions: Sequence[MapLesion]) -> Iterator[str]:
    """What the map cannot show: a count, lesions without a segment, signs of the liver around them, disease elsewhere."""
    if is_innumerable(entry):
        yield from NOT_A_COUNT
    elif entry.stated_count is not None and not _agrees(entry):
        yield f"The report counts {entry.stated_count}; {len(entry.there)} seen here."
    if unplaced := [lesion.label for lesion in lesions if not lesion.segments]:
        yield f"{join_words(unplaced)}: no segment said, not on the map."
    signs = dict.fromkeys(
        str(sign) for exam in column.exams for sign, said in exam.background.items() if said is Statement.YES
    )
    if signs:
        yield f"Liver: {join_words(list(signs))}."
    if elsewhere := tuple(dict.fromkeys(_elsewhere(record, column))):
        yield f"Outside the liver: yes, {join_words(list(elsewhere))}."


def _agrees(entry: LedgerEntry) -> bool:
    """Whether the count as stated can be the lesions seen here, doubtful, treated and unmentioned ones with them or not."""
    value = None if entry.stated_count is None else entry.stated_count.value
    unsure = entry.standing(Standing.UNCERTAIN, Standing.TREATED, Standing.MISSING)
    return value is not None and len(entry.there) <= value <= len(entry.there) + len(unsure)


def _elsewhere(record: PatientRecord, column: Column) -> Iterator[str]:
    """Lesions of other organs that this scan shows, and sites it says are involved, each once."""
    named = set()
    for lesion in record.lesions:
        said = (exam.observation(lesion.label) for exam in column.exams)
        if lesion.organ != LIVER and any(one is not None and one.observation.state.shows_tumour for one in said):
            named.add(lesion.organ.removesuffix("s"))
            yield f"{lesion.place} ({lesion.label})"
    for exam in column.exams:
        for site, finding in exam.extrahepatic.items():
            if finding.said is SiteStatement.YES and site.removesuffix("s") not in named:
                yield str(site)


def say_vessels(column: Column) -> str:
    """Which lesions are near a vessel or duct, by the reports of this scan; where none says, that it is not recorded."""
    contacts = [
        (seen.label, contact) for exam in column.exams for seen in exam.observations for contact in seen.vessels
    ]
    if not contacts:
        return "Vessel contact: not recorded."
    near = [(label, contact) for label, contact in contacts if contact.relation is not VesselRelation.CLEAR]
    said = []
    for label, contact in near:
        distance = f" ({say_mm(contact.distance.um)} mm)" if contact.distance is not None else ""
        within = "is " if contact.relation is VesselRelation.WITHIN_10_MM else ""
        of = " of the" if within else ""
        said.append(f"{label} {within}{contact.relation}{distance}{of} {contact.vessel}")
    clear = dict.fromkeys(str(contact.vessel) for _, contact in contacts if contact.relation is VesselRelation.CLEAR)
    if clear and not near:
        return f"Clear of {join_words(list(clear))}, as recorded."
    return f"{'; '.join(said)}."


def say_remnant(record: PatientRecord, on: date) -> str:
    """The future liver remnant as measured last up to this day; a later measurement is not of this scan."""
    known = [one for one in record.volumes if one.measured_on <= on]
    if not known:
        return "Liver remnant: not recorded."
    newest = max(known, key=lambda one: (one.measured_on, one.id))
    percent = newest.remnant_percent
    size = f"{newest.remnant_ml:f} mL" if percent is None else f"{percent} % ({newest.remnant_ml:f} mL)"
    after = f" after {newest.resection}" if newest.resection else ""
    return f"Liver remnant{after}: {size}, {say_date(newest.measured_on, year=True)}."
