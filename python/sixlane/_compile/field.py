"""One value that is validated: a parameter, a body or an answer."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Mapping
from copy import copy, deepcopy
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Literal, TypeAlias, Unpack
from uuid import UUID

from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.warnings import UnsupportedFieldAttributeWarning
from pydantic_core import PydanticUndefined, SchemaError

from sixlane import params
from sixlane._compile.annotation import (
    contains_bytes,
    contains_pydantic_v1,
    find_model,
    is_sequence,
)
from sixlane._compile.checks import Site
from sixlane._compile.form_union import FormUnion, compile_form_union
from sixlane._compile.group import (
    Alias,
    ParameterGroup,
    compile_group,
    find_aliases,
    is_json,
)
from sixlane._compile.protocol import ErrorList, Location, SerializeOptions, Validator
from sixlane._compile.validator import PydanticValidator, make_document_adapter, make_validator
from sixlane._run.judged import take_known
from sixlane._signature import shows_options
from sixlane.exceptions import DeclarationError, PydanticV1NotSupportedError

FieldLocation: TypeAlias = Literal["path", "query", "header", "cookie", "body", "response"]

_IMMUTABLE = (
    *(type(None), bool, int, float, complex, str, bytes, Decimal, UUID, Enum),
    *(dt.date, dt.time, dt.timedelta),
)
"""Types of defaults that need no copy for each request."""


_SERIALIZE_DEFAULTS: SerializeOptions = {
    "by_alias": True,
    "exclude_unset": False,
    "exclude_defaults": False,
    "exclude_none": False,
}


class Field:
    """A value with its names, its type, its default and what validates it.

    Everything a request needs is worked out when the field is made, or at the first use.

    Attributes:
        name: Python name of the parameter.
        location: Where the value comes from, or "response".
        info: The declaration; its annotation is the type, its metadata the constraints.
        mode: Whether the document shows the type as read or as written.
        config: Configuration of the model that the field belongs to, if it belongs to one.
        aliases: Names as validation knows them and as they are on the wire, preferred one first.
        alias: The preferred name on the wire.
        required: Whether there is no default.
        is_sequence: Whether the type is a sequence, or may be one.
        is_json: Whether the value is JSON in one text.
        takes_all: Whether all values of a repeated name are wanted, rather than one.
        is_form: Whether the value comes from a form.
        reads_bytes: Whether an uploaded file is wanted as bytes, or several are.
        group: The parameter model taken apart, where the parameter is one.
        form_union: The union of models taken apart, where a form is validated by one.
        is_judged: Whether planned calls validate the value themselves; see `sixlane._run.judged`.
        form_parts: What is no member of a whole body with form models in it: these models, and
            further declarations of what is a member by another.
    """

    mode: Literal["validation", "serialization"]
    config: Any
    alias: str

    def __init__(
        self,
        field_info: FieldInfo,
        name: str,
        mode: Literal["validation", "serialization"] = "validation",
        config: Any = None,
        *,
        location: FieldLocation | None = None,
    ) -> None:
        self.name = name
        self.location: FieldLocation = location or find_location(field_info)
        self.info = info = field_info
        self.mode = mode
        self.config = config
        self.aliases: tuple[Alias, ...] = find_aliases(name, info, config)
        self.alias = self.aliases[0][1]
        self.required: bool = info.is_required()
        self.is_sequence: bool = is_sequence(info.annotation)
        self.is_json: bool = is_json(info)
        self.is_form: bool = isinstance(info, params.Form)
        self.takes_all: bool = (
            self.is_sequence
            and not self.is_json
            and (self.is_form or self.location in ("query", "header"))
        )
        self.reads_bytes: bool = isinstance(info, params.File) and contains_bytes(info.annotation)
        self._constant_default = info.default_factory is None and isinstance(
            info.default, _IMMUTABLE
        )
        self._validates_default = bool(info.validate_default)
        self.form_parts: tuple[Field, ...] = ()
        self.is_judged = False
        self._validator: Validator | None = None

    def __repr__(self) -> str:
        return f"Field({self.name!r}, {self.location!r}, {self.annotation!r})"

    @property
    def annotation(self) -> Any:
        """The type, without constraints."""
        return self.info.annotation

    @property
    def field_info(self) -> FieldInfo:
        """The declaration, under the name that plug-ins know."""
        return self.info

    @property
    def default(self) -> Any:
        """The default, under the name that plug-ins know; undefined if required."""
        return self.get_default()

    @property
    def validation_alias(self) -> str | None:
        """The name on the wire where it was declared for reading alone."""
        alias = self.info.validation_alias
        return alias if isinstance(alias, str) else None

    @property
    def serialization_alias(self) -> str | None:
        """The name where the value is written, if one was declared."""
        return self.info.serialization_alias or None

    @property
    def is_model_group(self) -> bool:
        """Whether the parameter is a model whose fields are the parameters on the wire."""
        return self.group is not None

    @cached_property
    def group(self) -> ParameterGroup | None:
        is_group = isinstance(self.info, params.Param | params.Form)
        if not is_group or self.is_json:
            return None
        model = find_model(self.annotation)
        if model is None or isinstance(self.info, params.Path):
            return None
        return compile_group(model, self.info)

    @cached_property
    def form_union(self) -> FormUnion | None:
        return compile_form_union(self.info) if self.is_form and not self.is_json else None

    @property
    def is_form_group(self) -> bool:
        """Whether the parameter is a model, or one of several, that takes its part of a form."""
        return self.is_form and (self.group is not None or self.form_union is not None)

    @property
    def may_be_absent(self) -> bool:
        """Whether a form model is left at its default, or refused, where none of its names is."""
        group = self.form_union or self.group
        return group is not None and group.optional

    @cached_property
    def members(self) -> list[Field]:
        """The fields of the parameter model, for the document; none if it is not one."""
        group = self.group
        if group is None:
            return []
        return [
            Field(member.info, member.name, config=member.config, location=self.location)
            for member in group.members
        ]

    @property
    def validator(self) -> Validator:
        """What validates and serializes the value; made at the first use."""
        if self._validator is None:
            info, union = self.info, self.form_union
            annotation = info.annotation if union is None else union.annotation
            self._validator = make_validator(
                annotation, info.metadata, info.discriminator, self.config
            )
        return self._validator

    @cached_property
    def document_adapter(self) -> TypeAdapter[Any]:
        """Pydantic's adapter with everything the document shows: default, title, examples."""
        with warnings.catch_warnings():
            # Pydantic warns of field attributes, such as an alias, on what is not a model's field.
            warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
            info = self.info.asdict()
            return make_document_adapter(
                info["annotation"], info["metadata"], info["attributes"], self.config
            )

    def get_default(self) -> Any:
        """Return the default, a fresh copy if it can be changed; undefined if required."""
        if self._constant_default:
            return self.info.default
        if self.required:
            return PydanticUndefined
        return deepcopy(self.info.get_default(call_default_factory=True))

    def validate_at(self, value: Any, location: Location) -> tuple[Any, ErrorList]:
        """Convert a value, or take the default where the value is undefined.

        Returns:
            The value and no errors, or None and the errors, their "loc" beginning with `location`.
        """
        if value is not PydanticUndefined:
            return self._validate_given(value, location)
        if self.required:
            return None, [missing_error(location)]
        value = self.get_default()
        return self.validator.validate(value, location) if self._validates_default else (value, [])

    def _validate_given(self, value: Any, location: Location) -> tuple[Any, ErrorList]:
        if self.is_judged:
            known = take_known(self)
            if isinstance(known, Exception):
                raise known
            if known is not None:
                value, errors = known
                return value, [{**each, "loc": location + each["loc"]} for each in errors]
        try:
            return self.validator.validate(value, location)
        except SchemaError as error:
            if self.required or "PydanticUseDefault" not in str(error):
                raise
        value = self.get_default()
        return self.validator.validate(value, location) if self._validates_default else (value, [])

    def dump_python(self, value: Any, options: SerializeOptions) -> Any:
        """Turn a validated value into what `json.dumps` takes."""
        return self.validator.dump_python(value, options)

    def dump_json(self, value: Any, options: SerializeOptions) -> bytes:
        """Turn a validated value into JSON."""
        return self.validator.dump_json(value, options)

    def validate(
        self, value: Any, values: Mapping[str, Any] | None = None, *, loc: Location = ()
    ) -> tuple[Any, ErrorList]:
        """Convert a value, as plug-ins do.

        Args:
            value: The value.
            values: Not read: fields do not depend on each other.
            loc: What the errors' "loc" begins with.
        """
        return self.validator.validate(value, loc)

    @shows_options(SerializeOptions, _SERIALIZE_DEFAULTS)
    def serialize(
        self,
        value: Any,
        *,
        mode: Literal["json", "python"] = "json",
        **options: Unpack[SerializeOptions],
    ) -> Any:
        """Turn a validated value into what `json.dumps` takes, as plug-ins do.

        Args:
            value: The value.
            mode: "python" keeps what is no model as it is, where Pydantic has validated it.
            **options: Pydantic's; aliases are written unless `by_alias` says otherwise.
        """
        chosen: SerializeOptions = {**_SERIALIZE_DEFAULTS, **options}
        validator = self.validator
        if mode == "python" and isinstance(validator, PydanticValidator):
            return validator.adapter.dump_python(value, mode="python", **chosen)
        return validator.dump_python(value, chosen)

    @shows_options(SerializeOptions, _SERIALIZE_DEFAULTS)
    def serialize_json(self, value: Any, **options: Unpack[SerializeOptions]) -> bytes:
        """Turn a validated value into JSON, as plug-ins do; options as in `serialize`."""
        return self.validator.dump_json(value, {**_SERIALIZE_DEFAULTS, **options})


