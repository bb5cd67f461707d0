"""The ASGI entrance: a request's way from the server to its route."""

from __future__ import annotations

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from starlette._utils import get_route_path
from starlette.datastructures import URL
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from sixlane._lazy import lazy_module
from sixlane._observable import OPENTELEMETRY
from sixlane._run.body_limit import answer_limit_around
from sixlane._run.failure import (
    HANDLERS_SCOPE_KEY,
    FailureHandlers,
    WatchedSend,
    answer_exception,
    answer_server_error,
    watch_reply,
)
from sixlane._run.observation import OBSERVATION_SCOPE_KEY

if TYPE_CHECKING:
    from sixlane._compile.table import RouteTable
    from sixlane._run import planned as _planned
    from sixlane.telemetry._asgi import NativeTelemetry
else:
    _planned = lazy_module("sixlane._run.planned")


class TableRouter(Protocol):
    """What the entrance needs of a router."""

    redirect_slashes: bool
    default: ASGIApp

    def compiled_table(self) -> RouteTable: ...


async def route_request(router: TableRouter, scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a request to the route that takes it, or to what answers where there is none."""
    table = router.compiled_table()
    selection = table.select(scope)
    if selection is not None:
        scope["route"] = selection.route
        scope.update(selection.scope)
        if scope.get(OBSERVATION_SCOPE_KEY) is not None:
            scope[OBSERVATION_SCOPE_KEY].enter_route(scope["route"])
        await selection.route.handle(scope, receive, send)
        return
    answer = _find_answer(router, table, scope)
    await answer(scope, receive, send)


def _find_answer(router: TableRouter, table: RouteTable, scope: Scope) -> ASGIApp:
    """Choose what answers where no route does: a redirect, a front end, or 404."""
    redirect = _find_slash_redirect(router, table, scope)
    if redirect is not None:
        return redirect
    frontend = table.select_frontend(scope)
    if frontend is None:
        return router.default
    if scope.get(OBSERVATION_SCOPE_KEY) is not None:
        scope[OBSERVATION_SCOPE_KEY].enter_route(frontend)
    return frontend.handle


def _find_slash_redirect(
    router: TableRouter, table: RouteTable, scope: Scope
) -> RedirectResponse | None:
    """Answer 307 where the path with one slash more, or without those at its end, has a route."""
    path = get_route_path(scope)
    if scope["type"] != "http" or not router.redirect_slashes or path == "/":
        return None
    target = dict(scope)
    ends_in_slash = path.endswith("/")
    target["path"] = scope["path"].rstrip("/") if ends_in_slash else scope["path"] + "/"
    selection = table.select(target)
    if selection is None:
        return None
    if scope.get(OBSERVATION_SCOPE_KEY) is not None:
        scope[OBSERVATION_SCOPE_KEY].enter_route(selection.route)
    return RedirectResponse(url=str(URL(scope=target)))


class PlanFinder(Protocol):
    """What the entrance needs of the compiled routes."""

    def select(self, scope: Scope) -> Any: ...


class PlannedApplication(Protocol):
    """What the entrances need of an application."""

    router: Any
    root_path: str
    middleware_stack: ASGIApp | None

    @property
    def native_telemetry(self) -> NativeTelemetry: ...
    def observes(self, scope: Scope) -> bool: ...
    def run_lifespan(
        self, router: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]: ...
    def planned_routes(self) -> PlanFinder: ...
    def build_middleware_stack(self) -> ASGIApp: ...


def _mark_coroutine_function(function: Callable[..., Any]) -> None:
    """Have a function that returns a coroutine pass for one that is written with `async def`.

    Middleware that supports ASGI 2 too, OpenTelemetry's and Sentry's for two, tells by this which
    version an application is.
    """
    if sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(function)
    else:
        # Until 3.12 the mark that libraries put on functions had no public way.
        marker = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]  # noqa: SLF001
        function._is_coroutine = marker  # type: ignore[attr-defined]  # noqa: SLF001


class InnerEntrance:
    """The innermost application: what has a plan is served by it, all else by the router.

    An exception gets one round of handlers here, inside the user's middleware, as Starlette's
    exception middleware gives it.
    """

    def __init__(self, app: PlannedApplication, handlers: FailureHandlers) -> None:
        self._app = app
        self._router: ASGIApp = app.router
        self._handler_tables = handlers.tables
        # Bound once: a read through the lazy module costs more than serving the request.
        self._serve_planned = _planned.serve_planned

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Return what serves the request: a coroutine of this object's own would be one more."""
        kind = scope["type"]
        if kind not in ("http", "websocket"):
            return self._app.run_lifespan(self._router, scope, receive, send)
        scope[HANDLERS_SCOPE_KEY] = self._handler_tables
        if kind == "websocket":
            return self._serve_routed(scope, receive, send)
        planned = self._app.planned_routes().select(scope)
        if planned is None:
            return self._serve_routed(scope, receive, send)
        # As the router itself does: a mounted application leaves the outer one in its place.
        scope.setdefault("router", self._router)
        return self._serve_planned(planned, self._handler_tables, scope, receive, send)

    async def _serve_routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        sender = watch_reply(send)
        try:
            await self._router(scope, receive, sender)
        except Exception as exc:  # noqa: BLE001  the handlers decide
            connection_class = Request if scope["type"] == "http" else WebSocket
            connection = connection_class(scope, receive, sender)
            await answer_exception(exc, connection, sender, self._handler_tables)


_mark_coroutine_function(InnerEntrance.__call__)


def inner_application(app: PlannedApplication, handlers: FailureHandlers) -> ASGIApp:
    """Make what lies inside the user's middleware."""
    inner = InnerEntrance(app, handlers)
    if handlers.watched_layer is None:
        return inner
    handlers.watched_layer.app = inner
    return handlers.watched_layer


class OuterEntrance(ServerErrorMiddleware):
    """The outermost application: what nobody handled becomes the 500 answer and is raised again.

    Tools that instrument applications look for Starlette's class here, with its attributes.
    """

    def __init__(self, app: ASGIApp, handlers: FailureHandlers) -> None:
        super().__init__(app, handlers.server_error, handlers.debug)
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sender = watch_reply(send)
        try:
            await self.app(scope, receive, sender)
        except Exception as unhandled:
            if await answer_limit_around(unhandled, scope, receive, sender):
                return
            await self.answer(unhandled, scope, sender)
            raise

    async def answer(self, unhandled: Exception, scope: Scope, send: WatchedSend) -> None:
        """Answer 500 unless an answer has begun; the caller raises the exception again."""
        if scope.get(OBSERVATION_SCOPE_KEY) is not None:
            scope[OBSERVATION_SCOPE_KEY].note_failure(unhandled)
        await answer_server_error(self._handlers, unhandled, scope, send)


class EngineEntrance:
    """The application as the engine calls it: `Sixlane.__call__` and `OuterEntrance` in one.

    For requests and WebSocket connections alone, and applications that have the first of them
    unchanged. Each coroutine on the way to a handler costs a request a part of a microsecond, and
    the engine's `send` tells by itself whether the answer has begun.
    """

    def __init__(self, app: PlannedApplication) -> None:
        self._app = app

    async def serve(self, scope: Scope, receive: Receive, send: WatchedSend) -> None:
        """Serve one request or WebSocket connection."""
        app = self._app
        scope["app"] = app
        if app.root_path:
            scope["root_path"] = app.root_path
        stack = app.middleware_stack
        if stack is None:
            stack = app.middleware_stack = app.build_middleware_stack()
        if OPENTELEMETRY in sys.modules and app.observes(scope):
            await app.native_telemetry.serve(stack, scope, receive, send)
            return
        if type(stack) is not OuterEntrance:
            await stack(scope, receive, send)
            return
        try:
            await stack.app(scope, receive, send)
        except Exception as unhandled:
            if scope["type"] == "http":
                await stack.answer(unhandled, scope, send)
            raise
