"""WebSocket clients and applications that are slow, silent or too much, and servers that stop."""

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from support.engine import RunningEngine, both_loops
from support.raw_client import Client, request
from support.websocket_client import (
    BINARY,
    CLOSE,
    DEFLATE,
    PING,
    PONG,
    TEXT,
    UPGRADE,
    WebSocketClient,
    frame,
)

MEBIBYTE = 1 << 20


class Hosted:
    """Accepts, then does nothing until it is let go; then reads to the end.

    Attributes:
        received: All messages after the first.
        task: Of the connection.
    """

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.task: asyncio.Task[Any] | None = None
        self._free = asyncio.Event()

    def let_go(self) -> None:
        """Have the application read."""
        self._free.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        self.task = asyncio.current_task()
        await receive()
        await send({"type": "websocket.accept"})
        await self._free.wait()
        while not self.received or self.received[-1]["type"] != "websocket.disconnect":
            self.received.append(await receive())


def fill(client: WebSocketClient, first: int, payload: bytes) -> int:
    """Send frames until the server takes no more for a while; return how many were begun."""
    client.socket.settimeout(0.5)
    count = 0
    while True:
        count += 1
        try:
            client.socket.sendall(frame(first, payload))
        except TimeoutError:
            return count


def test_a_client_is_held_back_while_the_application_does_not_read() -> None:
    """What is kept for it is bounded, and nothing of it is lost."""
    app = Hosted()
    with RunningEngine(app) as engine, WebSocketClient(engine.port) as client:
        begun = fill(client, BINARY, bytes(MEBIBYTE))
        assert begun < 50
        engine.call(app.let_go)
        engine.wait_until(lambda: len(app.received) == begun - 1)
        client.reset()
        engine.wait_until_idle()
    assert {len(message["bytes"]) for message in app.received[:-1]} == {MEBIBYTE}
    assert app.received[-1]["code"] == 1006


def test_an_application_is_held_back_while_the_client_does_not_read() -> None:
    """`send` waits, and goes on when the client has taken enough."""
    sent: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        for number in range(200):
            await send({"type": "websocket.send", "bytes": bytes(MEBIBYTE // 4)})
            sent.append(number)

    with (
        RunningEngine(app) as engine,
        WebSocketClient(engine.port, receive_buffer=65536) as client,
    ):
        engine.wait_until_still(lambda: len(sent))
        assert len(sent) < 100
        for _ in range(200):
            assert len(client.read_frame().payload) == MEBIBYTE // 4
        assert client.read_close() == (1000, "")
    assert engine.failures == []


def test_a_send_that_waits_ends_when_the_client_leaves() -> None:
    """With an OSError, as for any client that has left."""
    errors: list[OSError] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "bytes": bytes(MEBIBYTE)})
        except OSError as error:
            errors.append(error)

    with RunningEngine(app) as engine, WebSocketClient(engine.port) as client:
        engine.wait_until_still(engine.host.connections)
        client.reset()
        engine.wait_until(lambda: bool(errors))
        engine.wait_until_idle()
    assert engine.failures == []


@pytest.mark.parametrize("bomb", [False, True], ids=["long", "inflated"])
def test_a_message_over_the_limit_is_1009(bomb: bool) -> None:
    """Its length on the wire or its inflated length counts, whichever is over 16 MiB first."""
    payload, first = bytes(16 * MEBIBYTE + 1), BINARY
    if bomb:
        compressor = zlib.compressobj(9, zlib.DEFLATED, -12)
        payload = compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH)
        assert len(payload) < 50_000
        payload, first = payload[:-4], BINARY | 0x40
    app = Hosted()
    with RunningEngine(app) as engine, WebSocketClient(engine.port, "/", DEFLATE) as client:
        engine.call(app.let_go)
        client.send_frame(first, payload)
        assert client.read_close()[0] == 1009
        client.close()
        engine.wait_until_idle()
    assert [message["code"] for message in app.received] == [1009]


def test_a_message_at_the_limit_is_received() -> None:
    """Sixteen MiB to the byte."""
    app = Hosted()
    with RunningEngine(app) as engine, WebSocketClient(engine.port) as client:
        engine.call(app.let_go)
        client.send_frame(BINARY, bytes(16 * MEBIBYTE))
        engine.wait_until(lambda: bool(app.received))
    assert len(app.received[0]["bytes"]) == 16 * MEBIBYTE


