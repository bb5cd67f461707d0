"""The OpenAPI document and the pages that show it; imported when one is first asked for."""

from typing import TYPE_CHECKING

from sixlane._lazy import lazy_names

_SUBMODULES = ("constants", "docs", "models", "utils")

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, {name: f"{__name__}.{name}" for name in _SUBMODULES})
