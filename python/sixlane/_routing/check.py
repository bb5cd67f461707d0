"""Checks of the whole list of routes, at start-up."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import unwrap
from typing import Any

from starlette.routing import BaseRoute, WebSocketRoute

from sixlane._routing.route import APIRoute
from sixlane.exceptions import DeclarationError


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """Refuse routes that no request could ever reach.

    Raises:
        DeclarationError: A path without its slash, or a WebSocket route.
    """
    for route in routes:
        if isinstance(route, WebSocketRoute):
            message = (
                f"the WebSocket route {route.path!r} is not supported: the engine speaks HTTP only "
                f"as yet. Its handler is {_place(route.endpoint)}; remove it."
            )
            raise DeclarationError(message)
        if isinstance(route, APIRoute) and route.path and not route.path.startswith("/"):
            message = (
                f"the path {route.path!r} does not begin with '/', so that no request matches it. "
                f"Its handler is {_place(route.endpoint)}; write {'/' + route.path!r}."
            )
            raise DeclarationError(message)


def _place(handler: Any) -> str:
    function = unwrap(handler)
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", repr(function))
    return name if code is None else f"{name} in {code.co_filename}, line {code.co_firstlineno}"
