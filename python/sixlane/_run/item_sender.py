"""The loop that sends what a handler yields, part by part."""

from __future__ import annotations

from time import monotonic
from typing import Any

from anyio import Event
from anyio.lowlevel import checkpoint
from starlette.responses import StreamingResponse
from starlette.types import Message, Send

from sixlane._run.items import AsyncItems

TURN_INTERVAL_S = 0.0001
"""How long a generator that never waits keeps the event loop: its parts are on their way anyway.

A turn of the loop after each part would cost as much as the part; after this time it is a
twentieth, and a hundred such streams together still let others run every ten milliseconds.
"""


class Progress:
    """How far a stream is, for who wants to say something in between.

    Attributes:
        last_sent: When the last message was handed over, by `time.monotonic`.
        is_sending: A part waits for a slow client; nothing may come between its bytes.
        interlude: Set once what somebody else sends is over; None where nobody sends.
    """

    __slots__ = ("interlude", "is_sending", "last_sent")

    def __init__(self) -> None:
        self.last_sent = monotonic()
        self.is_sending = False
        self.interlude: Event | None = None


async def send_items(
    response: StreamingResponse, progress: Progress, send: Send, *, shares_writes: bool = False
) -> None:
    """Send a response whose body a handler yields.

    A part is handed over before the next one is made. Others run, and a cancellation comes, where
    the handler or the client is waited for, and every `TURN_INTERVAL_S` where nobody is.

    Args:
        response: The response; its iterator gives bytes, or text in its character set.
        progress: Kept up to date for who else sends.
        send: Where it goes.
        shares_writes: The engine may write parts that come fast together, in the loop's next turn.
    """
    start: Message = {
        "type": "http.response.start",
        "status": response.status_code,
        "headers": response.raw_headers,
    }
    if shares_writes:
        start["sixlane.shares_writes"] = True
    await send(start)
    items: Any = response.body_iterator
    encode = None
    if type(items) is AsyncItems:  # one coroutine less for each item
        items, encode = items.source, items.encode
    turned = monotonic()
    async for item in items:
        part = item if encode is None else encode(item)
        if not isinstance(part, bytes | memoryview):
            part = part.encode(response.charset)
        if progress.interlude is not None:
            await progress.interlude.wait()
        message: Message = {"type": "http.response.body", "body": part, "more_body": True}
        progress.is_sending = True
        await send(message)
        progress.is_sending = False
        progress.last_sent = now = monotonic()
        if now - turned > TURN_INTERVAL_S:
            await checkpoint()
            turned = monotonic()
    if progress.interlude is not None:
        await progress.interlude.wait()
    progress.is_sending = True
    await send({"type": "http.response.body", "body": b"", "more_body": False})
