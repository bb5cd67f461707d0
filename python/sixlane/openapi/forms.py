"""Forms that models take their parts of: what the document says beyond the single fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from sixlane._compile.field import Field, title_of
from sixlane._compile.group import GroupMember, ParameterGroup
from sixlane.openapi.constants import REF_PREFIX, REF_TEMPLATE
from sixlane.openapi.schemas import FieldSchemas


def add_form_constraints(schemas: FieldSchemas, schema: dict[str, Any], body: Field) -> None:
    """Add what a form's models require, and what is declared twice, to the schema of the form.

    Args:
        schemas: All schemas of the document.
        schema: The schema of the whole form, a reference.
        body: The whole form.
    """
    component = schemas.components[schema["$ref"].removeprefix(REF_PREFIX)]
    constraints: list[dict[str, Any]] = []
    for part in body.form_parts:
        if part.is_form_group:
            constraints += _constraints(schemas, part)
            continue
        shown = schemas.schema_of(part, part.name)
        shown.setdefault("title", part.info.title or title_of(part.name))
        constraints.append({"properties": {part.alias: shown}})
        required = component.get("required", [])
        if part.required and part.alias not in required:
            component["required"] = [*required, part.alias]
    if constraints:
        component["allOf"] = constraints
    if not component["properties"]:
        del component["properties"]


def _constraints(schemas: FieldSchemas, field: Field) -> list[dict[str, Any]]:
    schema = schemas.schema_of(field)
    schema.pop("default", None)
    union, group = field.form_union, field.group
    branches = union.branches if union is not None else (group,) if group is not None else ()
    present = _with_own_names(schema, branches)
    if not field.may_be_absent:
        return [present]
    if "anyOf" in present:
        present["anyOf"] = [each for each in present["anyOf"] if each != {"type": "null"}]
    absent = _absence(branches)
    return [{"not": absent}, present] if field.required else [{"anyOf": [absent, present]}]


def _absence(branches: Sequence[ParameterGroup]) -> dict[str, Any]:
    """Describe a form that has nothing for a model, so that its default applies."""
    if any(branch.takes_extra for branch in branches):
        return {"maxProperties": 0}
    names = sorted({name for branch in branches for name in branch.own_names})
    return {"not": {"anyOf": [{"required": [name]} for name in names]}} if names else {}


def _with_own_names(schema: Any, branches: Sequence[ParameterGroup]) -> Any:
    """Write the models out whose fields may come under other names than their schemas tell."""
    replaced = {
        f"{REF_PREFIX}{branch.model.__name__}": branch
        for branch in branches
        if any(_has_other_names(member) for member in branch.members)
    }
    if isinstance(schema, dict):
        if schema.get("$ref") in replaced:
            return _describe(replaced[schema["$ref"]])
        return {key: _with_own_names(value, branches) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_with_own_names(value, branches) for value in schema]
    return schema


def _has_other_names(member: GroupMember) -> bool:
    names = {wire for _, wire in member.aliases}
    shown = member.info.validation_alias
    return names != {shown if isinstance(shown, str) else member.name}


def _describe(group: ParameterGroup) -> dict[str, Any]:
    by_alias = group.model.model_config.get("validate_by_alias", True)
    adapter = TypeAdapter(group.model)
    schema = adapter.json_schema(by_alias=by_alias, ref_template=REF_TEMPLATE)
    schema.pop("$defs", None)
    choices = [
        [wire for _, wire in member.aliases] for member in group.members if len(member.aliases) > 1
    ]
    several = {name for names in choices for name in names}
    required = schema.get("required", [])
    schema["required"] = [name for name in required if name not in several]
    constraints = [
        {"anyOf": [{"required": [name]} for name in names]}
        for names in choices
        if any(name in required for name in names)
    ]
    if constraints:
        schema["allOf"] = constraints
    return schema
