"""The WebSocket path operation."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import cached_property
from re import Pattern
from typing import TYPE_CHECKING, Any, Self

from starlette.routing import WebSocketRoute, compile_path, get_name

from sixlane._lazy import lazy_module
from sixlane._routing.inheritance import Inheritance
from sixlane._routing.pattern import parse_pattern

if TYPE_CHECKING:
    from starlette.convertors import Convertor
    from starlette.types import ASGIApp

    from sixlane._compile import websocket as _compile
    from sixlane._compile.dependant import Dependant
    from sixlane._compile.websocket import CompiledWebSocketRoute
    from sixlane._run import websocket as _run
    from sixlane.params import Depends
else:
    _compile = lazy_module("sixlane._compile.websocket")
    _run = lazy_module("sixlane._run.websocket")


class APIWebSocketRoute(WebSocketRoute):
    """A WebSocket path operation: a handler, and what it is given of the handshake.

    Args:
        path: Begins with "/"; "{name}" or "{name:convertor}" is a path parameter.
        endpoint: The handler, a coroutine function. It accepts the connection itself.
        name: Name for `url_path_for`; the handler's if absent.
        dependencies: Dependencies whose results nobody reads; they run first, in order.
        dependency_overrides_provider: The application, or what else holds `dependency_overrides`.

    Attributes:
        dependencies: Those of the routers around the route included.
        path_format: The path without convertors.
        compiled: The handler with all it needs, for the solver.
        original_route: The route as its own router declared it; itself unless that was included.

    Raises:
        DeclarationError: The handler, a dependency or a parameter is declared wrongly.
        TypeError: The handler cannot be called.
    """

    compiled: CompiledWebSocketRoute
    path_format: str
    param_convertors: dict[str, Convertor[Any]]
    original_route: APIWebSocketRoute

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        name: str | None = None,
        dependencies: Sequence[Depends] | None = None,
        dependency_overrides_provider: Any = None,
    ) -> None:
        if not callable(endpoint):
            message = f"the handler of path {path!r} must be callable, not {endpoint!r}"
            raise TypeError(message)
        self.endpoint = endpoint
        self.name: str = get_name(endpoint) if name is None else name
        self.dependencies: list[Depends] = list(dependencies or ())
        self.dependency_overrides_provider = dependency_overrides_provider
        self.original_route = self
        self.compile_at(path)

    # Starlette declares both as attributes that are there from the start.
    @cached_property
    def path_regex(self) -> Pattern[str]:  # type: ignore[override]
        """The path as a regular expression, made when the first WebSocket is matched."""
        return compile_path(self.path)[0]

    @cached_property
    def app(self) -> ASGIApp:  # type: ignore[override]
        """The route as an ASGI application, which solves each handshake."""
        return _run.websocket_application(self)

    @property
    def dependant(self) -> Dependant:
        """The handler with its parameters and dependencies."""
        return self.compiled.dependant

    def within(self, context: Inheritance) -> Self:
        """Copy this route as it is inside the routers around it; the handler is compiled anew."""
        effective = copy.copy(self)
        whole = context.around(Inheritance.from_options(self.path, vars(self)))
        effective.dependencies = whole.dependencies
        effective.dependency_overrides_provider = whole.dependency_overrides_provider
        effective.compile_at(whole.prefix)
        return effective

    def compile_at(self, path: str) -> None:
        """Take a path and compile the handler for it."""
        self.path = path
        self.path_format, self.param_convertors = parse_pattern(path, self.endpoint)
        for name in ("path_regex", "app"):
            vars(self).pop(name, None)
        self.compiled = _compile.compile_websocket_route(self)
