"""What the worklist of a large site costs: the first list of a process, one after a change, and a page of it.

The patients are those of the cohort's benchmark: eight CT of three lesions each, written past the services.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from random import Random

from dashboards.components.worklist_table import worklist_html
from tests.benchmarks.cohort_cache import LESIONS, SCANS, add_patients, add_scans, empty_database, taken
from tracker.services import actors, owners
from tracker.services.worklist import Choice, Memory, list_worklist, stamp

#: Patients; ``--full`` runs those of a large site.
PATIENTS, FULL = 2_000, 10_000
TODAY = date(2026, 11, 24)

Show = Callable[[str, str, str], None]


def run(show: Show, *, full: bool = False) -> None:
    """Print the four figures, each beside the number of patients."""
    number = FULL if full else PATIENTS
    rng = Random(number)
    with empty_database() as db:
        add_patients(db, number, rng)
        add_scans(db, number, rng)
        actor = actors.local_actor(db)
        memory = Memory()
        wall, cpu = taken(lambda: list_worklist(db, actor, TODAY, memory))
        each = f"{1000 * cpu / number:.2f} ms a patient ({SCANS} scans, {LESIONS} lesions)"
        show(f"worklist of {number:,}, the first of a process", f"{wall:.1f} s, CPU {cpu:.1f} s", each)
        owners.take_patient(db, actor, 1)
        wall, cpu = taken(lambda: list_worklist(db, actor, TODAY, memory), 3)
        show("the same after a change", f"{wall:.2f} s, CPU {cpu:.2f} s", f"{1e6 * cpu / number:.0f} µs a patient")
        listed = list_worklist(db, actor, TODAY, memory)
        wall, cpu = taken(lambda: worklist_html(listed, TODAY, Choice(words="p-0099"), actor.user_id), 5)
        size = len(worklist_html(listed, TODAY, Choice(), actor.user_id)) / 1000
        show("a page of it, filtered and drawn", f"{1000 * wall:.0f} ms", f"all of it: {size:,.0f} kB")
        wall, _ = taken(lambda: stamp(db), 9)
        show("whether anything changed", f"{1000 * wall:.1f} ms", "one query")
