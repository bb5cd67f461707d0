"""The client's side of a WebSocket (RFC 6455), as much as an echo of short text needs."""

import socket
from collections.abc import Mapping

KEY = "c2l4bGFuZS1iZW5jaG1hcg=="
"""The same for every server, so that sec-websocket-accept can be compared."""
_MASK = b"\x12\x34\x56\x78"
_FINAL_TEXT = 0x81
_MASKED = 0x80
_LONGEST = 125
"""Bytes of the longest payload whose length fits the frame's second byte (section 5.2)."""


def client_frame(payload: bytes) -> bytes:
    """Write one text message of at most 125 bytes as a client's masked frame (section 5.3)."""
    masked = bytes(byte ^ _MASK[index % 4] for index, byte in enumerate(payload))
    return bytes([_FINAL_TEXT, _MASKED | _checked_length(payload)]) + _MASK + masked


def server_frame(payload: bytes) -> bytes:
    """Write one text message of at most 125 bytes as a server's frame, which has no mask."""
    return bytes([_FINAL_TEXT, _checked_length(payload)]) + payload


def open_websocket(port: int, target: str) -> tuple[socket.socket, int, dict[str, str]]:
    """Connect and shake hands (section 4.1), without offering an extension.

    Returns:
        The connection, the status, and the headers with their names in lower case.

    Raises:
        OSError: No connection, or it ended before the answer's head.
    """
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    headers = {
        "host": f"127.0.0.1:{port}",
        "upgrade": "websocket",
        "connection": "Upgrade",
        "sec-websocket-key": KEY,
        "sec-websocket-version": "13",
    }
    connection.sendall(_render_head(target, headers))
    received = bytearray()
    while not received.endswith(b"\r\n\r\n"):
        received += receive_exactly(connection, 1)
    status_line, *lines = received.decode("latin-1").split("\r\n")[:-2]
    answered = dict(line.split(": ", 1) for line in lines)
    status = int(status_line.split(" ", 2)[1])
    return connection, status, {name.lower(): value for name, value in answered.items()}


def receive_exactly(connection: socket.socket, count: int) -> bytes:
    """Receive so many bytes and no more.

    Raises:
        ConnectionError: The server ended the connection before.
    """
    received = bytearray()
    while len(received) < count:
        part = connection.recv(count - len(received))
        if not part:
            raise ConnectionError(f"the connection ended after {bytes(received)!r}")
        received += part
    return bytes(received)


def _render_head(target: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _checked_length(payload: bytes) -> int:
    if len(payload) > _LONGEST:
        raise ValueError(f"{len(payload)} bytes do not fit a short frame")
    return len(payload)
