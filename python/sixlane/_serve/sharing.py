"""The engine of a test client, shared by all that goes over it at a time."""

from __future__ import annotations

import asyncio
import math
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from anyio.from_thread import BlockingPortal
from starlette.requests import ClientDisconnect

from sixlane._engine import ClientLeftError
from sixlane._serve.host import ASGIApplication, EngineHost, EngineSettings, Origin

PortalFactory = Callable[[], AbstractContextManager[BlockingPortal]]
Message = MutableMapping[str, Any]

_NEIGHBOUR_PATIENCE_S = 0.5
"""How long one exchange waits for its end while others go on, of which it cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What an application is told of the client that comes to it.

    Attributes:
        client: Its host and port.
        server: Host and port that it calls.
        root_path: The path that a proxy has stripped.
        state: The lifespan state, shared with the client.
    """

    client: tuple[str, int]
    server: tuple[str, int]
    root_path: str
    state: dict[str, Any]


def strip_root_path(target: bytes, root_path: str) -> bytes:
    """Return what a proxy sends on of a path: the engine adds `root_path` again."""
    prefix = root_path.encode()
    return target.removeprefix(prefix) if target.startswith(prefix + b"/") else target


class EngineSharing:
    """Starts an engine for the first exchange and stops it after the last.

    All that is open at a time is in one event loop, where applications may bring it together.

    Args:
        app: The application.
        portal_factory: Opens the way into the client's event loop.
        visit: What the application is told of the client.
    """

    def __init__(self, app: ASGIApplication, portal_factory: PortalFactory, visit: Visit) -> None:
        self._app = app
        self._portal_factory = portal_factory
        self._visit = visit
        self._lock = Lock()
        self._exchanges = 0
        self._stack = ExitStack()
        self._engine: _RunningEngine

    @contextmanager
    def begin(self, *, raises: bool) -> Iterator[Exchange]:
        """Have an engine for one exchange; what then still runs is cancelled with the last one.

        Args:
            raises: Raise at the end what the application raised meanwhile and nobody took.
        """
        with self._lock:
            if not self._exchanges:
                portal = self._stack.enter_context(self._portal_factory())
                self._engine = _RunningEngine(self._app, self._visit, portal)
                self._stack.callback(self._engine.stop)
                self._engine.start()
            self._exchanges += 1
            engine = self._engine
        try:
            yield Exchange(engine, lambda: self._exchanges == 1)
        finally:
            with self._lock:
                self._exchanges -= 1
                if not self._exchanges:
                    self._stack.close()
                failures, engine.failures[:] = list(engine.failures), []
            # What ended the exchange here may be its consequence.
            if raises and failures:
                raise failures[0]


class Exchange:
    """One request or WebSocket connection on an engine.

    Args:
        engine: The engine.
        is_alone: Tells whether it has no other exchanges.
    """

    def __init__(self, engine: _RunningEngine, is_alone: Callable[[], bool]) -> None:
        self._engine = engine
        self._is_alone = is_alone
        self._before = engine.portal.call(engine.count)

    def find_address(self, scheme: str) -> tuple[str, int]:
        """Return where the engine takes connections that count as those of a scheme."""
        return self._engine.find_address("https" if scheme in ("https", "wss") else "http")

    def wait(self, limit_s: float = math.inf) -> None:
        """Wait until the application has ended, for at most `limit_s` seconds."""
        if not self._is_alone():
            limit_s = min(limit_s, _NEIGHBOUR_PATIENCE_S)
        self._engine.portal.call(self._engine.wait_for, self._before, limit_s)

    def has_failed(self) -> bool:
        """Whether the application has raised what nobody took."""
        return bool(self._engine.failures)

    def find_refusal(self, key: str) -> Message | None:
        """Return the message `websocket.close` that refused the handshake with this key."""
        return self._engine.refusals.get(key)


class _RunningEngine:
    def __init__(self, app: ASGIApplication, visit: Visit, portal: BlockingPortal) -> None:
        self.portal = portal
        self.failures: list[BaseException] = []
        self.refusals: dict[str, Message] = {}
        self._app = app
        self._visit = visit
        self._host: EngineHost | None = None
        self._listeners: dict[str, socket.socket] = {}
        self._lock = Lock()

    def start(self) -> None:
        self.portal.call(self._start)

    def stop(self) -> None:
        if self._host is not None:
            self.portal.call(self._host.stop, 0.0)
        for listener in self._listeners.values():
            listener.close()

    def find_address(self, scheme: str) -> tuple[str, int]:
        with self._lock:
            if scheme not in self._listeners:
                self._listeners[scheme] = socket.create_server(("127.0.0.1", 0))
                self.portal.call(self._listen, scheme)
        address: tuple[str, int] = self._listeners[scheme].getsockname()
        return address

    def count(self) -> tuple[int, int]:
        """Connections, and applications that run."""
        assert self._host is not None
        return self._host.connections(), self._host.running()

    async def wait_for(self, before: tuple[int, int], limit_s: float) -> None:
        assert self._host is not None

        def is_busier() -> bool:
            return any(now > then for now, then in zip(self.count(), before, strict=True))

        await self._host.wait_while(is_busier, limit_s)

    async def _start(self) -> None:
        settings = EngineSettings(
            root_path=self._visit.root_path,
            log_error=self._note_failure,
            around=lambda app: _RefusalWitness(app, self.refusals),
            # A server refuses what is no host; test clients hand it on, so that what applications
            # themselves do about it can be tested.
            limits={"host_syntax": 0},
        )
        # The engine of an earlier exchange has closed; its last callbacks run before this one's.
        await asyncio.sleep(0)
        self._host = EngineHost(self._app, settings, self._visit.state)

    def _listen(self, scheme: Any) -> None:
        assert self._host is not None
        origin = Origin(scheme, self._visit.client, self._visit.server)
        self._host.listen(self._listeners[scheme], origin)

    def _note_failure(self, _message: str, error: BaseException) -> None:
        if not isinstance(error, ClientLeftError | ClientDisconnect):
            self.failures.append(error)


class _RefusalWitness:
    """An ASGI application that notes how another one refuses WebSocket handshakes.

    Over a real connection every refusal is 403, and the code of `websocket.close` is lost.
    """

    def __init__(self, app: ASGIApplication, refusals: dict[str, Message]) -> None:
        self._app = app
        self._refusals = refusals

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        if scope["type"] != "websocket":
            return self._app(scope, receive, send)
        is_answered = False

        async def send_noted(message: Message) -> None:
            nonlocal is_answered
            if not is_answered and message["type"] == "websocket.close":
                key: bytes = dict(scope["headers"])[b"sec-websocket-key"]
                self._refusals[key.decode()] = message
            is_answered = True
            await send(message)

        return self._app(scope, receive, send_noted)
