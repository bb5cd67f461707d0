"""Files and functions stay short enough to be read whole."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tree import CRATES, PACKAGE, ROOT, modules

LONGEST_FILE = 500
MEDIAN_FILE = range(75, 276)
LONGEST_FUNCTION = 80


def python_files() -> dict[str, int]:
    """Length of each Python file that defines something; lists of names do not count as files."""
    return {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
        if any(_is_definition(line) for line in path.read_text(encoding="utf-8").splitlines())
    }


def rust_files() -> dict[str, int]:
    """Length of each Rust file without the tests at its end."""
    return {
        str(path.relative_to(ROOT)): _length_without_tests(path)
        for path in CRATES.glob("*/src/**/*.rs")
        if path.name not in ("lib.rs", "mod.rs")
    }


@pytest.mark.parametrize("files", [python_files, rust_files])
def test_no_file_is_too_long(files: "type[dict[str, int]]") -> None:
    """A file over 500 lines has more than one job."""
    assert {name: length for name, length in files().items() if length > LONGEST_FILE} == {}


@pytest.mark.parametrize("files", [python_files, rust_files])
def test_the_usual_file_is_neither_crumb_nor_heap(files: "type[dict[str, int]]") -> None:
    """Half the files are at least 75 lines, half at most 275: neither scattered nor heaped."""
    assert round(statistics.median(files().values())) in MEDIAN_FILE


def test_no_function_is_too_long() -> None:
    """A Python function over 80 lines, its docstring aside, is several functions."""
    too_long = {
        f"{module}.{function.name}": _length(function)
        for module, tree in modules().items()
        for function in _functions(tree)
        if _length(function) > LONGEST_FUNCTION
    }
    assert too_long == {}


def _is_definition(line: str) -> bool:
    return line.lstrip().startswith(("def ", "async def ", "class "))


def _length_without_tests(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line == "#[cfg(test)]":
            return number
    return len(lines)


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function, clean=False) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
