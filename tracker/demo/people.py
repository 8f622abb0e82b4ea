"""Who the invented patients are: primary, sex, year of birth, biomarkers. No names, and none needed.

Shares of primaries, ages and colorectal biomarkers follow the demo's recipe; the rest are plausible assumptions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tracker.domain.drafts import PatientDraft
from tracker.domain.vocabulary import Primary, Sex

#: Shares in percent.
PRIMARY_SHARES: tuple[tuple[Primary, float], ...] = (
    (Primary.COLORECTAL, 55.0),
    (Primary.BREAST, 13.0),
    (Primary.NEUROENDOCRINE, 8.0),
    (Primary.LUNG, 7.0),
    (Primary.PANCREAS, 6.0),
    (Primary.STOMACH, 4.0),
    (Primary.GIST, 2.0),
    (Primary.MELANOMA, 2.0),
    (Primary.KIDNEY, 1.5),
    (Primary.OVARY, 1.5),
)

_MALE_SHARE = {
    Primary.COLORECTAL: 0.57, Primary.BREAST: 0.01, Primary.OVARY: 0.0, Primary.LUNG: 0.58, Primary.STOMACH: 0.65,
    Primary.KIDNEY: 0.64, Primary.MELANOMA: 0.56, Primary.PANCREAS: 0.53, Primary.NEUROENDOCRINE: 0.5, Primary.GIST: 0.53,
}  # fmt: skip

_DETAILS: dict[Primary, tuple[str, ...]] = {
    Primary.COLORECTAL: (
        "sigmoid colon, pT3 N1b", "rectum, ypT3 N1a", "caecum, pT4a N2a", "ascending colon, pT3 N2b",
        "descending colon, pT3 N0", "transverse colon, primary in place", "rectum, primary in place",
    ),
    Primary.BREAST: ("ductal", "ductal", "lobular"),
    Primary.NEUROENDOCRINE: ("ileum", "pancreatic tail", "unknown site, well differentiated"),
    Primary.LUNG: ("adenocarcinoma, right upper lobe", "adenocarcinoma, left lower lobe"),
    Primary.PANCREAS: ("ductal adenocarcinoma, head", "ductal adenocarcinoma, tail"),
    Primary.STOMACH: ("adenocarcinoma, antrum", "adenocarcinoma, gastro-oesophageal junction"),
    Primary.GIST: ("jejunum", "stomach"),
    Primary.MELANOMA: ("cutaneous, trunk", "uveal"),
    Primary.KIDNEY: ("clear cell",),
    Primary.OVARY: ("high-grade serous",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """An invented patient before any scan."""

    number: int
    primary: Primary
    detail: str
    sex: Sex
    birth_year: int
    biomarkers: dict[str, str]
    ecog: int

    def draft(self) -> PatientDraft:
        return PatientDraft(
            identifier=identifier(self.number),
            birth_year=self.birth_year,
            sex=self.sex,
            primary=self.primary,
            primary_detail=self.detail,
            biomarkers=self.biomarkers,
            ecog=self.ecog,
            synthetic=True,
        )


def identifier(number: int) -> str:
    """DEMO-001 and so on."""
    return f"DEMO-{number:03d}"


def primary_by_share(position: float) -> Primary:
    """The primary that stands at this position (0 to 1) when all are laid out by their shares."""
    left = position * sum(share for _, share in PRIMARY_SHARES)
    for primary, share in PRIMARY_SHARES:
        left -= share
        if left < 0:
            return primary
    return PRIMARY_SHARES[-1][0]


def draw_person(rng: Random, number: int, primary: Primary, this_year: int) -> Person:
    """A patient with that primary. Age is N(64, 11), kept between 28 and 88."""
    age = round(min(88.0, max(28.0, rng.gauss(64.0, 11.0))))
    sex = Sex.MALE if rng.random() < _MALE_SHARE[primary] else Sex.FEMALE
    return Person(
        number=number,
        primary=primary,
        detail=rng.choice(_DETAILS[primary]),
        sex=sex,
        birth_year=this_year - age,
        biomarkers=_BIOMARKERS[primary](rng),
        ecog=rng.choices((0, 1, 2), (40, 48, 12))[0],
    )


def _colorectal(rng: Random) -> dict[str, str]:
    """RAS mutated in 45 %, BRAF V600E in 8 % (of the RAS wild ones), MMR deficient in 4 %; some still unknown."""
    ras = rng.choices(("KRAS G12D", "KRAS G12V", "KRAS G13D", "NRAS Q61K", "wild", "unknown"), (16, 13, 11, 5, 49, 6))[
        0
    ]
    braf = "wild" if ras not in ("wild", "unknown") else rng.choices(("V600E", "wild", "unknown"), (14, 76, 10))[0]
    mmr = rng.choices(("deficient", "proficient", "unknown"), (4, 88, 8))[0]
    her2 = rng.choices(("negative", "unknown"), (45, 55))[0]
    return {"RAS": ras, "BRAF": braf, "MMR": mmr, "HER2": her2}


def _breast(rng: Random) -> dict[str, str]:
    er = rng.choices(("positive", "negative"), (75, 25))[0]
    return {
        "ER": er,
        "PR": "negative" if er == "negative" else rng.choices(("positive", "negative"), (75, 25))[0],
        "HER2": rng.choices(("positive", "negative"), (30, 70))[0],
        "BRCA": rng.choices(("wild", "unknown"), (40, 60))[0],
    }


def _neuroendocrine(rng: Random) -> dict[str, str]:
    grade, ki67 = rng.choice((("G1", "2 %"), ("G2", "8 %"), ("G2", "14 %"), ("G3", "25 %")))
    return {"grade": grade, "Ki-67": ki67, "somatostatin receptor": "positive"}


def _lung(rng: Random) -> dict[str, str]:
    return {"EGFR": "wild", "ALK": "negative", "PD-L1": rng.choice(("<1 %", "5 %", "40 %", "unknown"))}


def _pancreas(rng: Random) -> dict[str, str]:
    return {"KRAS": rng.choice(("G12D", "G12V", "unknown")), "BRCA": rng.choice(("wild", "unknown"))}


def _stomach(rng: Random) -> dict[str, str]:
    return {"HER2": "negative", "PD-L1 CPS": rng.choice(("5", "10", "<1")), "MMR": "proficient"}


def _gist(rng: Random) -> dict[str, str]:
    return {"KIT": rng.choice(("exon 11", "exon 11", "exon 9")), "PDGFRA": "wild"}


def _melanoma(rng: Random) -> dict[str, str]:
    return {"BRAF": rng.choice(("V600E", "wild")), "LDH": "above normal"}


def _kidney(rng: Random) -> dict[str, str]:
    return {"IMDC risk": rng.choice(("favourable", "intermediate"))}


def _ovary(rng: Random) -> dict[str, str]:
    return {"BRCA": rng.choice(("BRCA1", "wild", "unknown"))}


_BIOMARKERS: dict[Primary, Callable[[Random], dict[str, str]]] = {
    Primary.COLORECTAL: _colorectal,
    Primary.BREAST: _breast,
    Primary.NEUROENDOCRINE: _neuroendocrine,
    Primary.LUNG: _lung,
    Primary.PANCREAS: _pancreas,
    Primary.STOMACH: _stomach,
    Primary.GIST: _gist,
    Primary.MELANOMA: _melanoma,
    Primary.KIDNEY: _kidney,
    Primary.OVARY: _ovary,
}
