"""Studies in CDISC's SDTM: what readers measured (TU, TR) and what they concluded (RS), read and never written back.

Sources: CDISC SDTMIG 3.2 to 3.4 and its RECIST 1.1 supplement for the domains and their words; SAS TS-140 for
transport files (XPT version 5); CDISC Dataset-JSON 1.1.
"""

from tracker.exchange.sdtm.courses import ReaderCourse, find_reader, read_courses
from tracker.exchange.sdtm.folder import Study, read_study
from tracker.exchange.sdtm.reported import Asked, Reported, read_reported

__all__ = ["Asked", "ReaderCourse", "Reported", "Study", "find_reader", "read_courses", "read_reported", "read_study"]
