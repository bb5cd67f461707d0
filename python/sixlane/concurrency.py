"""Blocking work from coroutines, in worker threads."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread
from starlette.concurrency import (
    iterate_in_threadpool,
    run_in_threadpool,
    run_until_first_complete,
)

__all__ = [
    "asynccontextmanager",
    "contextmanager_in_threadpool",
    "iterate_in_threadpool",
    "run_in_threadpool",
    "run_until_first_complete",
]

T = TypeVar("T")


@asynccontextmanager
async def contextmanager_in_threadpool(
    cm: AbstractContextManager[T],
) -> AsyncGenerator[T, None]:
    """Enter and leave a context manager that blocks, each in a worker thread.

    Leaving does not wait for a free thread: a manager that gives back what other threads wait for,
    such as a database connection, would otherwise be stuck behind them. Nor is it cancelled.

    Args:
        cm: The context manager.
    """
    own_thread = CapacityLimiter(1)
    value = await run_in_threadpool(cm.__enter__)
    try:
        yield value
    except BaseException as exc:
        with CancelScope(shield=True):
            handled = await to_thread.run_sync(
                cm.__exit__, type(exc), exc, exc.__traceback__, limiter=own_thread
            )
        if not handled:
            raise
    else:
        with CancelScope(shield=True):
            await to_thread.run_sync(cm.__exit__, None, None, None, limiter=own_thread)
