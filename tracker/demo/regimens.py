"""The regimens of the demo: rates of shrinkage and growth, and the trial figures the calibrated ones stand against.

Rates are medians per day; spreads are standard deviations of their logarithms; ``hazard`` is of new lesions a month.
Eight regimens were fitted so that a simulated trial gives about the published response rate; the others borrow the rates
of a fitted one and say so. Median PFS is coarser: it moves in steps of one scan, and deaths are not simulated. None of
this says how a drug works in a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tracker.domain.vocabulary import Primary, TreatmentKind


@dataclass(frozen=True, slots=True)
class Figures:
    """Response rate and early shrinkage in percent, median depth of response in percent, median PFS in months."""

    response_rate: float
    early_shrinkage: float | None
    depth: float | None
    pfs_months: float


@dataclass(frozen=True, slots=True)
class Regimen:
    """A regimen under the growth model. ``trial`` is None where the rates are borrowed from another regimen."""

    name: str
    kind: TreatmentKind
    shrink: float
    shrink_spread: float
    grow: float
    grow_spread: float
    refractory: float
    hazard: float
    #: What this model gives with a scan every 56 days (6,000 patients), and what the trial named in ``source`` published.
    model: Figures | None = None
    trial: Figures | None = None
    source: str = ""
    #: Planned days between scans, and length of a treatment cycle.
    interval_days: int = 56
    cycle_days: int = 14
    #: The biomarker and its value without which the regimen is not given.
    needs: tuple[str, str] | None = None

    def like(
        self,
        name: str,
        kind: TreatmentKind,
        *,
        interval_days: int = 56,
        cycle_days: int = 21,
        needs: tuple[str, str] | None = None,
    ) -> Regimen:
        """Another drug with this one's rates: an assumption of the demo, measured against nothing."""
        return Regimen(
            name, kind, self.shrink, self.shrink_spread, self.grow, self.grow_spread, self.refractory, self.hazard,
            source=f"assumed: rates of {self.name}", interval_days=interval_days, cycle_days=cycle_days, needs=needs,
        )  # fmt: skip


_SYSTEMIC, _TARGETED = TreatmentKind.SYSTEMIC, TreatmentKind.TARGETED
_IMMUNE, _RADIONUCLIDE = TreatmentKind.IMMUNOTHERAPY, TreatmentKind.RADIONUCLIDE

FOLFIRI_CETUXIMAB = Regimen(
    "FOLFIRI + cetuximab", _SYSTEMIC, 0.00724, 0.47, 0.00102, 0.73, 0.02, 0.021,
    Figures(73, 66, -53, 9.2), Figures(72, 68, -49, 10.3), "FIRE-3, RAS wild type, central review",
    needs=("RAS", "wild"),
)  # fmt: skip
FOLFIRI_BEVACIZUMAB = Regimen(
    "FOLFIRI + bevacizumab", _SYSTEMIC, 0.00507, 0.64, 0.00092, 0.44, 0.16, 0.025,
    Figures(56, 42, -38, 9.2), Figures(56, 48, -32, 10.2), "FIRE-3, RAS wild type, central review",
)  # fmt: skip
FOLFOXIRI_BEVACIZUMAB = Regimen(
    "FOLFOXIRI + bevacizumab", _SYSTEMIC, 0.00402, 0.69, 0.00091, 0.74, 0.02, 0.028,
    Figures(54, 39, -36, 9.2), Figures(54, None, None, 10.6), "CAIRO5, group B",
)  # fmt: skip
TRIFLURIDINE_BEVACIZUMAB = Regimen(
    "trifluridine/tipiracil + bevacizumab", _SYSTEMIC, 0.00098, 0.56, 0.00089, 0.55, 0.24, 0.029,
    Figures(8, 3, -3, 5.5), Figures(6, None, None, 5.6), "SUNLIGHT", cycle_days=28,
)  # fmt: skip
GEMCITABINE_NAB_PACLITAXEL = Regimen(
    "gemcitabine + nab-paclitaxel", _SYSTEMIC, 0.00512, 0.60, 0.0016, 0.72, 0.20, 0.05,
    Figures(34, 32, -17, 5.5), Figures(36, None, None, 5.6), "NAPOLI-3, comparator", cycle_days=28,
)  # fmt: skip
CHEMO_PEMBROLIZUMAB = Regimen(
    "carboplatin + pemetrexed + pembrolizumab", _IMMUNE, 0.00449, 0.86, 0.00061, 0.68, 0.38, 0.032,
    Figures(41, 31, -21, 7.4), Figures(40, None, None, 6.1), "KEYNOTE-189, liver subgroup; its response rate is assumed",
    cycle_days=21,
)  # fmt: skip
TRASTUZUMAB_DERUXTECAN = Regimen(
    "trastuzumab deruxtecan", _TARGETED, 0.00464, 0.59, 0.00019, 0.69, 0.31, 0.011,
    Figures(64, 41, -65, 14.7), Figures(62, None, None, 19.4), "DESTINY-Breast01", cycle_days=21,
    needs=("HER2", "positive"),
)  # fmt: skip
LUTETIUM_DOTATATE = Regimen(
    "177Lu-DOTATATE", _RADIONUCLIDE, 0.00062, 0.93, 0.00014, 0.39, 0.06, 0.011,
    Figures(46, 7, -28, 22.1), Figures(43, None, None, 22.8), "NETTER-2", interval_days=84, cycle_days=56,
)  # fmt: skip

