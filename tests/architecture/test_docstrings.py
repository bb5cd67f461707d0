"""Everything a user can name says what it is."""

import ast
from collections.abc import Iterator

from .tree import is_private, modules

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_public_names_have_docstrings() -> None:
    """Modules, classes, functions and methods without an underscore carry a docstring."""
    missing = [
        f"{module}, line {getattr(node, 'lineno', 1)}: {getattr(node, 'name', 'the module')}"
        for module, tree in modules().items()
        if not is_private(module)
        for node in (tree, *_public_definitions(tree))
        if ast.get_docstring(node) is None
    ]
    assert missing == []


def _public_definitions(scope: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    for node in scope.body:
        if not isinstance(node, Definition) or node.name.startswith("_"):
            continue
        if any(_needs_no_docstring(decorator) for decorator in node.decorator_list):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from _public_definitions(node)


def _needs_no_docstring(decorator: ast.expr) -> bool:
    text = ast.unparse(decorator)
    return text.endswith(("overload", ".setter", "override"))
