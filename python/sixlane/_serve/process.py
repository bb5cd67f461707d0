"""A worker process as its parent holds it: started fresh, on inherited sockets, on a lifeline.

Workers are new interpreters and not forks: an app that has started threads (every numerical
library does) cannot be forked safely. The lifeline is a pair of connected sockets: it carries the
job down and "started" up, and its end tells either side that the other is gone.
"""

import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Literal

from sixlane._serve.console import Announcement
from sixlane._serve.settings import ServeSettings
from sixlane._serve.target import AppTarget

STARTED = "started"
"""What a worker sends up its lifeline when it accepts connections."""


HELD_BACK = (signal.SIGINT,)
"""Blocked in a worker until it can take them: Ctrl+C must not break its interpreter's start."""


@dataclass(frozen=True)
class Listener:
    """A listening socket as a worker inherits it: its descriptor and what it is."""

    descriptor: int
    family: int

    def open(self) -> socket.socket:
        """Make a socket object of the descriptor; call it in the worker only."""
        return socket.socket(self.family, socket.SOCK_STREAM, fileno=self.descriptor)


@dataclass(frozen=True)
class Job:
    """What a worker is told to do.

    Attributes:
        target: The app to import.
        settings: Without `on_started`, which does not cross processes.
        listeners: Descriptors valid in the worker.
        search_path: The parent's `sys.path`, so that both import the same modules.
        announcement: None where the panel has been shown.
    """

    target: AppTarget
    settings: ServeSettings
    listeners: tuple[Listener, ...]
    search_path: tuple[str, ...]
    announcement: Announcement | None


class WorkerProcess:
    """One running worker.

    Attributes:
        started: The worker has said that it accepts connections.
    """

    def __init__(
        self,
        target: AppTarget,
        settings: ServeSettings,
        sockets: Sequence[socket.socket],
        announcement: Announcement | None,
    ) -> None:
        listeners = tuple(Listener(each.fileno(), int(each.family)) for each in sockets)
        self.started = False
        self._lifeline, remote = Pipe()
        descriptors = (remote.fileno(), *(each.descriptor for each in listeners))
        # -P: a file in the current folder must not shadow the standard library while we start.
        command = [sys.executable, "-P", "-m", "sixlane._serve.worker", str(remote.fileno())]
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)
        try:
            self._process = subprocess.Popen(command, pass_fds=descriptors)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            remote.close()
        search_path = tuple(str(Path(entry).absolute()) for entry in sys.path)
        with suppress(BrokenPipeError):  # it died at once: its exit status tells
            self._lifeline.send(Job(target, settings, listeners, search_path, announcement))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def lifeline(self) -> "Connection[Job, Literal['started']] | None":
        """Becomes readable when the worker starts or ends; None once it has ended."""
        return None if self._lifeline.closed else self._lifeline

    def read_lifeline(self) -> None:
        """Take what the worker has said so far."""
        try:
            while not self._lifeline.closed and self._lifeline.poll():
                self.started = self._lifeline.recv() == STARTED or self.started
        except (EOFError, OSError):
            self._lifeline.close()

    def exit_status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Ask for a graceful stop; asked again, it cancels the requests in flight."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def wait(self, timeout_s: float | None = None) -> int | None:
        """Wait for its end; None when it still runs after `timeout_s` seconds."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
