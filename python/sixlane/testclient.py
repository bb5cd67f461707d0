"""The client that tests drive an application with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from starlette import testclient
from starlette.types import ASGIApp

from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    import httpx2
else:
    # Whichever of httpx2 and httpx Starlette's client is made of.
    httpx2 = testclient.httpx

# The native engine is loaded only for the tests that ask for it.
_engine_transport = lazy_module("sixlane._serve.transport")

_LAST_PORT = 65_535


class TestClient(testclient.TestClient):
    """An HTTP client that calls an application in the same process.

    Args:
        app: The application.
        transport: How requests reach it: "asgi" calls it, "engine" goes over a real connection of
            the native engine, for WebSockets by the package `websockets`. Both hand on every
            `Host`, also those that a server refuses.
        *arguments: The same as `options`, by position.
        **options: Those of Starlette's client: `base_url`, `raise_server_exceptions`, `root_path`,
            `backend`, `backend_options`, `cookies`, `headers`, `follow_redirects`, `client`. The
            engine runs in asyncio alone, and puts `root_path` before paths that lack it.

    Raises:
        ValueError: `transport` does not exist, or does not run in that `backend`.
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
            self._go_over_engine()

    def _go_over_engine(self) -> None:
        if self.async_backend["backend"] != "asyncio":
            message = "transport='engine' needs backend='asyncio', in whose event loop it runs"
            raise ValueError(message)
        # Starlette's transport holds the options, however they were given.
        given: Any = self._transport
        self._transport = _engine_transport.EngineTransport(
            given.app,
            given.portal_factory,
            _engine_transport.Visit(
                given.client, _find_server(self.base_url), given.root_path, given.app_state
            ),
            raise_server_exceptions=given.raise_server_exceptions,
        )


def _find_server(url: httpx2.URL) -> tuple[str, int]:
    port = url.port or (443 if url.scheme == "https" else 80)
    if port > _LAST_PORT:
        message = f"the port of base_url {str(url)!r} does not exist; use one up to {_LAST_PORT}"
        raise ValueError(message)
    return url.raw_host.decode("ascii"), port
