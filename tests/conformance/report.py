"""The report of a run: passed, failed and skipped, by area of the suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from conformance.running import Outcome


def summarize(outcomes: Mapping[str, Outcome]) -> str:
    """Write a table of outcomes by area, in Markdown."""
    counts: dict[str, Counter[str]] = {}
    for test, outcome in outcomes.items():
        counts.setdefault(_area(test), Counter())[outcome.outcome] += 1
    rows = [("all", sum(counts.values(), Counter())), *sorted(counts.items())]
    lines = ["| area | passed | failed | skipped |", "| --- | ---: | ---: | ---: |"]
    lines += [
        f"| {area} | {count['passed']} | {count['failed']} | {count['skipped']} |"
        for area, count in rows
    ]
    return "\n".join(lines)


def list_failures(outcomes: Mapping[str, Outcome]) -> str:
    """Write each failure and the last line it said."""
    return "\n".join(
        f"{test}  # {outcome.reason}"
        for test, outcome in sorted(outcomes.items())
        if outcome.outcome == "failed"
    )


def _area(test: str) -> str:
    parts = test.partition("::")[0].split("/")
    return "/".join(parts[:3]) if len(parts) > 3 else "/".join(parts[:-1])
