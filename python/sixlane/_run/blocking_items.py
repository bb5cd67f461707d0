"""The values that a generator yields which may block: made in worker threads, sent by the loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any, Self

from anyio import CancelScope
from starlette.concurrency import run_in_threadpool

from sixlane._run.items import Encode

AHEAD_S = 0.0002
"""How long a worker thread goes on making items once it has begun.

The way to a thread and back takes 100 us. A generator that is faster makes several items on one
way; the loop takes each as soon as it is made, even while the next one blocks.
"""
AHEAD_ITEMS = 32
"""How many items it makes at most, so that large ones do not heap up."""


class BlockingItems:
    """The values of an iterator that may block: each is made, and encoded, in a worker thread.

    Args:
        source: What yields them.
        encode: Makes the bytes of a value.
    """

    def __init__(self, source: Iterator[Any], encode: Encode) -> None:
        self._source = source
        self._encode = encode
        self._made: deque[Any] = deque()
        self._failure: BaseException | None = None
        self._is_over = False
        self._is_closed = False
        self._is_awaited = False
        self._arrived = asyncio.Event()
        self._making: asyncio.Task[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        while True:
            # The thread says that it is over after it has appended the last item.
            is_over = self._is_over
            if self._made:
                return self._made.popleft()
            if is_over:
                failure, self._failure = self._failure, None
                raise StopAsyncIteration if failure is None else failure
            await self._wait_for_item()

    async def _wait_for_item(self) -> None:
        """Wait until an item is made, or the thread has ended; begin with one if none is at it."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # Trio has no task that could make the next one meanwhile.
            await run_in_threadpool(self._make_items, 1, None)
            return
        self._arrived.clear()
        self._is_awaited = True
        if self._making is None or self._making.done():
            make = run_in_threadpool(self._make_items, AHEAD_ITEMS, loop)
            self._making = loop.create_task(make)
            self._making.add_done_callback(self._wake)
        # The thread appends before it looks whether somebody waits: one of the two sees the other.
        if not self._made:
            await self._arrived.wait()
        self._is_awaited = False

    def _wake(self, _: object = None) -> None:
        self._arrived.set()

    def _make_items(self, count: int, loop: asyncio.AbstractEventLoop | None) -> None:
        """Make up to `count` items, for as long as that is quick; tell the loop that waits."""
        began = monotonic()
        for _ in range(count):
            try:
                self._made.append(self._encode(next(self._source)))
            except StopIteration:
                self._is_over = True
                return
            except BaseException as failure:  # noqa: BLE001  raised where the items are taken
                self._failure = failure
                self._is_over = True
                return
            if self._is_closed or monotonic() - began > AHEAD_S:
                return
            if loop is not None and self._is_awaited:
                self._is_awaited = False
                loop.call_soon_threadsafe(self._wake)

    async def close(self) -> None:
        """End what yields them, in a worker thread; see `AsyncItems.close`."""
        self._is_closed = True
        making = self._making
        with CancelScope(shield=True):
            if making is not None:
                await asyncio.wait([making])
            await close_blocking(self._source)


async def close_blocking(source: Any) -> None:
    """End a generator in a worker thread; nothing for one that is over, or that cannot be ended."""
    close = getattr(source, "close", None)
    is_over = getattr(source, "gi_frame", source) is None
    if close is not None and not is_over:
        with CancelScope(shield=True):
            await run_in_threadpool(close)
