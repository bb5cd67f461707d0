"""Run FastAPI's test suite against Sixlane and hold the outcome against the committed lists.

Over both transports unless --transport says otherwise.

The report goes to build/conformance: TRANSPORT.md, and TRANSPORT.log with all that pytest said.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conformance.remaining import compare, read_remaining
from conformance.report import list_failures, summarize
from conformance.running import Outcome, Transport, run_suite
from conformance.suite import BUILD, fetch_suite

_WORKERS = 2
"""Some tests of the suite measure time, and fail where more processes share the machine."""

_MOST_SHOWN = 40
"""Failures that are printed; the report has all of them."""


def main() -> int:
    """Run what the command line says; the exit status tells whether the lists hold."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("--transport", choices=["asgi", "engine"], action="append")
    parser.add_argument("--workers", type=int, default=_WORKERS)
    parser.add_argument("tests", nargs="*", help="files or tests; all where there are none")
    options = parser.parse_args()
    transports: list[Transport] = options.transport or ["asgi", "engine"]
    held = [_run(transport, options.tests, options.workers) for transport in transports]
    return 0 if all(held) else 1


def _run(transport: Transport, tests: list[str], workers: int) -> bool:
    suite = fetch_suite()
    outcomes = run_suite(suite, transport, tests, workers)
    listed = read_remaining(transport)
    new = list(compare(outcomes, listed).new)
    if new and not tests:
        # Once more and alone: some tests of the suite measure time.
        outcomes = {**outcomes, **_once_more(suite, transport, new)}
    text = summarize(outcomes)
    (BUILD / f"{transport}.md").write_text(f"{text}\n\n{list_failures(outcomes)}\n")
    print(f"{transport}\n\n{text}\n")
    if tests:
        print(list_failures(outcomes))
        return all(each.outcome != "failed" for each in outcomes.values())
    deviation = compare(outcomes, listed)
    for test, reason in list(deviation.new.items())[:_MOST_SHOWN]:
        print(f"fails, and is not listed: {test}  # {reason}")
    for test in deviation.mended:
        print(f"passes, and must leave the list: {test}")
    for test in deviation.unknown:
        print(f"is listed, and was not run: {test}")
    return not deviation


def _once_more(suite: Path, transport: Transport, tests: list[str]) -> dict[str, Outcome]:
    collected = [test for test in tests if "::" in test]
    return run_suite(suite, transport, collected, 0) if collected else {}


if __name__ == "__main__":
    sys.exit(main())
