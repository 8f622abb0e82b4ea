"""What a radiologist's words say of the response: a category, a trend against the scan before, or nothing that can be compared.

Only a text that is understood to its last word is compared. "Stable disease" is a category, "unchanged" a trend; "stable, except
for segment VI", "PD?" or a sentence about one organ stay text: a wrong reading would invent a disagreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.vocabulary import Response, Term


class Trend(Term):
    """How a report sees the disease against the scan before; no category of a criterion."""

    SMALLER = "smaller", "Less than on the scan before."
    UNCHANGED = "unchanged", "As on the scan before."
    LARGER = "larger", "More than on the scan before."
    NEW_LESION = "new lesion", "A lesion the scan before did not show."
    MIXED = "mixed", "Some lesions less, others more: no category of any criterion, so it is never compared."


@dataclass(frozen=True, slots=True)
class Narrative:
    """The words as typed, and what they say where they say it plainly. Never both a category and a trend."""

    text: str
    response: Response | None = None
    trend: Trend | None = None

    @property
    def comparable(self) -> bool:
        """Whether there is something to hold against a computed response."""
        return self.response is not None or (self.trend is not None and self.trend is not Trend.MIXED)

    @property
    def words(self) -> str:
        """The words as a line shows them: a category plainly, anything else as a quotation."""
        return self.text if self.response is not None else f"“{self.text}”"


_SLIGHT = r"(?:slight|mild|minimal|minor|small)(?:ly)?"
_DEGREE = rf"(?:{_SLIGHT}|significant|relevant|definite|marked|clear|interval|further)(?:ly)?"
_LESION = r"(?:lesions?|metastas[ei]s|disease)"

#: In order: the longer words first, so that "no new lesion" is never read as a new lesion.
_WORDS: tuple[tuple[str, Response | Trend | None], ...] = (
    (rf"(?:no|without)(?: evidence of| signs? of)?(?: any)? (?:new {_LESION}|progression|progressive disease)", None),
    (r"no evidence of disease|ned", Response.NED),
    (r"non-?cr ?/ ?non-?pd", Response.NON_CR_NON_PD),
    (r"non-?icr ?/ ?non-?iupd", Response.NON_ICR_NON_IUPD),
    (r"complete metabolic (?:response|remission)|cmr", Response.CMR),
    (r"partial metabolic (?:response|remission)|pmr", Response.PMR),
    (r"stable metabolic disease|smd", Response.SMD),
    (r"progressive metabolic disease|pmd", Response.PMD),
    (r"icr", Response.I_CR),
    (r"ipr", Response.I_PR),
    (r"isd", Response.I_SD),
    (r"iupd|unconfirmed progress(?:ion|ive disease)", Response.I_UPD),
    (r"icpd|confirmed progress(?:ion|ive disease)", Response.I_CPD),
    (r"complete (?:radiological )?(?:response|remission)|cr", Response.CR),
    (r"partial (?:radiological )?(?:response|remission)|pr", Response.PR),
    (r"stable disease|disease stabili[sz]ation|sd", Response.SD),
    (r"not (?:evaluable|assessable)|non-?evaluable|ne", Response.NE),
    (r"mixed(?: response)?|dissociated response", Trend.MIXED),
    (rf"{_SLIGHT} (?:disease )?progression", Trend.LARGER),
    (r"(?:disease |tumou?r )?progression(?: of disease)?|progressive disease|progressing|progressed|pd", Response.PD),
    (rf"new {_LESION}", Trend.NEW_LESION),
    (rf"no (?:{_DEGREE} )*changes?|(?:not {_DEGREE} |not |un)changed|stable|same size|constant|status idem", Trend.UNCHANGED),
    (r"smaller|decreas(?:ed?|ing)|regress(?:ion|ed|ing|ive)|shrink(?:age|ing)|shrunk(?:en)?|reduced|reduction|improved|improvement", Trend.SMALLER),
    (r"larger|bigger|increas(?:ed?|ing)|growth|grown|growing|enlarged|enlarging|enlargement", Trend.LARGER),
    (r"(?:i?recist|percist)(?: ?(?:v|version)? ?1\.[01])?|response(?: category)? ?[:=]", None),
    (_DEGREE, None),
    # "Since the prior scan" says nothing new; "since the prior progression" is not understood.
    (r"(?:previous|prior|last)(?: (?:scan|study|exam|examination)|(?= ?(?:[.,;)]|$)))", None),
    (
        r"the|of|in|all|both|overall|according|to|by|as|per|since|compared|with|versus|vs|lesions?|metastases|targets?|size|"
        r"criteria|consistent|compatible|impression|conclusion|assessment|today|now|currently|again|still|remains?|is|are|"
        r"has|have|shows?|and",
        None,
    ),
)  # fmt: skip
_PATTERNS = tuple((re.compile(rf"(?:{pattern})(?![\w/-])"), meaning) for pattern, meaning in _WORDS)
_BETWEEN = re.compile(r"[\s,.;:()\"“”]+")


def read_narrative(text: str) -> Narrative:
    """The meaning of a reported response. Words that are not known leave the whole text without one."""
    text = " ".join(text.split())
    found = _scan(text.casefold())
    if found is None:
        return Narrative(text)
    said = {meaning for meaning in found if isinstance(meaning, Response)}
    trends = {meaning for meaning in found if isinstance(meaning, Trend)}
    if Trend.MIXED in trends:
        return Narrative(text, trend=Trend.MIXED)
    if len(said) == 1:
        (response,) = said
        return Narrative(text, response) if _go_together(response, trends) else Narrative(text)
    if said:
        return Narrative(text)
    trends -= {Trend.LARGER} if Trend.NEW_LESION in trends else set()
    return Narrative(text, trend=trends.pop()) if len(trends) == 1 else Narrative(text)


def _scan(text: str) -> list[Response | Trend] | None:
    """The meanings in a text, in order; None where a word of it is not known."""
    found: list[Response | Trend] = []
    place = 0
    while True:
        if (gap := _BETWEEN.match(text, place)) is not None:
            place = gap.end()
        if place == len(text):
            return found
        word = _word_at(text, place)
        if word is None:
            return None
        place, meaning = word
        if meaning is not None:
            found.append(meaning)


def _word_at(text: str, place: int) -> tuple[int, Response | Trend | None] | None:
    """Where the word that begins here ends, and its meaning; None where no known word begins."""
    for pattern, meaning in _PATTERNS:
        if (word := pattern.match(text, place)) is not None and word.end() > place:
            return word.end(), meaning
    return None


def _go_together(response: Response, trends: Iterable[Trend]) -> bool:
    """A category may stand with a trend of the same scan ("stable disease, slightly larger"), but not against it."""
    against = {
        Response.PD: {Trend.SMALLER, Trend.UNCHANGED},
        Response.CR: {Trend.LARGER, Trend.NEW_LESION},
        Response.PR: {Trend.NEW_LESION},
        Response.SD: {Trend.NEW_LESION},
    }
    return not against.get(response, set()) & set(trends)
