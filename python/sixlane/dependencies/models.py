"""The class of handlers and dependencies with all they need."""

from sixlane._compile.dependant import Dependant
from sixlane.types import DependencyCacheKey

__all__ = ["Dependant", "DependencyCacheKey"]
