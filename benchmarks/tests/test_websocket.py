"""The benchmark's own WebSocket client, against a server that is a thread of the test."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from bench.echo_load import EchoClient, run_clients
from bench.websocket import (
    client_frame,
    open_websocket,
    receive_exactly,
    server_frame,
)

MESSAGE = b"0123456789abcdef"
HANDSHAKE = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-Name: a: b\r\n\r\n"


def test_a_client_masks_and_a_server_does_not() -> None:
    frame = client_frame(b"Hello")
    mask, payload = frame[2:6], frame[6:]
    assert frame[:2] == b"\x81\x85"
    assert bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)) == b"Hello"
    # RFC 6455, section 5.7: a single-frame unmasked text message.
    assert server_frame(b"Hello") == bytes.fromhex("810548656c6c6f")


def test_a_payload_that_needs_a_longer_header_is_refused() -> None:
    with pytest.raises(ValueError, match="126 bytes"):
        client_frame(bytes(126))


@contextlib.contextmanager
def serving(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                handle(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def receive_head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += receive_exactly(connection, 1)
    return head


def test_a_handshake_tells_status_and_headers() -> None:
    asked = []

    def answer(connection: socket.socket) -> None:
        asked.append(receive_head(connection))
        connection.sendall(HANDSHAKE)

    with serving(answer) as port:
        connection, status, headers = open_websocket(port, "/echo")
        connection.close()
    assert (status, headers) == (101, {"upgrade": "websocket", "x-name": "a: b"})
    assert asked[0].startswith(b"GET /echo HTTP/1.1\r\n")


def load_one(answers: bytes, *, seconds: float, window: int) -> tuple[int, int]:
    """Run one client against a server that answers its windows with these bytes in turn."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    sent, expected = client_frame(MESSAGE) * window, server_frame(MESSAGE) * window

    def answer() -> None:
        with theirs, contextlib.suppress(ConnectionError):
            while receive_exactly(theirs, len(sent)) == sent:
                theirs.sendall(answers)

    thread = threading.Thread(target=answer)
    thread.start()
    with ours:
        count = run_clients([EchoClient(ours, sent, expected)], seconds, window)
    thread.join()
    assert len(count.round_trips_ns) == count.messages // window
    return count.messages, count.broken


def test_whole_windows_are_counted() -> None:
    assert load_one(server_frame(MESSAGE) * 3, seconds=0, window=3) == (3, 0)


def test_the_load_goes_on_until_its_time_is_over() -> None:
    messages, broken = load_one(server_frame(MESSAGE), seconds=0.05, window=1)
    assert messages > 1
    assert broken == 0


def test_something_else_than_the_echo_is_broken() -> None:
    assert load_one(server_frame(MESSAGE[::-1]), seconds=0, window=1) == (0, 1)
