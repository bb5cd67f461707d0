"""ASGI middleware: the declaration class here, the bundled ones in the modules beside."""

from typing import TYPE_CHECKING

from starlette.middleware import Middleware

from sixlane._lazy import lazy_names

__all__ = ["Middleware"]

_SUBMODULES = ("asyncexitstack",)

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, {name: f"{__name__}.{name}" for name in _SUBMODULES})
