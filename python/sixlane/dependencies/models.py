"""The class of handlers and dependencies with all they need."""

from typing import TYPE_CHECKING

from sixlane._compile.dependant import Dependant
from sixlane._reexports import reexported_names
from sixlane.types import DependencyCacheKey

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = ["Dependant", "DependencyCacheKey"]
