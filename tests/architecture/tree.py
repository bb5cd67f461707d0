"""The project's own source as the architecture tests read it: files, syntax trees, import edges."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "python" / "sixlane"
CRATES = ROOT / "crates"

NOT_OURS = {
    ".git", ".venv", ".cache", "target", "build",
    "node_modules", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
}  # fmt: skip
"""Folders that hold what was installed, built or cached."""


@dataclass(frozen=True)
class Edge:
    """One import statement, or one `lazy_module("name")`, of the package.

    Attributes:
        importer: Dotted name of the module it stands in.
        imported: Dotted name of the module it reaches, of this package or of another.
        line: Where it stands.
        local: It stands inside a function.
    """

    importer: str
    imported: str
    line: int
    local: bool = False

    def __str__(self) -> str:
        return f"{self.importer}, line {self.line}: imports {self.imported}"


@cache
def modules() -> dict[str, ast.Module]:
    """All modules of the package by dotted name, parsed."""
    return {
        _dotted_name(path): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def edges() -> tuple[Edge, ...]:
    """All imports of the package, those for type checkers and lazy ones included."""
    return tuple(edge for name, tree in modules().items() for edge in edges_of(name, tree))


def edges_of(importer: str, tree: ast.Module) -> Iterator[Edge]:
    """Yield the imports of one module."""
    for node, local in _walk(tree, local=False):
        for imported in _imported_by(node):
            yield Edge(importer, imported, node.lineno, local)


def is_private(name: str) -> bool:
    """Tell whether a dotted module name has an underscored part."""
    return any(part.startswith("_") for part in name.split("."))


def text_files() -> Iterator[Path]:
    """Yield every file of the project that is text, whatever its kind."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.name in NOT_OURS or path.name.startswith(".venv-") or path.is_symlink():
                continue
            if path.is_dir():
                folders.append(path)
            elif path.is_file() and b"\0" not in path.read_bytes()[:8192]:
                yield path


def _dotted_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _walk(node: ast.AST, *, local: bool) -> Iterator[tuple[ast.stmt | ast.expr, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.expr):
            yield child, local
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _walk(child, local=local or inside)


def _imported_by(node: ast.stmt | ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        for alias in node.names:
            # "from package import module" reaches the module, not what the package re-exports
            inner = f"{base}.{alias.name}"
            yield inner if inner in _module_names() else base
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "lazy_module":
        yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant))


@cache
def _module_names() -> frozenset[str]:
    return frozenset(_dotted_name(path) for path in PACKAGE.rglob("*.py"))
