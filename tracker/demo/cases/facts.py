"""What a planted case knows beside its table of sizes: the primary and its dates, the liver around, sites elsewhere, vessels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tracker.domain.drafts import PatientDraft
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
_NOT_THERE = (State.ABSENT, State.TREATED, State.MERGED)


@dataclass(frozen=True, slots=True)
class Around:
    """What exams say beside sizes, by number of the scan (0 is the first), or by scan and label."""

    background: Mapping[int, Mapping[BackgroundSign, Statement]] = field(default_factory=dict)
    looks: Mapping[tuple[int, str], Appearance] = field(default_factory=dict)
    enhances: Mapping[tuple[int, str], Enhancement] = field(default_factory=dict)
    vessels: Mapping[tuple[int, str], tuple[VesselContact, ...]] = field(default_factory=dict)


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
        there = [one for one in here if one.state not in (*_NOT_THERE, State.NOT_EVALUABLE)]
        if there:
            sizes = [size for one in there if (size := one.short or one.longest) is not None]
            number = None if site is Site.BONE else StatedCount(CountKind.EXACT, len(there))
            said[site] = SiteFinding(SiteStatement.YES, number, max(sizes, default=None))
        elif all(one.state is State.NOT_EVALUABLE for one in here):
            said[site] = SiteFinding(SiteStatement.NOT_IMAGED)
        else:
            said[site] = SiteFinding(SiteStatement.NONE)
    return said


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


def _months_before(day: date, months: int) -> RoughDate:
    return RoughDate(add_months(day, -months).replace(day=1), Precision.MONTH)
