"""How a WebSocket connection begins, or does not."""

import asyncio
from typing import Any

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request
from support.websocket_client import DEFLATE, KEY, UPGRADE, WebSocketClient

from .applications import answer


async def accept(scope: Any, receive: Any, send: Any) -> None:
    """Accept and wait for the end; answer plain requests with their method."""
    if scope["type"] == "http":
        await answer(send, scope["method"].encode())
        return
    await receive()
    await send({"type": "websocket.accept"})
    await receive()


def handshake(**changes: str | None) -> list[str]:
    """The lines of a handshake with some replaced by name, or left out."""
    lines = dict(line.split(": ") for line in UPGRADE)
    lines |= {name.replace("_", "-"): value for name, value in changes.items()}  # type: ignore[misc]
    return [f"{name}: {value}" for name, value in lines.items() if value is not None]


REFUSED = {
    "no key": (handshake(**{"Sec-WebSocket-Key": None}), "GET", 400),
    "short key": (handshake(**{"Sec-WebSocket-Key": "c2hvcnQ="}), "GET", 400),
    "two keys": ([*UPGRADE, f"Sec-WebSocket-Key: {KEY}"], "GET", 400),
    "version 8": (handshake(**{"Sec-WebSocket-Version": "8"}), "GET", 426),
    "no version": (handshake(**{"Sec-WebSocket-Version": None}), "GET", 426),
    "POST": ([*UPGRADE], "POST", 400),
    "a body": ([*UPGRADE, "Content-Length: 2"], "GET", 400),
    "subprotocol of other characters": ([*UPGRADE, "Sec-WebSocket-Protocol: a\\b"], "GET", 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_handshake_is_refused_by_the_engine(name: str) -> None:
    """The application is not called; the answer says what is wrong, then the connection ends."""
    lines, method, status = REFUSED[name]
    with RunningEngine(accept) as engine:
        with Client(engine.port) as client:
            client.send(request("/", *lines, method=method))
            refusal = client.read_answer()
            assert client.read_to_end() == b""
        assert refusal.status == status
        assert refusal.headers["content-type"] == "application/json"
        assert refusal.headers.get("sec-websocket-version") == ("13" if status == 426 else None)
        engine.wait_until_idle()
        assert [access[4] for access in engine.accesses] == [status]
        assert engine.failures == []


def test_a_handshake_of_http_1_0_is_refused() -> None:
    """There is no upgrade in that version."""
    with RunningEngine(accept) as engine, Client(engine.port) as client:
        client.send(request("/", *UPGRADE).replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert client.read_answer().status == 400


def test_bytes_beyond_ascii_in_a_subprotocol_are_refused() -> None:
    """They end no worker, nor the application's decoding (CVE-2026-42544)."""
    with RunningEngine(accept) as engine, Client(engine.port) as client:
        lines = request("/", *UPGRADE, "Sec-WebSocket-Protocol: ab")
        client.send(lines.replace(b": ab", b": \x80\xff"))
        assert client.read_answer().status == 400
    assert engine.failures == []


@pytest.mark.parametrize(
    ("method", "lines"),
    [
        ("GET", ["Upgrade: websocket", "Connection: keep-alive", f"Sec-WebSocket-Key: {KEY}"]),
        ("GET", ["Upgrade: other", "Connection: Upgrade"]),
        ("POST", ["Upgrade: websocket", "Connection: Upgrade"]),
    ],
    ids=["not for this hop", "another protocol", "no handshake"],
)
def test_what_is_no_handshake_is_served_as_what_it_is(method: str, lines: list[str]) -> None:
    """Mentioning the protocol does not make a request one for it."""
    with RunningEngine(accept) as engine, Client(engine.port) as client:
        for _ in range(2):
            assert client.ask("/", *lines, method=method).body == method.encode()


@pytest.mark.parametrize("upgrade", ["Upgrade: WebSocket", "Upgrade: h2c, websocket"])
def test_tokens_are_compared_without_case_and_found_in_lists(upgrade: str) -> None:
    """As HTTP compares them."""
    lines = [upgrade, "Connection: keep-alive, UPGRADE", *UPGRADE[2:]]
    with RunningEngine(accept) as engine, Client(engine.port) as client:
        client.send(request("/", *lines))
        assert client.read_until(b"\r\n") == b"HTTP/1.1 101 Switching Protocols"


def test_an_accepted_handshake_says_what_was_agreed() -> None:
    """The application chooses the subprotocol and adds headers, but none that are the engine's."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [
            (b"X-Name", b"value"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"Sec-WebSocket-Accept", b"other"),
            (b"sec-websocket-protocol", b"other"),
            (b"connection", b"close"),
            (b"content-length", b"5"),
        ]
        subprotocol = scope["subprotocols"][1]
        await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": headers})
        await receive()

    agreed = "permessage-deflate; server_max_window_bits=12; client_max_window_bits=12"
    lines = ["Sec-WebSocket-Protocol: one, two", DEFLATE]
    with (
        RunningEngine(app) as engine,
        WebSocketClient(engine.port, "/path?query", *lines) as client,
    ):
        assert client.head[1:] == [
            "upgrade: websocket",
            "connection: upgrade",
            "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            f"sec-websocket-extensions: {agreed}",
            "sec-websocket-protocol: two",
            "x-name: value",
            "set-cookie: a=1",
            "set-cookie: b=2",
        ]
        assert [access[1:] for access in engine.accesses] == [("GET", "/path?query", "1.1", 101)]
    assert engine.failures == []


@pytest.mark.parametrize("offer", ["permessage-deflate; server_max_window_bits=99", "x-other"])
def test_an_offer_that_cannot_be_kept_is_declined(offer: str) -> None:
    """The connection goes on without the extension."""
    lines = [f"Sec-WebSocket-Extensions: {offer}"]
    with RunningEngine(accept) as engine, WebSocketClient(engine.port, "/", *lines) as client:
        assert not any("extensions" in line for line in client.head)


def test_frames_behind_the_handshake_are_not_lost() -> None:
    """A client that does not wait for the answer is served all the same."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await asyncio.sleep(0)
        await send({"type": "websocket.accept"})
        seen.append(await receive())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", *UPGRADE) + b"\x81\x82\0\0\0\0hi")
        client.read_until(b"\r\n\r\n")
        engine.wait_until(lambda: bool(seen))
    assert seen == [{"type": "websocket.receive", "text": "hi"}]


def test_a_request_behind_others_is_upgraded_in_its_turn() -> None:
    """Answers keep their order."""
    with RunningEngine(accept) as engine, Client(engine.port) as client:
        client.send(request("/") + request("/", *UPGRADE))
        assert client.read_answer().body == b"GET"
        assert client.read_until(b"\r\n") == b"HTTP/1.1 101 Switching Protocols"


def test_closing_before_accepting_is_a_403() -> None:
    """The application is then told that there is no connection."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())
        await send({"type": "websocket.close", "code": 1008, "reason": ["not", "a", "string"]})
        seen.append(await receive())
        with pytest.raises(RuntimeError, match=r"after websocket\.close"):
            await send({"type": "websocket.accept"})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", *UPGRADE) + request("/second"))
        denial = client.read_answer()
        assert (denial.status, denial.body) == (403, b"")
        assert client.read_to_end() == b""
        client.close()
        engine.wait_until_idle()
        assert [access[4] for access in engine.accesses] == [403]
    assert seen[0] == {"type": "websocket.connect"}
    assert (seen[1]["type"], seen[1]["code"]) == ("websocket.disconnect", 1006)
    assert engine.failures == []


def test_a_denial_may_be_a_whole_response() -> None:
    """The extension `websocket.http.response` sends any status, headers and body, in parts too."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["extensions"] == {"websocket.http.response": {}}
        await receive()
        head = {"type": "websocket.http.response.start", "status": 401}
        await send({**head, "headers": [(b"www-authenticate", b"Basic")]})
        for more in (True, False):
            part = {"type": "websocket.http.response.body", "body": b"part"}
            await send({**part, "more_body": more})
        assert (await receive())["type"] == "websocket.disconnect"

    with RunningEngine(app) as engine, Client(engine.port) as client:
        denial = client.ask("/", *UPGRADE)
        assert (denial.status, denial.body, denial.complete) == (401, b"partpart", True)
        assert denial.headers["www-authenticate"] == "Basic"
        assert client.read_to_end() == b""
        client.close()
        engine.wait_until_idle()
    assert engine.failures == []


async def _raise(scope: Any, receive: Any, send: Any) -> None:
    raise ValueError("broken")


async def _return(scope: Any, receive: Any, send: Any) -> None:
    await receive()


async def _start_only(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.http.response.start", "status": 401, "headers": []})


@pytest.mark.parametrize("app", [_raise, _return, _start_only])
def test_an_application_that_does_not_answer_is_a_500(app: Any) -> None:
    """Whatever it did, the client gets an answer and the log says why."""
    with RunningEngine(app) as engine, Client(engine.port) as client:
        assert client.ask("/", *UPGRADE).status == 500
        assert len(engine.failures) == 1


@pytest.mark.parametrize(
    "kind", ["websocket.send", "http.response.start", "websocket.http.response.body"]
)
def test_a_message_out_of_order_raises(kind: str) -> None:
    """Before accepting, nothing can be sent."""
    errors = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await send({"type": kind, "text": "early"})
        except RuntimeError as error:
            errors.append(str(error))
        await send({"type": "websocket.close"})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        assert client.ask("/", *UPGRADE).status == 403
    assert [kind in error for error in errors] == [True]


@pytest.mark.parametrize("way", ["end", "reset"])
def test_a_client_that_leaves_before_the_answer_is_told_of(way: str) -> None:
    """`receive` says so with 1006; accepting is then of no use."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(await receive())
        seen.append(await receive())
        try:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": "nobody"})
        except OSError as error:
            seen.append(error)

    with RunningEngine(app) as engine:
        client = Client(engine.port)
        client.send(request("/", *UPGRADE))
        engine.wait_until(lambda: bool(seen))
        getattr(client, way)()
        engine.wait_until(lambda: len(seen) == 3)
        client.close()
        engine.wait_until_idle()
    assert (seen[1]["type"], seen[1]["code"]) == ("websocket.disconnect", 1006)
    assert engine.failures == []
