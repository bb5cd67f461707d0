"""The values that a handler yields, one by one, as they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Self

from anyio import CancelScope
from anyio.lowlevel import checkpoint
from starlette.concurrency import run_in_threadpool

Encode = Callable[[Any], Any]


class AsyncItems:
    """The values of an asynchronous iterator.

    An object rather than a generator: nobody has to end one that is left in the middle.

    Args:
        source: What yields them.
        encode: Makes the bytes of a value.
    """

    def __init__(self, source: AsyncIterator[Any], encode: Encode) -> None:
        self.source = source
        self.encode = encode

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        # The one before is on its way before the next is made, and a generator that never waits
        # neither stops the others nor escapes a cancellation.
        await checkpoint()
        return self.encode(await anext(self.source))

    async def close(self) -> None:
        """End what yields them where it waits, whatever is cancelled around it."""
        close = getattr(self.source, "aclose", None)
        if close is not None:
            with CancelScope(shield=True):
                await close()


class BlockingItems:
    """The values of an iterator that may block: each is made, and encoded, in a worker thread.

    Args:
        source: What yields them.
        encode: Makes the bytes of a value.
    """

    def __init__(self, source: Iterator[Any], encode: Encode) -> None:
        self._source = source
        self._encode = encode
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        item = await run_in_threadpool(self._make_next)
        if self._ended:
            raise StopAsyncIteration
        return item

    def _make_next(self) -> Any:
        try:
            item = next(self._source)
        except StopIteration:  # which no future can carry
            self._ended = True
            return None
        return self._encode(item)

    async def close(self) -> None:
        """End what yields them, in a worker thread; see `AsyncItems.close`."""
        await close_blocking(self._source)


async def close_blocking(source: Any) -> None:
    """End a generator in a worker thread; nothing for one that is over, or that cannot be ended."""
    close = getattr(source, "close", None)
    is_over = getattr(source, "gi_frame", source) is None
    if close is not None and not is_over:
        with CancelScope(shield=True):
            await run_in_threadpool(close)
