"""Validation of values that could make more errors than there is room for.

Pydantic makes an error for each mistake, of some hundred times the memory of the two bytes in a
body that it takes. A value that could make too many is validated by the same schema, but for that
each list, set and mapping in it ends at its first mistake.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic_core import SchemaError, SchemaValidator

from sixlane._compile.core_schema import map_nested, nested_schemas
from sixlane._engine import may_make_errors

MOST_ERROR_BYTES = 64 * 1024 * 1024
"""Memory that the errors of one value may take, in bytes; of a value that could make more, the
first error of each list is told."""

_HARMLESS_ERROR_BYTES = 256 * 1024
"""Below this nobody asks how many errors the type makes of an item."""

_MAPPINGS = frozenset({"counter", "dict", "frozendict", "ordered-dict"})
_COLLECTIONS = frozenset({"deque", "frozenset", "list", "set", "tuple"}) | _MAPPINGS


class BoundedValidation(NamedTuple):
    """How a type is validated where a value could make too many errors.

    Attributes:
        validator: Ends each collection at its first mistake.
        errors_per_item: Errors that an item of a list, or an object or list within an object,
            makes at most, without what lies in it.
        errors_per_entry: The same of any other entry of an object.
    """

    validator: SchemaValidator
    errors_per_item: int
    errors_per_entry: int


def bound(adapter: TypeAdapter[Any]) -> BoundedValidation | None:
    """Derive it from a type's adapter.

    Returns:
        None where somebody would see which errors are made: a tool that has put its own validator
        there, or a function of the user's that validates on its own; and where a schema is nested
        too deep.
    """
    usual = adapter.validator
    if type(usual) is not SchemaValidator:
        return None
    schema: Any = adapter.core_schema
    try:
        # Else the validators that models have already would be taken, which go on to the end.
        validator = SchemaValidator(_stop_early(schema), _use_prebuilt=False)
        count = _ErrorCount()
        count.of(schema)
    except (SchemaError, RecursionError, _ErrorsUsedError):
        return None
    return BoundedValidation(
        validator, count.most_of_any, count.most_of_any if count.has_mappings else 1
    )


class _ErrorsUsedError(Exception):
    """A function in a schema may catch errors and use what they tell."""


def is_harmless(value: Any) -> bool:
    """Tell whether a value is too small to make many errors, whatever its type."""
    if type(value) not in (dict, list):
        return True
    return not may_make_errors(value, 1, 1, _HARMLESS_ERROR_BYTES)


def has_room(value: Any, bounded: BoundedValidation) -> bool:
    """Tell whether the errors that a value could make may all be made."""
    _, per_item, per_entry = bounded
    return not may_make_errors(value, per_item, per_entry, MOST_ERROR_BYTES)


def _stop_early(schema: dict[str, Any]) -> dict[str, Any]:
    if schema["type"] == "function-wrap":
        raise _ErrorsUsedError
    changed = map_nested(schema, _stop_early)
    if schema["type"] in _COLLECTIONS:
        changed["fail_fast"] = True
    return changed


class _ErrorCount:
    """Counts the errors that a value of no use makes by a schema, beside those of what is in it.

    Attributes:
        most_of_any: The most by any part of the schema.
        has_mappings: Whether there is one with names that are not the schema's.
    """

    def __init__(self) -> None:
        self.most_of_any = 1
        self.has_mappings = False
        self._by_name: dict[str, int] = {}
        self._definitions: dict[str, dict[str, Any]] = {}

    def of(self, schema: dict[str, Any]) -> int:
        """Return their number, one at least."""
        kind = schema["type"]
        if kind == "definitions":
            self._definitions.update((each["ref"], each) for each in schema["definitions"])
            return self.of(schema["schema"])
        if kind == "definition-ref":
            return self._of_name(schema["schema_ref"])
        counts = [self.of(nested) for nested in nested_schemas(schema)]
        if kind in _COLLECTIONS:
            self.has_mappings |= kind in _MAPPINGS
            count = len(counts) if kind == "tuple" else 1
        else:
            count = max(counts, default=1) if kind == "tagged-union" else sum(counts)
        self.most_of_any = max(self.most_of_any, count)
        return max(1, count)

    def _of_name(self, name: str) -> int:
        if name not in self._by_name:
            # What it has for a part of itself.
            self._by_name[name] = 1
            if name in self._definitions:
                self._by_name[name] = self.of(self._definitions[name])
        return self._by_name[name]
