"""What is known beside sizes: the primary and its dates, the liver around, sites elsewhere, vessels, life and death."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from tracker.domain.drafts import ExamDraft, PatientDraft
from tracker.domain.lengths import Length
from tracker.domain.lesions import Observation
from tracker.domain.record import SiteFinding, StatedCount, VesselContact
from tracker.domain.tumour import PrimaryTumour, RoughDate, add_months, is_pending, is_unknown
from tracker.domain.vocabulary import (
    LYMPH_NODE,
    Appearance,
    BackgroundSign,
    CountKind,
    Enhancement,
    Precision,
    Primary,
    Site,
    SiteStatement,
    State,
    Statement,
    Vessel,
    VesselRelation,
)

#: The site of disease by the organ of a lesion.
_SITES = {"lung": Site.LUNG, LYMPH_NODE: Site.LYMPH_NODES, "bone": Site.BONE, "peritoneum": Site.PERITONEUM}
#: What a report of chest, abdomen and pelvis says where nothing is there.
_USUALLY = {
    Site.LUNG: SiteStatement.NONE,
    Site.LYMPH_NODES: SiteStatement.NONE,
    Site.PERITONEUM: SiteStatement.NONE,
    Site.BONE: SiteStatement.NOT_MENTIONED,
}
_STAGES = re.compile(r"y?[cp]T\w+ N\w+")
#: Of the patients whose last course ended in progression: how many died since, at the earliest so many days after the scan.
_DIED_SHARE, _SHORTEST_AFTER = 0.5, 10
_DISEASED_NODE = 10_000
_NOT_THERE = (State.ABSENT, State.TREATED, State.MERGED)


@dataclass(frozen=True, slots=True)
class Around:
    """What exams say beside sizes, by number of the scan (0 is the first), or by scan and label."""

    background: Mapping[int, Mapping[BackgroundSign, Statement]] = field(default_factory=dict)
    looks: Mapping[tuple[int, str], Appearance] = field(default_factory=dict)
    enhances: Mapping[tuple[int, str], Enhancement] = field(default_factory=dict)
    vessels: Mapping[tuple[int, str], tuple[VesselContact, ...]] = field(default_factory=dict)
    #: Contrast phases other than the case's usual one.
    phases: Mapping[int, str] = field(default_factory=dict)


#: Nothing beside the sizes.
NOTHING = Around()


def signs(*present: BackgroundSign, absent: Sequence[BackgroundSign] = ()) -> dict[BackgroundSign, Statement]:
    """Signs the report names as there, and those it says are not."""
    return dict.fromkeys(present, Statement.YES) | dict.fromkeys(absent, Statement.NONE)


def near(vessel: Vessel, mm: str) -> VesselContact:
    """A vessel so many millimetres away, 10 at most."""
    return VesselContact(vessel, VesselRelation.WITHIN_10_MM, Length.from_mm(mm))


def clear_of(vessel: Vessel) -> VesselContact:
    return VesselContact(vessel, VesselRelation.CLEAR)


def sites_of(seen: Sequence[tuple[str, Observation]]) -> dict[Site, SiteFinding]:
    """Disease elsewhere, from the lesions an exam speaks of: pairs of organ and observation."""
    said = {site: SiteFinding(statement) for site, statement in _USUALLY.items()}
    for site in dict.fromkeys(_SITES[organ] for organ, _ in seen if organ in _SITES):
        here = [one for organ, one in seen if _SITES.get(organ) is site]
        there = [one for one in here if one.state not in (*_NOT_THERE, State.NOT_EVALUABLE) and not _is_small_node(one)]
        if there:
            sizes = [size for one in there if (size := one.short or one.longest) is not None]
            number = None if site is Site.BONE else StatedCount(CountKind.EXACT, len(there))
            said[site] = SiteFinding(SiteStatement.YES, number, max(sizes, default=None))
        elif all(one.state is State.NOT_EVALUABLE for one in here):
            said[site] = SiteFinding(SiteStatement.NOT_IMAGED)
        else:
            said[site] = SiteFinding(SiteStatement.NONE)
    return said


def _is_small_node(seen: Observation) -> bool:
    """A node under 10 mm in its short axis is no disease (Eisenhauer 2009, 3.1.1)."""
    return seen.short is not None and seen.short.um < _DISEASED_NODE


def with_history(
    draft: PatientDraft,
    first_scan: date,
    last_scan: date,
    *,
    histology: str,
    stages: str = "",
    found: int,
    resected: int | None = None,
    metastases: int = 0,
    asa: int = 2,
    comorbidity: str | None = None,
) -> PatientDraft:
    """The same patient with the primary's story: ``found`` and ``resected`` in months before the first scan.

    Liver metastases were found with that scan, or so many months before it. Dates are known to the month. ``stages`` are T and N, "pT3 pN1b". A primary that was not
    resected is in place. Performance status is of the last scan, results of biomarkers of the weeks after the first.
    """
    t_stage, _, n_stage = stages.partition(" ")
    known = [name for name, value in draft.biomarkers.items() if not is_unknown(value) and not is_pending(value)]
    return replace(
        draft,
        tumour=PrimaryTumour(
            histology=histology,
            t_stage=t_stage or None,
            n_stage=n_stage or None,
            in_place=resected is None,
            diagnosed_on=_months_before(first_scan, found),
            resected_on=None if resected is None else _months_before(first_scan, resected),
        ),
        metastases_on=_months_before(first_scan, metastases),
        ecog_on=last_scan,
        asa=asa,
        comorbidity=comorbidity,
        biomarkers_on={name: min(first_scan + timedelta(days=18), last_scan) for name in known},
        last_alive_on=last_scan,
    )


def with_drawn_history(
    rng: Random, draft: PatientDraft, exams: Sequence[ExamDraft], today: date, *, may_have_died: bool
) -> PatientDraft:
    """The same generated patient with a primary's story drawn, and with what is known of life and death.

    A stage at the end of the primary's detail ("rectum, ypT3 N1a") becomes the tumour's own. ``may_have_died``: the last
    course ended in progression; the day of death lies after the last scan.
    """
    days = sorted(exam.performed_on for exam in exams)
    first, last = days[0], days[-1]
    place, stages, in_place = _split_detail(draft.primary_detail or "")
    found = rng.choices((0, rng.randint(8, 48)), (45, 55))[0]
    resected = None if in_place else max(0, found - 1)
    histology = "adenocarcinoma" if draft.primary is Primary.COLORECTAL else ""
    told = with_history(draft, first, last, histology=histology, stages=stages, found=found, resected=resected,
                        asa=rng.choice((1, 2, 2, 3)))  # fmt: skip
    told = replace(told, primary_detail=place or None, tumour=replace(told.tumour, histology=histology or None))
    since = (today - last).days
    if may_have_died and since >= _SHORTEST_AFTER and rng.random() < _DIED_SHARE:
        return replace(told, died_on=last + timedelta(days=rng.randint(_SHORTEST_AFTER - 2, since)), last_alive_on=None)
    return told


def _split_detail(detail: str) -> tuple[str, str, bool]:
    """Where the primary is, its stage, and whether it is in place."""
    place, _, rest = detail.rpartition(", ")
    if rest == "primary in place":
        return place, "", True
    return (place, rest, False) if _STAGES.fullmatch(rest) else (detail, "", False)


def _months_before(day: date, months: int) -> RoughDate:
    return RoughDate(add_months(day, -months).replace(day=1), Precision.MONTH)
