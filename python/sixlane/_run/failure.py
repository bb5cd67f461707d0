"""What happens to an exception on its way out: one place for both entrances.

Two rounds of exception handlers apply to a route: one where the route ran, one around the router,
so that a handler may itself raise an exception that has a handler. What is left becomes the 500
answer and is raised again, for the server to log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from starlette._utils import is_async_callable
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Scope, Send
from starlette.websockets import WebSocket

from sixlane._run.forwarding import TrustedProxies
from sixlane._run.limit_error import find_limit_error
from sixlane._run.send import send_response
from sixlane.exception_handlers import request_validation_exception_handler
from sixlane.exceptions import RequestValidationError

HANDLERS_SCOPE_KEY = "starlette.exception_handlers"
"""Where Starlette's own routes look for handlers: a pair of by-class and by-status mappings."""

ExceptionHandler = Callable[[Any, Any], Any]

HandlerTables = tuple[Mapping[type[Exception], ExceptionHandler], Mapping[int, ExceptionHandler]]
"""Handlers by class and by status code."""


@dataclass(frozen=True, slots=True)
class FailureHandlers:
    """An application's exception handlers, sorted by how they are looked up.

    Attributes:
        by_class: Exception class to handler, looked up along the exception's class hierarchy.
        by_status: Status code to handler; goes before `by_class` for an `HTTPException`.
        server_error: Makes the 500 answer of an exception nobody handled; None for the plain one.
        debug: Whether that answer shows the traceback instead.
        refuses_as_usual: Whether a request that does not fit is answered by nobody's own handler.
        watched_layer: Starlette's middleware for exceptions where a tool has changed what it does,
            to be put around the router: Sentry's notes the user there.
    """

    by_class: dict[type[Exception], ExceptionHandler]
    by_status: dict[int, ExceptionHandler]
    server_error: ExceptionHandler | None
    debug: bool
    refuses_as_usual: bool
    watched_layer: ExceptionMiddleware | None

    @property
    def tables(self) -> HandlerTables:
        """The handlers as a scope holds them."""
        return self.by_class, self.by_status


class HandlingApplication(Protocol):
    """What `handle_failure` needs of an application."""

    root_path: str
    trusted_proxies: TrustedProxies | None
    router: Any

    @property
    def failure_handlers(self) -> FailureHandlers: ...


class ReplySender:
    """A `send` that remembers whether the answer has begun.

    Args:
        send: Where the answer goes.
        started: Whether it has begun already.
    """

    __slots__ = ("_send", "started")

    def __init__(self, send: Send, *, started: bool = False) -> None:
        self._send = send
        self.started = started

    def __call__(self, message: Message) -> Awaitable[None]:
        if message["type"] == "http.response.start":
            self.started = True
        return self._send(message)


class WatchedSend(Protocol):
    """A `send` that tells whether the answer has begun; the engine's own does."""

    @property
    def started(self) -> bool: ...
    def __call__(self, message: Message) -> Awaitable[None]: ...


def watch_reply(send: Send) -> WatchedSend:
    """Wrap `send` unless it is watched already."""
    return cast("WatchedSend", send) if hasattr(send, "started") else ReplySender(send)


def compile_failure_handlers(
    handlers: Mapping[Any, ExceptionHandler], *, debug: bool
) -> FailureHandlers:
    """Sort the handlers a user declared, by class or status code, into their tables.

    Starlette's own middleware does, made as its applications make it: tools that report handled
    exceptions, such as Sentry's, put themselves before the handlers there.
    """
    server_error: ExceptionHandler | None = None
    others: dict[Any, ExceptionHandler] = {}
    for key, handler in handlers.items():
        if key in (500, Exception):
            server_error = handler
        else:
            others[key] = handler
    declared = Middleware(ExceptionMiddleware, handlers=others, debug=debug)
    layer: Any = declared.cls(_no_application, *declared.args, **declared.kwargs)
    by_class: dict[type[Exception], ExceptionHandler] = layer._exception_handlers  # noqa: SLF001
    by_status: dict[int, ExceptionHandler] = layer._status_handlers  # noqa: SLF001
    usual = by_class.get(RequestValidationError) is request_validation_exception_handler
    watched = layer if is_layer_watched(type(layer)) else None
    return FailureHandlers(by_class, by_status, server_error, debug, usual, watched)


