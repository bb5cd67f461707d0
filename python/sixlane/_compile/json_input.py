"""Whether validating JSON text at once is the same as validating what `json.loads` makes of it.

FastAPI decodes a body with `json.loads` and validates the Python values. Pydantic can do both in
one pass, several times faster, but in JSON mode some types accept more than they do in Python mode
(a strict UUID takes text, a union may choose another member). Only schemas built of parts that
behave alike in both modes may take the short way; whatever it rejects, the solver decides.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from json import loads
from typing import Any

from pydantic_core import SchemaValidator

from sixlane._compile.core_schema import nested_schemas
from sixlane._compile.validator import PydanticValidator

_ALIKE = frozenset(
    {
        "any", "bool", "dataclass", "dataclass-args", "dataclass-field", "date", "datetime",
        "default", "definition-ref", "definitions", "dict", "float", "frozenset", "int", "list",
        "model", "model-field", "model-fields", "none", "nullable", "set", "str", "tagged-union",
        "time", "timedelta", "tuple", "typed-dict", "typed-dict-field", "url", "uuid",
    }
)  # fmt: skip
_SCALARS = frozenset({"bool", "float", "int", "none", "str"})


def body_decoder(validator: PydanticValidator) -> Callable[[bytes], Any]:
    """The function from a body's bytes to its value; it raises whatever does not fit."""
    return _decoder(validator, validator.schema_validator)


def large_body_decoder(validator: PydanticValidator) -> Callable[[bytes], Any]:
    """The same for large bodies, of whose mistakes few become errors; made when one comes."""

    @cache
    def make() -> Callable[[bytes], Any]:
        bounded = validator.bounded
        return _decoder(validator, bounded.validator if bounded else validator.schema_validator)

    def decode(body: bytes) -> Any:
        return make()(body)

    return decode


def _decoder(validator: PydanticValidator, core: SchemaValidator) -> Callable[[bytes], Any]:
    if is_alike(validator.adapter.core_schema):
        return core.validate_json
    return partial(_decode, partial(core.validate_python, from_attributes=True))


def _decode(validate: Callable[[Any], Any], body: bytes) -> Any:
    return validate(loads(body))


def is_alike(schema: Any) -> bool:
    """Whether a core schema accepts the same JSON with the same results in both modes."""
    kind = schema["type"]
    if kind == "literal":
        return all(isinstance(value, str) for value in schema["expected"])
    if kind == "union":
        return all(
            isinstance(each, dict) and each["type"] in _SCALARS for each in schema["choices"]
        )
    if kind not in _ALIKE or schema.get("strict") or schema.get("custom_init"):
        return False
    if (schema.get("config") or {}).get("strict"):
        return False
    return all(is_alike(each) for each in nested_schemas(schema))
