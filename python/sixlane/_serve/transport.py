"""Requests of the test client over a real connection of the engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

from starlette import testclient

from sixlane._lazy import lazy_module
from sixlane._serve.host import ASGIApplication
from sixlane._serve.sharing import EngineSharing, Exchange, PortalFactory, Visit, strip_root_path

if TYPE_CHECKING:
    import httpx2
else:
    # Whichever of httpx2 and httpx Starlette's client is made of.
    httpx2 = testclient.httpx

# Only WebSocket connections need the package that speaks their protocol.
_session = lazy_module("sixlane._serve.session")


class EngineTransport(httpx2.BaseTransport):
    """Serves requests by an engine in the client's own event loop.

    Args:
        app: The application.
        portal_factory: Opens the way into the client's event loop.
        visit: What the application is told of the client.
        raise_server_exceptions: Raise in the test what no handler of the application took.
    """

    def __init__(
        self,
        app: ASGIApplication,
        portal_factory: PortalFactory,
        visit: Visit,
        *,
        raise_server_exceptions: bool,
    ) -> None:
        self._sharing = EngineSharing(app, portal_factory, visit)
        self._root_path = visit.root_path
        self._raises = raise_server_exceptions
        # Each request has its own connection, so that the engine is done when the test is. There is
        # no TLS, whose certificates would take time to load.
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._wire = httpx2.HTTPTransport(verify=False, limits=limits)
        self._unread: set[_Answer] = set()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request to the engine and return the answer, whose body comes as it is read.

        Raises:
            Exception: What the application raised, if that was asked for; once the body has been
                read, if the answer had begun.
        """
        if request.url.scheme in ("ws", "wss"):
            self._upgrade(request)
        with ExitStack() as stack:
            exchange = stack.enter_context(self._sharing.begin(raises=self._raises))
            address = exchange.find_address(request.url.scheme)
            received = self._wire.handle_request(_redirect(request, address, self._root_path))
            answer = _Answer(received, exchange, stack.pop_all(), self._unread)
        headers = [each for each in received.headers.raw if each[0].lower() != b"date"]
        return httpx2.Response(
            received.status_code, headers=headers, stream=answer, request=request
        )

    def close(self) -> None:
        """End the answers that have not been read to their end."""
        for answer in list(self._unread):
            answer.close()
        self._wire.close()

    def _upgrade(self, request: httpx2.Request) -> NoReturn:
        session = _session.EngineWebSocketSession(self._sharing, request, self._root_path)
        # So it reaches `TestClient.websocket_connect`, past what clients do with answers.
        raise testclient._Upgrade(session)  # noqa: SLF001


class _Answer(httpx2.SyncByteStream):
    """The body of an answer, as it came: the client decodes it as it would any other."""

    def __init__(
        self,
        received: httpx2.Response,
        exchange: Exchange,
        stack: ExitStack,
        unread: set[_Answer],
    ) -> None:
        self._received = received
        self._exchange = exchange
        self._stack = stack
        self._unread = unread
        unread.add(self)

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._received.iter_raw()
        except httpx2.RemoteProtocolError:
            self._received.close()
            self._exchange.wait()
            # An answer that ended too early is the application's failure, which says more.
            if not self._exchange.has_failed():
                raise
        self._leave(is_read=True)

    def close(self) -> None:
        self._leave(is_read=False)

    def _leave(self, *, is_read: bool) -> None:
        """End the connection and the exchange; an application that was heard out ends by itself."""
        if self not in self._unread:
            return
        self._unread.remove(self)
        with self._stack:
            self._received.close()
            if is_read:
                self._exchange.wait()


def _redirect(request: httpx2.Request, address: tuple[str, int], root_path: str) -> httpx2.Request:
    """The same request for the engine's address.

    Its headers stay as they are, but for the space around their values, which is no part of them
    (RFC 9110, section 5.5) and which this client refuses to send.
    """
    url = request.url.copy_with(
        scheme="http",
        host=address[0],
        port=address[1],
        raw_path=strip_root_path(request.url.raw_path, root_path),
    )
    headers = [(name, value.strip(b" \t")) for name, value in request.headers.raw]
    return httpx2.Request(request.method, url, headers=headers, stream=request.stream)
