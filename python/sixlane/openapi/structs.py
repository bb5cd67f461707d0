"""The JSON Schemas of msgspec's types, in the style of Pydantic's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sixlane._lazy import lazy_module
from sixlane.openapi.constants import REF_PREFIX

if TYPE_CHECKING:
    import msgspec.json as msgspec_json
else:
    msgspec_json = lazy_module("msgspec.json")


def make_struct_schemas(
    annotations: Sequence[Any], taken: Collection[str]
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Describe types of msgspec.

    Args:
        annotations: Structs, and types with structs in them.
        taken: Names of components that exist already; a struct of such a name is called
            "Name_struct".

    Returns:
        One schema for each annotation, and the components that they refer to.
    """
    schemas, components = msgspec_json.schema_components(
        annotations, ref_template=REF_PREFIX + "{name}"
    )
    renamed = {
        REF_PREFIX + name: f"{REF_PREFIX}{name}_struct" for name in components if name in taken
    }
    for part in (*schemas, *components.values()):
        _rename_references(part, renamed)
    for component in components.values():
        _restyle(component)
    return list(schemas), {
        renamed.get(REF_PREFIX + name, name).removeprefix(REF_PREFIX): component
        for name, component in components.items()
    }


def _rename_references(part: Any, renamed: dict[str, str]) -> None:
    if isinstance(part, list):
        for item in part:
            _rename_references(item, renamed)
    elif isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            part["$ref"] = renamed.get(reference, reference)
        for item in part.values():
            _rename_references(item, renamed)


def _restyle(component: dict[str, Any]) -> None:
    """Title the properties, except those that are another component, and leave out empty lists."""
    if not component.get("required", True):
        del component["required"]
    for name, schema in component.get("properties", {}).items():
        choices = [schema, *schema.get("anyOf", ())]
        if not any("$ref" in choice for choice in choices):
            schema.setdefault("title", name.replace("_", " ").title())
