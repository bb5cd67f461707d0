"""ARCHITECTURE.md speaks of code that is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sixlane._compile.plan import RoutePlan

from .tree import ROOT

DOCUMENT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
SHORT = {
    "engine": ROOT / "crates" / "engine" / "src",
    "binding": ROOT / "crates" / "binding" / "src",
    "sixlane": ROOT / "python" / "sixlane",
}
"""The folders that the document names shortly."""

NAMED = re.compile(r"`([\w/.-]+/[\w.-]*)(?:::([\w.]+))?`")
NAMES = sorted({(match[1], match[2] or "") for match in NAMED.finditer(DOCUMENT)})
STEP = re.compile(r"^\| (\d+) \| (.+?) \|", re.MULTILINE)


@pytest.mark.parametrize(("path", "name"), NAMES, ids=lambda part: part)
def test_every_file_and_function_named_exists(path: str, name: str) -> None:
    """A file that moved or a function that got another name is named anew in the document."""
    file = _resolve(path)
    assert file.exists()
    if name:
        assert name in set(_definitions(file))


def test_each_step_of_the_request_path_names_its_function() -> None:
    """Numbers run on without gaps in each table, and only the user's middleware has no name."""
    steps = [(int(match[1]), match[2]) for match in STEP.finditer(DOCUMENT)]
    assert sorted({number for number, _ in steps}) == [*range(1, 16), *range(21, 32)]
    assert [where for _, where in steps if "::" not in where] == ["the user's middleware, if any"]


def test_the_table_of_the_plan_has_all_its_fields() -> None:
    """What goes down to the engine is described in full, in order."""
    _, _, rest = DOCUMENT.partition("| field | what it is |")
    described = re.findall(r"^\| `(\w+)` \|", rest.partition("\n\n")[0], re.MULTILINE)
    assert described == list(RoutePlan._fields)


def test_unsafe_stands_where_the_document_says() -> None:
    """Only one file of the crates allows unsafe code."""
    allowing = [
        path.relative_to(SHORT["binding"]).as_posix()
        for path in SHORT["binding"].rglob("*.rs")
        if re.search(r"\bunsafe\b", _without_comments(path))
    ]
    assert allowing == ["raw.rs"]


def _resolve(path: str) -> Path:
    first, _, rest = path.partition("/")
    return SHORT.get(first, ROOT / first) / rest


def _definitions(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".rs":
        yield from re.findall(r"\b(?:fn|struct|enum|trait)\s+(\w+)", text)
        return
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from (
                f"{node.name}.{member.name}"
                for member in node.body
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)
            )


def _without_comments(path: Path) -> str:
    return re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
