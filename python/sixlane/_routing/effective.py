"""A route as it is inside the routers around it."""

from __future__ import annotations

import copy
from typing import Any, cast

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.routing import BaseRoute, Host, Mount, Route, Router, WebSocketRoute, compile_path

from sixlane._routing.inheritance import Inheritance
from sixlane._routing.route import APIRoute
from sixlane._routing.websocket import APIWebSocketRoute
from sixlane.exceptions import FastAPIError


def effective_route(route: BaseRoute, context: Inheritance) -> BaseRoute:
    """Copy a route with the prefix and the options that the routers around it hand down.

    Routes of Starlette take the prefix, the body limit and what is said about forms only.

    Raises:
        FastAPIError: A prefix is to be put before a route of a class that has no path.
    """
    if isinstance(route, APIRoute | APIWebSocketRoute):
        return route.within(context)
    effective: Any = copy.copy(route)
    effective.original_route = route
    effective.form_limits = context.form_limits
    if isinstance(route, Route | WebSocketRoute):
        effective.path = context.prefix + route.path
        _compile_pattern(effective, effective.path)
    elif isinstance(route, Mount):
        effective.path = (context.prefix + route.path).rstrip("/")
        _compile_pattern(effective, effective.path + "/{path:path}")
    elif isinstance(route, Host):
        if context.prefix:
            effective.app = Router(routes=[Mount(context.prefix, app=route.app)])
    elif context.prefix:
        message = (
            f"cannot put the prefix {context.prefix!r} before {route!r}: its class "
            f"{type(route).__qualname__} has no path; include its router without a prefix"
        )
        raise FastAPIError(message)
    if context.max_body_size is not None and hasattr(effective, "app"):
        effective.app = RequestBodyLimitMiddleware(
            effective.app, max_body_size=context.max_body_size
        )
    return cast("BaseRoute", effective)


def _compile_pattern(route: Any, pattern: str) -> None:
    route.path_regex, route.path_format, route.param_convertors = compile_path(pattern)
