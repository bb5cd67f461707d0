"""The JSON Schemas of every parameter, body and answer, and the components they refer to."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Literal, TypeAlias, cast, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic_core import CoreSchema, PydanticUndefined

from sixlane._compile.annotation import StructMember, contains_struct, is_subclass
from sixlane._compile.field import Field, title_of
from sixlane._compile.validator import PydanticValidator
from sixlane._lazy import lazy_module
from sixlane.openapi.constants import REF_PREFIX, REF_TEMPLATE
from sixlane.openapi.naming import NamingGenerator
from sixlane.openapi.nested import NamedType, call_schema_hooks, find_named_types

_structs = lazy_module("sixlane.openapi.structs")

Mode: TypeAlias = Literal["validation", "serialization"]
"""Whether a schema shows a type as it is read or as it is written."""

_texts = attrgetter("title", "description", "deprecated")
_uncompared = attrgetter("examples", "json_schema_extra", "field_title_generator", "discriminator")


class FieldSchemas:
    """The schemas of all fields of one document.

    They are made together, since names of components depend on all of them: two models of one name
    get longer names, and a model that reads otherwise than it writes gets two.

    Attributes:
        components: Name to schema of what the fields' schemas refer to.
    """

    def __init__(self, fields: Sequence[Field], *, separate_input_output: bool) -> None:
        self._separate = separate_input_output
        self._keys: dict[int, Hashable] = {}
        self._schemas: dict[Hashable, dict[str, Any]] = {}
        self.components: dict[str, dict[str, Any]] = {}
        structs = [field for field in fields if contains_struct(field.annotation)]
        others = [field for field in fields if not contains_struct(field.annotation)]
        self._add_pydantic(others)
        members = [member for field in others for member in self._struct_members(field)]
        if structs or members:
            self._add_structs(structs, members)

    def schema_of(self, field: Field, alias: str | None = None) -> dict[str, Any]:
        """Return a field's schema, with a title unless it is a reference.

        Args:
            field: One of the fields that this was made with.
            alias: Name that the title is made of; the field's own if absent.
        """
        schema = self._schemas[self._keys[id(field)]].copy()
        if "$ref" not in schema:
            schema["title"] = field.info.title or title_of(alias or _public_name(field))
        return schema

    def _add_pydantic(self, fields: Sequence[Field]) -> None:
        inputs: dict[Hashable, tuple[Hashable, Mode, CoreSchema]] = {}
        for field in fields:
            key = _comparable(field)
            self._keys[id(field)] = key
            if key not in inputs:
                core_schema = _core_schema(field)
                mode = self._shown_mode(field.mode, field.annotation, core_schema)
                inputs[key] = (key, mode, core_schema)
        inputs |= self._nested_inputs(fields)
        generator = _SchemaGenerator(ref_template=REF_TEMPLATE)
        schemas, components = generator.generate_definitions(list(inputs.values()))
        self._schemas = {key: schema for (key, _), schema in schemas.items()}
        self.components = cast("dict[str, dict[str, Any]]", components)
        for component in self.components.values():
            if "description" in component:
                component["description"] = component["description"].split("\f")[0]

    def _nested_inputs(
        self, fields: Sequence[Field]
    ) -> dict[Hashable, tuple[Hashable, Mode, CoreSchema]]:
        """List the models that other models contain, which the document has in any case."""
        direct = {id(field.annotation) for field in fields}
        met: dict[NamedType, None] = {}
        inputs: dict[Hashable, tuple[Hashable, Mode, CoreSchema]] = {}
        modes: tuple[Mode, Mode] = ("validation", "serialization")
        for mode in modes:
            annotations = [field.annotation for field in fields if field.mode == mode]
            found = find_named_types(annotations)
            met |= found
            for named in found:
                if id(named) in direct:
                    continue
                core_schema = TypeAdapter(named).core_schema
                shown = self._shown_mode(mode, named, core_schema)
                key = ("nested", named, shown)
                inputs[key] = (key, shown, core_schema)
        call_schema_hooks(met)
        return inputs

    def _struct_members(self, field: Field) -> Iterator[tuple[dict[str, Any], Any]]:
        """Go through the members of a body that msgspec validates: schema so far, and type."""
        model = field.annotation
        if field.location != "body" or not is_subclass(model, BaseModel):
            return
        for name, member in model.model_fields.items():
            for marker in member.metadata:
                if isinstance(marker, StructMember):
                    component = self._schemas[self._keys[id(field)]]["$ref"]
                    properties = self.components[component.removeprefix(REF_PREFIX)]["properties"]
                    yield properties[member.alias or name], marker.annotation

    def _add_structs(
        self, fields: Sequence[Field], members: Sequence[tuple[dict[str, Any], Any]]
    ) -> None:
        annotations = [field.annotation for field in fields]
        annotations += [annotation for _, annotation in members]
        schemas, components = _structs.make_struct_schemas(annotations, self.components.keys())
        self.components |= components
        for field, schema in zip(fields, schemas, strict=False):
            default = field.info.default
            self._keys[id(field)] = id(field)
            self._schemas[id(field)] = (
                schema if default is PydanticUndefined else {**schema, "default": default}
            )
        for (shown, _), schema in zip(members, schemas[len(fields) :], strict=True):
            shown.update(schema)
            if "$ref" in schema:
                del shown["title"]

    def _shown_mode(self, mode: Mode, annotation: Any, core_schema: CoreSchema) -> Mode:
        """Decide what to show of a type where documents do not tell reading from writing."""
        separate = self._separate or _computes_fields(annotation, core_schema)
        return mode if separate else "validation"


class _SchemaGenerator(NamingGenerator):
    """Pydantic's generator, with bytes as OpenAPI 3.1 describes them."""

    def encode_default(self, dft: Any) -> Any:
        """Encode a default value; Pydantic builds a serializer for each, even for None."""
        if dft is None or type(dft) in (bool, int, str):
            return dft
        return [] if type(dft) is list and not dft else super().encode_default(dft)

    def bytes_schema(self, schema: Any) -> dict[str, Any]:
        """Describe bytes, which OpenAPI 3.0 called a format."""
        config = self._config
        encoding = config.ser_json_bytes if self.mode == "serialization" else config.val_json_bytes
        described = {"type": "string", "contentMediaType": "application/octet-stream"}
        if encoding == "base64":
            described["contentEncoding"] = "base64"
        self.update_with_validations(described, schema, self.ValidationsMapping.bytes)
        return described


