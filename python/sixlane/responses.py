"""The answers a handler may return or name as its `response_class`."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from typing_extensions import deprecated

from sixlane._lazy import lazy_module
from sixlane.exceptions import FastAPIDeprecationWarning

__all__ = [
    "EventSourceResponse",
    "FileResponse",
    "HTMLResponse",
    "JSONResponse",
    "ORJSONResponse",
    "PlainTextResponse",
    "RedirectResponse",
    "Response",
    "StreamingResponse",
    "UJSONResponse",
]


orjson: ModuleType = lazy_module("orjson")
ujson: ModuleType = lazy_module("ujson")


class EventSourceResponse(StreamingResponse):
    """Server-sent events, which browsers read with `EventSource`.

    As the `response_class` of a path operation that yields, each value becomes an event; see
    `sixlane.sse`. Made by hand, it sends bytes that are events already.
    """

    media_type = "text/event-stream"


@deprecated(
    "UJSONResponse is deprecated: with a return type or a response model, answers are written as "
    "JSON by Pydantic itself, which is faster.",
    category=FastAPIDeprecationWarning,
    stacklevel=2,
)
class UJSONResponse(JSONResponse):
    """JSON written by the ujson package, which has to be installed."""

    def render(self, content: Any) -> bytes:
        """Write JSON, characters beyond ASCII as they are."""
        text: str = ujson.dumps(content, ensure_ascii=False)
        return text.encode()


@deprecated(
    "ORJSONResponse is deprecated: with a return type or a response model, answers are written as "
    "JSON by Pydantic itself, which is faster.",
    category=FastAPIDeprecationWarning,
    stacklevel=2,
)
class ORJSONResponse(JSONResponse):
    """JSON written by the orjson package, which has to be installed."""

    def render(self, content: Any) -> bytes:
        """Write JSON; numpy arrays and keys that are not strings are understood."""
        option = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
        body: bytes = orjson.dumps(content, option=option)
        return body
