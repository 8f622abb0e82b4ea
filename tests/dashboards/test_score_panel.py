"""The panel of scores: its sentence, every fact, the population, the limits and the source, all as text."""

from __future__ import annotations

from dataclasses import replace

from dashboards.components.score_panel import scores_html
from tests.domain.scores.patients import TODAY, patient, resection
from tracker.domain.scores.give import give_scores
from tracker.domain.scores.names import NAMES


def test_every_score_stands_with_its_facts_limits_and_source() -> None:
    scores = give_scores(NAMES, patient(), TODAY)
    markup = scores_html(scores)
    assert markup.count("<table") == len(NAMES)
    for score in scores:
        for said in (score.sentence, score.published.population, score.published.caveat, score.published.source):
            assert said in markup
        assert all(item.asked in markup for item in score.items)


def test_what_a_record_says_is_shown_as_text() -> None:
    hostile = replace(resection(), name="<img src=x onerror=alert(1)>")
    markup = scores_html(give_scores(NAMES, replace(patient(), treatments=(hostile,)), TODAY))
    assert "<img" not in markup
    assert "&lt;img" in markup
