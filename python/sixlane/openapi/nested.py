"""The models and enums that the document lists because others contain them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import is_dataclass
from enum import Enum
from typing import Annotated, Any, TypeAlias, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from sixlane._compile.annotation import is_subclass

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


def call_schema_hooks(types: Iterable[NamedType]) -> None:
    """Ask what makes the schemas of members itself, such as `GetPydanticSchema`, to make them anew.

    The document is made of the schemas that the models have, so what comes of it is not used: the
    call is what hooks see of a document that is made, once for each model that it lists, whatever
    the number of its routes, as in FastAPI.
    """
    for named in types:
        if not issubclass(named, BaseModel):
            continue
        for member in named.model_fields.values():
            if _has_hook(member.annotation, member.metadata):
                config = None if _has_own_config(member.annotation) else named.model_config
                annotation: Any = member.annotation
                if member.metadata:
                    annotation = Annotated[annotation, *member.metadata]
                TypeAdapter(annotation, config=config)


def _has_hook(annotation: Any, metadata: Iterable[Any]) -> bool:
    return any(hasattr(item, "__get_pydantic_core_schema__") for item in metadata) or any(
        _has_hook(argument, getattr(argument, "__metadata__", ()))
        for argument in get_args(annotation)
    )


def _has_own_config(annotation: Any) -> bool:
    return is_subclass(annotation, (BaseModel, dict)) or is_dataclass(annotation)


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
