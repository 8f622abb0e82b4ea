"""How each criterion is named and drawn: its name with its source, its words for response and progression, its lines.

The rules are those of ``tracker.domain.criteria``; here stands only where their lines lie on a chart of sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.domain.criteria import choi, irecist, modified_choi, percist10, recist11, size_and_attenuation
from tracker.domain.lengths import Length
from tracker.domain.vocabulary import Response

COMPLETE = (Response.CR, Response.I_CR, Response.CMR)
RESPONDING = (*COMPLETE, Response.PR, Response.I_PR, Response.PMR)
WITHOUT_TARGETS = (Response.NON_CR_NON_PD, Response.NON_ICR_NON_IUPD)


@dataclass(frozen=True, slots=True)
class Lines:
    """From where on a sum of targets counts: so many percent below the baseline, so many above the nadir."""

    below: int
    above: int
    #: The least growth in mm that is asked beside the percentage; 0 where none is.
    least_mm: int
    greatest_of_response: Callable[[Length], Length]
    least_of_progression: Callable[[Length], Length]

    def least_decides(self, nadir_um: int) -> bool:
        """Whether the percentage of the nadir is less than the growth in mm that is asked beside it."""
        return self.above * nadir_um < 100 * 1000 * self.least_mm


_RECIST = Lines(30, 20, 5, recist11.greatest_sum_of_response, recist11.least_sum_of_progression)
_CHOI = Lines(
    10, 10, 0, size_and_attenuation.greatest_sum_of_response, size_and_attenuation.least_sum_of_progression
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """A criterion as people meet it."""

    key: str
    name: str
    version: str
    #: One line for the place where it is chosen.
    explains: str
    #: None where no sum of diameters decides.
    lines: Lines | None
    response: str = "PR"
    progression: str = "PD"
    #: What else decides beside the sum, in a few words; empty where nothing does.
    beside_response: str = ""
    beside_progression: str = ""
    #: How a fall in attenuation goes with the sum in a response; empty where it is not looked at.
    attenuation_needs: str = ""
    #: Whether the pages can feed it: a course can be started by it.
    offered: bool = True

    @property
    def title(self) -> str:
        """Name and version: "RECIST 1.1" carries its own, "iRECIST (Seymour 2017)" is told by its paper."""
        if any(sign.isdigit() for sign in self.name):
            return self.name
        return f"{self.name} ({self.version.removeprefix(self.name + ' ')})"

    @property
    def with_source(self) -> str:
        """Name and paper, always: "RECIST 1.1 (Eisenhauer 2009)"."""
        return f"{self.name} ({self.version.removeprefix(self.name + ' ')})"

    @property
    def is_usual(self) -> bool:
        """Whether it is the one that is meant where nothing else is said."""
        return self.key == recist11.NAME

    @property
    def has_unconfirmed_progression(self) -> bool:
        return self.key == irecist.NAME

    @property
    def keeps_response(self) -> bool:
        """Whether a partial response goes on until progression, where the setting says so."""
        return self.key in (recist11.NAME, irecist.NAME)


_HU = "needs the mean attenuation (HU) of every target at every scan, which comes with an imported table"

FACES = {
    face.key: face
    for face in (
        Face(
            recist11.NAME, "RECIST 1.1", recist11.VERSION,
            "PR at −30 % from the baseline, PD at +20 % and 5 mm above the nadir. The usual choice.", _RECIST,
        ),
        Face(
            irecist.NAME, "iRECIST", irecist.VERSION,
            "For immunotherapy. Sizes as in RECIST 1.1, but a first progression (iUPD) waits for a scan 4 to 8 weeks later.",
            _RECIST, response="iPR", progression="iUPD",
        ),
        Face(
            choi.NAME, "Choi", choi.VERSION,
            f"For GIST on imatinib. PR at −10 % in size or −15 % in attenuation, PD at +10 %; {_HU}.",
            _CHOI, beside_response="or −15 % HU", beside_progression="unless −15 % HU",
            attenuation_needs="or PR at",
        ),
        Face(
            modified_choi.NAME, "modified Choi", modified_choi.VERSION,
            f"For targeted treatment. PR at −10 % in size and −15 % in attenuation together; {_HU}.",
            _CHOI, beside_response="with −15 % HU", beside_progression="unless −15 % HU",
            attenuation_needs="and PR needs",
        ),
        Face(
            percist10.NAME, "PERCIST 1.0", percist10.VERSION, "By the uptake of the hottest lesion on PET.", None,
            response="PMR", progression="PMD", offered=False,
        ),
    )
}  # fmt: skip


def face_of(criterion: str) -> Face:
    """The face of a criterion. KeyError for one that is not known: a course cannot be judged by it either."""
    return FACES[criterion]


def offered() -> tuple[Face, ...]:
    """What a course can be started by, the usual one first."""
    return tuple(face for face in FACES.values() if face.offered)
