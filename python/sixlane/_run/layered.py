"""A planned call behind middleware that the engine applies: what of it goes through Python.

The engine writes the usual answers by itself, with what the middleware adds. All others are given
here, inside the middleware: a request that does not decode, a value that the native encoder
declines, a body that is to be compressed, and an error of the handler.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from sixlane._run.failure import HandlerTables, HandlingApplication, watch_reply
from sixlane._run.planned import (
    PlannedRoute,
    answer_error,
    enter_route,
    render_inside,
    solve_inside,
)

RESUMED_SCOPE_KEY = "sixlane.resumed"
"""Where a request that comes to `resume` has what goes on with it."""


def resume(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
    """Go on with a planned call, inside the middleware: the innermost application."""
    going_on: Callable[..., Awaitable[None]] = scope.pop(RESUMED_SCOPE_KEY)
    return going_on(scope, receive, watch_reply(send))


class LayeredRoute:
    """What a plan of the engine calls where it does not answer by itself.

    Args:
        app: The application.
        route: The planned route.
        stack: The application's middleware around `resume`.
        status: The status of the usual answer.
    """

    __slots__ = ("_app", "_route", "_stack", "_status")

    def __init__(
        self, app: HandlingApplication, route: PlannedRoute, stack: ASGIApp, status: int
    ) -> None:
        self._app = app
        self._route = route
        self._stack = stack
        self._status = status

    def solve(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve a request by the solver, from its raw parts."""
        return self._enter(partial(solve_inside, self._route, self._tables), scope, receive, send)

    def fail(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer for an error that the planned call raised."""
        return self._enter(partial(answer_error, error, self._tables), scope, receive, send)

    def render(self, value: Any, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer with a handler's value that the native encoder declined."""
        going_on = partial(render_inside, self._route, value, self._tables)
        return self._enter(going_on, scope, receive, send)

    def send(self, body: bytes, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer with the JSON of a handler's value."""
        return self._enter(partial(_send_json, self._status, body), scope, receive, send)

    @property
    def _tables(self) -> HandlerTables:
        # Not what the scope holds: an application that the handler has called puts its own there.
        return self._app.failure_handlers.tables

    def _enter(
        self,
        going_on: Callable[..., Awaitable[None]],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> Awaitable[None]:
        enter_route(self._app, self._route, scope)
        scope[RESUMED_SCOPE_KEY] = going_on
        return self._stack(scope, receive, send)


async def _send_json(
    status: int, body: bytes, _scope: Scope, _receive: Receive, send: Send
) -> None:
    length = str(len(body)).encode()
    headers = [(b"content-length", length), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
