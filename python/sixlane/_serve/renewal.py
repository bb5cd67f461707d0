"""Workers replaced one by one while the others serve, for new code without a gap."""

import time
from collections.abc import Callable, Sequence

from sixlane._serve.logs import error_log
from sixlane._serve.process import WorkerProcess


class Renewal:
    """Has each worker of one moment replaced, once a successor of it accepts connections.

    Args:
        start_worker: Starts a worker and returns it.
        patience_s: Seconds that a replaced worker has for its requests before it is killed.
    """

    def __init__(self, start_worker: Callable[[], WorkerProcess], patience_s: float) -> None:
        self._start_worker = start_worker
        self._patience_s = patience_s
        self._outdated: list[WorkerProcess] = []
        self._successor: WorkerProcess | None = None
        self._retired: dict[WorkerProcess, float | None] = {}

    @property
    def retired_count(self) -> int:
        """How many replaced workers still answer what they have begun."""
        return len(self._retired)

    @property
    def next_moment(self) -> float | None:
        """When a replaced worker has to be killed, by the monotonic clock; None for none."""
        moments = [moment for moment in self._retired.values() if moment is not None]
        return min(moments, default=None)

    def begin(self, workers: Sequence[WorkerProcess]) -> None:
        """Have these workers replaced.

        One that is being started for that already may have read older code, or may never come so
        far; it is stopped for another.
        """
        self._follow_successor()
        unfinished, self._successor = self._successor, None
        self._outdated = [
            worker for worker in workers if worker is not unfinished and worker not in self._retired
        ]
        error_log.info("Received SIGHUP, replacing %d workers", len(self._outdated))
        if unfinished is not None:
            error_log.info("Worker [%d] has not started yet, stopping it", unfinished.pid)
            self._retire(unfinished)

    def cancel(self) -> None:
        """Replace no more workers."""
        self._outdated.clear()
        self._successor = None

    def step(self) -> None:
        """Go on as far as the workers have come."""
        self._follow_successor()
        if self._outdated and self._successor is None:
            self._successor = self._start_worker()
        for worker, moment in self._retired.items():
            if moment is not None and time.monotonic() >= moment:
                error_log.warning("Worker [%d] does not stop, killing it", worker.pid)
                worker.kill()
                self._retired[worker] = None

    def is_retired(self, worker: WorkerProcess) -> bool:
        """Tell whether a worker has been replaced, and asked to stop."""
        return worker in self._retired

    def note_end(self, worker: WorkerProcess) -> bool:
        """Take note of a worker's end; True where nobody has to be started in its place."""
        if self._retired.pop(worker, None) is not None:
            return True
        if worker in self._outdated:
            self._outdated.remove(worker)
        if worker is not self._successor or worker.started:
            return False
        error_log.error("Worker [%d] did not start, so the others go on", worker.pid)
        self.cancel()
        return True

    def _follow_successor(self) -> None:
        if self._successor is not None and self._successor.started:
            self._successor = None
            if self._outdated:
                self._retire(self._outdated.pop(0))

    def _retire(self, worker: WorkerProcess) -> None:
        self._retired[worker] = time.monotonic() + self._patience_s
        worker.stop()
