"""Whether validating a value runs code of the user's, which may do more than to validate."""

from __future__ import annotations

from types import BuiltinFunctionType, MethodDescriptorType
from typing import Any

from pydantic import BaseModel

from sixlane._compile.annotation import is_subclass
from sixlane._compile.core_schema import nested_schemas

_LIBRARIES = frozenset({"pydantic", "pydantic_core", "annotated_types", "sixlane", "starlette"})
"""Whose functions in schemas do nothing but validate."""


def runs_user_code(schema: Any) -> bool:
    """Whether validating by a core schema calls functions of the user's."""
    kind = schema["type"]
    if kind.startswith("function-") and not _is_known(schema["function"]["function"]):
        return True
    if schema.get("custom_init") or (schema.get("post_init") and _has_own_end(schema)):
        return True
    return any(runs_user_code(each) for each in nested_schemas(schema))


def _is_known(function: Any) -> bool:
    if isinstance(function, type | BuiltinFunctionType | MethodDescriptorType):
        return True
    module = getattr(function, "__module__", None) or ""
    return module.partition(".")[0] in _LIBRARIES


def _has_own_end(schema: Any) -> bool:
    """Whether `post_init` is more than what Pydantic does for private attributes."""
    if not is_subclass(schema.get("cls"), BaseModel):
        return True
    end = schema["cls"].model_post_init
    return not end.__qualname__.endswith("init_private_attributes")
