"""``tracker assess``: timelines in, responses with their reasons out. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from tracker.commands.files import read_file, write_out
from tracker.errors import InputError

EXAMPLE = """
\b
Examples:
  tracker assess timeline.json
  tracker assess pet.json --criteria percist-1.0
  tracker export --format timeline - | tracker assess -
"""


@click.command(epilog=EXAMPLE)
@click.argument("file")
@click.option("--criteria", default="recist-1.1", show_default=True, help="The published rules to judge by, see below.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (it is printed in any case).")
def assess(file: str, criteria: str, as_json: bool) -> int:
    """Judge timelines by published criteria.

    FILE holds one timeline or a list of them (format timeline/1); - reads standard input. Prints one result for each,
    as JSON. A timeline that is wrong is answered with its problems, and the exit code is 2.

    \b
    Criteria:
      recist-1.1     diameters (Eisenhauer 2009)
      irecist        diameters under immunotherapy (Seymour 2017)
      percist-1.0    SULpeak of the hottest lesion, with a reference region (Wahl 2009)
      choi           diameters or attenuation (Choi 2007)
      modified-choi  diameters and attenuation (Nathan 2010)
    mRECIST and EASL do not fit metastases of the liver and are refused.
    """
    from tracker.domain.assess import CRITERIA, say_unknown
    from tracker.exchange.jsontext import MOST_BYTES, read_json, write_json

    if criteria not in CRITERIA:
        raise InputError(f"--criteria {criteria}: {say_unknown(criteria)}")
    given = read_json(read_file(file, MOST_BYTES))
    if not isinstance(given, list | Mapping):
        raise InputError("the input is neither a timeline nor a list of timelines")
    timelines = given if isinstance(given, list) else [given]
    results: list[dict[str, Any]] = []
    wrong = False
    for index, timeline in enumerate(timelines):
        result, problems = assess_one(timeline, criteria)
        results.append(result)
        for problem in problems:
            wrong = True
            place = f"[{index}] " if isinstance(given, list) else ""
            click.echo(f"{place}{problem}", err=True)
    write_out(write_json(results if isinstance(given, list) else results[0]) + "\n")
    return 2 if wrong else 0


def assess_one(timeline: object, criteria: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The result of one timeline as plain values, and the lines that say what is wrong with it."""
    from tracker.domain import Timeline
    from tracker.domain import assess as judge
    from tracker.domain.assess import CRITERIA

    try:
        return judge(Timeline.from_dict(timeline), criteria).to_dict(), ()  # type: ignore[arg-type]
    except InputError as refusal:
        name = timeline.get("id") if isinstance(timeline, Mapping) else None
        result = {
            "id": name if isinstance(name, str) else None,
            "criteria": criteria,
            "criteria_version": CRITERIA[criteria].version,
            "time_points": [],
            "best_overall_response": None,
            "confirmed_best_overall_response": None,
            "progression_date": None,
            "response_start_date": None,
            "problems": [{"place": problem.place, "text": problem.text} for problem in refusal.problems],
        }
        return result, tuple(str(problem) for problem in refusal.problems)
