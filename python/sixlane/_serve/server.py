"""Serving an application in this process until a signal ends it."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import signal
import socket
from collections.abc import Callable

from sixlane._serve.host import ASGIApplication, EngineHost, EngineSettings
from sixlane._serve.lifespan import Lifespan
from sixlane._serve.logs import access_log, error_log
from sixlane._serve.settings import LoopName, ServeSettings

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(app: ASGIApplication, sockets: list[socket.socket], settings: ServeSettings) -> None:
    """Serves until SIGTERM or SIGINT, then finishes what is in flight.

    Args:
        app: A Sixlane application, whose routes are served natively, or any ASGI application.
        sockets: Bound and listening.
        settings: How to serve.

    Raises:
        LifespanFailure: The application's start-up failed.
    """
    with asyncio.Runner(loop_factory=_loop_factory(settings.loop)) as runner:
        runner.run(_serve(app, sockets, settings))


def _loop_factory(name: LoopName) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if name == "asyncio" or (name == "auto" and importlib.util.find_spec("uvloop") is None):
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(
        "uvloop"
    ).new_event_loop
    return factory


async def _serve(
    app: ASGIApplication, sockets: list[socket.socket], settings: ServeSettings
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    lifespan = Lifespan(app)
    await lifespan.start()
    try:
        await _serve_until(
            stopped, EngineHost(app, _engine_settings(settings), lifespan.state), sockets, settings
        )
    finally:
        await lifespan.stop()


async def _serve_until(
    stopped: asyncio.Event,
    host: EngineHost,
    sockets: list[socket.socket],
    settings: ServeSettings,
) -> None:
    for listener in sockets:
        host.listen(listener)
    if settings.on_started is not None:
        settings.on_started()
    await stopped.wait()
    error_log.info("Shutting down")
    # The engine accepts through duplicates: all of them must go before the port is free.
    for listener in sockets:
        listener.close()
    await host.stop(settings.graceful_timeout_s)


def _engine_settings(settings: ServeSettings) -> EngineSettings:
    return EngineSettings(
        root_path=settings.root_path,
        access_log=_log_access if settings.access_log else None,
        limits=settings.limits,
    )


def _log_access(client: str, method: str, target: str, version: str, status: int) -> None:
    access_log.info('%s - "%s %s HTTP/%s" %d', client, method, target, version, status)
