"""The synthetic cohort and its planted teaching cases."""

from tracker.demo.cohort import DEFAULT_PATIENTS, DEFAULT_SEED, generate_cohort
from tracker.demo.fill import fill_database
from tracker.demo.shapes import DemoSummary, SyntheticPatient

__all__ = ["DEFAULT_PATIENTS", "DEFAULT_SEED", "DemoSummary", "SyntheticPatient", "fill_database", "generate_cohort"]
