"""What is committed says nothing about the machine it was written on."""

import re

from .tree import ROOT, text_files

# [r]oot and not root, so that this file passes its own test.
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:[r]oot|[w]ork|[h]ome/\w+|[U]sers/\w+)/")


def test_no_file_names_a_path_of_one_machine() -> None:
    """Paths are relative to the project, or come from the environment."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
        )
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_the_pattern_finds_such_a_path() -> None:
    """The rule above can fail."""
    assert all(MACHINE_PATH.search(f"open('/{name}/a/b')") for name in ("root", "work", "home"))
    assert not MACHINE_PATH.search("GET /workers/1")
