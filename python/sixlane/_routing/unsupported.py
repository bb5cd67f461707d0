"""What may not be declared yet: refused where it is written, never ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import WebSocketRoute

from sixlane._routing.place import find_place
from sixlane.exceptions import DeclarationError

_UNSUPPORTED_OPTIONS = {
    "form_limits": "forms are not read yet",
}


def unsupported(what: str, reason: str) -> DeclarationError:
    """Make the error for a declaration of a kind that is not there yet, naming its place."""
    return DeclarationError(
        f"{what} is not supported: {reason}. Declared in {find_place()}; remove it."
    )


def check_supported(options: Mapping[str, Any]) -> None:
    """Refuse the options whose feature is not there yet.

    Raises:
        DeclarationError: One of them is given and is not None.
    """
    for name, reason in _UNSUPPORTED_OPTIONS.items():
        if options.get(name) is not None:
            raise unsupported(f"{name}={options[name]!r}", reason)


class APIWebSocketRoute(WebSocketRoute):
    """A WebSocket route with dependencies; refused, and there for `isinstance` in tools."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        raise _websocket(path)


class UnsupportedDeclarations:
    """The declarations of FastAPI's that are refused for now, with their signatures."""

    def websocket(self, path: str, name: str | None = None, **options: Any) -> Any:
        """Refuse a WebSocket route.

        Raises:
            DeclarationError: Always.
        """
        raise _websocket(path)

    def websocket_route(self, path: str, name: str | None = None) -> Any:
        """Refuse a WebSocket route; see `websocket`."""
        raise _websocket(path)

    def add_api_websocket_route(self, path: str, *arguments: Any, **options: Any) -> None:
        """Refuse a WebSocket route; see `websocket`."""
        raise _websocket(path)

    def add_websocket_route(self, path: str, *arguments: Any, **options: Any) -> None:
        """Refuse a WebSocket route; see `websocket`."""
        raise _websocket(path)

    def frontend(self, path: str, **options: Any) -> None:
        """Refuse a directory of a built front end; `mount` with `StaticFiles` serves files.

        Raises:
            DeclarationError: Always.
        """
        raise unsupported(f"frontend({path!r})", "mount StaticFiles(html=True) instead")


def _websocket(path: str) -> DeclarationError:
    return unsupported(f"the WebSocket route {path!r}", "the engine speaks HTTP only as yet")
