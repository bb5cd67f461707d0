"""Server-sent events on their way to the client, with a sign of life where there are none."""

from __future__ import annotations

from typing import Any

from anyio import Lock, current_time, sleep
from starlette._utils import create_collapsing_task_group
from starlette.types import Message, Send

from sixlane.responses import EventSourceResponse
from sixlane.sse import KEEPALIVE_COMMENT

PING_INTERVAL_S = 15.0
"""Silence after which a stream of events tells that it is still there; FastAPI's interval."""


class EventStreamResponse(EventSourceResponse):
    """The events that a handler yields.

    Proxies are told to keep nothing back, and sent a comment whenever there has been no event for
    `PING_INTERVAL_S` seconds, so that they do not give the connection up. The events
    themselves go their straight way: what waits for the silence is a task of its own.
    """

    def __init__(self, content: Any, **options: Any) -> None:
        super().__init__(content, **options)
        self.headers["cache-control"] = "no-cache"
        self.headers["x-accel-buffering"] = "no"

    async def stream_response(self, send: Send) -> None:
        """Send the events, and comments in between."""
        sender = _PingingSender(send)
        async with create_collapsing_task_group() as group:
            group.start_soon(sender.ping)
            await super().stream_response(sender)
            group.cancel_scope.cancel()


class _PingingSender:
    """A `send` that knows how long it has had nothing to do."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._last_sent = current_time()
        # A comment must not come between the parts of an event that waits for a slow client.
        self._sending = Lock(fast_acquire=True)

    async def __call__(self, message: Message) -> None:
        async with self._sending:
            await self._send(message)
            self._last_sent = current_time()

    async def ping(self) -> None:
        """Send a comment after each interval of silence, until this is cancelled."""
        while True:
            wait = self._last_sent + PING_INTERVAL_S - current_time()
            if wait > 0:
                await sleep(wait)
                continue
            async with self._sending:
                # Something may have been sent while this waited for it.
                if self._last_sent + PING_INTERVAL_S <= current_time():
                    await self._send(_PING)
                    self._last_sent = current_time()


_PING: Message = {"type": "http.response.body", "body": KEEPALIVE_COMMENT, "more_body": True}
