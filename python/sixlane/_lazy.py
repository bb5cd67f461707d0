"""Modules that are imported when they are first used, not when they are named.

Declaring an application must stay cheap to import (a third of FastAPI's time), while the parts that
validate, render or document it are heavy. A lazy module stands in for such a part.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from sixlane._collection import uncollected


class _LazyModule(ModuleType):
    """A stand-in that imports the real module at the first attribute read."""

    _imported: ModuleType | None = None

    def __getattr__(self, name: str) -> Any:
        if self._imported is None:
            self._imported = import_module(self.__name__)
        return getattr(self._imported, name)

    def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:
        """Stand in there too: whoever sends an application to another process sends functions."""
        return lazy_module, (self.__name__,)


def lazy_module(name: str) -> ModuleType:
    """Stand in for the module called `name` until one of its attributes is read.

    Attributes are never cached, so that a name patched in the real module is seen here. Bind what a
    request needs at compile time instead of reading it through the stand-in each time.
    """
    return _LazyModule(name)


def lazy_names(package: str, modules: dict[str, str]) -> Callable[[str], Any]:
    """Make a module-level `__getattr__` that imports public names on demand (PEP 562).

    Args:
        package: The package whose names these are; a loaded name is stored there.
        modules: Public name to the module that defines it; equal to the name's own dotted path
            where the name is a submodule. "module:name" is a name there, "module:" the module.
    """

    def load_name(name: str) -> Any:
        try:
            module, renamed, there = modules[name].partition(":")
        except KeyError:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message) from None
        loaded = sys.modules.get(module) or _import_uncollected(module)
        is_module = not there if renamed else module == f"{package}.{name}"
        value = loaded if is_module else getattr(loaded, there or name)
        setattr(import_module(package), name, value)
        return value

    return load_name


def _import_uncollected(module: str) -> ModuleType:
    """Import a module uncollected: the searches take a twelfth of importing an application."""
    with uncollected():
        return import_module(module)
