"""The parts of the document that have one order: everything outside the paths.

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
from sixlane.openapi.plain import to_plain

_networks = lazy_module("pydantic.networks")

Arrange: TypeAlias = Callable[[Any], Any]
"""Makes a plain copy of a value in its order."""


class ObjectArrangement:
    """Arranges an object: the fields known in the order they were added, then the others."""

    def __init__(self) -> None:
        self._known: dict[str, Arrange] = {}
        self._positions: dict[str, int] = {}

    def add(self, names: str, arrange: Arrange = to_plain) -> Self:
        """Know fields, named in one text, and what arranges their values."""
        for name in names.split():
            self._positions[name] = len(self._positions)
            self._known[name] = arrange
        return self

    def __call__(self, value: Any) -> Any:
        """Make a plain copy in order; a value that is no object is only copied."""
        if type(value) is not dict:
            return to_plain(value)
        known, positions = self._known, self._positions
        end = len(positions)
        return {
            name: known.get(name, to_plain)(value[name])
            for name in sorted(value, key=lambda name: positions.get(name, end))
            if value[name] is not None
        }


def _items(arrange: Arrange) -> Arrange:
    return lambda value: [arrange(item) for item in value] if type(value) is list else value


def _values(arrange: Arrange) -> Arrange:
    return lambda value: (
        {name: arrange(item) for name, item in value.items()}
        if type(value) is dict
        else to_plain(value)
    )


def _number(value: Any) -> Any:
    return float(value) if type(value) in (int, Decimal) else to_plain(value)


def _url(value: Any) -> Any:
    try:
        return str(Url(str(value)))
    except ValueError:
        return to_plain(value)


def _email(value: Any) -> Any:
    if not isinstance(value, str) or find_spec("email_validator") is None:
        return to_plain(value)
    return _networks.validate_email(value)[1]


external_documentation: ObjectArrangement = ObjectArrangement().add("description").add("url", _url)

_contact = ObjectArrangement().add("name").add("url", _url).add("email", _email)
_license = ObjectArrangement().add("name identifier").add("url", _url)
info: ObjectArrangement = (
    ObjectArrangement()
    .add("title summary description termsOfService")
    .add("contact", _contact)
    .add("license", _license)
    .add("version")
)

_variable = ObjectArrangement().add("enum default description")
_server = ObjectArrangement().add("url description").add("variables", _values(_variable))
servers: Arrange = _items(_server)

_tag = ObjectArrangement().add("name description").add("externalDocs", external_documentation)
tags: Arrange = _items(_tag)

schema: ObjectArrangement = ObjectArrangement()
(
    schema.add("$schema $vocabulary $id $anchor $dynamicAnchor $ref $dynamicRef")
    .add("$defs", _values(schema))
    .add("$comment")
    .add("allOf anyOf oneOf", _items(schema))
    .add("not if then else", schema)
    .add("dependentSchemas", _values(schema))
    .add("prefixItems", _items(schema))
    .add("items contains", schema)
    .add("properties patternProperties", _values(schema))
    .add("additionalProperties propertyNames unevaluatedItems unevaluatedProperties", schema)
    .add("type enum const")
    .add("multipleOf maximum exclusiveMaximum minimum exclusiveMinimum", _number)
    .add("maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains")
    .add("maxProperties minProperties required dependentRequired")
    .add("format contentEncoding contentMediaType")
    .add("contentSchema", schema)
    .add("title description default deprecated readOnly writeOnly examples")
    .add("discriminator", ObjectArrangement().add("propertyName mapping"))
    .add("xml", ObjectArrangement().add("name namespace prefix attribute wrapped"))
    .add("externalDocs", external_documentation)
    .add("example")
)
