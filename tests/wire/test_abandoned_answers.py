"""Answers that nobody is left to read, or that end with their connection: closed, and no error."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from support.engine import PATIENCE_S, RunningEngine
from support.raw_client import Client, request
from support.websocket_client import TEXT, WebSocketClient, frame

from sixlane import FastAPI, Response, WebSocket
from sixlane._serve.host import log_error
from sixlane.responses import FileResponse

Leave = Callable[[Client], None]


@pytest.mark.parametrize("leave", [Client.close, Client.reset], ids=["close", "reset"])
def test_a_stream_that_its_client_does_not_read_is_closed(leave: Leave) -> None:
    """A generator that is held back runs its last lines at once, not when garbage is collected."""
    ended: list[str] = []
    app = FastAPI(openapi_url=None)

    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"part" * 10_000
        finally:
            await asyncio.sleep(0)
            ended.append("generator")

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    gc.disable()
    try:
        with RunningEngine(app) as engine, Client(engine.port) as client:
            client.send(request("/"))
            client.read_exactly(1)
            leave(client)
            engine.wait_until_idle()
            assert ended == ["generator"]
    finally:
        gc.enable()


@pytest.mark.parametrize("leave", [Client.close, Client.reset], ids=["close", "reset"])
def test_a_generator_is_cancelled_where_it_waits(leave: Leave) -> None:
    """Not where it yields, though `send` is the first to know: it would wait for its collection."""
    ended: list[type[BaseException]] = []
    left = threading.Event()
    app = FastAPI(openapi_url=None)

    async def parts() -> AsyncIterator[bytes]:
        yield b"part"
        left.wait()
        try:
            while True:
                for _ in range(10):
                    yield b"part"
                await asyncio.sleep(0)
        except BaseException as error:
            ended.append(type(error))
            raise

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        client.read_until(b"part")
        leave(client)
        left.set()
        engine.wait_until_idle()
    assert ended == [asyncio.CancelledError]


def with_middleware(app: FastAPI) -> None:
    """Add one that makes a stream of every answer."""

    @app.middleware("http")
    async def pass_on(request: Request, call_next: Any) -> Response:
        answered: Response = await call_next(request)
        return answered


@pytest.mark.parametrize("dress", [lambda _: None, with_middleware], ids=["bare", "middleware"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_client_that_ends_its_side_gets_no_server_error(
    dress: Callable[[FastAPI], None], version: str, tmp_path: Path
) -> None:
    """What listens for the client's departure stops, which is no error in any log."""
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1_000_000)
    app = FastAPI(openapi_url=None)
    dress(app)

    async def parts() -> AsyncIterator[bytes]:
        await asyncio.sleep(PATIENCE_S)
        yield b"part"

    @app.get("/file")
    async def read_file() -> FileResponse:
        return FileResponse(file)

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with RunningEngine(app) as engine:
        for path in ("/file", "/stream"):
            with Client(engine.port) as client:
                client.send(f"GET {path} HTTP/{version}\r\nHost: a\r\n\r\n".encode())
                client.end()
                assert client.read_to_end()[:12] in (b"", b"HTTP/1.1 200")
                engine.wait_until_idle()
        assert engine.failures == []
        assert {status for *_, status in engine.accesses} <= {200}


def test_the_access_log_names_a_request_whose_answer_ends_by_closing() -> None:
    """HTTP/1.0 has no other end for an answer whose length nobody knows."""
    app = FastAPI(openapi_url=None)

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter(["a", "b"]))

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(b"GET /stream?a=1 HTTP/1.0\r\n\r\n")
        assert client.read_to_end().endswith(b"\r\n\r\nab")
        engine.wait_until_idle()
        assert [access[1:] for access in engine.accesses] == [("GET", "/stream?a=1", "1.0", 200)]


@pytest.mark.parametrize("leave", [Client.close, Client.reset, Client.end])
def test_the_access_log_has_an_answer_whose_client_left(leave: Leave) -> None:
    """As uvicorn's, which has it when the answer begins: once, with its status."""
    app = FastAPI(openapi_url=None)

    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield b"part" * 1000
            await asyncio.sleep(0)

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts(), status_code=203)

    with RunningEngine(app) as engine:
        with Client(engine.port) as client:
            client.send(request("/stream?a=1"))
            client.read_exactly(10_000)
            leave(client)
            engine.wait_until_idle()
        assert [access[1:] for access in engine.accesses] == [("GET", "/stream?a=1", "1.1", 203)]


def test_the_access_log_has_an_answer_that_fails() -> None:
    """The traceback in the error log has a line of the request beside it."""
    app = FastAPI(openapi_url=None)

    async def parts() -> AsyncIterator[bytes]:
        yield b"part"
        raise ValueError

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/stream"))
        client.read_to_end()
        engine.wait_until_idle()
        assert [type(failure.error) for failure in engine.failures] == [ValueError]
        assert [access[1:] for access in engine.accesses] == [("GET", "/stream", "1.1", 200)]


def test_an_echo_to_nobody_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """A handler sends before it has received the departure; the error log is not told of it."""
    app = FastAPI(openapi_url=None)

    @app.websocket("/")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept()
        while (message := await websocket.receive())["type"] == "websocket.receive":
            await websocket.send_text(message["text"])

    with RunningEngine(app) as engine:
        client = WebSocketClient(engine.port)
        client.send(frame(TEXT, b"a") * 3 + bytes([0x83, 0x80, 0, 0, 0, 0]))
        client.close()
        engine.wait_until_idle()
        for failure in engine.failures:
            log_error(failure.message, failure.error)
    assert [record.levelname for record in caplog.records if record.levelno > 10] == []
