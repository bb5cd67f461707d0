"""The body of a request: which parameters make it up, and how they lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Annotated, Any, cast

from pydantic import create_model

from sixlane import params
from sixlane._compile.annotation import StructMember, contains_struct
from sixlane._compile.dependant import Dependant, walk_dependants
from sixlane._compile.field import Field, title_of


def list_body_fields(dependant: Dependant) -> list[Field]:
    """List the body parameters of a handler and of all its dependencies."""
    return [field for each in walk_dependants(dependant) for field in each.body_params]


def embeds(fields: Sequence[Field]) -> bool:
    """Tell whether parameters are members of a JSON object, rather than one being the whole body.

    Dependencies may declare the same parameter, so that names count.
    """
    if not fields:
        return False
    if any(field.is_form for field in fields):
        # A single form model is the whole form; anything else has a name in it.
        return len(_distinct(fields)) > 1 or not fields[0].is_form_group
    if len({field.name for field in fields}) > 1:
        return True
    return bool(cast("params.Body", fields[0].info).embed)


def is_form(fields: Sequence[Field]) -> bool:
    """Tell whether the body is a form, which one form parameter makes it."""
    return any(field.is_form for field in fields)


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
    has_group = any(field.is_form_group for field in fields)
    if not embed and not (has_group and fields[0].may_be_absent):
        return fields[0]
    parts: list[Field] = []
    members: dict[str, Any] = {}
    aliases: set[str] = set()
    for field in fields:
        if not has_group:
            members[field.name] = (_member_type(field), field.info)
        elif field.is_form_group or field.alias in aliases:
            parts.append(field)
        else:
            aliases.add(field.alias)
            members[field.name] = _titled_member(field)
    model = create_model(f"Body_{name}", **members)
    options: dict[str, Any] = {"annotation": model, "alias": "body"}
    if not any(field.required for field in fields):
        options["default"] = None
    declared = _body_class(fields)
    media_type = _media_type(fields, declared)
    if media_type is not None:
        options["media_type"] = media_type
    whole = Field(declared(**options), "body", location="body")
    whole.form_parts = tuple(parts)
    return whole


def _media_type(fields: Sequence[Field], declared: type[params.Body]) -> str | None:
    """Return the type that all parameters agree on; None where it goes without saying."""
    media_types = {cast("params.Body", field.info).media_type for field in fields}
    if declared is params.File:
        return None
    if declared is params.Form and _MULTIPART in media_types:
        return _MULTIPART
    return media_types.pop() if len(media_types) == 1 else None


_MULTIPART = "multipart/form-data"


def _distinct(fields: Sequence[Field]) -> list[Field]:
    """Leave out form parameters that dependencies share, name and type being the same."""
    distinct: list[Field] = []
    for field in fields:
        same = [each for each in distinct if each.alias == field.alias and each.name == field.name]
        if not any(each.annotation == field.annotation for each in same):
            distinct.append(field)
    return distinct


def _body_class(fields: Sequence[Field]) -> type[params.Body]:
    """Return how the whole body is declared: a file makes it multipart, a form field a form."""
    for declared in (params.File, params.Form):
        if any(isinstance(field.info, declared) for field in fields):
            return declared
    return params.Body


def _titled_member(field: Field) -> Any:
    """Make a member beside form models: FastAPI titles it by its parameter, not by its alias."""
    info = copy(field.info)
    info.title = info.title or title_of(field.name)
    info._attributes_set = {**info._attributes_set, "title": info.title}  # noqa: SLF001 - read again
    return _member_type(field), info


def _member_type(field: Field) -> Any:
    """Return the type that Pydantic takes for a member; it knows none of msgspec's."""
    annotation = field.annotation
    return Annotated[Any, StructMember(annotation)] if contains_struct(annotation) else annotation
