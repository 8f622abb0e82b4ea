"""The annotated set is read as well as was asked for, layer by layer."""

from __future__ import annotations

import pytest

from tests.benchmarks.reading import Score, load_gold, score_gold
from tests.support.require import shared_folder

#: Items of the annotation that are contested: by layer, the item (report and place) and why it is left out.
CONTESTED: dict[str, dict[str, str]] = {
    layer: {} for layer in ("values", "kind", "prior", "segments", "absence", "suv")
}
MOST_CONTESTED = 3


@pytest.fixture(scope="module")
def scores() -> dict[str, Score]:
    return score_gold(load_gold(shared_folder("gold")))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("layer", "measure", "least"),
    [
        ("values", "precision", 0.99),
        ("values", "recall", 0.99),
        ("kind", "f1", 0.95),
        ("prior", "f1", 0.93),
        ("segments", "recall", 0.97),
        ("absence", "f1", 0.97),
        ("suv", "precision", 0.97),
        ("suv", "recall", 0.97),
    ],
)
def test_each_layer_reaches_its_target(scores: dict[str, Score], layer: str, measure: str, least: float) -> None:
    score = scores[layer].without(CONTESTED[layer])
    assert getattr(score, measure) >= least, (score.wrong, score.missed)


def test_few_items_are_contested_and_each_has_its_reason() -> None:
    assert all(len(items) <= MOST_CONTESTED and all(items.values()) for items in CONTESTED.values())
