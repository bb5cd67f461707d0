"""The stub of the extension says what the extension is."""

import ast
import inspect
import types
from collections.abc import Iterator

import pytest

from sixlane import _engine

from .tree import PACKAGE

STUB = ast.parse((PACKAGE / "_engine.pyi").read_text(encoding="utf-8"))


def stubbed_callables() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Yield every function and method of the stub with its dotted name."""
    for node in STUB.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{member.name}", member


CALLABLES = dict(stubbed_callables())


def test_the_stub_names_what_the_module_has() -> None:
    """Neither side has a public name that the other lacks."""
    stubbed = {
        node.name
        for node in STUB.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    } | {
        node.target.id
        for node in STUB.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert stubbed == {name for name in vars(_engine) if not name.startswith("_")}


@pytest.mark.parametrize(
    "node", [each for each in STUB.body if isinstance(each, ast.ClassDef)], ids=lambda n: n.name
)
def test_the_stub_names_what_a_class_has(node: ast.ClassDef) -> None:
    """The members of each class are those of the binary, dunders aside."""
    actual = {name for name in vars(getattr(_engine, node.name)) if not name.startswith("_")}
    stubbed = {
        member.name
        for member in node.body
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)
    } | {
        member.target.id
        for member in node.body
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name)
    }
    assert {name for name in stubbed if not name.startswith("_")} == actual


@pytest.mark.parametrize("name", CALLABLES)
def test_the_stub_gives_the_signature_of_the_binary(name: str) -> None:
    """Parameter names, kinds and which of them may be left out agree."""
    actual: object = _engine
    for part in name.split("."):
        actual = getattr(actual, part)
    if isinstance(actual, types.GetSetDescriptorType | types.MemberDescriptorType):
        assert "property" in [ast.unparse(each) for each in CALLABLES[name].decorator_list]
        return
    if name.endswith(".__new__"):
        actual = getattr(_engine, name.removesuffix(".__new__"))
    assert _binary_parameters(actual) == _stub_parameters(CALLABLES[name])


def _binary_parameters(function: object) -> list[tuple[str, str, bool]]:
    assert callable(function)
    return [
        (parameter.name, parameter.kind.description, parameter.default is not parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
        if parameter.name not in ("self", "cls")
    ]


def _stub_parameters(
    node: ast.FunctionDef | ast.AsyncFunctionDef,
) -> list[tuple[str, str, bool]]:
    # A stub's "..." defaults compile like any other, so Python itself can read the signature.
    bare = ast.parse(f"def {node.name}({ast.unparse(_without_annotations(node.args))}): ...")
    namespace: dict[str, object] = {}
    exec(compile(bare, "<stub>", "exec"), namespace)
    return _binary_parameters(namespace[node.name])


def _without_annotations(arguments: ast.arguments) -> ast.arguments:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        argument.annotation = None
    return arguments
