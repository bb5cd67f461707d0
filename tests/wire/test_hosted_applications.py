"""Applications of ASGI that use what the specification leaves open."""

import asyncio
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request
from support.websocket_client import WebSocketClient

from .applications import answer

Pair = Callable[[tuple[bytes, bytes]], Any]


@pytest.mark.parametrize("pair", [tuple, list, iter], ids=["tuple", "list", "iterator"])
def test_a_header_is_any_pair(pair: Pair) -> None:
    """ASGI asks for iterables of two."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = iter([pair((b"x-kind", b"any"))])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"body"})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        answer = client.read_answer()
    assert (answer.status, answer.headers["x-kind"], answer.body) == (200, "any", b"body")


@pytest.mark.parametrize("header", [[b"x"], [b"x", b"y", b"z"], b"x", 3, None])
def test_what_is_no_pair_is_no_header(header: Any) -> None:
    """It is an error of the application, which the log tells."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [header]})

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        assert client.read_answer().status == 500
        assert [type(failure.error) for failure in engine.failures] in ([TypeError], [ValueError])


def test_a_websocket_is_accepted_with_any_pairs() -> None:
    """As an answer's headers are."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept", "headers": [[b"x-kind", b"list"]]})
        await send({"type": "websocket.close", "code": 1000})

    with RunningEngine(app) as engine, WebSocketClient(engine.port, "/") as client:
        assert "x-kind: list" in client.head


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_the_server_is_what_the_client_has_called(address: str) -> None:
    """Not all the addresses that the socket listens on."""
    servers: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        servers.append(scope["server"])
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    with RunningEngine(app, address=address) as engine, Client(engine.port) as client:
        for _ in range(2):
            client.send(request("/"))
            client.read_answer()
    assert servers == [("127.0.0.1", engine.port)] * 2


@pytest.mark.parametrize(
    "thrown",
    [
        (ValueError("a"),),
        (ValueError, ValueError("a"), None),
        (ValueError, "a"),
        (ValueError, ("a", "b")),
        (OSError,),
    ],
    ids=repr,
)
def test_a_wait_takes_what_is_thrown_into_it(thrown: Any) -> None:
    """As a coroutine does, also where the class and the value are apart, as before CPython 3.12."""

    async def fail() -> None:
        await asyncio.sleep(0)

    async def wait(receive: Any) -> None:
        await receive()

    def throw(coroutine: Any) -> str:
        coroutine.send(None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            with pytest.raises((ValueError, OSError)) as raised:
                coroutine.throw(*thrown)
        return repr(raised.value)

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await answer(send, throw(wait(receive)).encode())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        assert client.ask("/").body.decode() == throw(fail())
