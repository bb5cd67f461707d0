"""A walk through Pydantic's core schemas: dictionaries that describe what validates a type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

_ONE_NESTED = (
    "schema", "items_schema", "keys_schema", "values_schema", "extras_schema",
    "extras_keys_schema", "lax_schema", "strict_schema", "json_schema", "python_schema",
)  # fmt: skip
"""Where one schema stands, or a list of them."""

_MANY_NESTED = ("fields", "definitions", "choices", "steps")
"""Where several stand, by name or in turn."""


def nested_schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the schemas that are parts of one."""
    found: list[dict[str, Any]] = []

    def note(nested: dict[str, Any]) -> dict[str, Any]:
        found.append(nested)
        return nested

    map_nested(schema, note)
    return iter(found)


def map_nested(
    schema: dict[str, Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Copy a schema with each of its parts changed."""
    changed = dict(schema)
    for name in (*_ONE_NESTED, *_MANY_NESTED):
        part = schema.get(name)
        if name in _ONE_NESTED and isinstance(part, dict):
            changed[name] = change(part)
        elif isinstance(part, dict):
            changed[name] = {key: _change_member(each, change) for key, each in part.items()}
        elif isinstance(part, list):
            changed[name] = [_change_member(each, change) for each in part]
    return changed


def _change_member(member: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    # A union's member may have a label; names stand for what is listed elsewhere.
    if isinstance(member, tuple):
        return change(member[0]), *member[1:]
    return change(member) if isinstance(member, dict) else member
