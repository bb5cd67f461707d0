"""Sending a response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send


async def send_response(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response and run its background tasks.

    Starlette sends a stream in a task of its own, beside one that waits for the client to leave.
    What is raised there and means something to tasks would be lost, or end the event loop: it is
    raised here instead, like every other exception.

    A generator that was not read to its end, since the client has left, is closed: cycles of
    references would else hold it, and what it holds, until the garbage collector comes by.
    """
    if not isinstance(response, StreamingResponse):
        await response(scope, receive, send)
        return
    escaped: list[BaseException] = []
    stream = response.stream_response

    async def stream_response(send: Send) -> None:
        try:
            await stream(send)
        except (KeyboardInterrupt, SystemExit, asyncio.CancelledError) as escape:
            if isinstance(escape, asyncio.CancelledError) and _is_being_cancelled():
                raise
            escaped.append(escape)
            response.background = None

    response.stream_response = stream_response  # type: ignore[method-assign]
    try:
        await response(scope, receive, send)
    finally:
        await _close(response.body_iterator)
    if escaped:
        raise escaped[0]


async def _close(items: object) -> None:
    if isinstance(items, AsyncGenerator):
        await items.aclose()


def _is_being_cancelled() -> bool:
    """Whether somebody has cancelled the task, rather than raised what cancellation raises."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
