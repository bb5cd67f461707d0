"""A WebSocket client that sends exactly the frames it is given, and reads what comes back."""

import base64
import hashlib
import struct
from typing import NamedTuple, Self

from .raw_client import Client, request

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    f"Sec-WebSocket-Key: {KEY}",
    "Sec-WebSocket-Version: 13",
)
"""The lines of a handshake."""
DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"

TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
"""First bytes of frames that are the last of their messages."""
MORE = 0x80
"""Taken from a first byte where frames of the same message follow."""

_MASK = b"\x37\xfa\x21\x3d"
_NAMES = {0x81: "text", 0x82: "binary", 0x88: "close", 0x89: "ping", 0x8A: "pong"}
_SHOWN_BYTES = 20


class Frame(NamedTuple):
    """A frame of the server.

    Attributes:
        first: Its first byte.
        payload: As it was sent.
    """

    first: int
    payload: bytes

    def __str__(self) -> str:
        """The frame in the words of the table of vectors."""
        shown: object = len(self.payload)
        if self.first == CLOSE:
            shown = struct.unpack("!H", self.payload[:2])[0] if self.payload else ""
        elif len(self.payload) <= _SHOWN_BYTES:
            shown = self.payload.hex() if self.first == BINARY else self.payload.decode()
        return f"{_NAMES[self.first]}:{shown}"


class WebSocketClient(Client):
    """A connection on which the handshake has been done.

    Args:
        port: The server's port.
        target: Path and query.
        lines: Header lines beside those of the handshake.
        receive_buffer: Bytes that the kernel keeps for the client unread; None for its default.

    Attributes:
        head: The lines of the server's answer.
    """

    def __init__(
        self, port: int, target: str = "/", *lines: str, receive_buffer: int | None = None
    ) -> None:
        super().__init__(port, receive_buffer=receive_buffer)
        self.send(request(target, *UPGRADE, *lines))
        self.head: list[str] = self.read_until(b"\r\n\r\n").decode().split("\r\n")
        assert self.head[0] == "HTTP/1.1 101 Switching Protocols", self.head
        proof = hashlib.sha1(f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
        assert f"sec-websocket-accept: {base64.b64encode(proof).decode()}" in self.head

    def __enter__(self) -> Self:
        return self

    def send_frame(self, first: int, payload: bytes = b"") -> None:
        """Send one frame."""
        self.send(frame(first, payload))

    def send_text(self, text: str) -> None:
        """Send a message."""
        self.send_frame(TEXT, text.encode())

    def send_close(self, code: int, reason: str = "") -> None:
        """Send a close frame."""
        self.send_frame(CLOSE, struct.pack("!H", code) + reason.encode())

    def read_frame(self) -> Frame:
        """Read the next frame.

        Raises:
            EOFError: The server has ended the connection without one.
        """
        header = self.read_exactly(2)
        if len(header) < 2:
            raise EOFError("the connection ended")
        length = header[1]
        if length == 126:
            (length,) = struct.unpack("!H", self.read_exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self.read_exactly(8))
        payload = self.read_exactly(length)
        assert len(payload) == length, "a cut frame"
        return Frame(header[0], payload)

    def read_close(self) -> tuple[int, str]:
        """Read the next frame, which closes, and return its code and reason."""
        first, payload = self.read_frame()
        assert first == CLOSE, (first, payload)
        return struct.unpack("!H", payload[:2])[0], payload[2:].decode()

    def read_frames(self) -> list[Frame]:
        """Read all frames up to the end of the connection."""
        frames = []
        while True:
            try:
                frames.append(self.read_frame())
            except EOFError:
                return frames


def frame(first: int, payload: bytes = b"") -> bytes:
    """Write a frame as a client does: masked."""
    length = len(payload)
    if length < 126:
        header = struct.pack("!BB", first, 0x80 | length)
    elif length < 1 << 16:
        header = struct.pack("!BBH", first, 0x80 | 126, length)
    else:
        header = struct.pack("!BBQ", first, 0x80 | 127, length)
    mask = (_MASK * (length // 4 + 1))[:length]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")
    return header + _MASK + masked.to_bytes(length, "big")
