"""The bytes of the values that a stream is made of."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request

from sixlane._compile.route import CompiledRoute
from sixlane._engine import dump_stream_item
from sixlane._run.escaped_json import encode_untyped, serialize_json
from sixlane.exceptions import ResponseValidationError
from sixlane.sse import ServerSentEvent, format_sse_event

_finite_json = json.JSONEncoder(allow_nan=False).encode


class ItemEncoder:
    """Writes what the handler of one request yields.

    Args:
        route: The route; its `item_field` validates and filters each value.
        request: The request, for errors.
    """

    __slots__ = ("_field", "_options", "_request", "_route")

    def __init__(self, route: CompiledRoute, request: Request) -> None:
        self._route = route
        self._request = request
        self._field = route.item_field
        self._options = route.serialize_options

    def line(self, item: Any) -> bytes:
        """Write a value as a line of JSON.

        Raises:
            ResponseValidationError: It does not fit the type that the handler says it yields.
        """
        return self._json(item) + b"\n"

    def event(self, item: Any) -> bytes:
        """Write a value as a server-sent event; see `line`."""
        if isinstance(item, ServerSentEvent):
            return _format_event(item)
        data = self._json(item)
        if b"\n" in data or b"\r" in data:  # JSON that somebody has laid out already
            return format_sse_event(data_str=data.decode())
        return b"data: " + data + b"\n\n"

    def _json(self, item: Any) -> bytes:
        field = self._field
        if field is None:
            return _dump_any(item)
        value, errors = field.validate_at(item, ("response",))
        if errors:
            context = self._route.endpoint_context(self._request)
            raise ResponseValidationError(errors, body=item, endpoint_ctx=context)
        return serialize_json(field, value, self._options)


def _format_event(event: ServerSentEvent) -> bytes:
    data = event.raw_data
    if event.data is not None:
        data = _dump_model(event.data) if isinstance(event.data, BaseModel) else _dump(event.data)
    return format_sse_event(
        data_str=data, event=event.event, id=event.id, retry=event.retry, comment=event.comment
    )


def _dump_model(model: BaseModel) -> str:
    try:
        return model.model_dump_json()
    except ValueError:
        # A lone surrogate; as for other values, it is written as an escape.
        return _dump(model)


def _dump(value: Any) -> str:
    return _dump_any(value).decode()


def _dump_any(value: Any) -> bytes:
    """Write a value of any type as JSON; numbers that JSON does not have become null."""
    written = dump_stream_item(value)
    if written is not None:
        return written
    value = encode_untyped(value)
    try:
        return _finite_json(value).encode()
    except ValueError:
        # Keys may be such numbers too; those are written by their names.
        return json.dumps(_replace_non_finite(value)).encode()


def _replace_non_finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _replace_non_finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_non_finite(each) for each in value]
    return value
