"""The committed lists of tests that do not pass yet, and the rule that they only get shorter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.running import Outcome, Transport

FOLDER = Path(__file__).parent / "remaining"


@dataclass(frozen=True)
class Deviation:
    """How a run differs from its list.

    Attributes:
        new: Failures that are not listed, with what they said.
        mended: Listed tests that pass now, and must leave the list.
        unknown: Listed tests that were not run.
    """

    new: dict[str, str]
    mended: list[str]
    unknown: list[str]

    def __bool__(self) -> bool:
        return bool(self.new or self.mended or self.unknown)


def read_remaining(transport: Transport) -> dict[str, str]:
    """Read a list: a test and, behind two spaces and a number sign, why it does not pass."""
    listed: dict[str, str] = {}
    text = (FOLDER / f"{transport}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            test, _, reason = line.partition("  # ")
            listed[test] = reason
    return listed


def compare(outcomes: Mapping[str, Outcome], listed: Mapping[str, str]) -> Deviation:
    """Hold a whole run against its list."""
    failed = {test: each.reason for test, each in outcomes.items() if each.outcome == "failed"}
    return Deviation(
        new={test: reason for test, reason in failed.items() if test not in listed},
        mended=[test for test in listed if test in outcomes and test not in failed],
        unknown=[test for test in listed if test not in outcomes],
    )
