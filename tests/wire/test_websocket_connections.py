"""What an application sees of a WebSocket connection, and what its client sees."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.engine import RunningEngine
from support.raw_client import Client
from support.websocket_client import (
    BINARY,
    CLOSE,
    MORE,
    PING,
    TEXT,
    UPGRADE,
    WebSocketClient,
    frame,
)

from sixlane import FastAPI

Serve = Callable[[Any, Any], Awaitable[None]]


def accepting(serve: Serve) -> Any:
    """Make an application that accepts, then serves with `receive` and `send`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        await serve(receive, send)

    return app


def collecting(seen: list[Any]) -> Any:
    """Make an application that keeps all it receives."""

    async def serve(receive: Any, _send: Any) -> None:
        while not seen or seen[-1]["type"] != "websocket.disconnect":
            seen.append(await receive())

    return accepting(serve)


def disconnect(code: int, reason: str = "") -> dict[str, Any]:
    """The message that tells of the end."""
    return {"type": "websocket.disconnect", "code": code, "reason": reason}


def test_the_scope_is_that_of_asgi() -> None:
    """All keys of the specification; a state and a root path as for requests."""
    scopes: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)
        await send({"type": "websocket.accept"})

    lines = ["Sec-WebSocket-Protocol: chat, other", "X-Name: value"]
    with RunningEngine(app) as engine, WebSocketClient(engine.port, "/a%20b?q=1", *lines) as client:
        assert client.read_close() == (1000, "")
    (scope,) = scopes
    headers = scope.pop("headers")
    assert (b"x-name", b"value") in headers
    assert scope.pop("client")[0] == "127.0.0.1"
    assert scope == {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/a b",
        "raw_path": b"/a%20b",
        "query_string": b"q=1",
        "root_path": "",
        "server": ("127.0.0.1", engine.port),
        "subprotocols": ["chat", "other"],
        "extensions": {"websocket.http.response": {}},
    }


def test_messages_come_as_text_or_bytes() -> None:
    """Each once, in order, with its kind only."""
    seen: list[Any] = []
    with RunningEngine(collecting(seen)) as engine, WebSocketClient(engine.port) as client:
        client.send_text("h\u00e4")
        client.send_frame(BINARY, b"\xff")
        client.send_frame(TEXT - MORE, b"a")
        client.send_frame(MORE, b"b")
        client.send_close(4000, "over")
        assert client.read_close() == (4000, "")
        assert client.read_frames() == []
        client.close()
        engine.wait_until_idle()
    assert seen == [
        {"type": "websocket.receive", "text": "h\u00e4"},
        {"type": "websocket.receive", "bytes": b"\xff"},
        {"type": "websocket.receive", "text": "ab"},
        disconnect(4000, "over"),
    ]


def test_messages_are_sent_as_text_or_bytes() -> None:
    """Bytes go first where both are given; None is as good as nothing."""

    async def serve(_receive: Any, send: Any) -> None:
        for message in (
            {"text": "h\u00e4", "bytes": None},
            {"bytes": b"\x00", "text": "not this"},
            {"bytes": bytearray(b"\x01")},
            {"bytes": memoryview(b"\x02")},
            {"text": "x" * 70_000},
        ):
            await send({"type": "websocket.send", **message})

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        words = [str(client.read_frame()) for _ in range(5)]
    assert words == ["text:h\u00e4", "binary:00", "binary:01", "binary:02", "text:70000"]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({}, ValueError),
        ({"text": b"bytes"}, TypeError),
        ({"bytes": "text"}, TypeError),
        ({"text": "\ud800"}, UnicodeEncodeError),
        ({"type": "websocket.accept"}, RuntimeError),
        ({"type": "websocket.close", "code": 1005}, ValueError),
        ({"type": "websocket.close", "code": 70_000}, OverflowError),
    ],
)
def test_a_wrong_message_raises_in_the_application(message: Any, error: type[Exception]) -> None:
    """The connection goes on."""

    async def serve(_receive: Any, send: Any) -> None:
        with pytest.raises(error):
            await send({"type": "websocket.send", **message})
        await send({"type": "websocket.send", "text": "fine"})

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        assert str(client.read_frame()) == "text:fine"
    assert engine.failures == []


def test_the_application_closes() -> None:
    """With its code and reason, of which it is told too; nothing can follow."""
    seen: list[Any] = []

    async def serve(receive: Any, send: Any) -> None:
        await send({"type": "websocket.close", "code": 3000, "reason": "later"})
        seen.append(await receive())
        with pytest.raises(RuntimeError, match=r"after websocket\.close"):
            await send({"type": "websocket.send", "text": "late"})

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        assert client.read_close() == (3000, "later")
        client.send_close(3000)
        assert client.read_frames() == []
    assert seen == [disconnect(3000, "later")]
    assert engine.failures == []


def test_closing_needs_no_code() -> None:
    """The default is 1000; a reason that is too long is cut at a character."""

    async def serve(_receive: Any, send: Any) -> None:
        await send({"type": "websocket.close", "code": None, "reason": "\u20ac" * 100})

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        assert client.read_close() == (1000, "\u20ac" * 41)


async def _fail(receive: Any, _send: Any) -> None:
    await receive()
    raise ValueError("broken")


async def _return(receive: Any, _send: Any) -> None:
    await receive()


