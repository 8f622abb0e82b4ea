"""The names by which a site switches scores on (TRACKER_SCORES)."""

NAMES = ("fong", "tbs", "collision")
