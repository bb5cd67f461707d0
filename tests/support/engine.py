"""An engine in a thread of its own, for tests that talk to it over real sockets."""

import asyncio
import importlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

import pytest

from sixlane._serve.host import ASGIApplication, EngineHost, EngineSettings

PATIENCE_S = 20.0
"""Longest wait for anything; a loaded machine needs some of it, a passing test needs none."""

both_loops = pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
"""Runs a test on each implementation of the event loop, which it is told."""

_STILL_TURNS = 200


@dataclass(frozen=True)
class Failure:
    """What the engine reported to the error log."""

    message: str
    error: BaseException


@dataclass
class RunningEngine:
    """Serves an application on a free port while the context is open.

    Attributes:
        app: The application.
        limits: Engine limits by name that replace the defaults.
        loop: The event loop's implementation.
        address: What it listens on.
        port: Where it listens.
        failures: What the engine has reported to the error log so far.
        accesses: The access log so far: (client, method, target, version, status).
        refusals: The heads refused so far: (client, status, reason).
        host: The engine's host; to be used from its own thread only, see `call`.
    """

    app: ASGIApplication
    limits: dict[str, float] = field(default_factory=dict)
    loop: Literal["asyncio", "uvloop"] = "asyncio"
    address: str = "127.0.0.1"
    port: int = field(default=0, init=False)
    failures: list[Failure] = field(default_factory=list, init=False)
    accesses: list[tuple[str, str, str, str, int]] = field(default_factory=list, init=False)
    refusals: list[tuple[str, int, str]] = field(default_factory=list, init=False)
    host: EngineHost = field(init=False)

    def __enter__(self) -> Self:
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self._thread.start()
        started.result(PATIENCE_S)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._event_loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the engine's thread does not end"

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function in the engine's thread and return its result."""

        async def run() -> Any:
            return function(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self._event_loop).result(PATIENCE_S)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine in the engine's thread and return its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._event_loop).result(PATIENCE_S)

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Let the engine's loop turn until a condition, asked in its thread, holds."""

        async def watch() -> None:
            while not holds():  # noqa: ASYNC110  native state has no event
                await asyncio.sleep(0.001)

        asyncio.run_coroutine_threadsafe(
            asyncio.wait_for(watch(), PATIENCE_S), self._event_loop
        ).result()

    def wait_until_still(self, progress: Callable[[], object]) -> None:
        """Let the engine's loop turn until a value has not changed for many turns."""
        seen: list[object] = []

        def is_still() -> bool:
            seen.append(progress())
            return len(seen) > _STILL_TURNS and seen[-1] == seen[-_STILL_TURNS]

        self.wait_until(is_still)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep the engine from turning, so that what is sent meanwhile arrives as one event."""
        resumed, pausing = threading.Event(), threading.Event()

        def pause() -> None:
            pausing.set()
            resumed.wait(PATIENCE_S)

        self._event_loop.call_soon_threadsafe(pause)
        assert pausing.wait(PATIENCE_S)
        try:
            yield
        finally:
            resumed.set()

    def wait_until_idle(self) -> None:
        """Wait until no connection is open and nothing runs."""
        self.wait_until(lambda: not self.host.is_busy())

    def _run(self, started: "Future[None]") -> None:
        factory = None
        if self.loop == "uvloop":
            factory = importlib.import_module("uvloop").new_event_loop
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(self._serve(started))

    async def _serve(self, started: "Future[None]") -> None:
        self._event_loop = asyncio.get_running_loop()
        self._stopped = asyncio.Event()
        settings = EngineSettings(
            limits=self.limits,
            log_error=lambda message, error: self.failures.append(Failure(message, error)),
            access_log=lambda *record: self.accesses.append(record),
            refusal_log=lambda *record: self.refusals.append(record),
        )
        with socket.create_server((self.address, 0)) as listener:
            self.port = listener.getsockname()[1]
            try:
                self.host = EngineHost(self.app, settings)
                self.host.listen(listener)
            except BaseException as error:
                started.set_exception(error)
                raise
            started.set_result(None)
            await self._stopped.wait()
        await self.host.stop(0.0)