@pytest.mark.parametrize(("serve", "code"), [(_fail, 1011), (_return, 1000)])
def test_an_application_that_ends_closes(serve: Serve, code: int) -> None:
    """Normally, or with the code of a server that failed."""
    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        client.send_text("go")
        assert client.read_close() == (code, "")
        client.send_close(code)
        client.close()
        engine.wait_until_idle()
        assert len(engine.failures) == (code == 1011)


@pytest.mark.parametrize(
    ("leave", "code"),
    [
        (lambda client: client.send_frame(CLOSE), 1005),
        (lambda client: client.end(), 1006),
        (lambda client: client.reset(), 1006),
        (lambda client: client.send_frame(0x83), 1002),
    ],
    ids=["close without a code", "end", "reset", "fault"],
)
def test_what_came_before_the_end_is_received_first(leave: Any, code: int) -> None:
    """Also by an application that looks only when the connection is gone."""
    seen: list[Any] = []
    going_on: list[asyncio.Event] = []

    async def serve(receive: Any, _send: Any) -> None:
        going_on.append(asyncio.Event())
        await going_on[0].wait()
        seen.extend([await receive() for _ in range(3)])

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        client.send_text("one")
        client.send_text("two")
        engine.wait_until(lambda: bool(going_on))
        client.send_frame(PING, b"seen")
        assert str(client.read_frame()) == "pong:seen"
        leave(client)
        client.close()
        engine.wait_until(lambda: not engine.host.has_connections())
        engine.call(going_on[0].set)
        engine.wait_until_idle()
    assert [message.get("text") for message in seen[:2]] == ["one", "two"]
    assert seen[2]["code"] == code
    assert engine.failures == []


def test_sending_to_a_client_that_has_left_raises() -> None:
    """An OSError, as servers of ASGI 2.4 raise; closing is of no use and does nothing."""
    errors: list[Exception] = []

    async def serve(receive: Any, send: Any) -> None:
        await receive()
        for message in ({"type": "websocket.send", "text": "x"}, {"type": "websocket.close"}):
            try:
                await send(message)
            except OSError as error:
                errors.append(error)

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        client.send_close(1000)
        client.read_close()
        client.close()
        engine.wait_until_idle()
    assert len(errors) == 1
    assert engine.failures == []


def test_one_task_receives_while_another_sends() -> None:
    """A waiting `receive` holds nothing back, and a close by the one wakes the other."""
    seen: list[Any] = []

    async def serve(receive: Any, send: Any) -> None:
        async def read() -> None:
            while not seen or seen[-1]["type"] != "websocket.disconnect":
                seen.append(await receive())

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(read())
            for number in range(3):
                await asyncio.sleep(0)
                await send({"type": "websocket.send", "text": str(number)})
            await send({"type": "websocket.close"})

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        words = [str(client.read_frame()) for _ in range(4)]
        client.send_close(1000)
        client.close()
        engine.wait_until_idle()
    assert words == ["text:0", "text:1", "text:2", "close:1000"]
    assert seen == [disconnect(1000)]
    assert engine.failures == []


def test_a_cancelled_receive_loses_nothing() -> None:
    """`wait_for` on `receive` may time out as often as it likes."""
    seen: list[Any] = []
    timeouts: list[int] = []

    async def serve(receive: Any, _send: Any) -> None:
        while not seen:
            try:
                seen.append(await asyncio.wait_for(receive(), 0.001))
            except TimeoutError:
                timeouts.append(1)

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        engine.wait_until(lambda: len(timeouts) > 3)
        client.send_text("kept")
        assert client.read_close() == (1000, "")
    assert seen == [{"type": "websocket.receive", "text": "kept"}]


def test_a_first_step_that_never_waits_serves_the_next_connection_too() -> None:
    """Applications run on standing tasks; one that ends at once leaves nothing behind."""

    async def serve(_receive: Any, send: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        await send({"type": "websocket.send", "text": str(task.cancelling())})

    with RunningEngine(accepting(serve)) as engine:
        for _ in range(3):
            with WebSocketClient(engine.port) as client:
                assert str(client.read_frame()) == "text:0"
                assert client.read_close() == (1000, "")
                client.send_close(1000)
        engine.wait_until_idle()


def test_many_messages_of_one_read_come_in_order() -> None:
    """More than the queue holds, in one packet."""
    seen: list[Any] = []
    with RunningEngine(collecting(seen)) as engine, WebSocketClient(engine.port) as client:
        client.send(b"".join(frame(TEXT, str(number).encode()) for number in range(500)))
        client.send_close(1000)
        assert client.read_close() == (1000, "")
        client.close()
        engine.wait_until_idle()
    assert [message.get("text") for message in seen[:-1]] == [str(number) for number in range(500)]
    assert seen[-1] == disconnect(1000)


def test_an_exception_outside_the_routes_of_an_app_is_a_500() -> None:
    """What the user's middleware raises is no response of HTTP's kind, but the engine's own."""

    def break_down(app: Any) -> Any:
        async def middleware(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "websocket":
                raise ValueError("broken")
            await app(scope, receive, send)

        return middleware

    app = FastAPI(openapi_url=None)
    app.add_middleware(break_down)
    with RunningEngine(app) as engine, Client(engine.port) as client:
        assert client.ask("/", *UPGRADE).status == 500
        assert [type(failure.error) for failure in engine.failures] == [ValueError]
