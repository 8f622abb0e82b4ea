"""What a patient's facts must fulfil before they are stored: words, TNM, dates that can all be true together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracker.domain.drafts import PatientDraft
from tracker.domain.tumour import PrimaryTumour, RoughDate, is_n_stage, is_t_stage
from tracker.domain.vocabulary import Precision, Primary, Sex
from tracker.errors import Problem
from tracker.services.checks import FIRST_DATE, PAGE, check_date, check_text, check_whole, check_word


def check_patient(draft: PatientDraft, today: date) -> tuple[Problem, ...]:
    """Everything wrong with a patient to register or to correct."""
    return tuple(_problems(draft, today))


def _problems(draft: PatientDraft, today: date) -> Iterator[Problem]:
    yield from check_text("identifier", draft.identifier, needed=True)
    yield from check_text("authority", draft.authority)
    yield from check_text("name", draft.name)
    yield from check_whole("birth year", draft.birth_year, today.year - 120, today.year)
    yield from check_word("sex", draft.sex, Sex)
    yield from check_word("primary", draft.primary, Primary)
    yield from check_text("primary, in detail", draft.primary_detail)
    yield from check_whole("ECOG", draft.ecog, 0, 4)
    yield from check_date("date of ECOG", draft.ecog_on, today=today, needed=False)
    if draft.ecog_on is not None and draft.ecog is None:
        yield Problem("ECOG", f"is missing: its date is given as {draft.ecog_on}")
    yield from check_whole("ASA", draft.asa, 1, 5)
    yield from check_text("comorbidity", draft.comorbidity, limit=PAGE)
    yield from _check_biomarkers(draft, today)
    yield from _check_tumour(draft.tumour)
    for place, day in _rough_dates(draft):
        yield from check_rough_date(place, day, today)
    yield from _check_order(draft)
    yield from _check_life(draft, today)


def _check_biomarkers(draft: PatientDraft, today: date) -> Iterator[Problem]:
    for name, value in draft.biomarkers.items():
        yield from check_text("biomarkers", name, needed=True)
        if value == "":
            yield Problem(f"biomarker {name}", "is missing; write 'unknown' or 'pending' where there is no result")
        yield from check_text(f"biomarker {name}", value)
    for name, day in draft.biomarkers_on.items():
        if name not in draft.biomarkers:
            yield Problem(f"date of {name}", "has no biomarker; write its result, 'unknown' or 'pending'")
        yield from check_date(f"date of {name}", day, today=today)


def _check_tumour(tumour: PrimaryTumour) -> Iterator[Problem]:
    yield from check_text("histology", tumour.histology)
    for place, text, is_right, right in (
        ("T stage", tumour.t_stage, is_t_stage, "TX, T0, Tis or T1 to T4, as in pT3 or cT2a"),
        ("N stage", tumour.n_stage, is_n_stage, "NX or N0 to N3, as in pN1b or cN0"),
    ):
        wrong = tuple(check_text(place, text))
        yield from wrong
        if text is not None and not wrong and not is_right(text):
            yield Problem(place, f"'{text}' is not a stage of the TNM classification; right is {right}")
    if tumour.in_place not in (None, True, False):
        yield Problem("primary in place", f"must be yes, no or not known, not {tumour.in_place!r}")
    if tumour.in_place is True and tumour.resected_on is not None:
        yield Problem("primary in place", f"is yes, but the primary was resected ({tumour.resected_on})")


def check_rough_date(place: str, day: object, today: date) -> Iterator[Problem]:
    """A date known to the day, month or year, not surely in the future; or None."""
    if day is None:
        return
    if not isinstance(day, RoughDate) or type(day.day) is not date:
        yield Problem(place, f"must be a date, a month or a year, not {day!r}")
        return
    yield from check_word(place, day.precision, Precision)
    if day.last < FIRST_DATE:
        yield Problem(place, f"{day} is before {FIRST_DATE.year}; give the year in four digits")
    if day.first > today:
        yield Problem(place, f"{day} is in the future; today is {today}")


def _rough_dates(draft: PatientDraft) -> tuple[tuple[str, RoughDate | None], ...]:
    return (
        ("primary diagnosed", draft.tumour.diagnosed_on),
        ("primary resected", draft.tumour.resected_on),
        ("metastases found", draft.metastases_on),
    )


def _check_order(draft: PatientDraft) -> Iterator[Problem]:
    """No date is surely before another that comes first, nor after the death."""
    birth, died = draft.birth_year, draft.died_on
    for place, day in _rough_dates(draft):
        if not isinstance(day, RoughDate):
            continue
        if isinstance(birth, int) and day.last.year < birth:
            yield Problem(place, f"{day} is before the year of birth, {birth}")
        if type(died) is date and day.first > died:
            yield Problem(place, f"{day} is after the death on {died}")
    diagnosed, resected = draft.tumour.diagnosed_on, draft.tumour.resected_on
    if isinstance(diagnosed, RoughDate) and isinstance(resected, RoughDate) and resected.last < diagnosed.first:
        yield Problem("primary resected", f"{resected} is before its diagnosis of {diagnosed}")


def _check_life(draft: PatientDraft, today: date) -> Iterator[Problem]:
    yield from check_date("died on", draft.died_on, today=today, needed=False)
    yield from check_date("last known alive", draft.last_alive_on, today=today, needed=False)
    died, alive = draft.died_on, draft.last_alive_on
    if type(died) is date and type(alive) is date and alive > died:
        yield Problem("last known alive", f"{alive} is after the death on {died}")
