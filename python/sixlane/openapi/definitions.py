"""The schemas of a document, for tools that put its paths together themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sixlane._compile.field import Field
from sixlane.openapi.schemas import FieldSchemas

if TYPE_CHECKING:
    from sixlane._compat import ModelNameMap

__all__ = ["get_definitions", "get_schema_from_model_field"]


def get_definitions(
    *,
    fields: Sequence[Field],
    model_name_map: ModelNameMap,
    separate_input_output_schemas: bool = True,
) -> tuple[FieldSchemas, dict[str, dict[str, Any]]]:
    """Make the schemas of all fields of a document.

    Args:
        fields: The fields, as from `get_fields_from_routes`.
        model_name_map: Not read: names follow from the fields.
        separate_input_output_schemas: Whether a model that reads otherwise than it writes has two
            schemas; otherwise the one it reads.

    Returns:
        What other functions take as `field_mapping`, and name to schema of the components.
    """
    schemas = FieldSchemas(fields, separate_input_output=separate_input_output_schemas)
    return schemas, schemas.components


def get_schema_from_model_field(
    *,
    field: Field,
    model_name_map: ModelNameMap,
    field_mapping: FieldSchemas,
    field_alias: str | None = None,
    separate_input_output_schemas: bool = True,
) -> dict[str, Any]:
    """Return the schema of a field, with a title unless it is a reference.

    Args:
        field: One of those that `field_mapping` was made of.
        model_name_map: Not read.
        field_mapping: From `get_definitions`.
        field_alias: Name that the title is made of; the field's own if absent.
        separate_input_output_schemas: Not read: `get_definitions` has decided.
    """
    return field_mapping.schema_of(field, field_alias)
