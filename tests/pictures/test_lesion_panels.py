"""Small charts of each lesion: one scale for all, breaks where a size is missing, "not seen" in its gutter."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import plotly.graph_objects as go
import pytest

from dashboards.charts.lesions import draw_lesions
from tests.pictures.records import counts_only, simple, twelve_scans, two_courses
from tracker.domain.derivation import assess_record
from tracker.domain.record import PatientRecord, StatedCount, Treatment
from tracker.domain.vocabulary import CountKind, TreatmentKind
from tracker.pictures.lesion_panels import LesionPanel, LesionPanels, Scale, derive_lesion_panels
from tracker.pictures.palette import DARK, LIGHT
from tracker.pictures.shapes import Tone


def panels_of(patient: PatientRecord, scale: Scale = "linear") -> LesionPanels:
    found = derive_lesion_panels(patient, assess_record(patient), scale)
    assert found is not None
    return found


def panel(lesions: LesionPanels, label: str) -> LesionPanel:
    return next(one for one in lesions.panels if one.label == label)


def test_lines_break_at_gaps_and_at_the_end_of_a_course() -> None:
    lesions = panels_of(two_courses())
    runs = {label: [len(run) for run in panel(lesions, label).runs] for label in ("L1", "L3", "L4")}
    assert runs == {"L1": [5, 3], "L3": [5], "L4": [3]}


@pytest.mark.parametrize("scale", ["linear", "log2"])
def test_a_lesion_that_is_not_seen_stands_in_the_gutter_under_the_scale(scale: Scale) -> None:
    lesions = panels_of(simple([30, "absent", 12]), scale)
    size, gone, again = panel(lesions, "L1").points
    assert (size.mm, gone.mm, again.mm) == (30, None, 12)
    lowest = min(value for value, _ in lesions.values.ticks)
    assert lesions.values.low < gone.value == lesions.gutter < lowest
    assert panel(lesions, "L1").runs == ()


def test_a_doubling_is_one_step_of_the_logarithmic_scale() -> None:
    small, large = panel(panels_of(simple([20, 40]), "log2"), "L1").points
    assert large.value - small.value == pytest.approx(1)
    assert all(math.log2(float(text)) == value for value, text in panels_of(simple([20, 40]), "log2").values.ticks)


def test_targets_come_first_then_the_largest() -> None:
    assert [one.label for one in panels_of(twelve_scans()).panels][:4] == ["L1", "L2", "L3", "L4"]


def test_what_follows_a_local_treatment_is_paled_and_not_joined_to_what_was_before() -> None:
    sirt = Treatment(1, "SIRT", TreatmentKind.SIRT, date(2026, 3, 20), date(2026, 3, 20), lesions=("L1",))
    treated = replace(simple([40, 42, 30, 20]), treatments=(sirt,))
    lesion = panel(panels_of(treated), "L1")
    assert [point.faded for point in lesion.points] == [False, False, True, True]
    assert [len(run) for run in lesion.runs] == [2, 2]


def test_without_a_size_there_is_no_chart() -> None:
    record = counts_only([StatedCount(CountKind.INNUMERABLE)] * 2)
    assert derive_lesion_panels(record, assess_record(record)) is None


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_every_small_chart_has_the_same_scale_and_its_own_lesion(mode: str, colours: object) -> None:
    lesions = panels_of(two_courses())
    figure = draw_lesions(lesions, "dark" if mode == "dark" else "light")
    go.Figure(figure.to_dict())
    layout = figure.layout.to_plotly_json()
    ranges = {tuple(layout[name]["range"]) for name in layout if name.startswith("yaxis")}
    assert ranges == {(lesions.values.low, lesions.values.high)}
    series = next(trace for trace in figure.data if trace.name == "L1")
    assert series.line.color == (DARK if colours is DARK else LIGHT).tones[Tone.SERIES]
    gutter = next(trace for trace in figure.data if trace.name == "L4, not seen")
    assert set(gutter.y) == {lesions.gutter}
