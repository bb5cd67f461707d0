"""The values that an asynchronous generator yields, one by one, as they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, Self

from anyio import CancelScope
from anyio.lowlevel import checkpoint

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
