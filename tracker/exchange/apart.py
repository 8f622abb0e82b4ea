"""Reading a file in a process of its own, under a ceiling on memory and time: a forged file takes that process with it
and nothing else.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.errors import InputError

MEMORY = 1 << 30
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is said where the child did not answer: it took too long, or it was stopped by its ceiling or by damage."""

    too_slow: str
    stopped: str


def read_apart(child: Path, data: bytes, limits: tuple[int, ...], refusals: Refusals) -> dict[str, Any]:
    """The answer of ``child`` (a script that reads bytes and prints JSON; its arguments are ``limits``, memory, seconds).

    InputError with the child's own ``problem``, or with a refusal where it does not answer.
    """
    arguments = [str(number) for number in (*limits, MEMORY, SECONDS)]
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(child), *arguments],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(refusals.too_slow) from None
    if done.returncode != 0:
        raise InputError(refusals.stopped)
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    if "problem" in answer:
        raise InputError(answer["problem"])
    return answer
