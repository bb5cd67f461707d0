"""How one process serves: the settings that the command line and `sixlane.run` hand to the server.

Phase: start-up. A value here is decided once, before the first socket is bound.
"""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from starlette.types import ASGIApp

from sixlane._serve.signals import STOP_SIGNALS

LoopName = Literal["auto", "asyncio", "uvloop"]
LogLevel = Literal["critical", "error", "warning", "info", "debug"]


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """What `sixlane._serve.server.serve` needs to know besides the app and its sockets.

    Attributes:
        host: The name or address that was bound; for messages only, the sockets are open already.
        port: The port that was bound, never 0 once the server runs.
        loop: "auto" is uvloop where it is installed and the stock asyncio loop otherwise.
        access_log: Write one line per answered request to the logger `sixlane.access`. What is
            refused before its head is understood is no request, and has none.
        log_level: The lowest level shown by the loggers under `sixlane`.
        root_path: The path prefix a proxy strips before it forwards; the ASGI scope's `root_path`.
        proxy_headers: Read client and scheme from `X-Forwarded-For` and `X-Forwarded-Proto`, where
            a proxy that is trusted has sent the request.
        forwarded_allow_ips: The trusted proxies: addresses and networks, separated by commas, or
            "*". Default: the environment variable FORWARDED_ALLOW_IPS, else 127.0.0.1.
        graceful_timeout_s: Seconds that requests in flight may take after SIGTERM or SIGINT;
            what still runs then is cancelled, except in threads. Default 30, the grace period of
            Kubernetes.
        backlog: Connections the kernel queues before they are accepted. Default 2048, as uvicorn.
        limits: Engine limits that differ from their defaults, by name: `{"body_bytes": 1_000_000}`.
        stop_signals: Signals that end serving; a worker leaves SIGINT to its parent.
        ends_process: Nothing comes after serving: threads that a stop had to leave behind do not
            hold the process.
        on_started: Called once, in the serving thread, when the lifespan start-up has finished and
            connections are accepted.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    loop: LoopName = "auto"
    access_log: bool = True
    log_level: LogLevel = "info"
    root_path: str = ""
    proxy_headers: bool = True
    forwarded_allow_ips: str | None = None
    graceful_timeout_s: float = 30.0
    backlog: int = 2048
    limits: Mapping[str, float] = field(default_factory=dict)
    stop_signals: tuple[signal.Signals, ...] = STOP_SIGNALS
    ends_process: bool = False
    on_started: Callable[[], None] | None = field(default=None, compare=False)


class RunOptions(TypedDict, total=False):
    """The keyword arguments of `sixlane.run`: the serve settings, and how many processes run them.

    Attributes:
        workers: Processes that share the listening socket. Default 1.
        reload: Start again when a Python file changes; for development.
        reload_dirs: Folders watched by `reload`. Default: the current folder.
    """

    host: str
    port: int
    loop: LoopName
    access_log: bool
    log_level: LogLevel
    root_path: str
    proxy_headers: bool
    forwarded_allow_ips: str | None
    graceful_timeout_s: float
    backlog: int
    limits: Mapping[str, float]
    workers: int
    reload: bool
    reload_dirs: list[str]


@dataclass(frozen=True)
class LoadedApp:
    """An application object and the name it was found under, such as "main:app"."""

    app: ASGIApp
    name: str
