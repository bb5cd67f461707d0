"""What validates and serializes the values of a field."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin

import annotated_types
from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import SchemaSerializer, SchemaValidator

from sixlane._compile.annotation import contains_struct, is_union
from sixlane._compile.bounded import BoundedValidation, bound, has_room, is_harmless
from sixlane._compile.protocol import ErrorList, Location, SerializeOptions, Validator
from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    from sixlane._compile import struct
else:
    struct = lazy_module("sixlane._compile.struct")


class PydanticValidator:
    """Validation by Pydantic, for every type it knows.

    Attributes:
        adapter: Pydantic's adapter for the type; complete once all names in it are defined.
    """

    __slots__ = ("_bounded", "_is_unbound", "adapter")

    def __init__(self, adapter: TypeAdapter[Any], *, has_config: bool = False) -> None:
        self.adapter = adapter
        self._bounded: BoundedValidation | None = None
        # A configuration is for members of forms and parameters, which have limits of their own.
        self._is_unbound = not has_config

    @property
    def schema_validator(self) -> SchemaValidator:
        """The core validator; call it with `from_attributes=True`, as `validate` does."""
        return cast("SchemaValidator", self.adapter.validator)

    @property
    def schema_serializer(self) -> SchemaSerializer:
        """The core serializer."""
        return self.adapter.serializer

    @property
    def bounded(self) -> BoundedValidation | None:
        """How large values are validated; None where as all others. Made when one comes."""
        if self._is_unbound:
            self._bounded = bound(self.adapter)
            self._is_unbound = False
        return self._bounded

    def validate(self, value: Any, location: Location) -> tuple[Any, ErrorList]:
        validator: Any = self.adapter.validator
        if not is_harmless(value):
            bounded = self.bounded
            if bounded is not None and not has_room(value, bounded):
                validator = bounded.validator
        try:
            return validator.validate_python(value, from_attributes=True), []
        except ValidationError as exc:
            return None, locate_errors(exc, location)

    def dump_python(self, value: Any, options: SerializeOptions) -> Any:
        return self.adapter.dump_python(value, mode="json", **options)

    def dump_json(self, value: Any, options: SerializeOptions) -> bytes:
        return self.adapter.dump_json(value, **options)


MOST_ERRORS = 10_000
"""Errors of one value that are listed; of more, only their number is told.

An error takes some hundred times the memory and the text of the two bytes in a body that make it.
"""


def locate_errors(failure: ValidationError, location: Location) -> ErrorList:
    """List what a validation found wrong, as seen from outside of the value."""
    count = failure.error_count()
    if count > MOST_ERRORS:
        message = f"{count} errors, more than the {MOST_ERRORS} that are listed"
        return [{"type": "too_many_errors", "loc": location, "msg": message, "input": None}]
    errors: Any = failure.errors(include_url=False)
    return [{**error, "loc": location + error["loc"]} for error in errors]


def make_validator(
    annotation: Any, metadata: list[Any], discriminator: Any, config: Any = None
) -> Validator:
    """Build the validator for a type; those of common types are shared, since building costs.

    Args:
        annotation: The type without the constraints around it.
        metadata: The constraints.
        discriminator: Name or function that tells the members of a union apart; None for none.
        config: Configuration of the model that a field belongs to.

    Raises:
        pydantic.errors.PydanticSchemaGenerationError: The type is not one that Pydantic knows.
        TypeError: msgspec does not know the type.
    """
    if contains_struct(annotation):
        made: Validator = struct.StructValidator(annotation, metadata)
        return made
    plain = discriminator is None and config is None
    key = _cache_key(annotation, metadata) if plain else None
    if key is not None and key in _shared:
        return _shared[key]
    if not plain:
        metadata = [*metadata, Field(discriminator=discriminator)]
    constrained: Any = Annotated[(annotation, *metadata)] if metadata else annotation
    adapter: TypeAdapter[Any] = TypeAdapter(constrained, config=config)
    validator = PydanticValidator(adapter, has_config=config is not None)
    if key is not None:
        _shared[key] = validator
    return validator


def make_document_adapter(
    annotation: Any, metadata: list[Any], attributes: Mapping[str, Any], config: Any
) -> TypeAdapter[Any]:
    """Build the adapter for the OpenAPI document, where defaults, titles and examples count."""
    info = Field(**attributes)
    return TypeAdapter(Annotated[(annotation, *metadata, info)], config=config)


_shared: dict[Hashable, PydanticValidator] = {}


def _cache_key(annotation: Any, metadata: list[Any]) -> Hashable | None:
    """Identify a type and its constraints; None for what is not shared."""
    key = _type_key(annotation)
    if key is None or not metadata:
        return key
    constraints = tuple(_constraint_key(constraint) for constraint in metadata)
    return None if None in constraints else (key, constraints)


def _type_key(annotation: Any) -> Hashable | None:
    """Identify a type made of classes alone.

    The order of a union's members counts here, unlike in their own comparison: it decides between
    members that fit equally well, and the order of errors.
    """
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return annotation
    arguments = get_args(annotation)
    origin = "union" if is_union(annotation) else get_origin(annotation)
    if not arguments or not (origin == "union" or isinstance(origin, type)):
        return None
    parts = tuple(_type_key(argument) for argument in arguments)
    return None if None in parts else (origin, parts)


_BOUNDS = {
    annotated_types.Gt: "gt",
    annotated_types.Ge: "ge",
    annotated_types.Lt: "lt",
    annotated_types.Le: "le",
    annotated_types.MultipleOf: "multiple_of",
    annotated_types.MinLen: "min_length",
    annotated_types.MaxLen: "max_length",
}
"""The constraints by a number, and the attribute it is in."""


def _constraint_key(constraint: Any) -> Hashable | None:
    """Identify a bound; by the type of its number too, which shows in error messages."""
    attribute = _BOUNDS.get(type(constraint))
    value = None if attribute is None else getattr(constraint, attribute)
    return (attribute, type(value), value) if type(value) in (int, float) else None
