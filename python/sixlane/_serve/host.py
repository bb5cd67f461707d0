"""An engine at work in the running event loop."""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from anyio import to_thread
from anyio.lowlevel import current_token
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnect

from sixlane._asgi import EngineEntrance
from sixlane._compile.plan import NO_LIMIT
from sixlane._engine import ClientLeftError, Engine
from sixlane._run.forwarding import TrustedProxies
from sixlane._run.planned import import_solver
from sixlane._run.thread import start_thread
from sixlane.applications import Sixlane

if TYPE_CHECKING:
    import socket

ASGIApplication = Callable[[Any, Any, Any], Awaitable[None]]
ErrorLog = Callable[[str, BaseException], None]
AccessLog = Callable[[str, str, str, str, int], None]
RefusalLog = Callable[[str, int, str], None]

error_logger = logging.getLogger("sixlane.error")

#: Seconds between two looks at the connections' deadlines; a timeout is late by this at most.
SWEEP_INTERVAL_S = 0.5
#: Seconds after the start when the solver is imported, which no plan of plain parameters needs: so
#: that neither the start nor the first request that fails to decode waits for it.
SOLVER_DELAY_S = 1.0
#: Descriptors that connections leave to everything else, if a tenth of all is not more.
SPARE_DESCRIPTORS = 32
#: Seconds that cancelled handlers may take to end: for `finally` blocks and `yield` dependencies.
CANCEL_PATIENCE_S = 5.0
#: Seconds between two looks at what a stop waits for, at most.
POLL_INTERVAL_S = 0.01
#: What each look's distance to the next has more than the one before.
POLL_STEP_S = 0.0005


def log_error(message: str, error: BaseException) -> None:
    """Writes an exception that no handler took to the error log, with its traceback.

    That a client has left is not an error; it is what ended a streamed answer, or a body.
    """
    level = logging.DEBUG if _is_departure(error) else logging.ERROR
    error_logger.log(level, message, exc_info=error)


def _is_departure(error: BaseException) -> bool:
    if isinstance(error, WebSocketDisconnect):
        # Starlette makes it of what `send` raises; a handler may well not have come to `receive`.
        return isinstance(error.__context__, ClientLeftError)
    return isinstance(error, ClientLeftError | ClientDisconnect)


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an engine is started with.

    Attributes:
        root_path: The path that a proxy has stripped, without a trailing slash; "" for none.
        access_log: Called with (client, method, target, version, status) after each answer.
        refusal_log: Called with (client, status, reason) after the engine has refused what is no
            HTTP request, or has not come in time.
        limits: Limits by name that replace the defaults; bytes, counts or seconds.
        log_error: Called with what happened and the exception that no handler took.
        trusted_proxies: Those whose word about clients and schemes is taken; None for nobody's.
        around: Wraps the application where the engine calls it: for WebSocket connections, and for
            requests whose route has no plan.
    """

    root_path: str = ""
    access_log: AccessLog | None = None
    refusal_log: RefusalLog | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    log_error: ErrorLog = log_error
    trusted_proxies: TrustedProxies | None = None
    around: Callable[[ASGIApplication], ASGIApplication] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What requests are told of where they come from, for all connections of a listening socket.

    Attributes:
        scheme: What the clients speak: "https" where something before the socket takes off TLS.
        client: Host and port of all clients, where the socket's peers are not the clients, as on a
            Unix socket; None for the peers' addresses.
        server: Host and port that the clients have called; None for the socket's address.
    """

    scheme: Literal["http", "https"] = "http"
    client: tuple[str, int] | None = None
    server: tuple[str, int] | None = None


DIRECT = Origin()
"""Clients that are the socket's peers."""