#: The regimens with a trial to stand against.
CALIBRATED: tuple[Regimen, ...] = (
    FOLFIRI_CETUXIMAB, FOLFIRI_BEVACIZUMAB, FOLFOXIRI_BEVACIZUMAB, TRIFLURIDINE_BEVACIZUMAB,
    GEMCITABINE_NAB_PACLITAXEL, CHEMO_PEMBROLIZUMAB, TRASTUZUMAB_DERUXTECAN, LUTETIUM_DOTATATE,
)  # fmt: skip

_SECOND = TRIFLURIDINE_BEVACIZUMAB
_BEV = FOLFIRI_BEVACIZUMAB

#: First and later lines by primary; a draw takes one of the line.
LINES: dict[Primary, tuple[tuple[Regimen, ...], tuple[Regimen, ...]]] = {
    Primary.COLORECTAL: (
        (FOLFIRI_CETUXIMAB, FOLFIRI_BEVACIZUMAB, FOLFOXIRI_BEVACIZUMAB),
        (_BEV.like("mFOLFOX6 + bevacizumab", _SYSTEMIC, cycle_days=14), TRIFLURIDINE_BEVACIZUMAB),
    ),
    Primary.BREAST: (
        (
            TRASTUZUMAB_DERUXTECAN,
            FOLFOXIRI_BEVACIZUMAB.like("letrozole + ribociclib", _TARGETED, cycle_days=28, needs=("ER", "positive")),
            _BEV.like("paclitaxel", _SYSTEMIC, cycle_days=28, needs=("ER", "negative")),
        ),
        (_BEV.like("capecitabine", _SYSTEMIC), _BEV.like("eribulin", _SYSTEMIC)),
    ),
    Primary.NEUROENDOCRINE: (
        (LUTETIUM_DOTATATE, LUTETIUM_DOTATATE.like("lanreotide", _TARGETED, interval_days=98, cycle_days=28)),
        (LUTETIUM_DOTATATE.like("capecitabine + temozolomide", _SYSTEMIC, interval_days=84, cycle_days=28),),
    ),
    Primary.LUNG: (
        (CHEMO_PEMBROLIZUMAB,),
        (_SECOND.like("docetaxel", _SYSTEMIC),),
    ),
    Primary.PANCREAS: (
        (GEMCITABINE_NAB_PACLITAXEL,),
        (_SECOND.like("5-FU + liposomal irinotecan", _SYSTEMIC, cycle_days=14),),
    ),
    Primary.STOMACH: (
        (_BEV.like("mFOLFOX6 + nivolumab", _IMMUNE, cycle_days=14),),
        (_SECOND.like("paclitaxel + ramucirumab", _SYSTEMIC, cycle_days=28),),
    ),
    Primary.GIST: (
        (FOLFOXIRI_BEVACIZUMAB.like("imatinib", _TARGETED, interval_days=84, cycle_days=28),),
        (_SECOND.like("sunitinib", _TARGETED, cycle_days=42),),
    ),
    Primary.MELANOMA: (
        (CHEMO_PEMBROLIZUMAB.like("nivolumab + ipilimumab", _IMMUNE, interval_days=42),),
        (_SECOND.like("carboplatin + paclitaxel", _SYSTEMIC),),
    ),
    Primary.KIDNEY: (
        (_BEV.like("cabozantinib + nivolumab", _IMMUNE, cycle_days=14),),
        (_SECOND.like("axitinib", _TARGETED, cycle_days=28),),
    ),
    Primary.OVARY: (
        (FOLFIRI_CETUXIMAB.like("carboplatin + paclitaxel", _SYSTEMIC),),
        (_SECOND.like("pegylated liposomal doxorubicin", _SYSTEMIC, cycle_days=28),),
    ),
}  # fmt: skip


def choose_regimen(rng: Random, primary: Primary, biomarkers: Mapping[str, str], line: int) -> Regimen:
    """A regimen for that primary and line (0 first, 1 later), among those whose biomarker is met."""
    possible = [
        regimen
        for regimen in LINES[primary][min(line, 1)]
        if regimen.needs is None or biomarkers.get(regimen.needs[0]) == regimen.needs[1]
    ]
    return rng.choice(possible)
