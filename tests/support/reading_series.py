"""The synthetic series of reports (tests/reading/series): loading them, and scoring a reading against what is expected.

A row of a case names only the fields that the rules decide; a field that is left out is never compared.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "reading" / "series"
#: Kinds that are a finding of the patient; the others are normal structures, technique, distances and references.
FINDINGS = frozenset({"lesion", "node", "other finding"})
KINDS = FINDINGS | {"organ", "technique", "distance", "reference", "null", "not a finding", "finding"}
FIELDS = {"quote", "nth", "type", "mm", "value", "label", "qualifier", "kind", "time", "organ", "segments", "lobe"} | {
    "new",
    "change",
    "lesion",
    "is",
    "superseded",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One expected mention, ``text[start:end]``, and the fields that are compared."""

    start: int
    end: int
    quote: str
    fields: dict[str, Any]

    @property
    def type(self) -> str:
        """size, suv or qualitative."""
        return str(self.fields.get("type", "size"))

    def get(self, name: str) -> Any:
        """What is expected of a field; None where it is not compared."""
        defaults = {"time": "current", "qualifier": ""}
        value = self.fields.get(name, defaults.get(name))
        return None if value == "?" else value


@dataclass(frozen=True, slots=True)
class Case:
    """One report of a series."""

    voice: str
    id: str
    patient: str
    order: int
    text: str
    exam: dict[str, str]
    liver: dict[str, Any]
    rows: tuple[Row, ...]
    #: Lesions that are said to be gone without a size: stable name and segments.
    resolved: tuple[dict[str, Any], ...]


def find_nth(text: str, quote: str, nth: int) -> int:
    """Where the nth occurrence of a quotation begins; -1 where there is none."""
    at = -1
    for _ in range(nth):
        at = text.find(quote, at + 1)
        if at < 0:
            return -1
    return at


def load_series(folder: Path = FOLDER) -> tuple[Case, ...]:
    """All reports of a folder, by voice and then in the order of the file."""
    return tuple(case for path in sorted(folder.glob("*.toml")) for case in _load(path))


def _load(path: Path) -> Iterator[Case]:
    content = tomllib.loads(path.read_text("utf-8"))
    for report in content["report"]:
        text = report["text"]
        rows = []
        for row in report["mentions"]:
            start = find_nth(text, row["quote"], row.get("nth", 1))
            rows.append(Row(start, start + len(row["quote"]), row["quote"], row))
        yield Case(
            voice=content["voice"],
            id=report["id"],
            patient=report["patient"],
            order=report["order"],
            text=text,
            exam=report["exam"],
            liver=report["liver"],
            rows=tuple(rows),
            resolved=tuple(report.get("resolved", ())),
        )


@dataclass(slots=True)
class Layer:
    """The count of one layer: right, found though not expected, expected though not found."""

    right: int = 0
    extra: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right of what was found."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        """Right of what was expected."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f(self) -> float:
        """The harmonic mean; where a layer only compares, it is the share that is right."""
        return 2 * self.right / (2 * self.right + self.extra + self.missed) if self.right else float(not self.misses)

    def compare(self, place: str, expected: Any, found: Any) -> None:
        """One answer that is right or wrong."""
        if expected == found:
            self.right += 1
        else:
            self.extra += 1
            self.missed += 1
            self.misses.append(f"{place}: {expected!r} expected, {found!r} read")

    def detect(self, place: str, expected: bool, found: bool, words: str) -> None:
        """One yes that is expected or not."""
        self.right += expected and found
        self.extra += found and not expected
        self.missed += expected and not found
        if expected != found:
            self.misses.append(f"{place}: {words} {'missed' if expected else 'read though not so'}")


Scores = defaultdict[str, Layer]


def score(cases: Iterable[Case], read: Callable[[str], dict[str, Any]]) -> Scores:
    """Every layer over all cases; ``read`` gives the form reading/1 of a text."""
    scores: Scores = defaultdict(Layer)
    for case in cases:
        reading = read(case.text)
        _score_said(scores, case, reading)
        matched = _score_values(scores, case, reading["mentions"])
        for row, mention in matched:
            _score_row(scores, case, row, mention)
        _score_grouping(scores, case, matched)
    return scores


def _score_said(scores: Scores, case: Case, reading: dict[str, Any]) -> None:
    for name, value in case.exam.items():
        scores["exam"].compare(f"{case.id} {name}", value, reading["exam"][name] or "")
    liver = reading["liver"]
    for name in ("no_new_lesions", "no_liver_lesions"):
        if name in case.liver:
            scores["absence"].compare(f"{case.id} {name}", case.liver[name], liver[name])
    if "count" in case.liver:
        count = liver["count"] or {}
        words = " ".join(str(count[key]) for key in ("qualifier", "value") if count.get(key) is not None)
        scores["count"].compare(f"{case.id} count", case.liver["count"], words)
    said = [set(span.get("segments", ())) for span in liver["spans"] if span["says"] == "resolved"]
    for gone in case.resolved:
        found = set(gone["segments"]) in said if gone["segments"] else bool(said)
        scores["resolved"].detect(case.id, True, found, f"{gone['segments']} gone")


