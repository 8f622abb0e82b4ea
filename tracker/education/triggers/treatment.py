"""Triggers that look at a scan in the light of what was done before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tracker.domain.criteria.recist11 import greatest_sum_of_response, least_sum_of_progression
from tracker.domain.exact import plain
from tracker.domain.looks import enhancement_at
from tracker.domain.record import RecordedObservation, Treatment
from tracker.domain.tumour import add_months
from tracker.domain.vocabulary import Appearance, Enhancement, LesionRole, Primary, Response, State, TreatmentKind
from tracker.domain.wording import format_percent, join_words, mm
from tracker.education.case import Because, Case, CourseRow, because, is_progression
from tracker.education.triggers.drugs import (
    holds_bevacizumab,
    holds_kinase_inhibitor,
    holds_oxaliplatin,
    is_immunotherapy,
)
from tracker.education.triggers.markers import has_flat_tumour_marker

_ABLATION = re.compile(r"ablat|microwave|radiofrequency|cryo|\brfa\b|\bmwa\b", re.IGNORECASE)
_OF_THE_LIVER = re.compile(r"\bliver\b|\bhepatic\b", re.IGNORECASE)
_CYST_FORMING = (Primary.GIST, Primary.NEUROENDOCRINE, Primary.OVARY)
_LESS_SOLID = (Appearance.CYSTIC, Appearance.NECROTIC)
_LESS_DENSE = Decimal("0.85")
#: Enhancement of a lesion that is no bright nodule.
_DARK = (Enhancement.HYPOVASCULAR, Enhancement.RIM)
#: Size and density lag behind radiation by up to about three months.
_RADIATION_LAG_MONTHS = 3


def growth_on_immunotherapy(case: Case) -> Because | None:
    """The first PD of the course came while immunotherapy was given: it is on the newest scan, or the sum has fallen since.

    Source: pooled analysis of pseudoprogression (PMC7526949); iRECIST (Seymour 2017). Once the same drug is stopped, or the
    newest scan is a PD again, shrinkage since is no sign of a passing growth.
    """
    last = case.last
    first = next((row for row in case.rows[1:] if is_progression(row.result.overall_response)), None)
    given = [one for one in case.ongoing(first.date) if is_immunotherapy(one)] if first is not None else []
    if last is None or first is None or not given:
        return None
    drug = given[-1]
    when = f"first {first.result.overall_response} computed on {case.say(first.date)}, week {(first.date - drug.start).days // 7} of {drug.name}"
    if first is last:
        return because(when, last.date)
    then, now = first.result.sum, last.result.sum
    if then is None or now is None or now >= then or is_progression(last.result.overall_response):
        return None
    if drug not in case.ongoing(last.date):
        return None
    return because(f"{when}, was followed by shrinkage: {mm(then)} to {mm(now)} on {case.say(last.date)}", last.date)


def tissue_changed(case: Case) -> Because | None:
    """Targets are stable by size (SD by RECIST 1.1, or between its lines where Choi's criteria judge) while they lost 15 % of
    their mean density since the baseline or have come to look cystic or necrotic, on bevacizumab or a kinase inhibitor.

    Source: Choi 2007 (15 % HU); PMC10109500 (morphology under bevacizumab).
    """
    last = case.last
    if last is None or not _is_stable_by_size(case, last):
        return None
    if not any(holds_bevacizumab(one) or holds_kinase_inhibitor(one) for one in case.ongoing(last.date)):
        return None
    then, now = _mean_density(case, case.rows[0]), _mean_density(case, last)
    if then is not None and now is not None and then > 0 and now <= then * _LESS_DENSE:
        change = format_percent(100 * (now - then) / then, 0)
        densities = f"{plain(then, 1)} → {plain(now, 1)} HU"
        return because(f"mean density of the targets {densities} ({change}) while size is SD", last.date)
    turned = [
        f"{lesion.label} {look}"
        for lesion in case.lesions
        if lesion.role is LesionRole.TARGET and last.shows(lesion.label)
        if (look := case.looks(lesion.label, last.date)) in _LESS_SOLID
        and look is not case.looks(lesion.label, case.rows[0].date)
    ]
    if not turned:
        return None
    return because(f"{join_words(turned)} since the baseline, while size is SD", last.date)


def _is_stable_by_size(case: Case, last: CourseRow) -> bool:
    if case.by_recist_sizes:
        return last.result.target_response is Response.SD
    now, nadir, baseline = last.result.sum, last.result.nadir, last.result.baseline
    if now is None or nadir is None or baseline is None:
        return False
    return greatest_sum_of_response(baseline) < now < least_sum_of_progression(nadir)


def _mean_density(case: Case, row: CourseRow) -> Decimal | None:
    """Mean attenuation of the targets in HU; None unless each target has one."""
    targets = [lesion.label for lesion in case.lesions if lesion.role is LesionRole.TARGET]
    values = [
        seen.attenuation_hu
        for label in targets
        if (seen := row.observations.get(label)) is not None and seen.attenuation_hu is not None
    ]
    return sum(values, Decimal(0)) / len(values) if values and len(values) == len(targets) else None


def cyst_like_under_treatment(case: Case) -> Because | None:
    """A liver lesion has come to look cystic, is new and cystic, or is cystic and larger than before, under treatment: on a
    kinase inhibitor, or on any drug in a tumour that turns cyst-like (GIST, neuroendocrine, ovary).

    Source: Choi criteria and GIST reviews; RECIST 1.1, 4.3.5 (necrosis is no new lesion).
    """
    last, before = case.last, case.before
    if last is None or before is None:
        return None
    given = [
        one
        for one in case.ongoing(last.date)
        if holds_kinase_inhibitor(one) or case.record.patient.primary in _CYST_FORMING
    ]
    if not given:
        return None
    new = {disease.label for disease in case.new_disease(last)}
    for lesion in case.lesions:
        label = lesion.label
        if not case.is_in_liver(label) or not last.shows(label):
            continue
        if case.looks(label, last.date) is not Appearance.CYSTIC:
            continue
        if label in new:
            return because(f"{label}, recorded as cystic, is new on {given[-1].name}", last.date)
        since = _cystic_since(case, label)
        if since is not None:
            return because(f"{label} looks cystic since {case.say(since)}, on {given[-1].name}", since)
        now, then = case.size(lesion, last), case.size(lesion, before)
        if now is not None and then is not None and now > then:
            sizes = f"{mm(then)} to {mm(now)}"
            return because(f"{label}, recorded as cystic, went from {sizes} on {given[-1].name}", last.date)
    return None


def _cystic_since(case: Case, label: str) -> date | None:
    """The time point of the course at which a lesion came to look cystic; None where it did at the baseline."""
    looks = [(row.date, case.looks(label, row.date) is Appearance.CYSTIC) for row in case.rows]
    if looks[0][1]:
        return None
    return next((day for day, cystic in looks if cystic), None)


def new_spot_after_oxaliplatin(case: Case) -> Because | None:
    """A new liver lesion during or any time after oxaliplatin, while tumour markers are flat or a hepatobiliary phase was read.

    Source: Korean J Radiol 2017;18:413; World J Gastroenterol 2021;27:7866. Nodules came a median of 30 months after, so
    the exposure does not expire. A lesion is dated to the scan that first showed it. Markers are flat where one was
    measured twice and none rises; a lesion said to be dark or to light up at its rim is not bright.
    """
    last = case.last
    if last is None:
        return None
    given = [one for one in case.record.treatments if holds_oxaliplatin(one) and not one.planned]
    began = min((one.start for one in given if one.start <= last.date), default=None)
    new = [
        disease
        for disease in case.new_disease(last)
        if not disease.recurrence
        and case.is_in_liver(disease.label)
        and began is not None
        and began <= disease.shown_on
    ]
    hepatobiliary = any("hepatobiliary" in (exam.phase or "").casefold() for exam in last.exams)
    if not has_flat_tumour_marker(case):
        new = [one for one in new if hepatobiliary and enhancement_at(case.record, one.label, last.date) not in _DARK]
    if not new:
        return None
    days = sorted({disease.shown_on for disease in new})
    named = [
        f"{join_words([disease.label for disease in new if disease.shown_on == day])} new on {case.say(day)}"
        for day in days
    ]
    before = [treatment for treatment in given if treatment.start <= days[-1]]
    exposure = max(before, key=lambda treatment: (treatment.start, treatment.id))
    return because(f"{join_words(named)}; {exposure.name} from {case.say(exposure.start)}", last.date)


def first_scan_after_ablation(case: Case) -> Because | None:
    """The newest exam is the first one after a thermal ablation of a liver lesion, or the first to show one as ablated.

    Source: PMC4122121 (the zone includes a margin; new baseline at 4 to 8 weeks).
    """
    exam = case.last_exam
    if exam is None:
        return None
    made = case.say(exam.performed_on)
    for label, day in sorted(_ablations(case), key=lambda item: item[1], reverse=True):
        after = [other for other in case.exams if other.performed_on > day and other.modality.enters_sum]
        if after and after[0] is exam:
            return because(
                f"{label} was ablated on {case.say(day)}; the scan of {made} is the first since", exam.performed_on
            )
    told_before = {seen.label for other in case.exams[:-1] for seen in other.observations if _is_ablated(case, seen)}
    undated = [
        seen.label for seen in exam.observations if _is_ablated(case, seen) and seen.observation.treated_on is None
    ]
    first_told = [label for label in undated if label not in told_before and not _has_dated_ablation(case, label)]
    if not first_told:
        return None
    return because(f"the scan of {made} is the first to show {join_words(first_told)} as ablated", exam.performed_on)


def _is_ablated(case: Case, seen: RecordedObservation) -> bool:
    said = seen.observation
    return said.state is State.TREATED and bool(_ABLATION.search(said.by or "")) and case.is_in_liver(seen.label)


def _has_dated_ablation(case: Case, label: str) -> bool:
    return any(ablated == label for ablated, _ in _ablations(case))


def _ablations(case: Case) -> Iterator[tuple[str, date]]:
    """Liver lesions ablated, with the day: from the treatments, and from what exams say of a treated lesion."""
    for treatment in case.record.treatments:
        if treatment.kind is TreatmentKind.ABLATION and not treatment.planned:
            for label in treatment.lesions:
                if case.is_in_liver(label):
                    yield label, treatment.start
    for exam in case.exams:
        for seen in exam.observations:
            if _is_ablated(case, seen) and seen.observation.treated_on is not None:
                yield seen.label, seen.observation.treated_on


def soon_after_radiation(case: Case) -> Because | None:
    """The newest exam is within three months of radioembolisation, or of external radiotherapy to a lesion in the liver.

    Source: PMC6116887 (size lags by 1 to 2 months); a first judgement after 2 to 3 months.
    """
    exam = case.last_exam
    if exam is None:
        return None
    recent = [
        (end, treatment)
        for treatment in case.record.treatments
        if _irradiates_liver(case, treatment)
        and (end := treatment.stop or treatment.start) <= exam.performed_on < add_months(end, _RADIATION_LAG_MONTHS)
    ]
    if not recent:
        return None
    end, treatment = max(recent, key=lambda item: (item[0], item[1].id))
    weeks = (exam.performed_on - end).days // 7
    return because(f"{treatment.name} until {case.say(end)}, scan in week {weeks} after it", exam.performed_on)


def _irradiates_liver(case: Case, treatment: Treatment) -> bool:
    if treatment.planned:
        return False
    if treatment.kind is TreatmentKind.RADIOTHERAPY:
        named = any(case.is_in_liver(label) for label in treatment.lesions)
        return named or (not treatment.lesions and bool(_OF_THE_LIVER.search(treatment.name)))
    return treatment.kind is TreatmentKind.SIRT
