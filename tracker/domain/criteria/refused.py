"""Criteria that are refused, with the reason: they do not fit metastases of the liver.

mRECIST (Lencioni R, Llovet JM, Semin Liver Dis 2010;30:52-60) and EASL (Bruix J et al., J Hepatol 2001;35:421-430) measure
the part of a hepatocellular carcinoma that enhances in the arterial phase. A colorectal metastasis is poor in vessels with
a bright rim and is read in the portal venous phase: it has no such part to measure.
"""

from __future__ import annotations

import re

_MRECIST = re.compile(r"m(odified)?[\s_-]*recist([\s_.-]*v?[\d.]+)?|recist[\s_-]*m")
_EASL = re.compile(r"easl([\s_.-]*v?[\d.]+)?")


def find_refusal(criterion: str) -> str | None:
    """Why the criterion of this name is refused, in one sentence; None where it is not one of these."""
    asked = criterion.strip().casefold()
    if _MRECIST.fullmatch(asked):
        name = "mRECIST"
    elif _EASL.fullmatch(asked):
        name = "EASL"
    else:
        return None
    return (
        f"{name} measures the part of a hepatocellular carcinoma that enhances in the arterial phase, which liver metastases "
        "read in the portal venous phase do not have; use recist-1.1 instead, or choi, modified-choi or percist-1.0 where "
        "attenuation or uptake was measured."
    )
