"""Hostile WebSocket input, W01 to W36, each with the outcome of a hardened server.

All of it at the default limits, and all on one engine, which serves on after each. The same
numbers stand in `crates/engine/tests/data/ws_vectors.tsv`, with variants of them, at small limits.
What has to be held in bounded memory, W27 to W30, is in `test_websocket_memory.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.engine import RunningEngine
from support.raw_client import Client
from support.websocket_client import (
    CLOSE,
    DEFLATE,
    KEY,
    MORE,
    PING,
    TEXT,
    WebSocketClient,
    frame,
)

from .applications import Echo

RSV1, ZERO_MASK = 0x40, bytes(4)
PINGS = 10_000
PINGS_ANSWERED = 1_000
"""A hundred control frames a second, over ten seconds."""


def handshake(line: str = "GET / HTTP/1.1", **changes: str | None) -> bytes:
    """A handshake, some of its headers of another value, or left out."""
    headers: dict[str, str | None] = {
        "Host": "x",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([line, *lines, "", ""]).encode("latin-1")


REFUSED = {
    "W02 no key": (handshake(Sec_WebSocket_Key=None), 400),
    "W03 a key of 5 bytes": (handshake(Sec_WebSocket_Key="c2hvcnQ="), 400),
    "W04 version 8": (handshake(Sec_WebSocket_Version="8"), 426),
    "W05 no version": (handshake(Sec_WebSocket_Version=None), 426),
    "W06 POST": (handshake("POST / HTTP/1.1"), 400),
    "W07 HTTP/1.0": (handshake("GET / HTTP/1.0"), 400),
    "W09 bytes in a subprotocol": (handshake(Sec_WebSocket_Protocol="\x80\xff"), 400),
}


class Vector(NamedTuple):
    """Frames of a client, and what comes of them.

    Attributes:
        sent: By the client, after the handshake.
        seen: The message that comes back; None where none does.
        code: Of the close that follows, as both sides are told. After a message it is the client
            that closes.
        lines: Headers beside those of the handshake.
    """

    sent: bytes
    seen: str | None
    code: int
    lines: tuple[str, ...] = ()


def echoed(seen: str, *frames: bytes) -> Vector:
    """Frames that make one message, which comes back."""
    return Vector(b"".join(frames), seen, 1000)


def failing(code: int, *frames: bytes, lines: tuple[str, ...] = ()) -> Vector:
    """Frames that end the connection, without a message and with this code."""
    return Vector(b"".join(frames), None, code, lines)


EURO = "\u20ac".encode()
LONG_LENGTH = b"\xff" + (2).to_bytes(8, "big")
TOP_BIT_LENGTH = b"\xff\x80" + bytes(7)

VECTORS = {
    "W01 a text": echoed("text:hi", frame(TEXT, b"hi")),
    "W12 no mask": failing(1002, b"\x81\x02hi"),
    "W13 RSV1 without an extension": failing(1002, frame(TEXT | RSV1, b"hi")),
    "W14 opcode 3": failing(1002, frame(0x83, b"hi")),
    "W15 opcode 11": failing(1002, frame(0x8B, b"hi")),
    "W16 a ping of 126 bytes": failing(1002, frame(PING, bytes(126))),
    "W17 a ping in fragments": failing(1002, frame(PING - MORE, b"hi")),
    "W18 a continuation of nothing": failing(1002, frame(MORE, b"hi")),
    "W19 a text within a text": failing(1002, frame(TEXT - MORE, b"a"), frame(TEXT, b"b")),
    "W20 a text that is not UTF-8": failing(1007, frame(TEXT, b"a\xff")),
    "W21 a character over fragments": echoed(
        "text:\u20ac", frame(TEXT - MORE, EURO[:1]), frame(0, EURO[1:2]), frame(MORE, EURO[2:])
    ),
    "W22 close code 1005": failing(1002, frame(CLOSE, b"\x03\xed")),
    "W23 half a close code": failing(1002, frame(CLOSE, b"\x03")),
    "W24 a reason that is not UTF-8": failing(1007, frame(CLOSE, b"\x03\xe8\xff")),
    "W25 64 bits of length for 2": failing(1002, b"\x81", LONG_LENGTH, ZERO_MASK, b"hi"),
    "W26 a length with its top bit": failing(1002, b"\x82", TOP_BIT_LENGTH, ZERO_MASK),
    "W31 broken compression": failing(1002, frame(TEXT | RSV1, b"\xff" * 20), lines=(DEFLATE,)),
    "W32 RSV1 on a ping": failing(1002, frame(PING | RSV1), lines=(DEFLATE,)),
    "W34 10000 empty fragments": echoed(
        "text:ab", frame(TEXT - MORE, b"a"), frame(0) * 10_000, frame(MORE, b"b")
    ),
    "W35 data after a close": failing(1000, frame(CLOSE, b"\x03\xe8"), frame(TEXT, b"hi") * 3),
}


class Served(NamedTuple):
    """An engine that serves an application which echoes."""

    engine: RunningEngine
    app: Echo

    def serves_on(self) -> bool:
        """Whether nothing of the last connection is left, and another one is served."""
        self.engine.wait_until_idle()
        with WebSocketClient(self.engine.port) as client:
            client.send_text("still there")
            answer = str(client.read_frame())
            client.send_close(1000)
            client.read_close()
        self.engine.wait_until_idle()
        return answer == "text:still there" and not self.engine.failures


@pytest.fixture(scope="module")
def engine_of_all() -> Iterator[Served]:
    """Serve an application that echoes."""
    app = Echo()
    with RunningEngine(app) as engine:
        yield Served(engine, app)


@pytest.fixture
def served(engine_of_all: Served) -> Served:
    """What is served, as if nobody had asked yet."""
    engine_of_all.app.codes.clear()
    engine_of_all.app.messages.clear()
    return engine_of_all


@pytest.mark.parametrize("name", REFUSED)
def test_handshake_is_refused(served: Served, name: str) -> None:
    """By the engine, which names the version that it speaks where that is what is wrong."""
    sent, status = REFUSED[name]
    with Client(served.engine.port) as client:
        client.send(sent)
        answer = client.read_answer()
        assert client.read_to_end() == b""
    assert answer.status == status
    assert answer.headers.get("sec-websocket-version") == ("13" if status == 426 else None)
    assert served.app.codes == []
    assert served.serves_on()


def test_w08_no_connection_upgrade_is_a_plain_request(served: Served) -> None:
    """The application sees a GET, and the next one on the same connection."""
    with Client(served.engine.port) as client:
        for _ in range(2):
            client.send(handshake(Connection=None))
            assert client.read_answer().body == b"GET"
    assert served.serves_on()


@pytest.mark.parametrize(
    "offer",
    [
        "permessage-deflate; client_max_window_bits=99",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; unheard_of=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        'permessage-deflate; server_max_window_bits="',
    ],
)
def test_w10_bad_parameters_of_an_extension(served: Served, offer: str) -> None:
    """The extension is declined, and the connection works without."""
    with WebSocketClient(served.engine.port, "/", f"Sec-WebSocket-Extensions: {offer}") as client:
        assert not any("extensions" in line for line in client.head)
        client.send_text("hi")
        assert str(client.read_frame()) == "text:hi"
    assert served.serves_on()


def test_w11_a_frame_in_the_packet_of_the_handshake(served: Served) -> None:
    """It is kept until the application has accepted."""
    with Client(served.engine.port) as client:
        client.send(handshake() + frame(TEXT, b"hi"))
        assert client.read_until(b"\r\n") == b"HTTP/1.1 101 Switching Protocols"
        client.read_until(b"\r\n\r\n")
        assert client.read_exactly(4) == b"\x81\x02hi"
    assert served.serves_on()


@pytest.mark.parametrize("name", VECTORS)
def test_frames(served: Served, name: str) -> None:
    """Both sides learn how the connection ends; no message comes of what is wrong."""
    vector = VECTORS[name]
    with WebSocketClient(served.engine.port, "/", *vector.lines) as client:
        client.send(vector.sent)
        if vector.seen is not None:
            assert str(client.read_frame()) == vector.seen
            client.send_close(vector.code)
        assert client.read_close()[0] == vector.code
        assert client.read_frames() == []
    served.engine.wait_until_idle()
    assert served.app.codes == [vector.code]
    assert len(served.app.messages) == (vector.seen is not None)
    assert served.serves_on()


def test_w33_10000_pings(served: Served) -> None:
    """As many are answered as a client may send in ten seconds; then its connection ends."""
    with WebSocketClient(served.engine.port) as client:
        client.send(frame(PING, b"p") * PINGS)
        frames = [str(client.read_frame()) for _ in range(PINGS_ANSWERED + 1)]
    assert frames == ["pong:p"] * PINGS_ANSWERED + ["close:1008"]
    served.engine.wait_until_idle()
    assert served.app.codes == [1008]
    assert served.serves_on()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts by /proc")
def test_w36_an_end_without_a_close(served: Served) -> None:
    """The application is told 1006, and neither its task nor a descriptor is left."""
    assert served.serves_on()
    served.app.codes.clear()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        with WebSocketClient(served.engine.port) as client:
            client.send(frame(TEXT - MORE, b"unfinished"))
            client.end()
            assert client.read_frames() == []
    served.engine.wait_until_idle()
    assert served.app.codes == [1006] * 20
    assert len(list(Path("/proc/self/fd").iterdir())) == before
