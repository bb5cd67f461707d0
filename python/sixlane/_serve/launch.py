"""Bind, then serve in the arrangement that was asked for: one process, workers, or reload."""

import asyncio
import dataclasses
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Unpack

from starlette.types import ASGIApp

from sixlane._keywords import check_options
from sixlane._serve.checking import check_values
from sixlane._serve.console import Announcement, show_failure
from sixlane._serve.failure import INTERRUPTED, ServeFailure
from sixlane._serve.listen import bind_sockets, close_sockets
from sixlane._serve.load import is_loading
from sixlane._serve.logs import configure_logging
from sixlane._serve.reload import Reloader
from sixlane._serve.serving import check_loop, serve_target
from sixlane._serve.settings import LoadedApp, RunOptions, ServeSettings
from sixlane._serve.supervise import Supervisor
from sixlane._serve.target import AppTarget, target_from_import_string


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """Which processes serve.

    Attributes:
        mode: "production" or "development"; shown, and development is told to the app.
        workers: Processes on the shared socket.
        reload_dirs: Folders whose Python files are watched; None: no reload.
    """

    mode: str = "production"
    workers: int = 1
    reload_dirs: tuple[Path, ...] | None = None


def launch(target: AppTarget | LoadedApp, settings: ServeSettings, arrangement: Arrangement) -> int:
    """Serve in the foreground until SIGTERM or SIGINT; every failure is shown, none is raised.

    Returns:
        The exit status: 0 after a stop that was asked for, even if it had to cancel requests; 128
        and the signal's number where the signal came before the app had started.
    """
    configure_logging(settings)
    try:
        return _launch(target, settings, arrangement)
    except ServeFailure as failure:
        show_failure(failure)
        return failure.status
    except KeyboardInterrupt:
        return INTERRUPTED


def run(app: ASGIApp | str, **options: Unpack[RunOptions]) -> None:
    """Serve an app from code, in the foreground, until SIGTERM or SIGINT.

    Args:
        app: An app object, or an import string such as "shop.main:app"; more than one worker and
            reload need the string, because each process imports the app for itself.
        **options: See `RunOptions`; the defaults are those of `ServeSettings`.

    Raises:
        TypeError: An option that does not exist.
        SystemExit: The server could not start, or an option has an impossible value; the reason has
            been written to standard error.
    """
    check_options("sixlane.run()", options, RunOptions)
    try:
        check_values(options)
    except ServeFailure as failure:
        show_failure(failure)
        sys.exit(failure.status)
    workers = options.pop("workers", 1)
    reload_dirs = tuple(Path(folder) for folder in options.pop("reload_dirs", ["."]))
    arrangement = Arrangement(
        mode="development" if options.get("reload") else "production",
        workers=workers,
        reload_dirs=reload_dirs if options.pop("reload", False) else None,
    )
    settings = ServeSettings(**options)  # type: ignore[misc]  # what is left are its fields
    if is_loading():
        raise ServeFailure(
            "sixlane.run() was called while the app's module was being imported.",
            hint='Put the call under: if __name__ == "__main__":',
        )
    try:
        _check_no_loop()
        target = _target_of(app, arrangement)
    except ServeFailure as failure:
        show_failure(failure)
        sys.exit(failure.status)
    status = launch(target, settings, arrangement)
    if status:
        sys.exit(status)


def _check_no_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise ServeFailure(
        "sixlane.run() was called inside a running event loop, which it would block.",
        hint="Call it from plain code: it starts a loop of its own.",
    )


def _target_of(app: ASGIApp | str, arrangement: Arrangement) -> AppTarget | LoadedApp:
    if isinstance(app, str):
        return target_from_import_string(app, source="sixlane.run")
    if not callable(app):
        raise ServeFailure(
            f"sixlane.run() got {app!r}, which is no app.",
            hint='Pass an app object, or an import string such as "shop.main:app".',
        )
    if arrangement.workers > 1 or arrangement.reload_dirs is not None:
        raise ServeFailure(
            "sixlane.run() got an app object together with workers or reload.",
            hint='Pass the import string instead: sixlane.run("module:app", workers=2).',
        )
    return LoadedApp(app, type(app).__name__)


def _launch(
    target: AppTarget | LoadedApp, settings: ServeSettings, arrangement: Arrangement
) -> int:
    _check(arrangement)
    check_loop(settings)
    if arrangement.mode == "development":
        os.environ.setdefault("FASTAPI_ENV", "development")  # as `fastapi dev`; workers inherit it
    sockets = bind_sockets(settings.host, settings.port)
    settings = dataclasses.replace(settings, port=sockets[0].getsockname()[1])
    announcement = Announcement(
        arrangement.mode,
        "an object" if isinstance(target, LoadedApp) else target.source,
        arrangement.workers,
        arrangement.reload_dirs is not None,
    )
    try:
        if isinstance(target, LoadedApp) or (
            arrangement.reload_dirs is None and arrangement.workers == 1
        ):
            return serve_target(target, sockets, settings, announcement)
        if arrangement.reload_dirs is not None:
            reloader = Reloader(target, sockets, settings, announcement)
            return reloader.run(arrangement.reload_dirs)
        return Supervisor(target, sockets, settings, announcement).run()
    finally:
        close_sockets(sockets)


def _check(arrangement: Arrangement) -> None:
    if arrangement.workers < 1:
        raise ServeFailure(f"The number of workers is {arrangement.workers}; it must be 1 or more.")
    if arrangement.reload_dirs is None:
        return
    if arrangement.workers > 1:
        raise ServeFailure("Reload and several workers exclude each other.")
    for folder in arrangement.reload_dirs:
        if not folder.is_dir():
            raise ServeFailure(f"The folder to watch, {folder}, does not exist.")
