"""A planned call on its way through Python: at the ASGI entrance, and where the engine declines."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sixlane._lazy import lazy_module
from sixlane._run.failure import (
    HANDLERS_SCOPE_KEY,
    HandlingApplication,
    ReplySender,
    WatchedSend,
    answer_exception,
    answer_exception_twice,
    handle_failure,
    watch_reply,
)
from sixlane._run.send import send_response

if TYPE_CHECKING:
    from starlette.convertors import Convertor
    from starlette.routing import Match

    from sixlane._compile.route import CompiledRoute
    from sixlane._run import endpoint as _endpoint
    from sixlane._run import render as _render
else:
    _endpoint = lazy_module("sixlane._run.endpoint")
    _render = lazy_module("sixlane._run.render")


class PlannedRoute(Protocol):
    """What a planned call needs of an `APIRoute`."""

    compiled: CompiledRoute
    endpoint: Callable[..., Any]
    param_convertors: dict[str, Convertor[Any]]
    app: ASGIApp

    def matches(self, scope: Scope) -> tuple[Match, Scope]: ...


class PlannedRequest(Protocol):
    """What `_engine.Planned` offers here; see its stub."""

    plan: Any
    reads_body: bool

    def arguments(self, body: bytes | None, receive: Receive, send: Send) -> list[Any] | None: ...
    def answer(self, value: object) -> tuple[Message, Message] | None: ...


async def serve_planned(
    planned: PlannedRequest, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve a request whose route has a plan, both rounds of exception handlers included.

    Args:
        planned: The route found, with its parameters.
        scope: The request's scope.
        receive: Where the body comes from.
        send: Where the answer goes.

    Raises:
        Exception: What no exception handler took.
    """
    plan = planned.plan
    value = answer = None
    try:
        body = None
        if planned.reads_body:
            body = await _read_body(receive)
            receive = _Replay(body, receive)
        arguments = planned.arguments(body, receive, send)
        if arguments is not None:
            if plan.kind == "thread":
                value = await run_in_threadpool(plan.call, *arguments)
            else:
                value = await plan.call(*arguments)
            answer = planned.answer(value)
    except Exception as error:  # noqa: BLE001  the exception handlers decide
        await _answer_error(error, scope, receive, watch_reply(send))
        return
    if arguments is None:
        await _solve(plan.route, scope, receive, watch_reply(send))
    elif answer is None:
        await _render_value(plan.route, value, scope, receive, watch_reply(send))
    else:
        try:
            for message in answer:
                await send(message)
        except Exception as error:  # noqa: BLE001  the exception handlers decide
            await _answer_error(error, scope, receive, ReplySender(send, started=True))


async def _answer_error(
    error: Exception, scope: Scope, receive: Receive, send: WatchedSend
) -> None:
    await answer_exception_twice(error, Request(scope, receive, send), send)


async def _solve(route: PlannedRoute, scope: Scope, receive: Receive, send: WatchedSend) -> None:
    try:
        await route.app(scope, receive, send)
    except Exception as error:  # noqa: BLE001  the second round of handlers decides
        await answer_exception(error, Request(scope, receive, send), send)


async def _render_value(
    route: PlannedRoute, value: Any, scope: Scope, receive: Receive, send: WatchedSend
) -> None:
    """Answer with a value that the native encoder declined."""
    try:
        await render_value(route, value, Request(scope, receive, send))
    except Exception as error:  # noqa: BLE001  the exception handlers decide
        await _answer_error(error, scope, receive, send)


async def solve_route(
    app: HandlingApplication, route: PlannedRoute, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve a request of the engine by the solver, from its raw parts."""
    enter_route(app, route, scope)
    try:
        await route.app(scope, receive, send)
    except Exception as error:  # noqa: BLE001  the second round of handlers decides
        await handle_failure(app, error, Request(scope, receive, send), send)


def make_request(
    app: HandlingApplication, route: PlannedRoute, scope: Scope, receive: Receive, send: Send
) -> Request:
    """Make the request that a planned call asked for."""
    enter_route(app, route, scope)
    return Request(scope, receive, send)


async def answer_failure(
    app: HandlingApplication,
    route: PlannedRoute,
    error: Exception,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Answer for an error that a planned call raised."""
    enter_route(app, route, scope)
    await handle_failure(app, error, Request(scope, receive, send), send)


async def render_or_fail(
    app: HandlingApplication,
    route: PlannedRoute,
    value: Any,
    scope: Scope,
    receive: Receive,
    send: Send,
) -> None:
    """Answer with a handler's value that the native encoder declined, or for its error."""
    enter_route(app, route, scope)
    request = Request(scope, receive, send)
    try:
        await render_value(route, value, request)
    except Exception as error:  # noqa: BLE001  the exception handlers decide
        await handle_failure(app, error, request, send)


def refuse_value(
    route: PlannedRoute, failure: BaseException, value: Any, scope: Scope
) -> BaseException | None:
    """Make the exception for a value that the response model does not take; see `ReplyPlan`."""
    return _render.refuse_result(route.compiled, failure, Request(scope), value)


async def render_value(route: PlannedRoute, value: Any, request: Request) -> None:
    """Answer with a handler's value as the interpreter does.

    Raises:
        ResponseValidationError: The value does not fit the response model.
    """
    response = _render.render_alone(route.compiled, request, value)
    await send_response(response, request.scope, request.receive, request._send)  # noqa: SLF001


def enter_route(
    app: HandlingApplication, route: PlannedRoute, scope: MutableMapping[str, Any]
) -> None:
    """Put into the scope what the routers would have put there."""
    if "route" in scope:
        return
    if app.trusted_proxies is not None:
        app.trusted_proxies.apply(scope)
    scope["app"] = app
    if app.root_path:
        scope["root_path"] = app.root_path
    handlers = app.failure_handlers
    scope[HANDLERS_SCOPE_KEY] = (handlers.by_class, handlers.by_status)
    scope["router"] = app.router
    scope["route"] = route
    _, added = route.matches(scope)
    scope.update(added)


def import_solver() -> None:
    """Import what serves a request without a plan, or one whose values do not decode."""
    _ = _endpoint.run_route


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    if not message.get("more_body"):
        return _part(message)
    parts = [_part(message)]
    while message.get("more_body"):
        message = await receive()
        parts.append(_part(message))
    return b"".join(parts)


def _part(message: Message) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    body: bytes = message.get("body", b"")
    return body


class _Replay:
    """A `receive` that gives a body once more, and then what the server has."""

    __slots__ = ("_body", "_receive")

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
