"""Server-sent events on their way to the client, with a sign of life where there are none."""

from __future__ import annotations

from time import monotonic
from typing import Any

from anyio import Event, sleep
from starlette._utils import create_collapsing_task_group
from starlette.types import Message, Send

from sixlane._run.item_sender import Progress, send_items
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
        progress = Progress()
        async with create_collapsing_task_group() as group:
            group.start_soon(_send_pings, progress, send)
            await send_items(self, progress, send, shares_writes=True)
            group.cancel_scope.cancel()


async def _send_pings(progress: Progress, send: Send) -> None:
    """Send a comment after each interval of silence, until this is cancelled."""
    while True:
        wait = progress.last_sent + PING_INTERVAL_S - monotonic()
        if wait > 0:
            await sleep(wait)
        elif progress.is_sending:  # to a client that takes nothing, a comment neither
            await sleep(PING_INTERVAL_S)
        else:
            progress.interlude = Event()
            await send(_PING)
            progress.interlude.set()
            progress.interlude = None
            progress.last_sent = monotonic()


_PING: Message = {"type": "http.response.body", "body": KEEPALIVE_COMMENT, "more_body": True}
