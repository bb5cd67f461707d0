"""What plug-ins make and ask of fields and models in FastAPI's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, TypeAlias, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sixlane import params
from sixlane._compile.annotation import SEQUENCE_TYPES, is_scalar, is_subclass, is_union
from sixlane._compile.field import Field, merge_annotated, missing_error
from sixlane._compile.protocol import Location
from sixlane.openapi.nested import NamedType, find_named_types

__all__ = [
    "ModelField",
    "ModelNameMap",
    "RequiredParam",
    "Undefined",
    "copy_field_info",
    "create_body_model",
    "evaluate_forwardref",
    "get_cached_model_fields",
    "get_flat_models_from_fields",
    "get_missing_field_error",
    "get_model_name_map",
    "is_scalar_field",
    "serialize_sequence_value",
]

ModelField = Field

ModelNameMap: TypeAlias = dict[type[BaseModel] | type[Enum], str]
"""Model or enum to its name in the document."""

Undefined = PydanticUndefined
"""What stands where nobody has given a value."""

RequiredParam = PydanticUndefined
"""The default of what has none."""


def copy_field_info(*, field_info: FieldInfo, annotation: Any) -> FieldInfo:
    """Copy a declaration together with everything else that stands in its `Annotated`."""
    return merge_annotated(field_info, annotation)


def evaluate_forwardref(
    value: Any, globalns: dict[str, Any] | None = None, localns: dict[str, Any] | None = None
) -> Any:
    """Evaluate what is text in an annotation; left as it is where nobody defines a name.

    Args:
        value: An annotation.
        globalns: Names it may use.
        localns: More of them, which go first.
    """
    holder = SimpleNamespace(__annotations__={"value": value})
    try:
        return get_type_hints(holder, globalns, localns, include_extras=True)["value"]
    except NameError:
        return value


def is_scalar_field(field: Field) -> bool:
    """Tell whether a field is a parameter whose value one text on the wire can be."""
    return is_scalar(field.annotation) and not isinstance(field.info, params.Body)


def serialize_sequence_value(*, field: Field, value: Any) -> Sequence[Any]:
    """Turn values into the kind of sequence that a field's type names.

    Args:
        field: A field of a sequence, which may be optional.
        value: The values.
    """
    annotation = field.annotation
    if is_union(annotation):
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    kind: Any = get_origin(annotation) or annotation
    assert is_subclass(kind, SEQUENCE_TYPES)
    collected: Sequence[Any] = list(value) if kind is Sequence else kind(value)
    return collected


def get_missing_field_error(loc: Location) -> dict[str, Any]:
    """Make the error for a required value that is not there."""
    return missing_error(loc)


def create_body_model(
    *, fields: Sequence[Field], model_name: str, config: ConfigDict | None = None
) -> type[BaseModel]:
    """Make a model of fields.

    Args:
        fields: Its members.
        model_name: Its name.
        config: Its configuration.
    """
    members: dict[str, Any] = {field.name: (field.annotation, field.info) for field in fields}
    made: type[BaseModel] = create_model(model_name, __config__=config, **members)
    return made


@lru_cache
def get_cached_model_fields(model: type[BaseModel]) -> list[Field]:
    """List the fields of a model, the same ones each time."""
    return [
        Field(info, name, config=None if _has_own_config(info) else model.model_config)
        for name, info in model.model_fields.items()
    ]


def get_flat_models_from_fields(
    fields: Sequence[Field], known_models: set[NamedType]
) -> set[NamedType]:
    """Collect the models and enums that fields are made of.

    Args:
        fields: The fields.
        known_models: Those known so far; added to, and returned.
    """
    known_models.update(find_named_types(field.annotation for field in fields))
    return known_models


def get_model_name_map(unique_models: set[NamedType]) -> ModelNameMap:
    """Name models and enums by their classes; of several with one name one is left."""
    by_name = {
        re.sub(r"[^\w.\-]", "_", each.__name__, flags=re.ASCII): each for each in unique_models
    }
    return {model: name for name, model in by_name.items()}


def _has_own_config(info: FieldInfo) -> bool:
    annotation = info.annotation
    return is_subclass(annotation, (BaseModel, dict)) or is_dataclass(annotation)
