"""Server-sent events that come fast share a write; none waits for longer than the handler works."""

import asyncio
import threading
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from support.engine import PATIENCE_S, RunningEngine
from support.raw_client import Client, request

from sixlane import FastAPI
from sixlane.responses import EventSourceResponse, StreamingResponse

BURST = 200
"""Events that take longer to make than a turn of the event loop."""


def streaming(source: Any) -> FastAPI:
    """Make an application that streams what `source` yields, as events."""
    app = FastAPI(openapi_url=None)
    app.get("/", response_class=EventSourceResponse)(source)
    app.get("/made")(lambda: StreamingResponse(source(), media_type="text/event-stream"))
    app.get("/next")(lambda: "next")
    return app


SHARING = {"headers": [], "sixlane.shares_writes": True}
"""What a stream of events begins with."""

PATHS = pytest.mark.parametrize("path", ["/", "/made"])


def events(first: int, last: int) -> list[bytes]:
    """What is on the wire of events that are numbers."""
    return [f"data: {number}\n\n".encode() for number in range(first, last)]


@PATHS
def test_a_burst_is_out_before_the_handler_has_what_it_waits_for(path: str) -> None:
    """However long it waits."""
    go_on = threading.Event()

    async def source() -> AsyncIterator[Any]:
        for number in range(BURST):
            yield number if path == "/" else f"data: {number}\n\n"
        while not go_on.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0.001)
        for number in range(BURST, 2 * BURST):
            yield number if path == "/" else f"data: {number}\n\n"

    with RunningEngine(streaming(source)) as engine, Client(engine.port) as client:
        client.send(request(path) + request("/next"))
        last = events(BURST - 1, BURST)[0]
        received = client.read_until(last) + last
        go_on.set()
        received += client.read_until(b"\r\n0\r\n\r\n")
        assert [part for part in received.split(b"\r\n") if part.startswith(b"data")] == events(
            0, 2 * BURST
        )
        assert client.read_answer().body == b'"next"'


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("turns", [0, 1])
def test_what_was_sent_before_a_failure_arrives(version: str, turns: int) -> None:
    """Whether the answer is cut by a reset or by the end of the connection."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, **SHARING})
        for event in events(0, 3):
            await send({"type": "http.response.body", "body": event, "more_body": True})
            for _ in range(turns):
                await asyncio.sleep(0)
        for event in events(3, 6):
            await send({"type": "http.response.body", "body": event, "more_body": True})
        raise LookupError("no more")

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(f"GET / HTTP/{version}\r\nHost: x\r\n\r\n".encode())
        client.read_until(events(5, 6)[0])


@PATHS
def test_large_events_are_held_back_with_the_handler(path: str) -> None:
    """A client that does not read stops the handler, as with other streams."""
    made = count()
    produced = [0]
    text = "x" * 100_000

    async def source() -> AsyncIterator[str]:
        for number in made:
            produced[0] = number
            yield text if path == "/" else f"data: {text}\n\n"

    with RunningEngine(streaming(source)) as engine, Client(engine.port) as client:
        client.send(request(path))
        engine.wait_until_still(lambda: produced[0])
        assert 0 < produced[0] < 1000
        client.read_until(b"data")


@pytest.mark.parametrize("wait", [0, 0.03], ids=["at once", "after its head"])
def test_events_that_the_user_has_made_do_not_wait(wait: float) -> None:
    """Each is out before the generator goes on, though it blocks the loop, as in FastAPI."""
    go_on = threading.Semaphore(0)

    async def source() -> AsyncIterator[str]:
        await asyncio.sleep(wait)
        for number in range(3):
            yield f"data: {number}\n\n"
            assert number == 0 or go_on.acquire(timeout=PATIENCE_S)

    with RunningEngine(streaming(source)) as engine, Client(engine.port) as client:
        client.send(request("/made"))
        for event in events(1, 3):
            client.read_until(event)
            go_on.release()
        client.read_until(b"0\r\n\r\n")
        assert engine.failures == []
