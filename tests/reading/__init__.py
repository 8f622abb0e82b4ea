"""Reading of reports."""
