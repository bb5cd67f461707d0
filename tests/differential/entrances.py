"""The ways into an app: called in process as ASGI, or over a socket of the native engine."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Protocol

from sixlane._serve.host import EngineHost, EngineSettings

from .exchange import Answer, Request
from .wire import WireClient

Message = MutableMapping[str, Any]
App = Callable[..., Awaitable[None]]

PATIENCE_S = 3.0
"""Longest wait for one answer; only a defect takes that long."""


class Entrance(Protocol):
    """Asks one app."""

    def ask(self, request: Request) -> Answer:
        """The app's answer, once everything the request set off has run."""


class ASGIEntrance:
    """Calls the app in this process, in an event loop of its own.

    Args:
        app: The app.
        events: The list that the app records in.
    """

    def __init__(self, app: App, events: list[str]) -> None:
        self._app = app
        self._events = events
        self._runner = asyncio.Runner()

    def ask(self, request: Request) -> Answer:
        """The answer, as messages put together."""
        self._events.clear()
        # A runner keeps its context from one call to the next; a server has one for each request.
        return self._runner.run(
            asyncio.wait_for(self._call(request), PATIENCE_S), context=copy_context()
        )

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    async def _call(self, request: Request) -> Answer:
        sent: list[Message] = []
        answered = asyncio.Event()
        unread = [{"type": "http.request", "body": request.body, "more_body": False}]

        async def receive() -> Message:
            if unread:
                return unread.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                answered.set()

        raised: tuple[str, ...] = ()
        try:
            await self._app(request.to_scope(), receive, send)
        except Exception as error:  # noqa: BLE001  whatever leaves the app is part of the answer
            raised = (type(error).__name__,)
        return _assemble(sent, tuple(self._events), raised)


class EngineEntrance:
    """Asks the app over one keep-alive connection of an engine that runs in its own thread.

    Attributes:
        port: Where other connections reach the same engine.
    """

    def __init__(self, host: "EngineThread", app: App, events: list[str]) -> None:
        self._events = events
        self._host = host
        self._raised: list[str] = []
        self.port, self._engine = host.serve(app, self._raised)
        self._client = WireClient(self.port, PATIENCE_S)

    def ask(self, request: Request) -> Answer:
        """The answer as it came over the wire."""
        self._events.clear()
        self._raised.clear()
        answer = self._client.ask(request)
        self._host.wait_until_idle(self._engine)
        return Answer(
            answer.status,
            answer.headers,
            answer.body,
            answer.complete,
            tuple(self._events),
            tuple(self._raised),
        )

    def close(self) -> None:
        """Close the connection and stop the engine."""
        self._client.close()
        self._host.stop(self._engine)


class EngineThread:
    """An event loop in its own thread, for engines to run in."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def serve(self, app: App, raised: list[str]) -> tuple[int, EngineHost]:
        """Start an engine for the app on a free port; `raised` collects what leaves the app."""
        listener = socket.create_server(("127.0.0.1", 0))
        return listener.getsockname()[1], self._run(self._start(app, listener, raised))

    def wait_until_idle(self, engine: EngineHost) -> None:
        """Return when the last request's background tasks and exits have run."""
        self._run(self._idle(engine))

    def stop(self, engine: EngineHost) -> None:
        """Stop one engine."""
        self._run(engine.stop(1.0))

    def close(self) -> None:
        """End the loop and its thread."""
        self._run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    async def _start(self, app: App, listener: socket.socket, raised: list[str]) -> EngineHost:
        def note(_message: str, error: BaseException) -> None:
            raised.append(type(error).__name__)

        with listener:
            host = EngineHost(app, EngineSettings(log_error=note), {})
            host.listen(listener)
        return host

    async def _idle(self, host: EngineHost) -> None:
        deadline = self._loop.time() + PATIENCE_S / 2
        # The engine has no event for it.
        while host._engine.running() and self._loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0)


@contextmanager
def engine_thread() -> Iterator[EngineThread]:
    """A thread for engines, ended with the test."""
    thread = EngineThread()
    try:
        yield thread
    finally:
        thread.close()


def _assemble(sent: list[Message], events: tuple[str, ...], raised: tuple[str, ...]) -> Answer:
    if not sent:
        return Answer(0, (), b"", complete=False, events=events, raised=raised)
    start, *parts = sent
    return Answer(
        start["status"],
        tuple((name.lower(), value) for name, value in start.get("headers", ())),
        b"".join(part.get("body", b"") for part in parts),
        complete=bool(parts) and not parts[-1].get("more_body", False),
        events=events,
        raised=raised,
    )
