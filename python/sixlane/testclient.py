"""The client that tests drive an application with."""

from __future__ import annotations

from typing import Any, Literal

from starlette import testclient
from starlette.types import ASGIApp

from sixlane._lazy import lazy_module

# The native engine is loaded only for the tests that ask for it.
_engine_transport = lazy_module("sixlane._serve.transport")


class TestClient(testclient.TestClient):
    """An HTTP client that calls an application in the same process.

    Args:
        app: The application.
        transport: How requests reach it: "asgi" calls it, "engine" goes over a real connection of
            the native engine.
        *arguments: The same as `options`, by position.
        **options: Those of Starlette's client: `base_url`, `raise_server_exceptions`, `root_path`,
            `backend`, `backend_options`, `cookies`, `headers`, `follow_redirects`, `client`.
    """

    __test__ = False

    def __init__(
        self,
        app: ASGIApp,
        *arguments: Any,
        transport: Literal["asgi", "engine"] = "asgi",
        **options: Any,
    ) -> None:
        if transport not in ("asgi", "engine"):
            message = f"transport {transport!r} does not exist; use 'asgi' or 'engine'"
            raise ValueError(message)
        super().__init__(app, *arguments, **options)
        if transport == "engine":
            self._transport = _engine_transport.EngineTransport(
                self.app,
                self._portal_factory,
                raise_server_exceptions=options.get("raise_server_exceptions", True),
                root_path=options.get("root_path", ""),
                state=self.app_state,
            )
