"""A worker thread of the engine: it runs `def` handlers until the engine closes."""

from __future__ import annotations

import threading
from contextvars import Context
from typing import Any, Protocol

from anyio._core._eventloop import threadlocals
from anyio.lowlevel import EventLoopToken


class Worker(Protocol):
    """What `_engine.Worker` offers here; see its stub."""

    def take(self) -> tuple[Any, ...] | None: ...
    def finish(self, value: object) -> None: ...
    def fail(self, error: BaseException) -> None: ...


def start_thread(token: EventLoopToken, worker: Worker, name: str) -> None:
    """Start a thread that serves `worker`; the interpreter does not wait for it at its end.

    Args:
        token: The event loop that `anyio.from_thread` reaches from the thread.
        worker: Where its calls come from.
        name: The thread's name.

    Raises:
        RuntimeError: No thread can be started.
    """
    threading.Thread(target=_serve, args=(token, worker), name=name, daemon=True).start()


def _serve(token: EventLoopToken, worker: Worker) -> None:
    # Makes the thread one of anyio's.
    threadlocals.current_token = token
    threadlocals.current_cancel_scope = None
    run: Any = Context.run
    while (job := worker.take()) is not None:
        try:
            # No variable keeps the value: the thread may wait long for its next call.
            worker.finish(run(*job))
        except BaseException as error:  # noqa: BLE001  the exception handlers decide
            worker.fail(error)
        del job
