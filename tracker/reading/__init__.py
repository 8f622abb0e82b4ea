"""Reading report text: measurements with their spans, what was measured and when, what is said of the liver.

``read_report(text)`` is the whole of it; its result's ``to_dict()`` is the form ``reading/1``.
"""

from tracker.reading.model import Reading
from tracker.reading.report import read_report

__all__ = ["Reading", "read_report"]
