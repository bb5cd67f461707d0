"""What importing the package does not bring along."""

import subprocess
import sys

import pytest

HEAVY = [
    "typer", "rich", "watchfiles", "click", "msgspec", "uvloop", "fastapi", "jinja2",
    "starlette.testclient", "starlette.templating",
    "sixlane._serve", "sixlane.openapi", "sixlane.security", "sixlane.testclient",
]  # fmt: skip
"""Needed by the command line, by the docs, by tests or by some apps only."""


@pytest.mark.parametrize("statement", ["import sixlane", "from sixlane import FastAPI"])
def test_importing_sixlane_stays_light(statement: str) -> None:
    """Neither the package nor its application class imports what declaring an app does not need."""
    program = f"{statement}; import sys; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = answer.stdout.split()
    assert [name for name in HEAVY if name in loaded] == []
