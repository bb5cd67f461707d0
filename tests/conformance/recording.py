"""A pytest plugin that writes how each test ended, one JSON object to a line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

_LINES: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take a test's own outcome, or that of a fixture that failed."""
    if report.when == "call" or report.outcome != "passed":
        _add(report.nodeid, report.outcome, report.longreprtext)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Take a file that could not be collected as one test that failed."""
    if report.failed:
        _add(report.nodeid, "failed", report.longreprtext)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write everything, but for workers, whose reports have gone to their controller."""
    if not hasattr(session.config, "workerinput"):
        text = "".join(f"{line}\n" for line in dict.fromkeys(_LINES))
        Path(os.environ["CONFORMANCE_RECORD"]).write_text(text, encoding="utf-8")


def _add(test: str, outcome: str, text: str) -> None:
    reason = text.strip().splitlines()[-1] if outcome == "failed" and text.strip() else ""
    _LINES.append(json.dumps({"test": test, "outcome": outcome, "reason": reason[:300]}))
