"""Routes inside other routers whose classes decide which requests they take, or how."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

_SCOPE_KEY = "sixlane.included_route"
_compiled: ContextVar[Any] = ContextVar("sixlane.compiled_route", default=None)


class AskedRoute(Protocol):
    """A route that a router declared, or its copy inside another one."""

    original_route: Any

    def matches(self, scope: Scope) -> tuple[Match, Scope]: ...
    def handle(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]: ...


class IncludedRoute(BaseRoute):
    """A route inside other routers, asked through the one that its own router declared.

    What a class keeps on its routes is thereby in one place, wherever they are included. What it
    calls by `super()` finds the copy at the request's place.

    Attributes:
        route: The copy.
    """

    def __init__(self, route: AskedRoute) -> None:
        self.route = route

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Ask the declared route about a request for the path of the copy."""
        around = scope.get(_SCOPE_KEY)
        scope[_SCOPE_KEY] = self.route
        try:
            match, added = self.route.original_route.matches(scope)
        finally:
            scope[_SCOPE_KEY] = around
        return match, {**added, "route": self.route, _SCOPE_KEY: self.route}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the declared route handle a request."""
        await self.route.original_route.handle(scope, receive, send)


def find_copy(route: AskedRoute, scope: Scope) -> Any:
    """Return the copy that a declared route is asked for; itself where it is asked for none."""
    copy = scope.get(_SCOPE_KEY)
    return route if copy is None or copy.original_route is not route else copy


@contextmanager
def compiling(route: AskedRoute) -> Iterator[Any]:
    """Have `find_compiled` find a copy while the declared route makes the handler for it."""
    token = _compiled.set(route)
    try:
        yield route.original_route
    finally:
        _compiled.reset(token)


def find_compiled(route: AskedRoute) -> Any:
    """Return the copy that a declared route makes a handler for; itself where it is none."""
    copy = _compiled.get()
    return route if copy is None or copy.original_route is not route else copy
