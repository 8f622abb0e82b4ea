"""Disease outside the liver in a few words: what the newest scans say of each site and still see there, or that nothing is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.record import Exam, PatientRecord, SiteFinding
from tracker.domain.vocabulary import Site, SiteStatement, State, Statement
from tracker.pictures.words import count_of, join_words, say_date, say_modality

_LIVER = "liver"
#: What is said of a lesion without looking at it.
_SILENT = (State.NOT_EVALUABLE, State.NOT_MENTIONED)
#: Names of organs as lesions carry them, where they differ from the site's.
_SITES = {"lymph node": str(Site.LYMPH_NODES)}


@dataclass(frozen=True, slots=True)
class Extrahepatic:
    """``is_there`` None where no scan says anything of it."""

    is_there: bool | None
    text: str


def derive_extrahepatic(record: PatientRecord, on: date | None = None) -> Extrahepatic:
    """What the newest word on each site says (up to a day); a lesion followed outside the liver counts while it is seen."""
    past = [exam for exam in record.exams if on is None or exam.performed_on <= on]
    exams = sorted(past, key=lambda exam: (exam.performed_on, exam.ordinal))
    followed = _followed(record, exams)
    found = [count_of(number, _name(organ)) for organ, number in sorted(followed.items())]
    named = {_SITES.get(organ, organ) for organ in followed}
    found += [text for site, text in _stated(exams) if site not in named]
    if found:
        return Extrahepatic(True, f"yes: {join_words(found)}")
    silent = [exam for exam in exams if _says_none(exam)]
    if silent:
        return Extrahepatic(
            False, f"none on {say_modality(silent[-1].modality)} of {say_date(silent[-1].performed_on)}"
        )
    return Extrahepatic(None, "not recorded")


def _followed(record: PatientRecord, exams: Sequence[Exam]) -> Counter[str]:
    """How many lesions of each organ the newest word on each still sees."""
    newest = {
        seen.label: seen.observation.state
        for exam in exams
        for seen in exam.observations
        if seen.observation.state not in _SILENT
    }
    outside = [lesion for lesion in record.lesions if lesion.organ != _LIVER]
    return Counter(lesion.organ for lesion in outside if newest.get(lesion.label, State.ABSENT).shows_tumour)


def _name(organ: str) -> str:
    return organ if organ in _SITES else f"{organ} lesion"


def _stated(exams: Sequence[Exam]) -> Iterator[tuple[str, str]]:
    """Sites of which the newest word is "yes", each with its count where one is given."""
    said: dict[str, SiteFinding | Statement] = {}
    for exam in exams:
        said |= {place: word for place, word in exam.statements.items() if place != _LIVER and word is Statement.YES}
        said |= {
            str(site): word
            for site, word in exam.extrahepatic.items()
            if word.said in (SiteStatement.NONE, SiteStatement.YES)
        }
    for site, word in said.items():
        if isinstance(word, SiteFinding):
            if word.said is SiteStatement.YES:
                yield site, site if word.count is None else f"{site} ({word.count})"
        else:
            yield site, site


def _says_none(exam: Exam) -> bool:
    """Whether an exam says of a place outside the liver that nothing is there, or nothing new."""
    stated = any(place != _LIVER and word is Statement.NONE for place, word in exam.statements.items())
    return stated or any(word.said is SiteStatement.NONE for word in exam.extrahepatic.values())
