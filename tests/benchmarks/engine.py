"""What the engine costs: a cohort as source and compiled, its growth with the number of patients, one patient explained."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.domain.tables import build_timeline
from tracker.domain import Timeline, assess
from tracker.domain.conventions import find_sensitivities
from tracker.domain.explain import explain_course
from tracker.domain.lengths import Length, total

Show = Callable[[str, str, str], None]

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("engine_cohort.py")
#: Patients, and what a cohort of the target has; ``--full`` runs it whole.
COHORT, FULL = 20_000, 100_000
SCANS, LESIONS = 12, 10


def run(show: Show, *, full: bool = False) -> None:
    """Print every figure; with ``full`` a hundred thousand patients, and a million streamed."""
    one_patient(show)
    number = FULL if full else COHORT
    adding = _seconds(lambda: total([Length(30_000 + n) for n in range(24)]), 2_000)
    source = _in_child(ROOT, number)
    _show_cohort(show, "as source", source, adding)
    if full:
        _compare_compiled(show, number, source, adding)
    few, many = (1_000_000 // 10, 1_000_000) if full else (5_000, 20_000)
    small, large = _in_child(ROOT, few, "stream"), _in_child(ROOT, many, "stream")
    growth = large["seconds"] / small["seconds"]
    show(
        f"{many:,} patients made, assessed, forgotten",
        f"{large['seconds']:.1f} s CPU",
        f"{growth:.1f} x the cost of {few:,}; {large['more_mb']:.0f} MB more at the peak ({small['more_mb']:.0f} for {few:,})",
    )


def _compare_compiled(show: Show, number: int, source: Mapping[str, Any], adding: float) -> None:
    """The same cohort by the compiled engine, which is built for it first."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = build_compiled(Path(folder))
        if isinstance(compiled, str):
            show("engine compiled", "not built", compiled)
        else:
            result = _in_child(compiled, number)
            assert result["compiled"], "the compiled engine was not the one that ran"
            assert not source["compiled"], "the source was not what ran"
            assert result["responses"] == source["responses"], "compiled and source disagree"
            _show_cohort(show, "compiled", result, adding)


def one_patient(show: Show) -> None:
    """A patient with twelve scans and ten lesions: assessed, explained in full, tried under other settings."""
    rows = {f"T{n}": [30 + n - scan for scan in range(SCANS)] for n in range(1, 6)}
    others = {f"NT{n}": ["p"] * SCANS for n in range(1, 6)}
    timeline = Timeline.from_dict(build_timeline({"targets": rows, "non_targets": others}))
    bare = _seconds(lambda: assess(timeline), 200)
    explained = _seconds(lambda: explain_course(timeline, assess(timeline)), 100)
    assessment = assess(timeline)
    tried = _seconds(lambda: find_sensitivities(timeline, assessment), 100)
    size = f"({SCANS} scans, {LESIONS} lesions)"
    show(f"one patient assessed {size}", f"{bare * 1000:.2f} ms", "")
    show(f"assessed and explained {size}", f"{explained * 1000:.2f} ms", f"{explained / bare:.1f} x assessing alone")
    show(f"other settings tried {size}", f"{tried * 1000:.2f} ms", f"{tried / bare:.1f} x assessing alone")


def build_compiled(folder: Path) -> Path | str:
    """Where the compiled engine was installed; a sentence where it cannot be built here."""
    if shutil.which("cc") is None and shutil.which("gcc") is None:
        return "there is no C compiler here"
    built = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)],
        env={**os.environ, "HATCH_BUILD_HOOK_ENABLE_MYPYC": "true"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wheels = list(folder.glob("*.whl"))
    if built.returncode or not wheels:
        return f"the build failed: {(built.stderr or built.stdout).strip().splitlines()[-1]}"
    site = folder / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheels[0])]
    subprocess.run(install, check=True)
    return site


def _in_child(where: Path, number: int, *how: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(number), *how],
        env={**os.environ, "PYTHONPATH": str(where)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def _show_cohort(show: Show, how: str, result: dict[str, Any], adding: float) -> None:
    each = result["seconds"] / result["patients"]
    show(
        f"{result['patients']:,} patients x 8 x 3, {how}",
        f"{result['seconds']:.1f} s CPU",
        f"{each * 100_000:.1f} s for 100,000; a patient {each / adding:.0f} x adding 24 diameters",
    )


def _seconds(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(7):
        began = time.process_time()
        for _ in range(times):
            work()
        taken.append((time.process_time() - began) / times)
    return statistics.median(taken)


if __name__ == "__main__":
    run(lambda what, figure, ratio: print(f"{what:<52} {figure:>14}   {ratio}", flush=True), full="--full" in sys.argv)
