"""``tracker merge-patients`` as a person runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tracker

TABLE = (
    b"patient_id,exam_date,modality,lesion_id,long_axis_mm\n"
    b"A,2026-01-05,CT,L1,32\nA,2026-03-02,CT,L1,20\nB,2026-01-05,CT,L1,14\n"
)


@pytest.fixture
def ready(tracker: Tracker, home: Path) -> Tracker:
    """The command beside two patients."""
    assert tracker("init").code == 0
    Path("t.csv").write_bytes(TABLE)
    assert tracker("import", "t.csv").code == 0
    return tracker


def test_merged_and_two_again(ready: Tracker) -> None:
    before = ready("export", "-").out
    merged = ready("merge-patients", "A", "B", "--reason", "registered twice")
    assert (merged.code, merged.out.splitlines()[:2]) == (0, ["B was merged into A", "  L1 is now L2"])
    assert "\nB," not in ready("export", "-").out
    undone = ready("merge-patients", "A", "B", "--undo", "--reason", "two persons")
    assert (undone.code, undone.out.splitlines()[0]) == (0, "B is a patient of its own again")
    assert ready("export", "-").out == before
    assert ready("db", "check").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("A", "C"), "there is no patient 'C'"),
        (("A", "b"), "there is no patient 'b'; registered is 'B'"),
        (("A", "A"), "cannot be merged with itself"),
        (("A", "OTHER|B"), "there is no patient 'OTHER|B'"),
        (("A", "B", "--undo"), "No patient 'B' was merged into this one"),
    ],
)
def test_what_cannot_be_is_one_sentence(ready: Tracker, words: tuple[str, ...], said: str) -> None:
    outcome = ready("merge-patients", *words, "--reason", "why")
    assert (outcome.code, len(outcome.lines), said in outcome.err) == (2, 1, True)


def test_an_export_by_the_identifier_that_was_merged_away_is_that_of_the_kept(ready: Tracker) -> None:
    ready("merge-patients", "A", "B", "--reason", "registered twice")
    by_either = [ready("export", "-", "--patient", name) for name in ("A", "B")]
    assert [outcome.code for outcome in by_either] == [0, 0]
    assert by_either[0].out == by_either[1].out
    ready("merge-patients", "A", "B", "--undo", "--reason", "two persons")
    assert "\nA," not in ready("export", "-", "--patient", "B").out
