"""Several workers on one listening socket: start them, replace the dead, stop them together.

The first worker proves the app: only when it serves are the others started, so that an app that
does not load is reported once and not once per worker.
"""

import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import FrameType

from sixlane._serve.console import Announcement
from sixlane._serve.failure import SIGNALLED, START_FAILED
from sixlane._serve.host import CANCEL_PATIENCE_S
from sixlane._serve.listen import close_sockets
from sixlane._serve.logs import error_log
from sixlane._serve.process import WorkerProcess
from sixlane._serve.renewal import Renewal
from sixlane._serve.settings import ServeSettings
from sixlane._serve.target import AppTarget

STANDARD_INPUT = 0
"""The descriptor that tells whether somebody watches, and still does."""

RESPAWN_DELAY_S = 1.0
"""Seconds before a worker that died while it started is tried again, so that it cannot spin."""

KILL_DELAY_S = CANCEL_PATIENCE_S + 5.0
"""Seconds past the graceful timeout after which a worker is killed: it has cancelled what ran, and
should have shut the app down."""


class Supervisor:
    """Runs the workers of one app in the foreground; made once, run once."""

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
        self._announcement = announcement
        self._workers: list[WorkerProcess] = []
        self._proven = False
        self._failure_status = 0
        self._stop_signals = 0
        self._followed_signals = 0
        self._first_signal = 0
        self._stopping = False
        self._kill_at: float | None = None
        self._respawn_at: float | None = None
        self._renewal = Renewal(self._start_worker, settings.graceful_timeout_s + KILL_DELAY_S)
        self._hang_ups = 0
        self._followed_hang_ups = 0
        self._has_terminal = os.isatty(STANDARD_INPUT)

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT.

        A second signal has the workers cancel the requests in flight, a third one kills them.
        SIGHUP has all workers replaced one by one, unless it tells that the terminal is gone.

        Returns:
            0 after a stop that was asked for; 128 and the signal's number where it came before any
            worker served; else the status of the worker that could not start.
        """
        with self._signals() as wake_up:
            self._start_worker(self._announcement)
            while self._workers or self._respawn_at is not None:
                lifelines = {each.lifeline: each for each in self._workers if each.lifeline}
                for ready in wait([wake_up, *lifelines], timeout=self._patience()):
                    if ready is wake_up:
                        wake_up.recv(4096)
                    else:
                        lifelines[ready].read_lifeline()  # type: ignore[index]  # one of the keys
                self._follow_signals()
                self._fill_up()
                self._renew()
                self._collect_dead()
        if self._first_signal and not self._proven:
            return SIGNALLED + self._first_signal
        return self._failure_status

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        wake_up, remote = socket.socketpair()
        with wake_up, remote:
            wake_up.settimeout(0)
            remote.settimeout(0)
            handlers = {
                signal.SIGTERM: signal.signal(signal.SIGTERM, self._note_signal),
                signal.SIGINT: signal.signal(signal.SIGINT, self._note_signal),
                signal.SIGCHLD: signal.signal(signal.SIGCHLD, lambda _number, _frame: None),
            }
            if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as `nohup` leaves it
                handlers[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._note_hang_up)
            previous = signal.set_wakeup_fd(remote.fileno(), warn_on_full_buffer=False)
            try:
                yield wake_up
            finally:
                signal.set_wakeup_fd(previous)
                for number, handler in handlers.items():
                    signal.signal(number, handler)

    def _note_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stop_signals += 1
        self._first_signal = self._first_signal or number

    def _note_hang_up(self, number: int, frame: FrameType | None) -> None:
        if self._has_terminal and not os.isatty(STANDARD_INPUT):
            self._note_signal(number, frame)
        else:
            self._hang_ups += 1

    def _patience(self) -> float | None:
        all_moments = (self._kill_at, self._respawn_at, self._renewal.next_moment)
        moments = [moment for moment in all_moments if moment is not None]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _follow_signals(self) -> None:
        while self._followed_signals < self._stop_signals:
            self._followed_signals += 1
            match self._followed_signals:
                case 1:
                    error_log.info("Stopping %d workers", len(self._workers))
                    self._stop_all(self._settings.graceful_timeout_s)
                case 2:
                    self._stop_all(0.0)
                case _:
                    self._kill_all()
        if self._kill_at is not None and time.monotonic() >= self._kill_at:
            self._kill_all()

    def _stop_all(self, grace_s: float) -> None:
        is_repeated = self._stopping
        self._stopping = True
        self._renewal.cancel()
        self._kill_at = time.monotonic() + grace_s + KILL_DELAY_S
        self._respawn_at = None
        # The last holders: with them open, the kernel would go on taking connections for nobody.
        close_sockets(self._sockets)
        for worker in self._workers:
            # One that was replaced has been asked; asked again, it does not wait for its requests.
            if is_repeated or not self._renewal.is_retired(worker):
                worker.stop()

    def _kill_all(self) -> None:
        self._kill_at = None
        for worker in self._workers:
            error_log.warning("Worker [%d] does not stop, killing it", worker.pid)
            worker.kill()

    def _fill_up(self) -> None:
        """Start what is missing, once one worker serves and unless a respawn has to wait."""
        if self._stopping:
            return
        self._proven = self._proven or any(worker.started for worker in self._workers)
        if self._respawn_at is not None:
            if time.monotonic() < self._respawn_at:
                return
            self._respawn_at = None
        while self._proven and self._serving_count() < self._announcement.workers:
            self._start_worker()

    def _serving_count(self) -> int:
        return len(self._workers) - self._renewal.retired_count

    def _renew(self) -> None:
        if self._stopping or not self._proven:
            return
        if self._followed_hang_ups < self._hang_ups:
            self._followed_hang_ups = self._hang_ups
            self._renewal.begin(self._workers)
        self._renewal.step()

    def _start_worker(self, announcement: Announcement | None = None) -> WorkerProcess:
        worker = WorkerProcess(self._target, self._settings, self._sockets, announcement)
        self._workers.append(worker)
        return worker

    def _collect_dead(self) -> None:
        for worker in list(self._workers):
            status = worker.exit_status()
            if status is None:
                continue
            self._workers.remove(worker)
            worker.read_lifeline()
            self._proven = self._proven or worker.started
            is_replaced = self._renewal.note_end(worker)
            if self._stopping or is_replaced:
                continue
            if not self._proven:
                self._failure_status = status if status > 0 else START_FAILED
                self._stop_all(self._settings.graceful_timeout_s)
                continue
            error_log.error(
                "Worker [%d] died (%s), starting another", worker.pid, _cause_of(status)
            )
            delay = 0.0 if worker.started else RESPAWN_DELAY_S
            self._respawn_at = max(self._respawn_at or 0.0, time.monotonic() + delay)


def _cause_of(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
