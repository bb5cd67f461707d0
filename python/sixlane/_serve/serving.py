"""One serving process: load the app, announce it, serve it until a signal."""

import dataclasses
import gc
import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sixlane._engine import keep_freed_memory
from sixlane._serve.console import Announcement, base_url, show_panel
from sixlane._serve.declarations import check_declarations
from sixlane._serve.failure import ServeFailure
from sixlane._serve.leaving import leave_threads
from sixlane._serve.listen import listen
from sixlane._serve.load import load_app
from sixlane._serve.logs import error_log
from sixlane._serve.server import serve
from sixlane._serve.settings import LoadedApp, ServeSettings
from sixlane._serve.target import AppTarget


def serve_target(
    target: AppTarget | LoadedApp,
    sockets: list[socket.socket],
    settings: ServeSettings,
    announcement: Announcement | None,
) -> int:
    """Serve in this process; returns after a graceful stop.

    Args:
        target: What to import, or an app that is there already.
        sockets: Bound; they begin to listen here, when the app has loaded.
        settings: Its `on_started` is called after this function's own messages.
        announcement: What the panel shows, or None where another process has shown it.

    Returns:
        The exit status: 0 after a stop that was asked for, 128 and the signal's number where it
        came before the start-up had ended.

    Raises:
        ServeFailure: The app does not load or is declared wrongly, or its lifespan start-up fails.
    """
    with _loaded_for_good():
        return _serve_loaded(target, sockets, settings, announcement)


@contextmanager
def _loaded_for_good() -> Iterator[None]:
    """Keep modules and declarations out of the garbage collector's rounds.

    They live as long as the process serves. A round over all of them takes tens of milliseconds,
    and compiling some hundred routes, or a burst of requests, starts several.
    """
    keep_freed_memory()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _serve_loaded(
    target: AppTarget | LoadedApp,
    sockets: list[socket.socket],
    settings: ServeSettings,
    announcement: Announcement | None,
) -> int:
    loaded = target if isinstance(target, LoadedApp) else load_app(target)
    gc.freeze()
    check_declarations(loaded.app)
    gc.freeze()
    if announcement is not None:
        show_panel(loaded, settings, announcement)
    error_log.info("Started server process [%d]", os.getpid())
    listen(sockets, settings.backlog)
    on_started = _announcer(settings, with_url=announcement is not None)
    ending = serve(loaded.app, sockets, dataclasses.replace(settings, on_started=on_started))
    error_log.info("Finished server process [%d]", os.getpid())
    if settings.ends_process and not ending.in_time:
        leave_threads(ending.status)
    return ending.status


def check_loop(settings: ServeSettings) -> None:
    """Refuse a loop that is not installed.

    Raises:
        ServeFailure: uvloop was asked for by name and cannot be imported.
    """
    if settings.loop == "uvloop" and importlib.util.find_spec("uvloop") is None:
        raise ServeFailure(
            f"--loop uvloop needs the package uvloop, which {sys.executable} does not have.",
            hint='Install it, pip install "sixlane[uvloop]", or use --loop asyncio.',
        )


def _announcer(settings: ServeSettings, *, with_url: bool) -> Callable[[], None]:
    def announce_start() -> None:
        error_log.info("Application startup complete.")
        if with_url:
            url = base_url(settings.host, settings.port)
            error_log.info("Sixlane running on %s (Press CTRL+C to quit)", url)
        if settings.on_started is not None:
            settings.on_started()

    return announce_start
