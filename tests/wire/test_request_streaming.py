"""Bodies in parts: given on as they come, and no faster than the application takes them."""

import asyncio
import threading
from contextlib import suppress
from typing import Any

import pytest
from starlette.requests import Request
from support.engine import RunningEngine, both_loops
from support.raw_client import Client, request

from sixlane import FastAPI

from .applications import answer, read_size

CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """Frame a chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Send each part of the body back as it comes."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    more = True
    while more:
        message = await receive()
        more = message["more_body"]
        await send({"type": "http.response.body", "body": message["body"], "more_body": more})


@both_loops
def test_parts_go_both_ways_at_once(loop: Any) -> None:
    """The client sends a part only when it has the one before back."""
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    with RunningEngine(echo, loop=loop) as engine, Client(engine.port) as client:
        for _ in range(2):
            client.send(CHUNKED)
            for number in range(10):
                part = b"part %d" % number
                client.send(chunk(part))
                if number == 0:
                    assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK")
                assert client.read_exactly(len(chunk(part))) == chunk(part)
            client.send(LAST_CHUNK)
            assert client.read_exactly(5) == LAST_CHUNK


@pytest.mark.parametrize("framed", [b"Content-Length: 6", b"Transfer-Encoding: chunked"])
def test_a_body_that_is_there_is_one_message(framed: bytes) -> None:
    """Who takes it too early, as by `is_disconnected()`, does not read an empty one later."""
    messages = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        messages.append(await receive())
        await answer(send, b"")

    body = b"3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n" if b"chunked" in framed else b"abcdef"
    with RunningEngine(app) as engine, Client(engine.port) as client:
        with engine.paused():
            client.send(b"POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s" % (framed, body))
        assert client.read_answer().status == 200
    assert messages == [{"type": "http.request", "body": b"abcdef", "more_body": False}]


def test_a_body_that_is_not_taken_is_not_read() -> None:
    """The engine keeps next to nothing of it; the rest waits at the client."""
    size = 100_000_000
    taking = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not taking.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0)
        await answer(send, str(await read_size(receive)).encode())

    limits = {"body_bytes": size}
    with RunningEngine(app, limits=limits) as engine, Client(engine.port) as client:
        client.send(request("/", f"Content-Length: {size}", method="POST"))
        client.socket.settimeout(0)
        rest = memoryview(bytes(size))

        def send_on() -> int:
            nonlocal rest
            with suppress(BlockingIOError):
                rest = rest[client.socket.send(rest) :]
            return len(rest)

        engine.wait_until_still(send_on)
        # What is gone lies in the kernel's buffers.
        assert len(rest) > size / 2
        taking.set()
        assert client.send(bytes(rest))
        assert client.read_answer().body == b"100000000"


def test_planned_handlers_may_read_the_body_themselves() -> None:
    """Whole or in parts, over a request that the engine made."""
    app = FastAPI(openapi_url=None)

    @app.post("/whole")
    async def whole(request: Request) -> int:
        return len(await request.body())

    @app.post("/parts")
    async def parts(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    with RunningEngine(app) as engine, Client(engine.port) as client:
        for target in ("/whole", "/parts"):
            assert client.ask(target, method="POST", body=b"b" * 500_000).body == b"500000"
            client.send(CHUNKED.replace(b" / ", f" {target} ".encode()) + chunk(b"one"))
            client.send(chunk(b"two") + LAST_CHUNK)
            assert client.read_answer().body == b"6"
            assert client.ask(target, method="POST").body == b"0"
        assert engine.failures == []


def test_a_cancelled_receive_takes_nothing_with_it() -> None:
    """The message goes to the next `receive()`."""
    cancelled = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        waiting = asyncio.create_task(receive())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        cancelled.set()
        await answer(send, str(await read_size(receive)).encode())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(CHUNKED)
        assert cancelled.wait(10)
        client.send(chunk(b"one") + chunk(b"two") + LAST_CHUNK)
        assert client.read_answer().body == b"6"


def test_several_may_wait_to_receive() -> None:
    """Each part goes to one of them, the departure to all."""
    messages: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        messages.extend(await asyncio.gather(receive(), receive(), receive()))

    with RunningEngine(app) as engine:
        with Client(engine.port) as client:
            client.send(CHUNKED)
            engine.wait_until(lambda: engine.host._engine.running() > 0)
            client.send(chunk(b"one"))
            engine.wait_until_still(lambda: len(messages))
            client.reset()
        engine.wait_until_idle()
    kinds = sorted(message["type"] for message in messages)
    assert kinds == ["http.disconnect", "http.disconnect", "http.request"]
