"""Answers in parts: sent as they are made, and made no faster than the client reads."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import StreamingResponse
from support.engine import PATIENCE_S, RunningEngine
from support.raw_client import Client, request

from sixlane import FastAPI
from sixlane.responses import EventSourceResponse

MEBIBYTE = 1 << 20
PART = b"p" * (MEBIBYTE // 16)
TOTAL = 128 * MEBIBYTE


class Producer:
    """A plain application that sends a large answer in parts.

    Attributes:
        produced: Bytes it has sent so far.
    """

    def __init__(self, *, with_length: bool) -> None:
        self.produced = 0
        self._headers = [(b"content-length", str(TOTAL).encode())] if with_length else []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers})
        while self.produced < TOTAL:
            self.produced += len(PART)
            more = self.produced < TOTAL
            await send({"type": "http.response.body", "body": PART, "more_body": more})


def resident_bytes() -> int:
    """The memory that this process, and with it the engine, holds."""
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * 4096


@pytest.mark.parametrize("with_length", [True, False], ids=["of known length", "in chunks"])
def test_a_slow_reader_holds_the_producer_back(*, with_length: bool) -> None:
    """While the client does not read, parts are neither made nor kept; then all of them come."""
    app = Producer(with_length=with_length)
    with RunningEngine(app) as engine, Client(engine.port) as client:
        before = resident_bytes() if Path("/proc/self/statm").exists() else None
        client.send(request("/"))
        engine.wait_until_still(lambda: app.produced)
        assert 0 < app.produced < TOTAL / 4
        if before is not None:
            assert resident_bytes() - before < 8 * MEBIBYTE
        answer = client.read_answer()
        assert answer.complete
        assert len(answer.body) == TOTAL


def test_parts_arrive_as_they_are_made() -> None:
    """A part is on its way before the next one exists."""
    go_on = threading.Event()

    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        while not go_on.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0)
        yield b"second"

    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK")
        assert client.read_exactly(10) == b"5\r\nfirst\r\n"
        go_on.set()
        assert client.read_exactly(16) == b"6\r\nsecond\r\n0\r\n\r\n"


KINDS = {
    "lines": {},
    "events": {"response_class": EventSourceResponse},
    "content": {"response_class": StreamingResponse},
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_blocking_generator_yields_does_not_wait_for_more(kind: str) -> None:
    """Several items are made in one go, but each is sent while the next one may block."""
    go_on = threading.Event()
    app = FastAPI(openapi_url=None)
    options: dict[str, Any] = KINDS[kind]

    @app.get("/", **options)
    def stream() -> Iterator[str]:
        yield "one"
        yield "two"
        assert go_on.wait(PATIENCE_S)
        yield "three"

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        client.read_until(b"two")
        go_on.set()
        client.read_until(b"three")
        engine.wait_until(lambda: engine.host._engine.running() == 0)
        assert engine.failures == []


def test_a_slow_reader_holds_a_blocking_generator_back() -> None:
    """It is ahead by a bounded number of items, not by what its client has not read."""
    made: list[int] = []
    app = FastAPI(openapi_url=None)

    @app.get("/", response_class=StreamingResponse)
    def stream() -> Iterator[bytes]:
        for number in range(TOTAL // len(PART)):
            made.append(number)
            yield PART

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        engine.wait_until_still(lambda: len(made))
        assert 0 < len(made) < TOTAL / len(PART) / 4
        assert len(client.read_answer().body) == TOTAL


@pytest.mark.parametrize("body", [b"short", b"far too long"])
def test_a_body_of_another_length_than_announced(body: bytes) -> None:
    """The client must be able to tell that the answer is not whole, and the log says why."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"10")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    with RunningEngine(app) as engine:
        with Client(engine.port) as client:
            client.send(request("/") + request("/"))
            answers = client.read_answers()
        engine.wait_until_idle()
    assert [(answer.body, answer.complete) for answer in answers] == [(b"", False)]
    assert "content-length" in str(engine.failures[0].error)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_parts_of_any_bytes_like_type(kind: Any) -> None:
    """As other servers take them; Starlette passes a memoryview on as it is."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": kind(b"one"), "more_body": True})
        await send({"type": "http.response.body", "body": kind(b"two")})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        assert client.ask("/").body == b"onetwo"


@pytest.mark.parametrize(
    "header",
    [(b"x-a", b"one\r\nx-b: two"), (b"x a", b"one"), (b"x-a\r\n", b"one"), (b"x-a", b"\x00")],
)
def test_headers_that_would_split_the_answer(header: tuple[bytes, bytes]) -> None:
    """They become a 500 and a line in the log, and never reach the wire."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [header]})
        await send({"type": "http.response.body", "body": b"body"})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        answer = client.ask("/")
        assert answer.status == 500
        assert not {"x-a", "x-b"} & answer.headers.keys()
        assert client.ask("/").status == 500
    assert len(engine.failures) == 2


def test_a_head_does_not_wait_for_its_body() -> None:
    """The client sees the head while the first part of the body is still to come."""
    go_on = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": []})
        while not go_on.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0.001)
        await send({"type": "http.response.body", "body": b"late"})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        head = client.read_until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 202 ")
        assert b"transfer-encoding: chunked" in head
        go_on.set()
        assert client.read_exactly(14) == b"4\r\nlate\r\n0\r\n\r\n"
