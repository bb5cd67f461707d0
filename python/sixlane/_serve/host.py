"""An engine at work in the running event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sixlane._engine import Engine, Routes

if TYPE_CHECKING:
    import socket

ASGIApplication = Callable[[Any, Any, Any], Awaitable[None]]
ErrorLog = Callable[[str, BaseException], None]
AccessLog = Callable[[str, str, str, str, int], None]

error_logger = logging.getLogger("sixlane.error")

#: Seconds between two looks at the connections' deadlines; a timeout is late by this at most.
SWEEP_INTERVAL_S = 0.5


def log_error(message: str, error: BaseException) -> None:
    """Writes an exception that no handler took to the error log, with its traceback."""
    error_logger.error(message, exc_info=error)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an engine is started with.

    Attributes:
        root_path: The path that a proxy has stripped, without a trailing slash; "" for none.
        access_log: Called with (client, method, target, version, status) after each answer.
        limits: Limits by name that replace the defaults; bytes, counts or seconds.
        threads: Most worker threads for `def` endpoints; 40 is anyio's default.
        log_error: Called with what happened and the exception that no handler took.
    """

    root_path: str = ""
    access_log: AccessLog | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    threads: int = 40
    log_error: ErrorLog = log_error


class EngineHost:
    """Runs one engine inside the event loop that is running when it is created.

    Args:
        app: The ASGI application that serves whatever has no native plan.
        settings: How to run it.
        state: The lifespan state, of which every request gets a copy; None for none.
    """

    def __init__(
        self,
        app: ASGIApplication,
        settings: EngineSettings,
        state: dict[str, Any] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._engine = Engine(
            event_loop=self._loop,
            app=app,
            log_error=settings.log_error,
            log_access=settings.access_log,
            root_path=settings.root_path,
            state=state,
            limits=dict(settings.limits),
            threads=settings.threads,
        )
        self._engine.continue_with(self._engine.run_ready)
        self._loop.add_reader(self._engine.fileno(), self._engine.run_ready)
        timeouts = [value for name, value in settings.limits.items() if name.endswith("_timeout")]
        self._interval = min([SWEEP_INTERVAL_S, *(value / 4 for value in timeouts)])
        self._sweep = self._loop.call_later(self._interval, self._expire)

    def set_routes(self, routes: Routes) -> None:
        """Serves these routes natively from now on; all others go to the application."""
        self._engine.set_routes(routes)

    def listen(self, listener: socket.socket) -> None:
        """Accepts connections on a bound and listening socket, which stays the caller's."""
        self._engine.listen(listener.fileno())

    async def stop(self, grace_s: float) -> None:
        """Finishes what is in flight, for at most `grace_s` seconds, then closes everything."""
        self._engine.drain()
        deadline = self._loop.time() + grace_s
        while self._engine.connections() + self._engine.running() and self._loop.time() < deadline:
            await asyncio.sleep(min(0.01, grace_s))
        self._sweep.cancel()
        self._loop.remove_reader(self._engine.fileno())
        self._engine.close()
        # The standing tasks end in the loop's next turn.
        await asyncio.sleep(0)

    def _expire(self) -> None:
        self._engine.expire()
        self._sweep = self._loop.call_later(self._interval, self._expire)
