"""What a note is: a short card beside a chart, with one text for each audience that has use of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tracker.domain.vocabulary import Primary, Term

#: The last sentence of every patient text.
PATIENT_CLOSING = "Your team can explain what this means for you."
#: How many facts a card shows before "more" is opened.
CARD_FACTS = 2

_WORD = re.compile(r"[^\W_]+(?:[-’'.,/][^\W_]+)*")


class Audience(Term):
    """Whom a text is written for."""

    NURSE = "nurse", "Who enters scans and looks after the patient's way: plain words, reading grade 10 at most."
    MEETING = "meeting", "The multidisciplinary meeting: figures with their sources."
    PATIENT = "patient", "The patient: reading grade 7 at most, no figures of outlook, no advice on treatment."


class Region(Term):
    """The part of the patient page a note stands beside."""

    SUM_CHART = "sum chart", "The sum of targets over time."
    LESION_TABLE = "lesion table", "Lesions by date."
    SEGMENT_MAP = "segment map", "Where the lesions lie."
    PET_LANE = "PET lane", "Uptake over time."
    MARKERS = "markers", "Tumour markers and liver tests."
    HEADER = "header", "Who the patient is."


class Topic(Term):
    """What a nurse or a patient wants to know of liver metastases; each topic has at least one note."""

    WHAT_THEY_ARE = "what-they-are", "Tumours in the liver that come from a cancer elsewhere."
    WHERE_FROM = "where-they-come-from", "Often from bowel, breast, lung, pancreas or stomach."
    WHY_THE_LIVER = "why-the-liver", "The liver filters the blood of many organs."
    HOW_THEY_FORM = "how-they-form", "Cells leave the primary, travel in blood or lymph, settle and grow."
    ONE_OR_MANY = "one-or-many", "One lesion or many."
    APPEARANCE = "appearance", "The look varies with the primary: solid, cystic, necrotic, enhancing."
    NO_EARLY_SYMPTOMS = "no-early-symptoms", "Often none until tumours are large or many."
    SYMPTOMS = "symptoms", "Discomfort or pain, fatigue, abnormal liver tests, weight loss, jaundice."
    RED_FLAGS = "red-flags", "Sudden worse pain, jaundice, fever, confusion."
    RED_FLAG_CAUSES = "red-flag-causes", "A blocked bile duct, or a liver that no longer copes."
    IMAGING_ROLES = "imaging-roles", "Imaging detects, characterises and monitors."
    SIZE_NUMBER_PLACE = "size-number-place", "Size, number and distribution guide staging and planning."
    CT_AND_MRI = "ct-and-mri", "Blood flow and tissue in detail."
    PET_CT = "pet-ct", "How active tumours are, and spread elsewhere."
    FOLLOW_UP_IMAGING = "follow-up-imaging", "Later scans show response and new lesions."
    NOT_PRIMARY = "not-primary-liver-cancer", "Not the same as cancer that begins in the liver."
    OUTLOOK = "outlook-follows-primary", "Treatment and outlook follow the primary, not the look of the lesions."
    MULTIDISCIPLINARY = "multidisciplinary-care", "Many fields look at one case together."
    SYSTEMIC_TREATMENT = "systemic-treatment", "Systemic and targeted drugs."
    LOCAL_TREATMENT = "local-treatment", "Ablation and liver-directed treatment."


@dataclass(frozen=True, slots=True)
class Source:
    """A short citation and what it supports."""

    cite: str
    supports: str


@dataclass(frozen=True, slots=True)
class NoteText:
    """What one audience reads: two to four facts, what to check or ask, and what it does not mean."""

    audience: Audience
    facts: tuple[str, ...]
    check: str
    #: Begins with "Does not mean"; for a patient with "This does not mean", and the closing sentence follows.
    does_not_mean: str

    @property
    def card_facts(self) -> tuple[str, ...]:
        """The facts a card shows; the others stand behind "more"."""
        return self.facts[:CARD_FACTS]

    def __str__(self) -> str:
        return " ".join((*self.facts, self.check, self.does_not_mean))


@dataclass(frozen=True, slots=True)
class Note:
    """One note. ``to_check_at_source`` says that a fact in it was not re-read at its source by a person yet."""

    id: str
    #: At most nine words.
    title: str
    #: The function of ``tracker.education.triggers`` that decides whether it is shown.
    trigger: str
    region: Region
    #: 1 red flag, 2 the headline above may be wrong, 3 caveat of measurement, 4 background.
    priority: int
    reviewed: date
    to_check_at_source: bool
    sources: tuple[Source, ...]
    texts: tuple[NoteText, ...]
    #: The primaries it is for; empty: for all.
    primaries: tuple[Primary, ...] = ()
    topics: tuple[Topic, ...] = ()

    @property
    def audiences(self) -> tuple[Audience, ...]:
        return tuple(text.audience for text in self.texts)

    @property
    def is_red_flag(self) -> bool:
        return self.priority == 1

    def text_for(self, audience: Audience | None = None) -> NoteText | None:
        """The text for an audience; None for the people at the board: the meeting's text, else the nurse's.

        Nurse and meeting may read each other's text where theirs is missing. A patient never gets theirs, nor they the patient's.
        """
        if audience == Audience.PATIENT:
            order: tuple[Audience, ...] = (Audience.PATIENT,)
        elif audience == Audience.NURSE:
            order = (Audience.NURSE, Audience.MEETING)
        else:
            order = (Audience.MEETING, Audience.NURSE)
        by_audience = {text.audience: text for text in self.texts}
        return next((by_audience[wanted] for wanted in order if wanted in by_audience), None)

    def is_for(self, primary: Primary) -> bool:
        """Whether it concerns patients of that primary."""
        return not self.primaries or primary in self.primaries


def count_words(text: str) -> int:
    """Words as a reader counts them: a number is a word, a sign is none, "4–8" are two."""
    return len(_WORD.findall(text))
