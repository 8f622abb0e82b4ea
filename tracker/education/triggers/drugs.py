"""Which drugs a treatment holds, read from its name: a regimen's kind alone does not tell. One pattern a class of drugs."""

from __future__ import annotations

import re

from tracker.domain.record import Treatment
from tracker.domain.vocabulary import TreatmentKind

_OXALIPLATIN = re.compile(
    r"oxaliplatin|folfox|folfirinox|folfoxiri|nalirifox|xelox|cape?ox|flot|gemox|\bsox\b", re.IGNORECASE
)
_BEVACIZUMAB = re.compile(r"bevacizumab|\bbev\b", re.IGNORECASE)
#: The common stem of kinase inhibitors (WHO, stems of international nonproprietary names: -nib).
_KINASE_INHIBITOR = re.compile(r"nib\b|\bTKI\b|kinase inhibitor", re.IGNORECASE)
#: Antibodies against PD-1, PD-L1, CTLA-4 and LAG-3.
_CHECKPOINT_INHIBITOR = re.compile(
    r"pembrolizumab|nivolumab|cemiplimab|dostarlimab|tislelizumab|toripalimab|sintilimab|camrelizumab|retifanlimab"
    r"|atezolizumab|durvalumab|avelumab|sugemalimab|ipilimumab|tremelimumab|relatlimab|checkpoint",
    re.IGNORECASE,
)


def holds_oxaliplatin(treatment: Treatment) -> bool:
    """Whether the regimen holds oxaliplatin."""
    return bool(_OXALIPLATIN.search(treatment.name))


def holds_bevacizumab(treatment: Treatment) -> bool:
    """Whether the regimen holds bevacizumab."""
    return bool(_BEVACIZUMAB.search(treatment.name))


def holds_kinase_inhibitor(treatment: Treatment) -> bool:
    """Whether the regimen holds a kinase inhibitor ("TKI")."""
    return bool(_KINASE_INHIBITOR.search(treatment.name))


def is_immunotherapy(treatment: Treatment) -> bool:
    """Whether an immune checkpoint inhibitor is given, by the treatment's kind or by the drug's name."""
    return treatment.kind is TreatmentKind.IMMUNOTHERAPY or bool(_CHECKPOINT_INHIBITOR.search(treatment.name))
