"""The body of a request: which parameters make it up, and how they lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, cast

from pydantic import create_model

from sixlane import params
from sixlane._compile.annotation import StructMember, contains_struct
from sixlane._compile.dependant import Dependant, walk_dependants
from sixlane._compile.field import Field


def list_body_fields(dependant: Dependant) -> list[Field]:
    """List the body parameters of a handler and of all its dependencies."""
    return [field for each in walk_dependants(dependant) for field in each.body_params]


def embeds(fields: Sequence[Field]) -> bool:
    """Tell whether parameters are members of a JSON object, rather than one being the whole body.

    Dependencies may declare the same parameter, so that names count.
    """
    if not fields:
        return False
    if len({field.name for field in fields}) > 1:
        return True
    return bool(cast("params.Body", fields[0].info).embed)


def compile_body_field(fields: Sequence[Field], name: str, *, embed: bool) -> Field | None:
    """Make the field that stands for the whole body in the OpenAPI document.

    Validation goes by the single parameters instead.

    Args:
        fields: The body parameters, from `list_body_fields`.
        name: The route's unique id, part of the name of the model made here.
        embed: Whether the parameters are members of an object.
    """
    if not fields:
        return None
    if not embed:
        return fields[0]
    members: dict[str, Any] = {field.name: (_member_type(field), field.info) for field in fields}
    model = create_model(f"Body_{name}", **members)
    options: dict[str, Any] = {"annotation": model, "alias": "body"}
    if not any(field.required for field in fields):
        options["default"] = None
    media_types = {cast("params.Body", field.info).media_type for field in fields}
    if len(media_types) == 1:
        options["media_type"] = media_types.pop()
    return Field("body", "body", params.Body(**options))


def _member_type(field: Field) -> Any:
    """Return the type that Pydantic takes for a member; it knows none of msgspec's."""
    annotation = field.annotation
    return Annotated[Any, StructMember(annotation)] if contains_struct(annotation) else annotation
