"""``tracker assess``: timelines in, responses with their reasons out. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from tracker.commands.files import read_file, write_out
from tracker.errors import InputError

if TYPE_CHECKING:
    from tracker.domain import Assessment, Timeline

EXAMPLE = """
\b
Examples:
  tracker assess timeline.json
  tracker assess pet.json --criteria percist-1.0
  tracker assess timeline.json --explain
  tracker assess timeline.json --endpoints --planned-interval 56
  tracker export --format timeline - | tracker assess -
"""


@click.command(epilog=EXAMPLE)
@click.argument("file")
@click.option("--criteria", default="recist-1.1", show_default=True, help="The published rules to judge by, see below.")
@click.option(
    "--explain", is_flag=True, help="Add the whole derivation: sums, comparisons, what would change the answer."
)
@click.option("--endpoints", is_flag=True, help="Add what the course comes to: times to an event, shrinkage, growth.")
@click.option(
    "--planned-interval",
    type=int,
    metavar="DAYS",
    help="Days between planned scans, so that missed ones can be told; only with --endpoints.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON (it is printed in any case).")
def assess(
    file: str, criteria: str, explain: bool, endpoints: bool, planned_interval: int | None, as_json: bool
) -> int:
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
    from tracker.domain.endpoints.censoring import TimeRules
    from tracker.exchange.jsontext import MOST_BYTES, read_json, write_json

    if criteria not in CRITERIA:
        raise InputError(f"--criteria {criteria}: {say_unknown(criteria)}")
    if planned_interval is not None and not endpoints:
        raise InputError("--planned-interval: is used for --endpoints only; give both")
    TimeRules(planned_interval_days=planned_interval)  # refuses an interval that cannot be, before anything is read
    given = read_json(read_file(file, MOST_BYTES))
    if not isinstance(given, list | Mapping):
        raise InputError("the input is neither a timeline nor a list of timelines")
    timelines = given if isinstance(given, list) else [given]
    results: list[dict[str, Any]] = []
    wrong = False
    for index, timeline in enumerate(timelines):
        result, problems = assess_one(
            timeline, criteria, explain=explain, endpoints=endpoints, planned_interval=planned_interval
        )
        results.append(result)
        for problem in problems:
            wrong = True
            place = f"[{index}] " if isinstance(given, list) else ""
            click.echo(f"{place}{problem}", err=True)
    write_out(write_json(results if isinstance(given, list) else results[0]) + "\n")
    return 2 if wrong else 0


def assess_one(
    timeline: object,
    criteria: str,
    *,
    explain: bool = False,
    endpoints: bool = False,
    planned_interval: int | None = None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The result of one timeline as plain values, and the lines that say what is wrong with it.

    With ``explain`` it has the key ``explanation`` more, with ``endpoints`` that one; null for a timeline that is wrong.
    """
    from tracker.domain import Timeline
    from tracker.domain import assess as judge
    from tracker.domain.assess import CRITERIA
    from tracker.domain.endpoints.summary import derive_endpoints, rules_of

    try:
        read = Timeline.from_dict(timeline)  # type: ignore[arg-type]
        assessment = judge(read, criteria)
        result = assessment.to_dict()
        if explain:
            result["explanation"] = _explanation(read, assessment)
        if endpoints:
            result["endpoints"] = derive_endpoints(read, assessment, rules_of(read, planned_interval)).to_dict()
        return result, ()
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
        result |= {key: None for key, asked in (("explanation", explain), ("endpoints", endpoints)) if asked}
        return result, tuple(str(problem) for problem in refusal.problems)


def _explanation(timeline: Timeline, assessment: Assessment) -> dict[str, Any]:
    """How each time point was derived and how steady its sum is, and the settings on which the answer depends."""
    from tracker.domain.conventions import find_sensitivities
    from tracker.domain.explain import explain_course
    from tracker.domain.explain_best import explain_best
    from tracker.domain.noise import Reader, compute_noise

    def noise(at: int) -> list[dict[str, Any]]:
        found = [compute_noise(timeline, assessment, at, reader) for reader in Reader]
        return [one.to_dict() for one in found if one is not None]

    rows = [one.to_dict() | {"noise": noise(at)} for at, one in enumerate(explain_course(timeline, assessment))]
    return {
        "time_points": rows,
        "best_response": explain_best(timeline, assessment).to_dict(),
        "settings_that_decide": [one.to_dict() for one in find_sensitivities(timeline, assessment)],
    }
