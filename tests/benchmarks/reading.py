"""How well report text is read, layer by layer, against the annotated set (``TRACKER_GOLD``), and what it costs.

A value counts as found only with its exact span. Kinds and times are judged on the values that were found; a finding is a
lesion, a node or another finding. Statements of the liver are judged by overlap of their words.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.reading.model import Mention, MentionType, Reading, Time
from tracker.reading.nouns import FINDINGS
from tracker.reading.report import read_report

_GOLD_FINDINGS = frozenset({"lesion", "node", "calculus"})
_ROMAN = {
    "1": "I",
    "2": "II",
    "3": "III",
    "4": "IV",
    "4a": "IVa",
    "4b": "IVb",
    "5": "V",
    "6": "VI",
    "7": "VII",
    "8": "VIII",
}
_SAYS = {"absent": "no_liver_lesions", "no_new": "no_new_lesions"}
_NUMBER_AT_END = re.compile(r"\d+(?:[.,]\d+)?$")


@dataclass
class Score:
    """Right, wrong and missed answers of one layer; every wrong or missed one by name, never by its text."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong)) if self.right or self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed)) if self.right or self.missed else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def without(self, contested: Iterable[str]) -> Score:
        """The score with the contested items left out."""
        left = set(contested)
        return Score(
            self.right, [one for one in self.wrong if one not in left], [one for one in self.missed if one not in left]
        )

    def judge(self, name: str, *, expected: bool, got: bool) -> None:
        """One answer of a layer that asks yes or no."""
        self.right += expected and got
        if got and not expected:
            self.wrong.append(name)
        if expected and not got:
            self.missed.append(name)


LAYERS = ("values", "kind", "prior", "segments", "absence", "suv")


def load_gold(folder: Path) -> list[dict[str, Any]]:
    """The annotated reports."""
    return [json.loads(line) for line in (folder / "gold-dev.jsonl").read_text(encoding="utf-8").splitlines()]


def score_gold(reports: Iterable[Mapping[str, Any]]) -> dict[str, Score]:
    """The score of every layer over the annotated reports."""
    scores = {layer: Score() for layer in LAYERS}
    for report in reports:
        reading = read_report(report["text"])
        _score_values(report, reading, scores)
        _score_statements(report, reading, scores["absence"])
    return scores


def _span(measurement: Mapping[str, Any]) -> tuple[int, int]:
    """The span as the format reading/1 has it: of an uptake value, the number alone."""
    start, end = measurement["span_start"], measurement["span_end"]
    number = _NUMBER_AT_END.search(measurement["text"])
    return (start + number.start(), end) if measurement["type"] == "suv" and number else (start, end)


def _score_values(report: Mapping[str, Any], reading: Reading, scores: dict[str, Score]) -> None:
    gold = {_span(one): one for one in report["measurements"]}
    found = {(one.start, one.end): one for one in reading.mentions}
    for span in gold.keys() | found.keys():
        name = f"{report['id']}:{span[0]}"
        expected, got = gold.get(span), found.get(span)
        uptake = expected["type"] == "suv" if expected else got is not None and got.type is MentionType.SUV
        same = expected is not None and got is not None and _same_value(expected, got)
        layer = scores["suv" if uptake else "values"]
        layer.right += same
        if not same and got is not None:
            layer.wrong.append(name)
        if not same and expected is not None:
            layer.missed.append(name)
        if expected is None or got is None:
            continue
        scores["kind"].judge(name, expected=expected["kind"] in _GOLD_FINDINGS, got=got.kind in FINDINGS)
        scores["prior"].judge(name, expected=bool(expected["prior"]), got=got.time is Time.PRIOR)
        if expected["kind"] == "lesion" and expected["organ"] == "liver":
            right = {_ROMAN[one] for one in expected["segments"]} == set(got.segments)
            scores["segments"].judge(name, expected=True, got=right)


def _same_value(expected: Mapping[str, Any], got: Mention) -> bool:
    if got.type is MentionType.SUV:
        return expected["suvmax"] == float(got.value or 0)
    return (expected.get("values_mm") or []) == [float(value) for value in got.values_mm]


def _score_statements(report: Mapping[str, Any], reading: Reading, score: Score) -> None:
    """Statements that the liver has no lesion, or no new one."""
    said = [one for one in reading.liver.spans if one.says in _SAYS.values()]
    gold = [one for one in report["liver_statements"] if one["kind"] in _SAYS]
    for one in gold:
        hit = any(span.start < one["span_end"] and one["span_start"] < span.end for span in said)
        score.judge(f"{report['id']}:{one['span_start']}", expected=True, got=hit)
    for span in said:
        if not any(span.start < one["span_end"] and one["span_start"] < span.end for one in report["liver_statements"]):
            score.wrong.append(f"{report['id']}:{span.start}")


def run(show: Callable[[str, str, str], None]) -> None:
    """Print the scores beside the targets, and the CPU time of a report."""
    folder = Path(os.environ.get("TRACKER_GOLD", Path(__file__).parents[3] / "shared" / "gold"))
    if not (folder / "gold-dev.jsonl").is_file():
        show("reading of reports", "not measured", "no annotated set (set TRACKER_GOLD)")
        return
    reports = load_gold(folder)
    scores = score_gold(reports)
    names = {
        "values": ("sizes found", "at least .99 each"),
        "kind": ("finding or not", "F at least .95"),
        "prior": ("prior or current", "F at least .93"),
        "segments": ("segments of liver lesions", "at least .97"),
        "absence": ("no lesion, or no new one, in the liver", "at least .97"),
        "suv": ("uptake values", "at least .97"),
    }
    for layer, (what, target) in names.items():
        score = scores[layer]
        rest = f"P {score.precision:.3f}  R {score.recall:.3f}; {score.right} right, {len(score.wrong)} wrong, {len(score.missed)} missed"
        show(f"reading: {what}", f"F {score.f1:.3f}", f"{target}; {rest}")
    taken = []
    for report in reports:
        began = time.process_time()
        read_report(report["text"])
        taken.append(1000 * (time.process_time() - began))
    show(
        "reading: CPU time of a report",
        f"{statistics.median(taken):.1f} ms",
        f"about 5 ms; the longest {max(taken):.1f} ms",
    )
