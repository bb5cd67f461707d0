"""Values of form parameters, out of a parsed form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic_core import PydanticUndefined
from starlette.datastructures import FormData, UploadFile

from sixlane._compile.empty import drop_empty
from sixlane._compile.field import Field
from sixlane._compile.form_union import FormUnion
from sixlane._compile.group import ParameterGroup
from sixlane._compile.protocol import ErrorList
from sixlane._run.extract import Values, collect_group, is_supplied, read_one


async def read_form(
    fields: Iterable[Field], form: FormData, values: Values, errors: ErrorList
) -> None:
    """Read and validate the parameters of one handler or dependency whose body is a form.

    Args:
        fields: The parameters.
        form: The whole form.
        values: What is valid goes here, by parameter name.
        errors: What is wrong with the others goes here.
    """
    for field in fields:
        group, union = field.group, field.form_union
        if group is not None:
            value, found = field.validate_at(_group_value(group, form), ("body",))
        elif union is not None:
            value, found = field.validate_at(_union_value(union, form), ("body",))
        else:
            alias, raw = _read_field(field, form)
            if field.reads_bytes:
                raw = await _read_files(raw)
            value, found = field.validate_at(raw, ("body", alias))
        if found:
            errors.extend(found)
        else:
            values[field.name] = value


def _read_field(field: Field, form: FormData) -> tuple[str, Any]:
    """Return the first value that is not empty, and the name it came under."""
    for alias, wire in field.aliases:
        value = read_one(form, wire, is_sequence=field.is_sequence, takes_all=field.takes_all)
        if field.is_form:
            value = drop_empty(value)
        if value is not PydanticUndefined:
            return alias, value
    return field.aliases[0][0], PydanticUndefined


def _group_value(group: ParameterGroup, form: FormData) -> Any:
    collected, _ = collect_group(group, form, drop_empty)
    if group.optional and not is_supplied(group.own_names, form, group.takes_extra and collected):
        return PydanticUndefined
    return collected


def _union_value(union: FormUnion, form: FormData) -> Any:
    if union.optional and not is_supplied(union.own_names, form, union.takes_extra and bool(form)):
        return PydanticUndefined
    grouped: dict[str, list[Any]] = {}
    for name, value in form.multi_items():
        grouped.setdefault(name, []).append(value)
    values: Values = {}
    for name, found in grouped.items():
        wants_all = name in union.sequence_names or name not in union.own_names
        values[name] = found if wants_all and len(found) > 1 else found[-1]
    return values


async def _read_files(value: Any) -> Any:
    if isinstance(value, list):
        return [await _read_file(item) for item in value]
    return await _read_file(value)


async def _read_file(value: Any) -> Any:
    """Read an uploaded file whole; another parameter may get the same file, at its beginning."""
    if not isinstance(value, UploadFile):
        return value
    position = value.file.tell()
    content = await value.read()
    await value.seek(position)
    return content
