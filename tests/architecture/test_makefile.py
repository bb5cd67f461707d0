"""The Makefile works in a folder of any name."""

import re

import pytest

from .tree import ROOT

QUOTED = re.compile(r'"[^"]*"')
PATH_OF_THE_MACHINE = re.compile(r"\$+[({](CURDIR|HOME|PWD)[)}]")


def find_unquoted(makefile: str) -> list[str]:
    """Return the lines for the shell in which a path may fall apart at a space."""
    return [
        line
        for line in makefile.splitlines()
        if (line.startswith("\t") or "$(shell" in line)
        and PATH_OF_THE_MACHINE.search(QUOTED.sub("", line))
    ]


def test_paths_of_the_machine_are_quoted() -> None:
    """The folder above the project may have a space in its name; those inside have none."""
    assert find_unquoted((ROOT / "Makefile").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("\tcp LICENSE $(CURDIR)/build", True),
        ("\tcp LICENSE $$(CURDIR)/build", True),
        ("FOUND := $(shell ls $(HOME)/bin)", True),
        ('\tcp "LICENSE" "$(CURDIR)/build"', False),
        ("export PATH := $(HOME)/bin", False),
    ],
)
def test_the_rule_finds_such_a_line(line: str, *, is_found: bool) -> None:
    """The rule above can fail; what make itself takes needs no quotes."""
    assert find_unquoted(line) == ([line] if is_found else [])
