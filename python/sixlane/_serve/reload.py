"""Development: serve in a child process, and start it again whenever a Python file changes."""

import signal
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

from watchfiles import PythonFilter, watch

from sixlane._serve.console import Announcement
from sixlane._serve.failure import SIGNALLED, START_FAILED
from sixlane._serve.host import CANCEL_PATIENCE_S
from sixlane._serve.listen import close_sockets
from sixlane._serve.logs import error_log
from sixlane._serve.process import WorkerProcess
from sixlane._serve.settings import ServeSettings
from sixlane._serve.target import AppTarget

CHECK_INTERVAL_MS = 250
"""How often the child is looked after while no file changes."""

STOP_PATIENCE_S = 5.0
"""Seconds a reload gives the requests in flight: a developer is waiting."""

KILL_DELAY_S = CANCEL_PATIENCE_S + 5.0
"""Seconds after them in which the child cancels what runs and shuts the app down, or is killed."""

_HURRY = 2
"""The signal that ends the patience with requests in flight."""


class Reloader:
    """Keeps one child serving the newest code; made once, run once."""

    def __init__(
        self,
        target: AppTarget,
        sockets: list[socket.socket],
        settings: ServeSettings,
        announcement: Announcement,
    ) -> None:
        self._target = target
        self._sockets = sockets
        self._settings = settings
        self._announcement: Announcement | None = announcement
        self._worker: WorkerProcess | None = None
        self._has_served = False
        self._stopping = threading.Event()
        self._stop_signals = 0
        self._first_signal = 0

    def run(self, folders: Iterable[Path]) -> int:
        """Watch the folders until SIGTERM or SIGINT.

        A second signal has the child cancel the requests in flight, a third one kills it.
        A child that fails before any has served ends the run: the command was wrong. Later
        failures wait for the next change: the developer is in the middle of one.

        Returns:
            0 after a stop that was asked for; 128 and the signal's number where it came before any
            child served; else the status of the first child.
        """
        previous = {
            number: signal.signal(number, self._note_signal)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            return self._watch(folders)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stop_signals += 1
        self._first_signal = self._first_signal or number
        if self._worker is not None and self._stop_signals > 1:
            if self._stop_signals == _HURRY:
                self._worker.stop()
            else:
                self._worker.kill()
        self._stopping.set()

    def _watch(self, folders: Iterable[Path]) -> int:
        self._start()
        for changes in watch(
            *folders,
            watch_filter=PythonFilter(),
            stop_event=self._stopping,
            rust_timeout=CHECK_INTERVAL_MS,
            yield_on_timeout=True,
        ):
            status = self._look_after_child()
            if status is not None:
                return status
            if changes:
                names = sorted({Path(path).name for _, path in changes})
                error_log.warning("%s changed, starting again", ", ".join(names))
                self._stop(STOP_PATIENCE_S)
                self._start()
        # With them open, the kernel would go on taking connections for nobody.
        close_sockets(self._sockets)
        self._stop(self._settings.graceful_timeout_s)
        return 0 if self._has_served else SIGNALLED + self._first_signal

    def _start(self) -> None:
        self._worker = WorkerProcess(
            self._target, self._settings, self._sockets, self._announcement
        )

    def _look_after_child(self) -> int | None:
        """Note its start and its end; a number ends the run."""
        worker = self._worker
        if worker is None:
            return None
        self._read_lifeline(worker)
        status = worker.exit_status()
        if status is None:
            return None
        self._worker = None
        if not self._has_served:
            return status if status > 0 else START_FAILED
        error_log.warning("The app has ended (exit status %d); waiting for a change", status)
        return None

    def _read_lifeline(self, worker: WorkerProcess) -> None:
        worker.read_lifeline()
        if worker.started:
            self._has_served = True
            self._announcement = None

    def _stop(self, grace_s: float) -> None:
        """Have the child finish, after a while cancel what it does, and at last kill it."""
        if self._worker is None:
            return
        self._worker.stop()
        if self._worker.wait(grace_s) is None:
            self._worker.stop()
        if self._worker.wait(KILL_DELAY_S) is None:
            self._worker.kill()
            self._worker.wait()
        self._read_lifeline(self._worker)
        self._worker = None
