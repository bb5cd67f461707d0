"""Types for annotations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from sixlane._reexports import reexported_names

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = ["DecoratedCallable", "DependencyCacheKey", "IncEx", "UnionType"]

DecoratedCallable = TypeVar("DecoratedCallable", bound=Callable[..., Any])

IncEx: TypeAlias = set[int] | set[str] | Mapping[int, Any] | Mapping[str, Any]
"""Fields to include or exclude, as Pydantic takes them: names, or names with what is inside."""

DependencyCacheKey: TypeAlias = tuple[Callable[..., Any] | None, tuple[str, ...], str]
"""What makes two uses of a dependency the same within a request: the callable, the security scopes
it depends on, and when it ends ("function", "request", or "" where nothing ends)."""
