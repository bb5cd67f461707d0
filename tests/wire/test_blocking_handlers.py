"""A coroutine that blocks the loop: what it sent before is out, and no deadline has passed.

Not so a part of an answer that follows another one within a millisecond: those share a write.
"""

import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import pytest
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse
from support.engine import PATIENCE_S, RunningEngine
from support.raw_client import Client, request

from sixlane import Depends, FastAPI
from sixlane.responses import EventSourceResponse

Application = Callable[..., Any]


def plain_parts(block: Callable[[], None]) -> Application:
    """Send parts by hand."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in (b"first", b"second"):
            await send({"type": "http.response.body", "body": part, "more_body": True})
            block()
        await send({"type": "http.response.body", "body": b""})

    return app


def streamed_parts(block: Callable[[], None]) -> Application:
    """Stream what a generator yields."""
    app = FastAPI(openapi_url=None)

    async def parts() -> AsyncIterator[bytes]:
        for part in (b"first", b"second"):
            yield part
            block()

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    return app


def events(block: Callable[[], None]) -> Application:
    """Yield events."""
    app = FastAPI(openapi_url=None)

    @app.get("/", response_class=EventSourceResponse)
    async def stream() -> AsyncIterator[str]:
        for part in ("first", "second"):
            yield part
            block()

    return app


@pytest.mark.parametrize("make", [plain_parts, streamed_parts, events])
def test_a_part_is_out_before_the_generator_goes_on(make: Callable[..., Application]) -> None:
    """As where tokens are computed in the loop: the client has each before the next is made."""
    go_on = threading.Semaphore(0)

    def block() -> None:
        time.sleep(0.002)  # longer than parts that share a write are apart
        assert go_on.acquire(timeout=PATIENCE_S)

    with RunningEngine(make(block)) as engine, Client(engine.port) as client:
        for _ in range(2):
            client.send(request("/"))
            assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK")
            client.read_until(b"first")
            go_on.release()
            client.read_until(b"second")
            go_on.release()
            client.read_until(b"0\r\n\r\n")
        assert not engine.failures


def plain_answer(block: Callable[[], None]) -> Application:
    """Answer, then go on."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"whole"})
        block()

    return app


def background(block: Callable[[], None]) -> Application:
    """Answer with something to do afterwards."""
    app = FastAPI(openapi_url=None)

    async def work() -> None:
        block()

    @app.get("/")
    async def answer() -> Response:
        return Response(b"whole", background=BackgroundTask(work))

    return app


def teardown(block: Callable[[], None]) -> Application:
    """Answer with a resource to give back."""
    app = FastAPI(openapi_url=None)

    async def resource() -> AsyncIterator[bytes]:
        yield b"whole"
        block()

    @app.get("/")
    async def answer(whole: Annotated[bytes, Depends(resource)]) -> Response:
        return Response(whole)

    return app


@pytest.mark.parametrize("behind", [b"", b"\r\n"], ids=["nothing behind", "a line end behind"])
@pytest.mark.parametrize("make", [plain_answer, background, teardown])
def test_an_answer_is_out_before_what_follows_it(
    make: Callable[..., Application], behind: bytes
) -> None:
    """The client does not wait for what is none of its business."""
    go_on = threading.Semaphore(0)

    def block() -> None:
        assert go_on.acquire(timeout=PATIENCE_S)

    with RunningEngine(make(block)) as engine, Client(engine.port) as client:
        for _ in range(2):
            client.send(request("/") + behind)
            assert client.read_answer().body == b"whole"
            go_on.release()
        assert not engine.failures


def test_a_deadline_begins_after_the_handler() -> None:
    """A connection whose handler has blocked is idle from its answer on, not from before it."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def block(seconds: float) -> float:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass
        return seconds

    limits = {"keep_alive_timeout": 1.5}
    with RunningEngine(app, limits=limits) as engine, Client(engine.port) as client:
        assert client.ask("/?seconds=1.6").body == b"1.6"
        begun = time.monotonic()
        assert client.read_to_end() == b""
        assert time.monotonic() - begun > 1.0


def test_a_log_handler_may_use_the_connection() -> None:
    """Nothing of it is held while the access log is written."""
    heard: list[RuntimeError] = []
    sends: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sends.append(send)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"whole"})

    class Accesses(list[Any]):
        def append(self, record: Any) -> None:
            try:
                sends[-1]({"type": "http.response.body", "body": b"more"})
            except RuntimeError as error:
                heard.append(error)
            super().append(record)

    engine = RunningEngine(app)
    engine.accesses = Accesses()
    with engine, Client(engine.port) as client:
        for _ in range(2):
            assert client.ask("/").body == b"whole"
        engine.wait_until(lambda: len(engine.accesses) == 2)
    assert len(heard) == 2  # as for any part after the last one
