"""When a note is shown. A trigger looks at one patient and answers with the sentence of the card, or with None.

Each states its condition and where that comes from. Thresholds of sums are compared in whole micrometres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from tracker.education.case import Because, Case
from tracker.education.triggers import background, lesions, markers, pet, sums, technique, treatment

Trigger: TypeAlias = Callable[[Case], Because | None]

_ALL: tuple[Trigger, ...] = (
    sums.small_change, sums.growth_from_the_nadir, sums.twenty_percent_under_five_mm, sums.mixed_response,
    sums.early_shrinkage, sums.slow_drift, sums.target_without_size, sums.new_course, sums.provisional_result,
    sums.more_lesions_than_targets,
    lesions.lesion_no_longer_seen, lesions.lesion_seen_again, lesions.too_small_to_measure, lesions.joined_or_split,
    lesions.count_in_words, lesions.lesions_in_both_halves, lesions.calcified_lesion, lesions.node_followed,
    lesions.equivocal_new_lesion, lesions.non_target_progression,
    technique.scanner_type_changed, technique.phase_changed, technique.technique_not_recorded,
    treatment.growth_on_immunotherapy, treatment.tissue_changed, treatment.cyst_like_under_treatment,
    treatment.new_spot_after_oxaliplatin, treatment.first_scan_after_ablation, treatment.soon_after_radiation,
    pet.pet_up_size_same, pet.pet_quiet_lesion_visible, pet.pet_reference_in_diseased_liver,
    markers.early_cea_rise, markers.cea_rises_scan_quiet, markers.marker_against_scan, markers.liver_tests_off,
    background.red_flag_symptom, background.primary_known, background.everybody, background.first_scan,
    background.scan_or_report_overdue, background.report_awaited, background.fatty_or_nodular_liver,
)  # fmt: skip

#: Every trigger by its name, as the notes name it.
TRIGGERS: Mapping[str, Trigger] = MappingProxyType({trigger.__name__: trigger for trigger in _ALL})
