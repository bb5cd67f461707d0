"""How a handler that yields becomes an answer in parts, and what it yields."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Generator,
    Iterable,
    Iterator,
)
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_origin

from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)

from sixlane._compile.annotation import is_subclass
from sixlane._compile.callable import CallKind
from sixlane._compile.checks import Site
from sixlane._lazy import lazy_module
from sixlane.datastructures import DefaultPlaceholder
from sixlane.exceptions import DeclarationError
from sixlane.responses import EventSourceResponse, ORJSONResponse, UJSONResponse

if TYPE_CHECKING:
    from sixlane import sse as _sse
else:
    _sse = lazy_module("sixlane.sse")


class StreamFormat(Enum):
    """What is sent for each value that a handler yields."""

    JSON_LINES = "JSON lines"
    """The value as JSON and a line feed."""
    EVENTS = "server-sent events"
    """The value as JSON in an event of its own, or a `ServerSentEvent` as it says."""
    CONTENT = "content"
    """Whatever the response class makes of an iterator; Starlette's sends bytes and text."""


JSON_FORMATS = (StreamFormat.JSON_LINES, StreamFormat.EVENTS)
"""Those that write a value as JSON, so that its type matters."""


@dataclass(frozen=True, slots=True)
class ItemType:
    """What a handler says it yields.

    Attributes:
        validated: The type that values are validated by; None where they say how to write them.
    """

    validated: Any


ITERABLES = (AsyncIterable, AsyncIterator, AsyncGenerator, Iterable, Iterator, Generator)
"""The annotations of a handler that yields."""

_NO_STREAM = (
    Response,
    JSONResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    FileResponse,
    ORJSONResponse,
    UJSONResponse,
)
"""Response classes that cannot send an iterator; a subclass may know how to."""


def find_stream_format(site: Site, kind: CallKind, response_class: Any) -> StreamFormat | None:
    """Tell how a handler's answer is streamed; None where it is sent whole.

    Args:
        site: The handler, for errors.
        kind: How it is called.
        response_class: The route's response class, maybe a default that nobody chose.

    Raises:
        DeclarationError: The handler yields, and the chosen class cannot send that.
    """
    chosen = response_class.value if _is_default(response_class) else response_class
    if is_subclass(chosen, EventSourceResponse):
        return StreamFormat.EVENTS
    if not kind.is_generator:
        return None
    if _is_default(response_class):
        return StreamFormat.JSON_LINES
    if chosen in _NO_STREAM:
        raise site.error(
            f"a handler that yields cannot be answered with {chosen.__name__}",
            "leave out response_class (and default_response_class) to send JSON lines, or name "
            "EventSourceResponse or StreamingResponse",
            DeclarationError,
        )
    return StreamFormat.CONTENT


def find_item_type(returns: Any) -> ItemType | None:
    """Tell the type in a return annotation such as `AsyncIterable[Item]`; None for any other."""
    if get_origin(returns) not in ITERABLES:
        return None
    item = (*get_args(returns), Any)[0]
    if item is None or item is type(None):
        return None
    return ItemType(None if is_subclass(item, _sse.ServerSentEvent) else item)


def _is_default(response_class: Any) -> bool:
    return isinstance(response_class, DefaultPlaceholder)