def _most_connections() -> int:
    """Leave a part of the descriptors that the process may open for files and other sockets."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return sys.maxsize
    return max(1, descriptors - max(SPARE_DESCRIPTORS, descriptors // 10))


def _limits(app: ASGIApplication, settings: EngineSettings) -> dict[str, float]:
    limits = {"connections": _most_connections(), **settings.limits}
    if isinstance(app, Sixlane) and app.bounds_bodies:
        limits["body_bytes"] = NO_LIMIT
    return limits


def _entrance(app: ASGIApplication, settings: EngineSettings) -> Callable[..., Awaitable[None]]:
    """What the engine calls for a request that it does not serve by itself."""
    entrance: Callable[..., Awaitable[None]] = app
    if isinstance(app, Sixlane) and app.is_called_directly:
        entrance = EngineEntrance(app).serve
    return entrance if settings.around is None else settings.around(entrance)


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
        self._report_error = settings.log_error
        self._is_cancelling = False
        self._native_app = app if isinstance(app, Sixlane) and app.allows_native else None
        if isinstance(app, Sixlane):
            # Before anything is opened: a wrong declaration leaves nothing behind.
            app.check_declarations()
            app.trusted_proxies = settings.trusted_proxies
            app.look_for_telemetry()
        proxies = settings.trusted_proxies
        self._engine = Engine(
            event_loop=self._loop,
            app=_entrance(app, settings),
            log_error=self._log_error,
            log_access=settings.access_log,
            log_refusal=settings.refusal_log,
            root_path=settings.root_path,
            state=state,
            apply_forwarded=None if proxies is None else proxies.apply,
            limits=_limits(app, settings),
            # Applications set its tokens, to bound the threads of their `def` handlers.
            thread_limiter=to_thread.current_default_thread_limiter(),
            start_thread=partial(start_thread, current_token()),
        )
        engine = self._engine
        engine.continue_with(engine.run_ready, engine.send_heads, engine.resume_yielded)
        self._loop.add_reader(self._engine.fileno(), self._engine.run_ready)
        timed = ("_timeout", "_interval")
        times = [value for name, value in settings.limits.items() if name.endswith(timed)]
        self._interval = min([SWEEP_INTERVAL_S, *(value / 4 for value in times if value > 0)])
        self._sweep = self._loop.call_later(self._interval, self._expire)
        self._solver_import = self._loop.call_later(SOLVER_DELAY_S, import_solver)
        self._routes_outdated = False
        if self._native_app is not None:
            self._native_app.router.tree.watchers.append(self._note_change)
            self._update_routes()

    def listen(self, listener: socket.socket, origin: Origin = DIRECT) -> None:
        """Accepts connections on a bound and listening socket, which stays the caller's."""
        self._engine.listen(
            listener.fileno(),
            is_secure=origin.scheme == "https",
            client=origin.client,
            server=origin.server,
        )

    async def stop(self, grace_s: float) -> None:
        """Finishes what is in flight, for at most `grace_s` seconds, then ends everything."""
        await self.drain()
        await self.wait_while(self.is_busy, grace_s)
        await self.cancel_running()
        await self.close()

    async def drain(self) -> None:
        """Refuses new connections, closes the idle ones, and has the others end with an answer."""
        drained = self._loop.create_future()
        # Handlers are begun in it, which asyncio allows only while no task of its own is running.
        self._loop.call_soon(self._drain, drained)
        await drained

    def _drain(self, drained: asyncio.Future[None]) -> None:
        try:
            self._engine.drain()
        except Exception as error:  # noqa: BLE001  who waits for it is told
            drained.set_exception(error)
        else:
            drained.set_result(None)

    def connections(self) -> int:
        """Open connections."""
        return self._engine.connections()

    def has_connections(self) -> bool:
        """Whether any connection is open."""
        return self._engine.connections() > 0

    def is_busy(self) -> bool:
        """Whether any connection is open or anything runs."""
        return bool(self._engine.connections() or self._engine.running())

    def running(self) -> int:
        """Handlers, applications and background tasks that have not ended."""
        return self._engine.running()

    def running_in_threads(self) -> int:
        """Those of them that run in worker threads, which cannot be cancelled."""
        return self._engine.running_in_threads()

    async def wait_while(
        self, is_busy: Callable[[], bool], limit_s: float, hurried: asyncio.Event | None = None
    ) -> bool:
        """Waits until something has ended, for at most `limit_s` seconds and not once `hurried`.

        Returns:
            Whether it has ended.
        """
        deadline = self._loop.time() + limit_s
        interval_s = 0.0
        while is_busy():
            if self._loop.time() >= deadline or (hurried is not None and hurried.is_set()):
                return False
            await asyncio.sleep(min(interval_s, limit_s))
            # Most ends are a turn of the loop away, and a look costs less than a wait.
            interval_s = min(POLL_INTERVAL_S, interval_s + POLL_STEP_S)
        return True

    async def cancel_running(self) -> None:
        """Cancels what runs in the loop and waits a little for its `finally` blocks.

        No further request is begun. Worker threads are left as they are.
        """
        self._is_cancelling = True
        if self._engine.cancel_running():
            await self.wait_while(self._has_tasks, CANCEL_PATIENCE_S)

    async def close(self) -> None:
        """Closes all connections; the host cannot be used afterwards."""
        self._sweep.cancel()
        self._solver_import.cancel()
        self._loop.remove_reader(self._engine.fileno())
        self._engine.close()
        if self._native_app is not None:
            self._native_app.router.tree.watchers.remove(self._note_change)
            self._native_app = None
        # The standing tasks end in the loop's next turn.
        await asyncio.sleep(0)

    def _has_tasks(self) -> bool:
        return self.running() > self.running_in_threads()

    def _log_error(self, message: str, error: BaseException) -> None:
        if self._is_cancelling and isinstance(error, asyncio.CancelledError):
            error_logger.debug("Cancelled, as the server stops", exc_info=error)
        else:
            self._report_error(message, error)

    def _note_change(self) -> None:
        if not self._routes_outdated:
            self._routes_outdated = True
            # A change may come from any thread, and seldom comes alone.
            self._loop.call_soon_threadsafe(self._update_routes)

    def _update_routes(self) -> None:
        self._routes_outdated = False
        if self._native_app is not None:
            self._engine.set_routes(self._native_app.planned_routes())

    def _expire(self) -> None:
        # First: no failure is to be the end of all deadlines.
        self._sweep = self._loop.call_later(self._interval, self._expire)
        self._engine.expire()
        if self._native_app is not None:
            self._native_app.look_for_telemetry()
