"""The models and enums that the document lists because others contain them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, TypeAlias, get_args, get_origin

from pydantic import BaseModel

NamedType: TypeAlias = type[BaseModel] | type[Enum]


def find_named_types(annotations: Iterable[Any]) -> dict[NamedType, None]:
    """Collect the models and enums in annotations and in the fields of the models found.

    Returns:
        The classes as keys, in the order they were met.
    """
    found: dict[NamedType, None] = {}
    for annotation in annotations:
        _visit(annotation, found)
    return found


def _visit(annotation: Any, found: dict[NamedType, None]) -> None:
    if get_origin(annotation) is not None:
        for argument in get_args(annotation):
            _visit(argument, found)
    elif isinstance(annotation, type) and issubclass(annotation, (BaseModel, Enum)):
        if annotation in found:
            return
        found[annotation] = None
        if issubclass(annotation, BaseModel):
            for field in annotation.model_fields.values():
                _visit(field.annotation, found)
