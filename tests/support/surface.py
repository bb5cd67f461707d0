"""The public surface of two packages, compared: names, parameters, defaults."""

import ast
import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, is_typeddict

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

Differences = dict[str, str]


@cache
def find_differences(reference: str, package: str) -> Differences:
    """Compare what a package has under the reference's public names.

    Returns:
        Dotted name in the reference to what is different about it: modules, names, attributes of
        classes, and parameters as "name(parameter)".
    """
    found: Differences = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in _public_modules(reference):
            module = importlib.import_module(name)
            try:
                ours = importlib.import_module(package + name.removeprefix(reference))
            except ModuleNotFoundError:
                found[name] = "no such module"
                continue
            for public in sorted(_public_names(module)):
                _compare(f"{name}.{public}", getattr(module, public), ours, public, found)
    return found


def _public_modules(package: str) -> Iterator[str]:
    yield package
    path = importlib.import_module(package).__path__
    for info in pkgutil.walk_packages(path, f"{package}."):
        if not _is_private(info.name):
            yield info.name


def _is_private(module: str) -> bool:
    return any(part.startswith("_") for part in module.split("."))


LIBRARIES = ("starlette", "pydantic", "pydantic_core")
"""What both packages stand on: a name from there is the same object in both."""


def _public_names(module: ModuleType) -> set[str]:
    """List what a module defines, and what it imports that applications import from it in turn.

    These are names of its own package and of the libraries below, and those that it says it hands
    on: `import X as X`.
    """
    handed_on = (module.__name__.partition(".")[0], *LIBRARIES)
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            whole = isinstance(node, ast.ImportFrom) and (
                node.level > 0 or (node.module or "").partition(".")[0] in handed_on
            )
            names |= {
                each.asname or each.name for each in node.names if whole or each.asname == each.name
            }
        elif isinstance(node, ast.Assign):
            names |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_") and hasattr(module, name)}


def _compare(name: str, theirs: Any, ours: object, attribute: str, found: Differences) -> None:
    if not hasattr(ours, attribute):
        found[name] = "missing"
        return
    own = getattr(ours, attribute)
    home = getattr(theirs, "__module__", None) or ""
    if home.partition(".")[0] in LIBRARIES:
        if own is not theirs:
            found[name] = f"{own!r}, not {theirs!r}"
        return
    if home != name.rpartition(".")[0] and not _is_private(home):
        return  # compared where it is defined
    if inspect.isclass(theirs):
        _compare_class(name, theirs, own, found)
    elif inspect.isroutine(theirs):
        _compare_parameters(name, theirs, own, found)


def _compare_class(name: str, theirs: type, own: Any, found: Differences) -> None:
    if not issubclass(theirs, Enum) and not is_typeddict(theirs):
        _compare_parameters(name, theirs, own, found)
    for member in _public_members(theirs):
        if not hasattr(own, member) and member not in _annotated(own):
            found[f"{name}.{member}"] = "missing"
        elif inspect.isroutine(vars(theirs).get(member)):
            _compare_parameters(
                f"{name}.{member}", getattr(theirs, member), getattr(own, member), found
            )


def _public_members(theirs: type) -> set[str]:
    members = set(theirs.model_fields if issubclass(theirs, BaseModel) else vars(theirs))
    if is_typeddict(theirs):
        members |= theirs.__annotations__.keys()
    return {member for member in members if not member.startswith("_")}


def _annotated(own: type) -> set[str]:
    names = {name for each in own.__mro__ for name in vars(each).get("__annotations__", {})}
    return names | set(getattr(own, "model_fields", ()))


def _compare_parameters(name: str, theirs: Any, ours: Any, found: Differences) -> None:
    expected, actual = _parameters(theirs), _parameters(ours)
    if expected is None or actual is None:
        return
    for parameter in expected.keys() | actual.keys():
        here, there = actual.get(parameter, "absent"), expected.get(parameter, "absent")
        if parameter.startswith("_") and here == "absent":
            continue
        if here != there:
            found[f"{name}({parameter})"] = f"{here}, not {there}"


def _parameters(call: Any) -> dict[str, str] | None:
    """Describe each parameter: how it is given, its place if that counts, its default."""
    try:
        parameters = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):
        return None
    described: dict[str, str] = {}
    for place, each in enumerate(parameters):
        counts = each.kind is not each.KEYWORD_ONLY
        kind = f"{each.kind.name} {place}" if counts else each.kind.name
        described[each.name] = f"{kind} = {_default(each.default)}"
    return described


def _default(value: Any) -> str:
    """Describe a default so that the packages' own objects compare as equal."""
    if value is ... or value is PydanticUndefined:
        return "required value"
    if type(value).__name__ == "DefaultPlaceholder":
        return f"Default({_default(value.value)})"
    if inspect.isclass(value) or inspect.isroutine(value):
        return str(value.__qualname__)
    return repr(value)
