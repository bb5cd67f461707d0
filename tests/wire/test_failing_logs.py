"""A log that raises costs no client its answer, and no other connection anything."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.responses import StreamingResponse
from support.engine import Failure, RunningEngine, both_loops
from support.raw_client import Client, request
from support.websocket_client import WebSocketClient

from sixlane import FastAPI, WebSocket

COMPLAINT = "The access log failed"


class Failing(list[Any]):
    """A log that takes a line and raises."""

    def append(self, line: Any) -> None:
        """Take a line."""
        super().append(line)
        raise ValueError("the disk is full")


def make_app() -> FastAPI:
    """Make an app that answers in each of the engine's ways."""
    app = FastAPI(openapi_url=None)

    @app.get("/at-once")
    async def at_once() -> str:
        return "x"

    @app.get("/later")
    async def later() -> str:
        await asyncio.sleep(0.001)
        return "x"

    @app.get("/yielding")
    async def yielding() -> str:
        await asyncio.sleep(0)
        return "x"

    @app.get("/thread")
    def thread() -> str:
        return "x"

    @app.get("/streamed")
    async def streamed() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b'"'
            await asyncio.sleep(0.001)
            yield b'x"'

        return StreamingResponse(parts())

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())

    @app.post("/body")
    async def body(value: dict[str, int]) -> dict[str, int]:
        return value

    return app


@both_loops
@pytest.mark.parametrize("path", ["/at-once", "/later", "/yielding", "/thread", "/streamed"])
def test_each_request_is_answered_and_logged_once(path: str, loop: Any) -> None:
    """The log's own failure is told to the error log, and the connection serves on."""
    engine = RunningEngine(make_app(), loop=loop)
    engine.accesses = Failing()
    with engine:
        with Client(engine.port) as client:
            assert [client.ask(path).body for _ in range(3)] == [b'"x"'] * 3
        engine.wait_until_idle()
    assert [record[2] for record in engine.accesses] == [path] * 3
    assert [failure.message for failure in engine.failures] == [COMPLAINT] * 3


@both_loops
def test_a_websocket_is_accepted(loop: Any) -> None:
    """A handshake whose line cannot be written is accepted all the same."""
    engine = RunningEngine(make_app(), loop=loop)
    engine.accesses = Failing()
    with engine:
        with WebSocketClient(engine.port, "/socket") as client:
            client.send_text("x")
            assert str(client.read_frame()) == "text:x"
        engine.wait_until_idle()
    assert len(engine.accesses) == 1


@both_loops
def test_others_of_the_same_turn_are_answered(loop: Any) -> None:
    """What is ready beside a request whose line cannot be written is not forgotten."""
    engine = RunningEngine(make_app(), loop=loop)
    engine.accesses = Failing()
    with engine:
        clients = [Client(engine.port) for _ in range(6)]
        for client in clients:
            client.ask("/at-once")
        with engine.paused():
            for client, path in zip(clients, ["/thread", "/later", "/at-once"] * 2, strict=True):
                client.send(request(path))
        assert [client.read_answer().status for client in clients] == [200] * 6
        for client in clients:
            client.close()


@both_loops
def test_deadlines_go_on(loop: Any) -> None:
    """A late request whose line cannot be written is not the last that is ended."""
    limits = {"header_timeout": 0.2, "body_idle_timeout": 0.2}
    engine = RunningEngine(make_app(), loop=loop, limits=limits)
    engine.accesses = Failing()
    head = b"POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\n"
    with engine:
        for begun in (head, head, b"GET / HT"):
            with Client(engine.port) as client:
                client.send(begun)
                assert client.read_answer().status == 408
    assert len(engine.accesses) == 2


@both_loops
def test_an_error_log_that_fails_is_told_to_the_interpreter(
    loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A handler's error is answered 500 although nobody can write it down."""
    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda given: told.append(str(given.exc_value)))

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            raise KeyError("lost")

    engine = RunningEngine(application, loop=loop)
    engine.failures = Failing()
    with engine, Client(engine.port) as client:
        assert [client.ask("/").status for _ in range(2)] == [500] * 2
    assert told == ["the disk is full"] * 2
    assert [type(failure) for failure in engine.failures] == [Failure] * 2