def _score_values(scores: Scores, case: Case, mentions: list[dict[str, Any]]) -> list[tuple[Row, dict[str, Any]]]:
    """The values and their spans; what fits goes on to the other layers."""
    numbers = {(m["start"], m["end"]): m for m in mentions if m["type"] != "qualitative"}
    words = [m for m in mentions if m["type"] == "qualitative"]
    matched = []
    for row in case.rows:
        place = f"{case.id} {row.quote!r} at {row.start}"
        if row.type == "qualitative":
            over = [m for m in words if m["start"] < row.end and row.start < m["end"]]
            scores["qualitative"].detect(place, True, bool(over), "words")
            matched += [(row, over[0])] if over else []
            continue
        mention = numbers.pop((row.start, row.end), None)
        same = mention is not None and mention["type"] == row.type and _same_value(row, mention)
        got = "missed" if mention is None else f"read as {mention['type']} {mention['values_mm']}"
        scores["values"].right += same
        if mention is not None and same:
            matched.append((row, mention))
        else:
            scores["values"].missed += 1
            scores["values"].extra += mention is not None
            around = case.text[max(0, row.start - 30) : row.end + 15].replace("\n", "⏎")
            scores["values"].misses.append(f"{place}: {got} in …{around}…")
    for (start, end), mention in numbers.items():
        scores["values"].extra += 1
        around = case.text[max(0, start - 30) : end + 15].replace("\n", "⏎")
        scores["values"].misses.append(f"{case.id} {mention['text']!r} at {start}: not expected, in …{around}…")
    return matched


def _same_value(row: Row, mention: dict[str, Any]) -> bool:
    if row.type == "suv":
        return bool(mention["value"] == row.fields["value"])
    return [float(value) for value in mention["values_mm"]] == [float(value) for value in row.fields["mm"]]


def _score_row(scores: Scores, case: Case, row: Row, mention: dict[str, Any]) -> None:
    sentence = case.text[max(0, row.start - 40) : row.end + 25].replace("\n", "⏎")
    place = f"{case.id} {row.quote!r} at {row.start} (…{sentence}…)"
    kind, found_kind = row.get("kind"), mention["kind"] or "null"
    if kind is not None:
        scores["finding"].detect(
            place, kind in FINDINGS | {"finding"}, found_kind in FINDINGS, f"a finding ({kind}, read {found_kind})"
        )
        loose = found_kind
        if kind in {"finding", "not a finding"} and (kind == "finding") == (found_kind in FINDINGS):
            loose = kind
        scores["kind"].compare(place, kind, loose)
    if row.get("time") is not None:
        scores["time"].detect(place, row.get("time") == "prior", mention["time"] == "prior", "prior")
    if row.type == "size" and row.get("qualifier") is not None:
        scores["qualifier"].compare(place, row.get("qualifier"), mention["qualifier"] or "")
    if row.get("label") is not None:
        scores["label"].compare(place, row.get("label"), mention.get("label") or "")
    if row.get("organ") is not None and kind in FINDINGS | {"finding"}:
        scores["in liver"].compare(place, row.get("organ") == "liver", mention["organ"] == "liver")
        scores["organ"].compare(place, row.get("organ"), mention["organ"] or "")
    if row.get("segments") is not None and kind == "lesion":
        said = (row.get("segments"), row.get("lobe") or "")
        scores["segments"].compare(place, said, (mention["segments"], mention["lobe"] or "" if row.get("lobe") else ""))
    for name in ("new", "change"):
        if row.get(name) is not None and kind in FINDINGS:
            scores["change"].compare(
                f"{place} {name}", row.get(name), mention[name] or (False if name == "new" else "")
            )
    if row.fields.get("superseded") != "?":
        scores["superseded"].detect(place, bool(row.get("superseded")), mention["superseded"], "superseded")


def _score_grouping(scores: Scores, case: Case, matched: list[tuple[Row, dict[str, Any]]]) -> None:
    """Pairs of mentions of one lesion."""
    compared = [(row, mention) for row, mention in matched if row.get("lesion") is not None]
    for (row, mention), (other, second) in combinations(compared, 2):
        expected = row.get("lesion") != "" and row.get("lesion") == other.get("lesion")
        found = mention["lesion"] is not None and mention["lesion"] == second["lesion"]
        if expected or found:
            place = f"{case.id} {row.quote!r} at {row.start} and {other.quote!r} at {other.start}"
            scores["grouping"].detect(place, expected, found, "one lesion")
