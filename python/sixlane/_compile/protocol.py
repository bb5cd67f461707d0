"""What a field asks of a library of types, whether Pydantic or msgspec is behind it."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias, TypedDict

from sixlane.types import IncEx

Location: TypeAlias = tuple[int | str, ...]
"""Where a value lies: "query", "body" or the like, then names and indexes inwards."""

ErrorList: TypeAlias = list[dict[str, Any]]
"""Errors in the form of a 422 answer: "type", "loc", "msg", "input" and maybe "ctx"."""


class SerializeOptions(TypedDict, total=False):
    """What of a value to leave out when it is serialized; Pydantic's options of these names."""

    include: IncEx | None
    exclude: IncEx | None
    by_alias: bool
    exclude_unset: bool
    exclude_defaults: bool
    exclude_none: bool


class Validator(Protocol):
    """What a field needs of the library its type belongs to."""

    def validate(self, value: Any, location: Location) -> tuple[Any, ErrorList]:
        """Convert a value; the second item is empty if that went well, else the first is None."""
        ...

    def dump_python(self, value: Any, options: SerializeOptions) -> Any:
        """Turn a validated value into what `json.dumps` takes."""
        ...

    def dump_json(self, value: Any, options: SerializeOptions) -> bytes:
        """Turn a validated value into JSON at once."""
        ...