def is_layer_watched(layer_class: type[Any] = ExceptionMiddleware) -> bool:
    """Tell whether a tool has wrapped what Starlette's middleware does with a request."""
    return layer_class.__call__.__module__ != ExceptionMiddleware.__module__


async def answer_exception(
    exc: Exception,
    connection: Request | WebSocket,
    send: WatchedSend,
    tables: HandlerTables,
) -> None:
    """Answer with the exception's handler, one round.

    Args:
        exc: What was raised.
        connection: What it was raised for; handlers get it.
        send: Where the answer goes.
        tables: The handlers, as the scope held them before anything was called with it: an
            application puts its own there.

    Raises:
        Exception: `exc` itself where it has no handler, or what the handler raises.
        RuntimeError: The answer has begun already, so that no other can be sent.
    """
    handler = _find_handler(exc, tables)
    if handler is None and isinstance(exc, ExceptionGroup):
        # Middleware that receives in a task group makes one of a body that is too large.
        exc = find_limit_error(exc) or exc
        handler = _find_handler(exc, tables)
    if handler is None:
        raise exc
    if send.started:
        message = "Caught handled exception, but response already started."
        raise RuntimeError(message) from exc
    response = await _call_handler(handler, connection, exc)
    if response is not None:
        await send_response(response, connection.scope, connection.receive, send)
    # An exception instance that is raised again and again would collect tracebacks.
    exc.__traceback__ = None


async def answer_exception_twice(
    exc: Exception,
    connection: Request | WebSocket,
    send: WatchedSend,
    tables: HandlerTables,
) -> None:
    """Answer with the exception's handler, and what that raises with its own: both rounds.

    Raises:
        Exception: What neither round took; see `answer_exception`.
    """
    try:
        await answer_exception(exc, connection, send, tables)
    except Exception as second:  # noqa: BLE001  the second round decides
        await answer_exception(second, connection, send, tables)


async def answer_server_error(
    handlers: FailureHandlers, exc: Exception, scope: Scope, send: WatchedSend
) -> None:
    """Answer 500 unless an answer has begun; the caller raises `exc` again."""
    request = Request(scope)
    if handlers.debug:
        debug_page = ServerErrorMiddleware(_no_application, debug=True).debug_response
        response = await run_in_threadpool(debug_page, request, exc)
    elif handlers.server_error is None:
        response = PlainTextResponse("Internal Server Error", status_code=500)
    else:
        response = await _call_handler(handlers.server_error, request, exc)
    if not send.started:
        await response(scope, _no_receive, send)


async def handle_failure(
    app: HandlingApplication, exc: Exception, request: Request, send: Send
) -> None:
    """Answer an exception that a route's handler or dependencies raised.

    For the engine, which runs a route without the ASGI layers around it: both rounds of handlers,
    then 500.

    Args:
        app: The application, its handlers compiled.
        exc: What was raised, after the exits of dependencies ran.
        request: The request the route worked on; handlers may read its body again.
        send: Where the answer goes, as ASGI messages.

    Raises:
        Exception: What nobody handled, after its 500 answer has been sent.
    """
    sender = watch_reply(send)
    handlers = app.failure_handlers
    request.scope[HANDLERS_SCOPE_KEY] = handlers.tables
    try:
        await answer_exception_twice(exc, request, sender, handlers.tables)
    except Exception as unhandled:
        await answer_server_error(handlers, unhandled, request.scope, sender)
        raise


def find_tables(scope: Scope) -> HandlerTables:
    """Return the handlers that the scope holds; a router that is served alone has none."""
    tables: HandlerTables = scope.get(HANDLERS_SCOPE_KEY, _NO_HANDLERS)
    return tables


_NO_HANDLERS: HandlerTables = ({}, {})


def _find_handler(exc: Exception, tables: HandlerTables) -> ExceptionHandler | None:
    by_class, by_status = tables
    if isinstance(exc, HTTPException):
        handler = by_status.get(exc.status_code)
        if handler is not None:
            return handler
    for cls in type(exc).__mro__:
        if cls in by_class:
            return by_class[cls]
    return None


async def _call_handler(
    handler: ExceptionHandler, connection: Request | WebSocket, exc: Exception
) -> Any:
    if is_async_callable(handler):
        return await handler(connection, exc)
    return await run_in_threadpool(handler, connection, exc)


async def _no_application(scope: Scope, receive: Any, send: Any) -> None:
    """Stand in where Starlette's class wants an application it is not asked to run."""


async def _no_receive() -> Message:
    return {"type": "http.disconnect"}