def find_location(info: FieldInfo) -> FieldLocation:
    """Tell where the value of a declaration comes from; what declares no parameter is an answer."""
    if isinstance(info, params.Param):
        return (info.in_ or params.ParamTypes.query).value
    return "body" if isinstance(info, params.Body) else "response"


def title_of(name: str) -> str:
    """Make the title that the document gives a name."""
    return name.title().replace("_", " ")


def missing_error(location: Location) -> dict[str, Any]:
    """Make the error for a required value that is not there."""
    return {"type": "missing", "loc": location, "msg": "Field required", "input": None}


def declare_field(site: Site, name: str, location: FieldLocation, info: FieldInfo) -> Field:
    """Make a field and its validator, so that a wrong type is found at start-up.

    Raises:
        PydanticV1NotSupportedError: The type has a model of `pydantic.v1` in it.
        FastAPIError: The type is not one that can be validated.
    """
    annotation = info.annotation
    if contains_pydantic_v1(annotation):
        raise site.error(
            f"pydantic.v1 models are no longer supported: {annotation!r}",
            "derive the model from pydantic.BaseModel",
            PydanticV1NotSupportedError,
        )
    mode: Literal["validation", "serialization"] = (
        "serialization" if location == "response" else "validation"
    )
    field = Field(info, name, mode, location=location)
    try:
        _ = field.validator
    except (PydanticUserError, SchemaError, TypeError) as exc:
        raise _unusable_type(site, field, exc) from exc
    return field


