"""A client of somebody else's: the library `websockets`, which checks what it is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.engine import RunningEngine

connecting = pytest.importorskip("websockets.sync.client")
exceptions = pytest.importorskip("websockets.exceptions")


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Accept the first subprotocol and send each message back; close when told to."""
    await receive()
    subprotocol = next(iter(scope["subprotocols"]), None)
    await send({"type": "websocket.accept", "subprotocol": subprotocol})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("text") == "close":
            await send({"type": "websocket.close", "code": 4001, "reason": "told to"})
            return
        await send({**message, "type": "websocket.send"})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Serve the application that echoes."""
    with RunningEngine(echo) as engine:
        yield f"ws://127.0.0.1:{engine.port}/"
        assert engine.failures == []


MESSAGES = ["", "h\u00e4", "same " * 10_000, b"", bytes(range(256)) * 1000, "\U0001f600" * 100]


@pytest.mark.parametrize("compression", ["deflate", None])
def test_messages_come_back(url: str, compression: Any) -> None:
    """Whole and in fragments, with the context of compression kept over all of them."""
    with connecting.connect(url, compression=compression) as client:
        for message in MESSAGES * 2:
            client.send(message)
            assert client.recv() == message
        client.send(iter(["in ", "three ", "parts"]))
        assert client.recv() == "in three parts"
        assert client.ping().wait(10)


def test_a_subprotocol_is_chosen(url: str) -> None:
    """And a client that has offered none gets none."""
    with connecting.connect(url, subprotocols=["chat", "other"]) as client:
        assert client.subprotocol == "chat"
    with connecting.connect(url) as client:
        assert client.subprotocol is None


def test_the_client_learns_why_the_server_closes(url: str) -> None:
    """The closing handshake is complete on both sides."""
    with connecting.connect(url) as client:
        client.send("close")
        with pytest.raises(exceptions.ConnectionClosedError) as caught:
            client.recv()
    received, sent = caught.value.rcvd, caught.value.sent
    assert (received.code, received.reason, sent.code) == (4001, "told to", 4001)
    assert caught.value.rcvd_then_sent