def test_long_messages_are_compressed_for_who_can_read_them() -> None:
    """A second one alike is a few bytes, as the context is kept."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        for _ in range(2):
            await send({"type": "websocket.send", "text": "the same again " * 20})

    inflater = zlib.decompressobj(-12)
    with RunningEngine(app) as engine, WebSocketClient(engine.port, "/", DEFLATE) as client:
        frames = [client.read_frame() for _ in range(2)]
    assert [each.first for each in frames] == [TEXT | 0x40] * 2
    assert len(frames[1].payload) < 15 < len(frames[0].payload)
    for each in frames:
        assert inflater.decompress(each.payload + b"\0\0\xff\xff") == b"the same again " * 20


SHORT = {"websocket_ping_interval": 0.05, "websocket_ping_timeout": 0.1}


def test_a_silent_client_is_pinged_then_failed() -> None:
    """The application is told the code that the client was told."""
    app = Hosted()
    with RunningEngine(app, SHORT) as engine, WebSocketClient(engine.port) as client:
        engine.call(app.let_go)
        assert client.read_frame().first == PING
        assert client.read_close() == (1011, "keepalive ping timeout")
        client.close()
        engine.wait_until_idle()
    assert [message["code"] for message in app.received] == [1011]


def test_a_client_that_answers_pings_is_kept() -> None:
    """For as long as it does."""
    app = Hosted()
    with RunningEngine(app, SHORT) as engine, WebSocketClient(engine.port) as client:
        for _ in range(5):
            first, payload = client.read_frame()
            assert first == PING
            client.send_frame(PONG, payload)
    assert app.received == []


def test_a_client_that_does_not_answer_a_close_is_left() -> None:
    """Its connection ends after a while without its close frame."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    limits = {"websocket_close_timeout": 0.05, "linger_idle": 0.05}
    with RunningEngine(app, limits) as engine, WebSocketClient(engine.port) as client:
        assert client.read_close() == (1000, "")
        assert client.read_frames() == []
        engine.wait_until_idle()


def test_a_graceful_stop_tells_clients_to_come_back() -> None:
    """1012, as Uvicorn; the application is told too, after what had arrived."""
    app = Hosted()
    with RunningEngine(app) as engine, WebSocketClient(engine.port) as client:
        client.send_text("before")
        client.send_frame(PING)
        assert str(client.read_frame()) == "pong:"
        engine.run(engine.host.drain())
        assert client.read_close() == (1012, "")
        client.send_frame(CLOSE, b"\x03\xf4")
        assert client.read_frames() == []
        client.close()
        engine.call(app.let_go)
        engine.wait_until_idle()
    assert app.received == [
        {"type": "websocket.receive", "text": "before"},
        {"type": "websocket.disconnect", "code": 1012, "reason": ""},
    ]


def test_a_handshake_that_waits_while_the_server_stops_is_answered() -> None:
    """Its connection begins and ends at once."""
    let_go: list[Callable[[], None]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        event = asyncio.Event()
        let_go.append(event.set)
        await event.wait()
        await send({"type": "websocket.accept"})
        assert (await receive())["code"] == 1012

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", *UPGRADE))
        engine.wait_until(lambda: bool(let_go))
        engine.run(engine.host.drain())
        engine.call(let_go[0])
        assert client.read_until(b"\r\n") == b"HTTP/1.1 101 Switching Protocols"
        client.read_until(b"\r\n\r\n")
        assert client.read_exactly(4) == b"\x88\x02\x03\xf4"
        client.send(frame(CLOSE, b"\x03\xf4"))
        assert client.read_to_end() == b""
        client.close()
        engine.wait_until_idle()
    assert engine.failures == []


def test_an_application_that_does_not_end_is_cancelled() -> None:
    """After the grace time, as every other."""
    app = Hosted()
    with RunningEngine(app) as engine:
        with WebSocketClient(engine.port) as client:
            engine.wait_until(lambda: app.task is not None)
            engine.run(engine.host.drain())
            assert client.read_close() == (1012, "")
            engine.run(engine.host.cancel_running())
        engine.wait_until_idle()
    assert app.task is not None
    assert engine.failures == []


@both_loops
def test_a_starlette_application_broadcasts(loop: Any) -> None:
    """Many connections, each sent to from the tasks of others."""
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    joined: list[WebSocket] = []

    async def chat(websocket: WebSocket) -> None:
        await websocket.accept()
        joined.append(websocket)
        async for text in websocket.iter_text():
            for each in joined:
                await each.send_text(text)
        joined.remove(websocket)

    app = Starlette(routes=[WebSocketRoute("/chat", chat)])
    with RunningEngine(app, loop=loop) as engine:
        clients = [WebSocketClient(engine.port, "/chat") for _ in range(20)]
        engine.wait_until(lambda: len(joined) == 20)
        for number, client in enumerate(clients):
            client.send_text(str(number))
            for each in clients:
                assert str(each.read_frame()) == f"text:{number}"
        for client in clients:
            client.send_close(1000)
            assert client.read_close() == (1000, "")
            client.close()
        engine.wait_until_idle()
        assert joined == []
    assert engine.failures == []
