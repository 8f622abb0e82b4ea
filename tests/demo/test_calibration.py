"""A simulated trial of each fitted regimen gives about the figures its real trial published.

The published figures and their sources stand beside the rates in ``tracker.demo.regimens``. With 400 patients a response
rate has a standard error of up to 2.5 points, so the short test allows three of them on top of the model's own error.
"""

from __future__ import annotations

import pytest

from tests.demo.trials import depth, early_shrinkage, progression_free_months, response_rate, run_trial
from tracker.demo.regimens import CALIBRATED, LINES, Regimen

regimens = pytest.mark.parametrize("regimen", CALIBRATED, ids=lambda regimen: regimen.name)


@regimens
def test_a_small_trial_gives_the_models_figures_and_about_the_published_response_rate(regimen: Regimen) -> None:
    assert regimen.model is not None
    assert regimen.trial is not None
    outcomes = run_trial(regimen, patients=400, seed=1)
    assert response_rate(outcomes) == pytest.approx(regimen.model.response_rate, abs=8)
    assert early_shrinkage(outcomes) == pytest.approx(regimen.model.early_shrinkage, abs=8)
    assert depth(outcomes) == pytest.approx(regimen.model.depth, abs=8)
    assert response_rate(outcomes) == pytest.approx(regimen.trial.response_rate, abs=10)


@pytest.mark.long
@regimens
def test_a_large_trial_gives_the_models_figures_closely(regimen: Regimen) -> None:
    assert regimen.model is not None
    assert regimen.trial is not None
    outcomes = run_trial(regimen, patients=6000, seed=2)
    assert response_rate(outcomes) == pytest.approx(regimen.model.response_rate, abs=2.5)
    assert early_shrinkage(outcomes) == pytest.approx(regimen.model.early_shrinkage, abs=2.5)
    assert depth(outcomes) == pytest.approx(regimen.model.depth, abs=4)
    assert response_rate(outcomes) == pytest.approx(regimen.trial.response_rate, abs=6)
    # A median falls on a scan: one scan of 56 days is 1.8 months.
    assert progression_free_months(outcomes) == pytest.approx(regimen.model.pfs_months, abs=2)
    assert progression_free_months(outcomes) == pytest.approx(regimen.trial.pfs_months, abs=5)


def test_a_regimen_without_a_trial_says_whose_rates_it_borrows() -> None:
    for primary, lines in LINES.items():
        for regimen in (regimen for line in lines for regimen in line):
            if regimen.trial is None:
                assert regimen.source.startswith("assumed: rates of "), (primary, regimen.name)
