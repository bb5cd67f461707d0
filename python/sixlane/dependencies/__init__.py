"""The trees of dependencies, for tools that read them or make some of their own."""

from typing import TYPE_CHECKING

from sixlane._lazy import lazy_names

_SUBMODULES = ("models", "utils")

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, {name: f"{__name__}.{name}" for name in _SUBMODULES})
