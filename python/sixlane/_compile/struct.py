"""Types of msgspec: validated by it, with its errors in the form of a 422 answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Annotated, Any

import annotated_types
import msgspec
import msgspec.inspect

from sixlane._compile.protocol import ErrorList, Location, SerializeOptions
from sixlane._compile.struct_error import Rejection, describe_error
from sixlane.encoders import jsonable_encoder


class StructValidator:
    """Validation by msgspec, for `Struct` classes and containers of them.

    Attributes:
        type: The type with its constraints, as msgspec's decoders take it.
    """

    __slots__ = ("type",)

    def __init__(self, annotation: Any, metadata: Sequence[Any]) -> None:
        constraints = [_as_meta(constraint) for constraint in metadata]
        self.type: Any = Annotated[(annotation, *constraints)] if constraints else annotation
        _refuse_unknown(msgspec.inspect.type_info(self.type), set())

    def validate(self, value: Any, location: Location) -> tuple[Any, ErrorList]:
        try:
            return self._convert(value), []
        except msgspec.ValidationError as exc:
            rejection = Rejection(str(exc), value, self._find_problem)
            return None, [describe_error(rejection, location)]

    def dump_python(self, value: Any, options: SerializeOptions) -> Any:
        return _filter(msgspec.to_builtins(value), options)

    def dump_json(self, value: Any, options: SerializeOptions) -> bytes:
        if _keeps_all(options):
            return msgspec.json.encode(value)
        return msgspec.json.encode(self.dump_python(value, options))

    def _convert(self, value: Any) -> Any:
        # The keys of a JSON object are texts, whatever a mapping's keys are to become.
        return msgspec.convert(value, self.type, from_attributes=True, str_keys=True)

    def _find_problem(self, value: Any) -> str | None:
        try:
            self._convert(value)
        except msgspec.ValidationError as exc:
            return str(exc)
        return None


_BOUNDS = (
    annotated_types.Gt,
    annotated_types.Ge,
    annotated_types.Lt,
    annotated_types.Le,
    annotated_types.MultipleOf,
    annotated_types.MinLen,
    annotated_types.MaxLen,
)
"""The constraints that msgspec has under the same name."""


def _as_meta(constraint: Any) -> msgspec.Meta:
    """Turn a constraint of `Body(...)` into msgspec's.

    Raises:
        TypeError: msgspec has none such; it would not be checked.
    """
    if isinstance(constraint, msgspec.Meta):
        return constraint
    if not isinstance(constraint, _BOUNDS):
        message = f"the constraint {constraint!r} is not supported by msgspec"
        raise TypeError(message)
    bounds: dict[str, Any] = {
        field.name: getattr(constraint, field.name) for field in dataclasses.fields(constraint)
    }
    return msgspec.Meta(**bounds)


def _refuse_unknown(part: Any, seen: set[int]) -> None:
    """Refuse types that msgspec leaves to hooks, of which there are none.

    Args:
        part: A type as `msgspec.inspect` describes it, or what is in such a description.
        seen: Descriptions looked at already, by identity; types may refer to themselves.

    Raises:
        TypeError: Names the first such type.
    """
    if isinstance(part, msgspec.inspect.CustomType):
        message = f"Type {part.cls!r} is not supported by msgspec"
        raise TypeError(message)
    if isinstance(part, list | tuple):
        for item in part:
            _refuse_unknown(item, seen)
    elif isinstance(part, msgspec.inspect.Type | msgspec.inspect.Field) and id(part) not in seen:
        seen.add(id(part))
        for name in part.__struct_fields__:
            _refuse_unknown(getattr(part, name), seen)


def _keeps_all(options: SerializeOptions) -> bool:
    return (
        options.get("include") is None
        and options.get("exclude") is None
        and not options.get("exclude_none")
    )


def _filter(value: Any, options: SerializeOptions) -> Any:
    if _keeps_all(options):
        return value
    return jsonable_encoder(
        value,
        include=options.get("include"),
        exclude=options.get("exclude"),
        exclude_none=options.get("exclude_none", False),
    )