def response_field(site: Site, annotation: Any, name: str) -> Field:
    """Make the field that validates and filters what a handler returns.

    Args:
        site: The handler, for errors.
        annotation: The response model.
        name: Name of the field in the document, such as "Response_read_item_items__get".
    """
    return declare_field(site, name, "response", FieldInfo(annotation=annotation))


def merge_annotated(info: FieldInfo, annotation: Any) -> FieldInfo:
    """Copy a declaration together with everything else that stands in its `Annotated`.

    Later declarations override earlier ones; the result keeps the class and the attributes of
    `info` that Pydantic does not know.
    """
    merged = FieldInfo.from_annotation(annotation)
    result = copy(info)
    for attribute, value in merged.asdict()["attributes"].items():
        setattr(result, attribute, value)
    result.annotation = merged.annotation
    result.metadata = merged.metadata
    result._attributes_set = dict(merged._attributes_set)  # noqa: SLF001 - read when merged again
    return result


def _unusable_type(site: Site, field: Field, exc: Exception) -> Exception:
    annotation = field.annotation
    reason = " ".join(str(exc).split("\n\n")[0].split())
    if not isinstance(exc, PydanticSchemaGenerationError | TypeError):
        what = f"the type {annotation!r} is declared wrongly: {reason}"
        fix = "change the type as Pydantic says"
    elif field.location == "response":
        what = (
            "Invalid args for response field! Hint: check that "
            f"{annotation!r} is a valid Pydantic field type"
        )
        fix = (
            "annotate another type, or turn the model off with the path operation decorator "
            "parameter response_model=None"
        )
    else:
        what = f"the type {annotation!r} cannot be validated: {reason}"
        fix = "annotate a type that Pydantic or msgspec knows, or inject the value with Depends()"
    return site.error(what, fix, DeclarationError)
