"""The order of the document's keys, outside the paths; for those see `path_items`.

FastAPI reads these parts into models of the specification's objects and writes them back, which
puts known fields first, in the specification's order, and makes limits floating point numbers and
URLs normal. The same is done here on plain values, many times faster.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from importlib.util import find_spec
from typing import Any, Self, TypeAlias

from pydantic_core import Url

from sixlane._lazy import lazy_module
from sixlane.openapi.plain import is_nothing, to_plain

_networks = lazy_module("pydantic.networks")

Arrange: TypeAlias = Callable[[Any], Any]
"""Makes a plain copy of a value in its order."""


class MisfitError(ValueError):
    """A value is not one that the model of its object takes."""


class ObjectArrangement:
    """Arranges an object: the fields known in the order they were added, then the others."""

    def __init__(self) -> None:
        self._known: dict[str, Arrange] = {}
        self._positions: dict[str, int] = {}
        self._required: tuple[str, ...] = ()

    def add(self, names: str, arrange: Arrange = to_plain) -> Self:
        """Know fields, named in one text, and what arranges their values."""
        for name in names.split():
            self._positions[name] = len(self._positions)
            self._known[name] = arrange
        return self

    def require(self, names: str) -> Self:
        """Take no object without these fields, named in one text."""
        self._required = (*self._required, *names.split())
        return self

    def __call__(self, value: Any) -> Any:
        """Make a plain copy in order.

        Raises:
            MisfitError: It is no object, or a field is not as what arranges it needs it.
        """
        if type(value) is not dict or not all(
            value.get(name) is not None for name in self._required
        ):
            raise MisfitError
        known, positions = self._known, self._positions
        end = len(positions)
        return {
            name: known.get(name, to_plain)(value[name])
            for name in sorted(value, key=lambda name: positions.get(name, end))
            if not is_nothing(value[name])
        }


def items(arrange: Arrange) -> Arrange:
    """Make what arranges a list."""

    def arrange_items(value: Any) -> Any:
        if type(value) is not list:
            raise MisfitError
        return [arrange(item) for item in value]

    return arrange_items


def values(arrange: Arrange) -> Arrange:
    """Make what arranges an object whose names are the user's."""

    def arrange_values(value: Any) -> Any:
        if type(value) is not dict:
            raise MisfitError
        arranged = {text(name): arrange(item) for name, item in value.items()}
        return {name: item for name, item in arranged.items() if item is not None}

    return arrange_values


def tolerant(arrange: Arrange) -> Arrange:
    """Make what leaves a value as it is where it does not fit."""

    def arrange_or_copy(value: Any) -> Any:
        try:
            return arrange(value)
        except MisfitError:
            return to_plain(value)

    return arrange_or_copy


def text(value: Any) -> Any:
    """Take texts, members of an enum of texts among them."""
    if type(value) is str:
        return value
    if isinstance(value, str):
        return to_plain(value)
    raise MisfitError


def flag(value: Any) -> Any:
    """Take true and false."""
    if type(value) is not bool:
        raise MisfitError
    return value


def _count(value: Any) -> Any:
    if type(value) is not int or value < 0:
        raise MisfitError
    return value


def _number(value: Any) -> Any:
    if type(value) not in (int, float, Decimal):
        raise MisfitError
    return float(value)


def _url(value: Any) -> Any:
    try:
        return str(Url(str(value)))
    except ValueError:
        return to_plain(value)


def _strict_url(value: Any) -> Any:
    try:
        return str(Url(text(value)))
    except ValueError:
        raise MisfitError from None


def _email(value: Any) -> Any:
    if find_spec("email_validator") is None:
        return text(value)
    try:
        return _networks.validate_email(text(value))[1]
    except ValueError:
        raise MisfitError from None


def _choices(value: Any) -> Any:
    if not value:
        raise MisfitError
    return items(text)(value)


external_documentation: Arrange = tolerant(ObjectArrangement().add("description").add("url", _url))

_documentation = ObjectArrangement().require("url").add("description", text).add("url", _strict_url)
_contact = ObjectArrangement().add("name", text).add("url", _strict_url).add("email", _email)
_license = ObjectArrangement().require("name").add("name identifier", text).add("url", _strict_url)
_info = (
    ObjectArrangement()
    .add("title summary description termsOfService", text)
    .add("contact", _contact)
    .add("license", _license)
    .add("version", text)
)
_variable = ObjectArrangement().require("default")
_variable.add("enum", _choices).add("default description", text)
_server = ObjectArrangement().require("url").add("url description", text)
_server.add("variables", values(_variable))
_tag = ObjectArrangement().require("name").add("name description", text)
_tag.add("externalDocs", _documentation)

head: ObjectArrangement = (
    ObjectArrangement()
    .add("openapi", text)
    .add("info", _info)
    .add("servers", items(_server))
    .add("tags", items(_tag))
    .add("externalDocs", _documentation)
)
"""What an application says about itself. Here FastAPI takes nothing that does not fit."""

_SCHEMA_TYPES = frozenset(("array", "boolean", "integer", "null", "number", "object", "string"))


def _schema_type(value: Any) -> Any:
    for name in value if type(value) is list else (value,):
        if type(name) is not str or name not in _SCHEMA_TYPES:
            raise MisfitError
    return to_plain(value)


schema: ObjectArrangement = ObjectArrangement()


def _schema_or_flag(value: Any) -> Any:
    return value if type(value) is bool else schema(value)


(
    schema.add("$schema $vocabulary $id $anchor $dynamicAnchor $ref $dynamicRef", text)
    .add("$defs", values(_schema_or_flag))
    .add("$comment", text)
    .add("allOf anyOf oneOf", items(_schema_or_flag))
    .add("not if then else", _schema_or_flag)
    .add("dependentSchemas", values(_schema_or_flag))
    .add("prefixItems", items(_schema_or_flag))
    .add("items contains", _schema_or_flag)
    .add("properties patternProperties", values(_schema_or_flag))
    .add("additionalProperties propertyNames", _schema_or_flag)
    .add("unevaluatedItems unevaluatedProperties", _schema_or_flag)
    .add("type", _schema_type)
    .add("enum", items(to_plain))
    .add("const")
    .add("multipleOf maximum exclusiveMaximum minimum exclusiveMinimum", _number)
    .add("maxLength minLength", _count)
    .add("pattern", text)
    .add("maxItems minItems", _count)
    .add("uniqueItems", flag)
    .add("maxContains minContains maxProperties minProperties", _count)
    .add("required", items(text))
    .add("dependentRequired")
    .add("format contentEncoding contentMediaType", text)
    .add("contentSchema", _schema_or_flag)
    .add("title description", text)
    .add("default")
    .add("deprecated readOnly writeOnly", flag)
    .add("examples", items(to_plain))
    .add("discriminator", ObjectArrangement().add("propertyName", text).add("mapping"))
    .add("xml", ObjectArrangement().add("name namespace prefix attribute wrapped"))
    .add("externalDocs", external_documentation)
    .add("example")
)

component: Arrange = tolerant(schema)
