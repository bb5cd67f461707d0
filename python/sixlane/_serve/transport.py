"""Requests of the test client over a real connection of the engine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx2
from anyio.from_thread import BlockingPortal

from sixlane._serve.host import ASGIApplication, EngineHost, EngineSettings

PortalFactory = Callable[[], AbstractContextManager[BlockingPortal]]


class EngineTransport(httpx2.BaseTransport):
    """Serves each request by an engine in the client's own event loop.

    Args:
        app: The application.
        portal_factory: Opens the way into the client's event loop.
        raise_server_exceptions: Raise in the test what no handler of the application took.
        root_path: The path that a proxy would have stripped.
        state: The lifespan state, shared with the client.
    """

    def __init__(
        self,
        app: ASGIApplication,
        portal_factory: PortalFactory,
        *,
        raise_server_exceptions: bool,
        root_path: str,
        state: dict[str, Any],
    ) -> None:
        self._app = app
        self._portal_factory = portal_factory
        self._raise = raise_server_exceptions
        self._root_path = root_path
        self._state = state

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends one request to a fresh engine and returns the whole answer.

        Raises:
            Exception: What the application raised, if that was asked for.
        """
        failures: list[BaseException] = []
        with (
            self._portal_factory() as portal,
            self._engine(portal, failures) as address,
            httpx2.HTTPTransport() as transport,
        ):
            answer = transport.handle_request(_redirected(request, address))
            # As it came: the client decodes it as it would any answer.
            body = b"".join(answer.iter_raw())
        if failures and self._raise:
            raise failures[0]
        headers = [each for each in answer.headers.raw if each[0].lower() != b"date"]
        return httpx2.Response(
            answer.status_code, headers=headers, stream=_Body(body), request=request
        )

    @contextmanager
    def _engine(
        self, portal: BlockingPortal, failures: list[BaseException]
    ) -> Iterator[tuple[str, int]]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            host = portal.call(self._start, listener, failures)
            try:
                yield listener.getsockname()
            finally:
                portal.call(host.stop, 5.0)

    async def _start(self, listener: socket.socket, failures: list[BaseException]) -> EngineHost:
        settings = EngineSettings(
            root_path=self._root_path, log_error=lambda _message, error: failures.append(error)
        )
        host = EngineHost(self._app, settings, self._state)
        host.listen(listener)
        # The engine of an earlier request has closed; its last callbacks run before this one's.
        await asyncio.sleep(0)
        return host


class _Body(httpx2.SyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body


def _redirected(request: httpx2.Request, address: tuple[str, int]) -> httpx2.Request:
    """The same request for the engine's address; the host header stays as it is."""
    url = request.url.copy_with(scheme="http", host=address[0], port=address[1])
    headers = [*request.headers.raw, (b"connection", b"close")]
    kept = [
        (name, value)
        for name, value in headers
        if name.lower() != b"connection" or value == b"close"
    ]
    return httpx2.Request(request.method, url, headers=kept, stream=request.stream)
