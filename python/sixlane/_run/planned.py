"""A planned call on its way through Python: at the ASGI entrance, and where the engine declines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from starlette._utils import get_route_path
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sixlane._lazy import lazy_module
from sixlane._run.failure import (
    HANDLERS_SCOPE_KEY,
    HandlerTables,
    HandlingApplication,
    ReplySender,
    WatchedSend,
    answer_exception,
    answer_exception_twice,
    handle_failure,
    watch_reply,
)
from sixlane._run.judged import JudgedError, LateRefusalError, knowing
from sixlane._run.receive import Replay, receive_whole
from sixlane._run.send import send_response
from sixlane._run.served_request import Request as ServedRequest

if TYPE_CHECKING:
    from re import Pattern

    from starlette.convertors import Convertor

    from sixlane._compile.route import CompiledRoute
    from sixlane._run import direct as _direct
    from sixlane._run import endpoint as _endpoint
    from sixlane._run import render as _render
else:
    _direct = lazy_module("sixlane._run.direct")
    _endpoint = lazy_module("sixlane._run.endpoint")
    _render = lazy_module("sixlane._run.render")

_FILES_SCOPE_KEY = "sixlane.files"
"""Where the engine puts the files of a call that is answered for here."""


class PlannedRoute(Protocol):
    """What a planned call needs of an `APIRoute`."""

    compiled: CompiledRoute
    endpoint: Callable[..., Any]
    param_convertors: dict[str, Convertor[Any]]
    app: ASGIApp
    form_limits: Mapping[str, Any]
    max_body_size: int | None

    @property
    def path_regex(self) -> Pattern[str]: ...


class PlannedRequest(Protocol):
    """What `_engine.Planned` offers here; see its stub."""

    plan: Any
    reads_body: bool

    def arguments(self, body: bytes | None, receive: Receive, send: Send) -> list[Any] | None: ...
    def answer(self, value: object) -> tuple[Message, Message] | None: ...


async def serve_planned(
    planned: PlannedRequest, tables: HandlerTables, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve a request whose route has a plan, both rounds of exception handlers included.

    Args:
        planned: The route found, with its parameters.
        tables: The application's exception handlers.
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
            body = await receive_whole(receive)
            receive = Replay(body, receive)
        arguments = planned.arguments(body, receive, send)
        if arguments is not None:
            if plan.kind == "thread":
                value = await run_in_threadpool(plan.call, *arguments)
            else:
                value = await plan.call(*arguments)
            answer = planned.answer(value)
    except Exception as error:  # noqa: BLE001  the exception handlers decide
        await answer_error(error, tables, scope, receive, watch_reply(send))
        return
    if arguments is None:
        await solve_inside(plan.route, tables, scope, receive, watch_reply(send))
    elif answer is None:
        await render_inside(plan.route, value, tables, scope, receive, watch_reply(send))
    else:
        try:
            for message in answer:
                await send(message)
        except Exception as error:  # noqa: BLE001  the exception handlers decide
            await answer_error(error, tables, scope, receive, ReplySender(send, started=True))


async def answer_error(
    error: Exception, tables: HandlerTables, scope: Scope, receive: Receive, send: WatchedSend
) -> None:
    """Answer for an error of a planned call, inside the user's middleware: both rounds."""
    if isinstance(error, JudgedError):
        with knowing(error):
            await solve_inside(error.route, tables, scope, receive, send)
        return
    request = Request(scope, receive, send)
    if isinstance(error, LateRefusalError):
        error = error.tell(request)
    await answer_exception_twice(error, request, send, tables)


async def solve_inside(
    route: PlannedRoute, tables: HandlerTables, scope: Scope, receive: Receive, send: WatchedSend
) -> None:
    """Serve a request of a planned route by the solver, inside the user's middleware."""
    try:
        await _serve_route(route, scope, receive, send)
    except Exception as error:  # noqa: BLE001  the second round of handlers decides
        await answer_exception(error, Request(scope, receive, send), send, tables)


@cache
def _find_direct() -> tuple[Callable[..., bool], Callable[..., Awaitable[None]]]:
    """Find what serves directly, once: reading it from a lazy module costs more than calling it."""
    return _direct.goes_directly, _direct.serve_directly


def _serve_route(
    route: PlannedRoute, scope: Scope, receive: Receive, send: Send
) -> Awaitable[None]:
    goes_directly, serve_directly = _find_direct()
    if goes_directly(route, scope):
        return serve_directly(route, scope, receive, send)
    return route.app(scope, receive, send)


async def render_inside(
    route: PlannedRoute,
    value: Any,
    tables: HandlerTables,
    scope: Scope,
    receive: Receive,
    send: WatchedSend,
) -> None:
    """Answer with a value that the native encoder declined, inside the user's middleware."""
    request = Request(scope, receive, send)
    try:
        await render_value(route, value, request)
    except Exception as error:  # noqa: BLE001  the exception handlers decide
        await answer_exception_twice(error, request, send, tables)


async def solve_route(
    app: HandlingApplication, route: PlannedRoute, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve a request of the engine by the solver, from its raw parts."""
    enter_route(app, route, scope)
    try:
        await _serve_route(route, scope, receive, send)
    except Exception as error:  # noqa: BLE001  the second round of handlers decides
        await handle_failure(app, error, Request(scope, receive, send), send)


def make_request(
    app: HandlingApplication, route: PlannedRoute, scope: Scope, receive: Receive, send: Send
) -> Request:
    """Make the request that a planned call asked for."""
    enter_route(app, route, scope)
    return ServedRequest(scope, receive, send)


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
    try:
        if isinstance(error, JudgedError):
            with knowing(error):
                await solve_route(app, route, scope, receive, send)
            return
        request = Request(scope, receive, send)
        if isinstance(error, LateRefusalError):
            error = error.tell(request)
        await handle_failure(app, error, request, send)
    finally:
        _close_files(scope)


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
    finally:
        _close_files(scope)


def _close_files(scope: MutableMapping[str, Any]) -> None:
    for upload in scope.pop(_FILES_SCOPE_KEY, ()):
        upload.file.close()


def refuse_value(
    route: PlannedRoute, failure: BaseException, value: Any, scope: Scope
) -> BaseException | bytes | None:
    """Decide about a value that the response model does not take or write; see `ReplyPlan`."""
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
    scope["app"] = app
    if app.root_path:
        scope["root_path"] = app.root_path
    scope[HANDLERS_SCOPE_KEY] = app.failure_handlers.tables
    scope["router"] = app.router
    scope["route"] = route
    scope["endpoint"] = route.endpoint
    scope["path_params"] = _read_path(route, scope) if route.param_convertors else {}


def _read_path(route: PlannedRoute, scope: MutableMapping[str, Any]) -> dict[str, Any]:
    """Convert the parameters of a path that the engine has matched."""
    match = route.path_regex.match(get_route_path(scope))
    if match is None:
        return {}
    convertors = route.param_convertors
    return {name: convertors[name].convert(text) for name, text in match.groupdict().items()}


def import_solver() -> None:
    """Import what serves a request without a plan, or one whose values do not decode."""
    _ = _find_direct(), _endpoint.run_route
