"""One run of the suite on one transport."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from conformance.suite import BUILD, ROOT

Transport = Literal["asgi", "engine"]

_LEFT_OUT = ("tests/benchmarks", "tests/memory_benchmarks")
"""What measures rather than tests."""

_TIMEOUT_S = 60
"""For one test, three times the suite's own: two runs may share the machine with other work."""


@dataclass(frozen=True)
class Outcome:
    """How a test ended.

    Attributes:
        outcome: "passed", "failed" or "skipped".
        reason: The last line of a failure.
    """

    outcome: str
    reason: str = ""


def run_suite(
    suite: Path, transport: Transport, tests: Sequence[str], workers: int
) -> dict[str, Outcome]:
    """Run tests of the suite and return how each ended, by name.

    Args:
        suite: The folder that `fetch_suite` returned.
        transport: How its test client calls applications.
        tests: Files or tests in it; all where there are none.
        workers: Processes that share the tests.
    """
    record = BUILD / f"{transport}.jsonl"
    record.unlink(missing_ok=True)
    folders = [Path(__file__).parent / "environment", ROOT / "python", ROOT / "tests", suite]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, folders)),
        "CONFORMANCE_TRANSPORT": transport,
        "CONFORMANCE_RECORD": str(record),
    }
    command = [sys.executable, "-m", "pytest", "--quiet", "--tb=short", "--no-header"]
    command += ["-p", "no:cacheprovider", "-p", "conformance.transport"]
    command += ["-p", "conformance.private_names"]
    command += ["-p", "conformance.recording", "-n", str(workers)]
    command += [f"--ignore={folder}" for folder in _LEFT_OUT] + [f"--timeout={_TIMEOUT_S}"]
    command += tests or ["tests"]
    log = BUILD / f"{transport}.log"
    with log.open("w", encoding="utf-8") as output:
        subprocess.run(
            command, cwd=suite, env=environment, stdout=output, stderr=output, check=False
        )
    if not record.exists():
        message = f"the run on {transport} did not end; its last words are in {log}"
        raise RuntimeError(message)
    return _read(record)


def _read(record: Path) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for line in record.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        known = outcomes.get(entry["test"])
        if known is None or known.outcome != "failed":
            outcomes[entry["test"]] = Outcome(entry["outcome"], entry["reason"])
    return outcomes
