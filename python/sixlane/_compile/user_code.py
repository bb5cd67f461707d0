"""Whether validating a value runs code of the user's, which may do more than to validate."""

from __future__ import annotations

import sys
from functools import partial
from types import BuiltinFunctionType, MethodDescriptorType
from typing import Any

from pydantic import BaseModel

from sixlane._compile.annotation import is_subclass
from sixlane._compile.core_schema import nested_schemas

_LIBRARIES = frozenset({"pydantic", "pydantic_core", "annotated_types", "sixlane", "starlette"})
"""Whose functions in schemas do nothing but validate; those of Python itself neither."""


def runs_user_code(schema: Any) -> bool:
    """Whether validating by a core schema calls functions of the user's."""
    return _calls_one(schema) or any(map(runs_user_code, nested_schemas(schema)))


def _calls_one(schema: Any) -> bool:
    kind = schema["type"]
    if kind.startswith("function-"):
        return not _is_known(schema["function"]["function"])
    if kind == "default":
        return not _is_known(schema.get("default_factory"))
    if kind == "tagged-union":
        discriminator = schema["discriminator"]
        return callable(discriminator) and not _is_known(discriminator)
    if kind == "enum":
        return not _is_known(schema["cls"]._missing_)
    if schema.get("custom_init"):
        return True
    return bool(schema.get("post_init")) and _has_own_end(schema)


def _is_known(function: Any) -> bool:
    if function is None or isinstance(function, BuiltinFunctionType | MethodDescriptorType):
        return True
    if isinstance(function, partial):
        return _is_known(function.func)
    package = (getattr(function, "__module__", None) or "").partition(".")[0]
    return package in _LIBRARIES or package in sys.stdlib_module_names


def _has_own_end(schema: Any) -> bool:
    """Whether `post_init` is more than what Pydantic does for private attributes."""
    model = schema.get("cls")
    if not is_subclass(model, BaseModel):
        return True
    if not model.model_post_init.__qualname__.endswith("init_private_attributes"):
        return True
    private = model.__private_attributes__.values()
    return any(not _is_known(attribute.default_factory) for attribute in private)
