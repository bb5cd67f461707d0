"""SIGTERM and SIGINT while a process serves: once, twice, three times."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopSignals:
    """Counts the signals that ask for a stop, whichever of them comes.

    The first asks for a graceful stop, the second ends its patience: what still runs is cancelled.
    The third ends the process at once, by the signal itself, so that nothing can hold it for ever,
    not even a handler that blocks the event loop.

    Attributes:
        stopped: Set by the first signal.
        hurried: Set by the second one.
        first: The first signal; None before.
    """

    def __init__(self) -> None:
        self.stopped = asyncio.Event()
        self.hurried = asyncio.Event()
        self.first: signal.Signals | None = None
        self._loop = asyncio.get_running_loop()

    @contextmanager
    def catch(self, numbers: Sequence[signal.Signals] = STOP_SIGNALS) -> Iterator[None]:
        """Take these signals inside the context; where Python allows it, in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.getsignal(number) or signal.SIG_DFL for number in numbers}
        for number in numbers:
            # The loop's own handler only wakes it up, wherever the kernel delivers the signal. The
            # count is kept by one that runs even while a coroutine keeps the loop from turning.
            self._loop.add_signal_handler(number, _do_nothing)
            signal.signal(number, self._note)
        try:
            yield
        finally:
            for number, handler in previous.items():
                self._loop.remove_signal_handler(number)
                signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.first is None:
            self.first = signal.Signals(number)
            self._loop.call_soon_threadsafe(self.stopped.set)
        elif not self.hurried.is_set():
            # At once: the next signal may come before the loop turns.
            self.hurried.set()
            self._loop.call_soon_threadsafe(_do_nothing)
        else:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


def _do_nothing() -> None:
    """Runs where only the waking counts."""
