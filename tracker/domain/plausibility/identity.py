"""Checks of whose report it is: what its header and its words say of the patient against the record.

Nothing is ever matched by a name; a name only speaks against. No sentence here repeats what stands in the header, so that
nobody else's name or number enters a message.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tracker.domain.plausibility.finding import Check, Finding, Level
from tracker.domain.plausibility.places import is_neighbour, meets
from tracker.domain.record import Patient, PatientRecord
from tracker.domain.vocabulary import LIVER, Primary, Segment
from tracker.domain.wording import join_words

_ORDERS = "Fortman 2020: the right patient was verified in 62 % of simulated orders"
WRONG_PATIENT = Check("plausibility.wrong-patient", Level.REFUSE, _ORDERS)
OTHER_NUMBER = Check("plausibility.other-number", Level.ASK, _ORDERS)
OTHER_PRIMARY = Check("plausibility.other-primary", Level.ASK, _ORDERS)
NO_PLACE = Check("plausibility.no-place", Level.ASK, _ORDERS)

#: The place of a finding on the pasted report as a whole.
REPORT = "report"

_PRIMARIES = {
    Primary.COLORECTAL: ("colon", "colorect", "rect", "sigmoid", "caec", "cec", "bowel", "crc"),
    Primary.BREAST: ("breast", "mamma"),
    Primary.LUNG: ("lung", "bronch", "nsclc", "sclc"),
    Primary.PANCREAS: ("pancrea", "pdac"),
    Primary.STOMACH: ("stomach", "gastric", "oesophag", "esophag", "gastro-oesophageal", "gastroesophageal"),
    Primary.NEUROENDOCRINE: ("neuroendocrine", "carcinoid"),
    Primary.GIST: ("gist", "stromal"),
    Primary.MELANOMA: ("melanoma", "uveal"),
    Primary.KIDNEY: ("kidney", "renal", "rcc"),
    Primary.OVARY: ("ovar",),
}


def find_other_patient(
    patient: Patient, *, name: str | None, birth_year: int | None, identifiers: Sequence[str]
) -> Iterator[Finding]:
    """The header of a report against the patient in the banner: another birth year or name is refused, another number asked."""
    if birth_year is not None and patient.birth_year is not None and birth_year != patient.birth_year:
        text = f"its header gives the birth year {birth_year}, this patient was born in {patient.birth_year}: another patient's report"
        yield WRONG_PATIENT.finds(REPORT, text, {"birth_year": birth_year})
    elif name is not None and patient.name is not None and not _share_a_word(name, patient.name):
        text = "the name in its header is not the one of this patient: another patient's report"
        yield WRONG_PATIENT.finds(REPORT, text)
    if identifiers and _plain(patient.identifier) not in {_plain(one) for one in identifiers}:
        text = f"its header gives another number than {patient.identifier}: another patient's, or another hospital's number?"
        yield OTHER_NUMBER.finds(REPORT, text)


def find_other_primary(patient: Patient, said: str | None) -> Finding | None:
    """The primary in the words of the report against the recorded one; what is not known speaks for nothing."""
    primary = read_primary(said)
    if primary is None or patient.primary in (primary, Primary.UNKNOWN, Primary.OTHER):
        return None
    text = f"the report names {primary} as the primary, recorded is {patient.primary}: another patient's report?"
    return OTHER_PRIMARY.finds(REPORT, text, {"said": str(primary), "recorded": str(patient.primary)})


def read_primary(said: str | None) -> Primary | None:
    """The primary that the words of a report name; None where they name none, or more than one."""
    words = (said or "").casefold()
    found = [primary for primary, stems in _PRIMARIES.items() if any(stem in words for stem in stems)]
    return found[0] if len(found) == 1 else None


def find_no_place(record: PatientRecord, places: Iterable[tuple[Segment, ...]]) -> Finding | None:
    """No liver lesion of the report lies in or beside a segment of one that is recorded."""
    said = [segments for segments in places if segments]
    known = [lesion.segments for lesion in record.lesions if lesion.organ == LIVER and lesion.segments]
    if not said or not known or any(_is_near(one, other) for one in said for other in known):
        return None
    named = [join_words(dict.fromkeys("/".join(map(str, one)) for one in some)) for some in (said, known)]
    text = f"its liver lesions lie in {named[0]}, the recorded ones in {named[1]}: another patient's report?"
    return NO_PLACE.finds(REPORT, text, {"said": named[0], "recorded": named[1]})


def _is_near(one: tuple[Segment, ...], other: tuple[Segment, ...]) -> bool:
    return meets(one, other) or any(is_neighbour(first, second) for first in one for second in other)


def _share_a_word(one: str, other: str) -> bool:
    return bool(_words(one) & _words(other))


def _words(name: str) -> set[str]:
    folded = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter if letter.isalpha() else " " for letter in folded if not unicodedata.combining(letter))
    return {word for word in bare.split() if len(word) > 1}


def _plain(identifier: str) -> str:
    return "".join(identifier.split()).casefold()


CHECKS = (WRONG_PATIENT, OTHER_NUMBER, OTHER_PRIMARY, NO_PLACE)