def _public_name(field: Field) -> str:
    info = field.info
    if field.mode == "serialization":
        return info.serialization_alias or info.alias or field.name
    alias = info.validation_alias
    return alias if isinstance(alias, str) and alias else info.alias or field.name


def _core_schema(field: Field) -> CoreSchema:
    """Return what the schema is made of, reusing what validates the field where that is all."""
    info = field.info
    validator = field.validator
    shown = info.default is not PydanticUndefined or _is_any_set(_texts(info) + _uncompared(info))
    if not shown and isinstance(validator, PydanticValidator):
        return validator.adapter.core_schema
    return field.document_adapter.core_schema


def _comparable(field: Field) -> Hashable:
    """Make a key that is equal for fields of equal schemas; most parameters have a few types."""
    info = field.info
    own = id(field)
    if field.config is not None or _is_any_set(_uncompared(info)):
        return own
    default = info.default
    metadata = tuple([(type(item), item) for item in info.metadata])
    shown_type = _comparable_type(info.annotation)
    key = (field.mode, shown_type, metadata, type(default), default, _texts(info))
    try:
        hash(key)
    except TypeError:
        return own
    return key


def _is_any_set(values: tuple[Any, ...]) -> bool:
    return values.count(None) != len(values)


def _comparable_type(annotation: Any) -> Hashable:
    """Spell an annotation out: as they are, unions and literals in another order are equal."""
    if type(annotation) is type:
        return type, annotation
    origin = get_origin(annotation)
    if origin is None:
        return type(annotation), annotation
    return origin, tuple(_comparable_type(argument) for argument in get_args(annotation))


def _computes_fields(annotation: Any, core_schema: Any) -> bool:
    """Tell whether a type has computed fields anywhere, which only exist when it is written."""
    # Dataclasses have them too, without a list of them on the class.
    if core_schema.get("schema", {}).get("computed_fields"):
        return True
    return any(
        issubclass(named, BaseModel) and named.model_computed_fields
        for named in find_named_types([annotation])
    )
