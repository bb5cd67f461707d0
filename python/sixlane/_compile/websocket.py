"""A WebSocket path operation, compiled: everything about it that a connection does not change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.websockets import WebSocket

from sixlane import params
from sixlane._compile.body import embeds, list_body_fields
from sixlane._compile.callable import CallKind, locate_call
from sixlane._compile.checks import Site
from sixlane._compile.dependant import Dependant, compile_handler
from sixlane.exceptions import DeclarationError, EndpointContext


class WebSocketRouteDeclaration(Protocol):
    """What `compile_websocket_route` reads of an `APIWebSocketRoute`."""

    path_format: str
    endpoint: Callable[..., Any]
    dependency_overrides_provider: Any

    @property
    def dependencies(self) -> Sequence[params.Depends]: ...


@dataclass(slots=True)
class CompiledWebSocketRoute:
    """What a connection to a WebSocket path operation walks.

    Attributes:
        dependant: The handler with all it needs.
        embed_body: Whether body parameters would be members of an object. A handshake has no body:
            only their defaults can be given.
        overrides_provider: Object whose `dependency_overrides` replace dependencies; None for none.
        location: Where the handler is written.
    """

    dependant: Dependant
    embed_body: bool
    overrides_provider: Any
    location: EndpointContext

    def endpoint_context(self, websocket: WebSocket) -> EndpointContext:
        """Tell where the handler is written and which route was asked for, for exceptions."""
        mounted_at = websocket.scope.get("root_path", "").rstrip("/")
        return {**self.location, "path": f"WS {mounted_at}{self.dependant.path}"}


def compile_websocket_route(route: WebSocketRouteDeclaration) -> CompiledWebSocketRoute:
    """Compile a WebSocket path operation.

    Raises:
        DeclarationError: The handler, a dependency or a parameter is declared wrongly. The message
            names file, line and fix; the class is FastAPI's where it has one.
    """
    dependant = compile_handler(
        route.endpoint, route.path_format, route.dependencies, for_websocket=True
    )
    if dependant.kind is not CallKind.COROUTINE:
        raise Site(route.endpoint, route.path_format).error(
            "a handler of WebSockets must be a coroutine function without yield",
            "write it as `async def`, and send with `await websocket.send_text(...)` or the like",
            DeclarationError,
        )
    return CompiledWebSocketRoute(
        dependant=dependant,
        embed_body=embeds(list_body_fields(dependant)),
        overrides_provider=route.dependency_overrides_provider,
        location=locate_call(route.endpoint),
    )
