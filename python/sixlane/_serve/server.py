"""Serving an application in this process until a signal ends it."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sixlane._run.forwarding import TrustedProxies
from sixlane._serve.declarations import check_declarations
from sixlane._serve.failure import SIGNALLED
from sixlane._serve.host import CANCEL_PATIENCE_S, ASGIApplication, EngineHost, EngineSettings
from sixlane._serve.lifespan import Lifespan
from sixlane._serve.logs import access_log, error_log
from sixlane._serve.settings import LoopName, ServeSettings
from sixlane._serve.signals import StopSignals
from sixlane._serve.stopping import stop_host


@dataclass(frozen=True)
class Ending:
    """How serving ended.

    Attributes:
        status: The exit status: 0 after a stop that was asked for, forced or not; 128 and the
            signal's number where it came before the start-up had ended.
        in_time: Nothing had to be cancelled, so nothing can be left running.
    """

    status: int = 0
    in_time: bool = True


def serve(app: ASGIApplication, sockets: list[socket.socket], settings: ServeSettings) -> Ending:
    """Serves until SIGTERM or SIGINT, then finishes what is in flight; see `StopSignals`.

    Args:
        app: A Sixlane application, whose routes are served natively, or any ASGI application.
        sockets: Bound and listening.
        settings: How to serve.

    Returns:
        How it ended.

    Raises:
        ServeFailure: The application's start-up failed, or it is declared wrongly.
    """
    runner = asyncio.Runner(loop_factory=_loop_factory(settings.loop))
    try:
        ending = runner.run(_serve(app, sockets, settings))
    except BaseException:
        runner.close()
        raise
    if ending.in_time:
        runner.close()
    else:
        _close_in_time(runner.get_loop())
    return ending


def _loop_factory(name: LoopName) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if name == "asyncio" or (name == "auto" and importlib.util.find_spec("uvloop") is None):
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module(
        "uvloop"
    ).new_event_loop
    return factory


async def _serve(
    app: ASGIApplication, sockets: list[socket.socket], settings: ServeSettings
) -> Ending:
    signals = StopSignals()
    with signals.catch(settings.stop_signals):
        lifespan = Lifespan(app)
        if not await lifespan.start(signals.stopped):
            return Ending(SIGNALLED + (signals.first or 0), in_time=lifespan.has_ended)
        try:
            # Once more: the start-up may have declared something.
            check_declarations(app)
            host = EngineHost(app, _engine_settings(settings), lifespan.state)
            return Ending(in_time=await _serve_until(signals, host, sockets, settings))
        finally:
            await lifespan.stop()


async def _serve_until(
    signals: StopSignals,
    host: EngineHost,
    sockets: list[socket.socket],
    settings: ServeSettings,
) -> bool:
    for listener in sockets:
        host.listen(listener)
    if settings.on_started is not None:
        settings.on_started()
    await signals.stopped.wait()
    error_log.info("Shutting down")
    # The engine accepts through duplicates: all of them must go before the port is free.
    for listener in sockets:
        listener.close()
    return await stop_host(host, settings.graceful_timeout_s, signals.hurried)


def _close_in_time(loop: asyncio.AbstractEventLoop) -> None:
    """Closes a loop as `asyncio.Runner` does, but waits for nothing that will not end."""
    with suppress(TimeoutError):
        loop.run_until_complete(_end_tasks())
    loop.close()
    asyncio.set_event_loop(None)


async def _end_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=CANCEL_PATIENCE_S)
    async with asyncio.timeout(CANCEL_PATIENCE_S):
        await asyncio.get_running_loop().shutdown_asyncgens()


def _engine_settings(settings: ServeSettings) -> EngineSettings:
    return EngineSettings(
        root_path=settings.root_path,
        access_log=_log_access if settings.access_log else None,
        refusal_log=_log_refusal if settings.access_log else None,
        limits=settings.limits,
        trusted_proxies=_trusted_proxies(settings),
    )


def _trusted_proxies(settings: ServeSettings) -> TrustedProxies | None:
    """Decide whom to believe; the environment says it as for uvicorn."""
    if not settings.proxy_headers:
        return None
    trusted = settings.forwarded_allow_ips
    if trusted is None:
        trusted = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
    return TrustedProxies(trusted)


def _log_access(client: str, method: str, target: str, version: str, status: int) -> None:
    access_log.info('%s - "%s %s HTTP/%s" %d', client, method, target, version, status)


def _log_refusal(client: str, status: int, reason: str) -> None:
    error_log.warning("%s - Invalid HTTP request, answered with %d: %s", client, status, reason)
