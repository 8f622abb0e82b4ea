"""The planted teaching cases, in the order of their numbers: DEMO-001 is the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tracker.demo.cases.around_the_scan import cea_surge, cholangitis, modality_switch, mucinous
from tracker.demo.cases.measuring import (
    innumerable,
    merged_lesions,
    mixed_response,
    slow_drift,
    unit_slip,
    vanishing_lesions,
)
from tracker.demo.cases.treatments import (
    ablation_zone,
    after_radioembolisation,
    choi_type_gist,
    early_growth,
    oxaliplatin_nodule,
    pseudocirrhosis,
    pseudoprogression,
)
from tracker.demo.cases.whole_stories import not_evaluable_scan, single_scan, twelve_scans, two_courses
from tracker.demo.shapes import SyntheticPatient

#: Builders: the patient's number and today in, the case out.
PLANTED: tuple[Callable[[int, date], SyntheticPatient], ...] = (
    two_courses,
    modality_switch,
    ablation_zone,
    pseudoprogression,
    vanishing_lesions,
    cea_surge,
    slow_drift,
    mixed_response,
    cholangitis,
    unit_slip,
    merged_lesions,
    innumerable,
    choi_type_gist,
    oxaliplatin_nodule,
    pseudocirrhosis,
    mucinous,
    after_radioembolisation,
    twelve_scans,
    single_scan,
    not_evaluable_scan,
    early_growth,
)
