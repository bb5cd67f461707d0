"""Answers in parts: what a handler yields, sent as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from sixlane._compile.annotation import is_subclass
from sixlane._compile.callable import CallKind
from sixlane._compile.route import CompiledRoute
from sixlane._compile.stream import StreamFormat
from sixlane._run.blocking_items import BlockingItems, close_blocking
from sixlane._run.departure import Departure
from sixlane._run.event_stream import EventStreamResponse
from sixlane._run.exchange import REQUEST_EXITS_SCOPE_KEY
from sixlane._run.extract import Values
from sixlane._run.item_encoder import ItemEncoder
from sixlane._run.items import AsyncItems
from sixlane._run.render import render, response_options
from sixlane._run.solve import SolveState

JSON_LINES_TYPE = "application/jsonl"
"""The media type of one JSON value a line."""


async def open_stream(route: CompiledRoute, state: SolveState, values: Values) -> Response:
    """Make the answer of a handler that yields; the handler runs when the answer is sent.

    It is ended with the request, before the exits of dependencies, whether all it yields was sent
    or its client has left.

    Args:
        route: The route, with a stream format.
        state: The request, solved.
        values: The handler's arguments.
    """
    request = cast("Request", state.connection)
    source = await _call_handler(route, values)
    if isinstance(source, Response):
        return render(route, state, source)
    departure = Departure(request)
    _exits(request).push_async_exit(departure.leave)
    options = response_options(route, state)
    if route.stream is StreamFormat.CONTENT:
        response: Response = route.response_class(_pass_on(route, request, source), **options)
    elif route.stream is StreamFormat.EVENTS:
        response = EventStreamResponse(_encode_items(route, request, source), **options)
    else:
        items = _encode_items(route, request, source)
        response = StreamingResponse(items, media_type=JSON_LINES_TYPE, **options)
    departure.watch(response)
    if state.response is not None:
        response.headers.raw.extend(state.response.headers.raw)
    return response


async def _call_handler(route: CompiledRoute, values: Values) -> Any:
    """Call the handler for what can be iterated; a generator function does nothing yet."""
    kind = route.dependant.kind
    if kind is CallKind.COROUTINE:
        return await route.dependant.call(**values)
    if kind is CallKind.FUNCTION:
        return await run_in_threadpool(route.dependant.call, **values)
    return route.dependant.call(**values)


def _encode_items(
    route: CompiledRoute, request: Request, source: Any
) -> AsyncItems | BlockingItems:
    encoder = ItemEncoder(route, request)
    encode = encoder.event if route.stream is StreamFormat.EVENTS else encoder.line
    items: AsyncItems | BlockingItems
    if isinstance(source, AsyncIterator):
        items = AsyncItems(source, encode)
    else:
        items = BlockingItems(iter(source), encode)
    _exits(request).push_async_callback(items.close)
    return items


def _pass_on(route: CompiledRoute, request: Request, source: Any) -> Any:
    """Give the response class what it iterates; only Starlette's is known not to look at it."""
    if not isinstance(source, AsyncIterator):
        if getattr(route.response_class, "__init__", None) is not StreamingResponse.__init__:
            _exits(request).push_async_callback(close_blocking, source)
            return source
        made = BlockingItems(iter(source), _keep)
        _exits(request).push_async_callback(made.close)
        return made
    items = AsyncItems(source, _keep)
    _exits(request).push_async_callback(items.close)
    return items if is_subclass(route.response_class, StreamingResponse) else source


def _keep(item: Any) -> Any:
    return item


def _exits(request: Request) -> AsyncExitStack:
    exits: AsyncExitStack = request.scope[REQUEST_EXITS_SCOPE_KEY]
    return exits
