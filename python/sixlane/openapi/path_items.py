"""The order of the keys of path items.

FastAPI reads a path item into models too, and keeps it as it is where Pydantic would have to
convert a value: then keys stay in the order in which they were added, else they take that of the
models. Of what FastAPI writes itself, parameters alone have such a value, the word that says where
they are. The same holds again for each answer of an operation.
"""

from __future__ import annotations

from typing import Any

from sixlane.openapi.arrangement import (
    Arrange,
    MisfitError,
    ObjectArrangement,
    flag,
    items,
    schema,
    text,
    tolerant,
    values,
)
from sixlane.openapi.plain import to_plain


def _reference(value: Any) -> Any:
    if type(value) is not dict or type(value.get("$ref")) is not str:
        raise MisfitError
    return {"$ref": value["$ref"]}


def _convert(value: Any) -> Any:
    """Refuse any value: FastAPI's model has one of another type made of it."""
    raise MisfitError


_example = (
    ObjectArrangement().add("summary description", text).add("value").add("externalValue", _convert)
)
_examples = values(_example)

_header = ObjectArrangement()
_encoding = (
    ObjectArrangement()
    .add("contentType", text)
    .add("headers", values(_header))
    .add("style", text)
    .add("explode allowReserved", flag)
)
_media_type = (
    ObjectArrangement()
    .add("schema", schema)
    .add("example")
    .add("examples", _examples)
    .add("encoding", values(_encoding))
)
_content = values(_media_type)
(
    _header.add("description", text)
    .add("required deprecated", flag)
    .add("style", text)
    .add("explode allowReserved", flag)
    .add("schema", schema)
    .add("example")
    .add("examples", _examples)
    .add("content", _content)
)

_request_body = (
    ObjectArrangement()
    .add("description", text)
    .add("content", _content)
    .add("required", flag)
    .require("content")
)


def _body_or_reference(value: Any) -> Any:
    """Arrange a request body; of a reference nothing else is kept."""
    is_body = type(value) is dict and value.get("content") is not None
    return _request_body(value) if is_body else _reference(value)


_variable = (
    ObjectArrangement().add("enum", items(text)).add("default description", text).require("default")
)
_server = (
    ObjectArrangement()
    .add("url description", text)
    .add("variables", values(_variable))
    .require("url")
)
_link = (
    ObjectArrangement()
    .add("operationRef operationId", text)
    .add("parameters", values(to_plain))
    .add("requestBody")
    .add("description", text)
    .add("server", _server)
)
_response = (
    ObjectArrangement()
    .add("description", text)
    .add("headers", values(_header))
    .add("content", _content)
    .add("links", values(_link))
    .require("description")
)

_path_item = ObjectArrangement()
_operation = (
    ObjectArrangement()
    .add("tags", items(text))
    .add("summary description", text)
    .add("externalDocs", _convert)
    .add("operationId", text)
    .add("parameters", items(_reference))
    .add("requestBody", _body_or_reference)
    .add("responses", values(tolerant(_response)))
    .add("callbacks", values(values(_path_item)))
    .add("deprecated", flag)
    .add("security", items(values(items(text))))
    .add("servers", items(_server))
)
(
    _path_item.add("$ref summary description", text)
    .add("get put post delete options head patch trace", _operation)
    .add("servers", items(_server))
    .add("parameters", items(_reference))
)

path_item: Arrange = tolerant(_path_item)
"""Arranges a path item, or copies it where it is not of the models' types."""
