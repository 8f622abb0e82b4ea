"""The synthetic cohort and its planted teaching cases."""
