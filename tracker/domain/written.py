"""The formats ``timeline/1`` and ``assess`` written as plain dictionaries, ready for JSON.

Numbers keep their digits: millimetres with at most three decimals are exact in the shortest form of a double.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tracker.domain.assessment import Assessment, TimePointAssessment
from tracker.domain.lengths import Length
from tracker.domain.lesions import Lesion, Observation
from tracker.domain.timeline import Settings, Timeline, TimePoint
from tracker.domain.vocabulary import Response, State

if TYPE_CHECKING:
    from tracker.domain.explain import Explanation

FORMAT = "timeline/1"
_ALWAYS = ("minimum_sd_days", "confirmation_days", "confirmation_required", "sticky_pr")
_SOMETIMES = (
    "max_between", "nodes_new_from_mm", "percist_reference", "percist_region", "time_point_days", "irecist_confirmation_days",
    "censoring", "best_response",
)  # fmt: skip
_REFERENCE_KEYS = ("liver_sul_mean", "liver_sul_sd", "blood_pool_sul_mean", "blood_pool_sul_sd")


def number(value: Decimal | None) -> float | None:
    """A decimal as the JSON number of the same digits (a double keeps 15 of them)."""
    return None if value is None else float(value) + 0.0


def write_mm(length: Length | None) -> float | None:
    return None if length is None else number(length.mm)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _without_empty(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None and value is not False and value != []}


def write_settings(settings: Settings) -> dict[str, Any]:
    """The settings that are always named, and those that differ from what is usual."""
    defaults = Settings()
    always = {key: getattr(settings, key) for key in _ALWAYS}
    return always | {key: value for key in _SOMETIMES if (value := getattr(settings, key)) != getattr(defaults, key)}


def write_timeline(timeline: Timeline) -> dict[str, Any]:
    """``timeline/1``; reading it back gives the same timeline."""
    return {
        "format": FORMAT,
        "id": timeline.id,
        "settings": write_settings(timeline.settings),
        "lesions": [_write_lesion(lesion) for lesion in timeline.lesions],
        "time_points": [_write_time_point(point) for point in timeline.time_points],
        "treatments": [
            {"name": t.name, "kind": t.kind, "start": t.start.isoformat(), "stop": _iso(t.stop)}
            for t in timeline.treatments
        ],
        "death": _iso(timeline.death),
    }


def _write_lesion(lesion: Lesion) -> dict[str, Any]:
    optional = {
        "segments": [str(segment) for segment in lesion.segments],
        "first_seen": _iso(lesion.first_seen),
        "as": "target" if lesion.measured_as_target else None,
    }
    return {"label": lesion.label, "role": str(lesion.role), "organ": lesion.organ} | _without_empty(optional)


def _write_time_point(point: TimePoint) -> dict[str, Any]:
    reference = point.reference
    optional = {
        "markers": None if point.markers_elevated is None else {"elevated": point.markers_elevated},
        "reference": reference and _without_empty({key: number(getattr(reference, key)) for key in _REFERENCE_KEYS}),
        "for_symptom": point.for_symptom,
    }
    return {
        "date": point.date.isoformat(),
        "modality": point.modality and str(point.modality),
        "observations": {label: _write_observation(seen) for label, seen in point.observations.items()},
    } | _without_empty(optional)


def _write_observation(seen: Observation) -> dict[str, Any]:
    plain_size = seen.state is State.MEASURED and (seen.longest is not None or seen.short is not None)
    return _without_empty(
        {
            "state": None if plain_size else str(seen.state),
            "longest_mm": write_mm(seen.longest),
            "short_mm": write_mm(seen.short),
            "into": seen.into,
            "parts_mm": [write_mm(part) for part in seen.parts],
            "by": seen.by,
            "treated_on": _iso(seen.treated_on),
            "reason": seen.reason,
            "certainty": seen.certainty and str(seen.certainty),
            "grown": seen.grown,
            "provisional": seen.provisional,
            "on": _iso(seen.on),
            "modality": seen.modality and str(seen.modality),
            "first_seen": _iso(seen.first_seen),
            "as": "target" if seen.measured_as_target else None,
            "sul_peak": number(seen.sul_peak),
            "suv_max": number(seen.suv_max),
            "tlg": number(seen.tlg),
            "mtv_ml": number(seen.mtv_ml),
            "attenuation_hu": number(seen.attenuation_hu),
        }
    )


def _word(response: Response | None) -> str | None:
    return None if response is None else str(response)


def write_time_point_assessment(row: TimePointAssessment) -> dict[str, Any]:
    """One row of ``assess``; every field is always there, null where it does not apply."""
    nadir_um = row.change_from_nadir_um
    return {
        "date": row.date.isoformat(),
        "sum_mm": write_mm(row.sum),
        "sum_of_measured_mm": write_mm(row.sum_of_measured),
        "nadir_mm": write_mm(row.nadir),
        "nadir_date": _iso(row.nadir_date),
        "baseline_mm": write_mm(row.baseline),
        "change_from_baseline_percent": number(row.change_from_baseline_percent),
        "change_from_nadir_percent": number(row.change_from_nadir_percent),
        "change_from_nadir_mm": None if nadir_um is None else number(Decimal(nadir_um) / 1000),
        "target_response": _word(row.target_response),
        "non_target_response": _word(row.non_target_response),
        "new_lesions": row.new_lesions,
        "overall_response": _word(row.overall_response),
        "after_progression": row.after_progression,
        "provisional": row.provisional,
        "reasons": [{"rule": r.rule, "source": r.source, "text": r.text} for r in row.reasons],
    } | ({} if row.measure is None else row.measure.to_dict())


def write_assessment(result: Assessment) -> dict[str, Any]:
    """The output of ``tracker assess`` for one timeline."""
    return {
        "id": result.id,
        "criteria": result.criteria,
        "criteria_version": result.criteria_version,
        "time_points": [write_time_point_assessment(row) for row in result.time_points],
        "best_overall_response": _word(result.best_overall_response),
        "confirmed_best_overall_response": _word(result.confirmed_best_overall_response),
        "progression_date": _iso(result.progression_date),
        "response_start_date": _iso(result.response_start_date),
        "problems": [{"place": problem.place, "text": problem.text} for problem in result.problems],
    }


def write_explanation(explained: Explanation) -> dict[str, Any]:
    """The derivation of one time point."""
    return {
        "date": explained.date.isoformat(),
        "response": _word(explained.response),
        "sum_mm": write_mm(explained.sum),
        "lesions": [
            {
                "label": share.label, "axis": share.axis, "baseline_mm": write_mm(share.baseline),
                "nadir_mm": write_mm(share.nadir), "now_mm": write_mm(share.now), "why": share.why,
            }
            for share in explained.shares
        ],
        "comparisons": [
            {
                "with": one.with_what, "on": one.on.isoformat(), "reference_mm": write_mm(one.reference),
                "difference_mm": number(Decimal(one.difference_um) / 1000), "percent": one.percent, "needs": one.needs,
                "met": one.met,
            }
            for one in explained.comparisons
        ],
        "reasons": [{"rule": r.rule, "source": r.source, "text": r.text} for r in explained.reasons],
        "would_change": [
            {"by_mm": None if one.by_um is None else number(Decimal(one.by_um) / 1000), "text": one.text}
            for one in explained.changes
        ],
    }  # fmt: skip
