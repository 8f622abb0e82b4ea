"""Reads the text of one report: everything in order, from cutting it into sentences to what it says of the liver.

The text never leaves through an error or a log. Reading takes a time linear in the text; a text beyond the limit is no report.
"""

from __future__ import annotations

import logging

from tracker.errors import InputError, Problem
from tracker.reading.changes import mark
from tracker.reading.conflicts import find_problems
from tracker.reading.context import find_cues
from tracker.reading.exam import examine
from tracker.reading.kinds import sort_out
from tracker.reading.lesions import group
from tracker.reading.liver import read_liver
from tracker.reading.measurements import find_values
from tracker.reading.model import Reading
from tracker.reading.others import read_others
from tracker.reading.places import place
from tracker.reading.sections import split
from tracker.reading.statements import complete
from tracker.reading.tables import add_values, read_tables, settle
from tracker.reading.times import tell_times

#: The longest text that is read, in characters: ten times a long report.
LONGEST = 60_000
#: The most values that are read; a report has some twenty, a long one sixty.
MOST_VALUES = 250
_log = logging.getLogger(__name__)


def read_report(text: str) -> Reading:
    """The reading of a report's text. Raises InputError where it is too long to be a report; nothing is stored."""
    if len(text) > LONGEST:
        raise InputError(
            f"A report of {len(text):,} characters is longer than the {LONGEST:,} that are read. "
            "Give one report at a time. Nothing was stored."
        )
    document = split(text)
    if not document.sentences:
        return Reading(problems=(Problem("report", "The text holds no sentence. Paste the whole report."),))
    exam, unread = examine(document)
    cues = find_cues(document)
    tables = read_tables(document, exam.performed_on)
    values = add_values(tables, find_values(document))
    mentions = sort_out(document, cues, values[:MOST_VALUES])
    mentions = tell_times(document, cues, mentions, exam.performed_on)
    mentions = settle(document, tables, place(document, mentions))
    mentions = complete(document, cues, group(document, mark(document, cues, mentions)))
    liver = read_liver(document, cues, mentions)
    problems = (*unread, *find_problems(document, mentions, liver))
    if len(values) > MOST_VALUES:
        problems += (Problem("report", f"The text holds {len(values)} values; the first {MOST_VALUES} were read."),)
    return Reading(exam, mentions, liver, read_others(document, cues, mentions, liver), problems)


def try_report(text: str) -> Reading | None:
    """The reading; None where it fails, which must never keep anybody from typing or storing a scan.

    The log names the failure and the length, never the text.
    """
    try:
        return read_report(text)
    except Exception as failure:  # noqa: BLE001
        _log.error("a report of %d characters could not be read: %s", len(text), type(failure).__name__)
        return None
