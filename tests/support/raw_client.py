"""A client that sends exactly the bytes it is given, and reads what comes back."""

import re
import select
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from .engine import PATIENCE_S

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Answer:
    """One answer as it was framed on the wire.

    Attributes:
        status: The status code; 100 for an interim answer.
        headers: Names in lower case.
        body: The decoded body.
        complete: Whether the framing says that all of it has arrived.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool = True


class Client:
    """A TCP connection to a server on this machine. Every wait has an end.

    Args:
        port: The server's port.
        receive_buffer: Bytes that the kernel keeps for the client unread; None for its default.
    """

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(("127.0.0.1", port))
        self._received = bytearray()
        self._ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """Send everything, reading meanwhile; False where the server did not want all of it."""
        self.socket.settimeout(0)
        try:
            return self._send(memoryview(data))
        finally:
            self.socket.settimeout(PATIENCE_S)

    def send_bytewise(self, data: bytes) -> None:
        """Send each byte by itself."""
        for byte in data:
            self.socket.sendall(bytes([byte]))

    def end(self) -> None:
        """End this side: the server reads the end, and may still answer."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Leave so that the server sees a reset at once."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.socket.close()

    def close(self) -> None:
        """Leave; a reset follows where anything sent by the server is unread."""
        self.socket.close()

    def ask(self, target: str, *lines: str, method: str = "GET", body: bytes = b"") -> Answer:
        """Send one request and read its answer."""
        self.send(request(target, *lines, method=method, body=body))
        return self.read_answer(method)

    def read_answer(self, method: str = "GET") -> Answer:
        """Read the next answer, an interim one too.

        Raises:
            EOFError: The server has ended the connection without one.
        """
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            raise EOFError(f"the connection ended after {self._received!r}")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        match = re.fullmatch(r"HTTP/1\.1 (\d{3}) .*", status_line)
        assert match, status_line
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        status = int(match[1])
        if status == 100 or status in (204, 304) or method == "HEAD":
            return Answer(status, headers, b"")
        body, complete = self._read_body(headers)
        return Answer(status, headers, body, complete)

    def read_answers(self, *methods: str) -> list[Answer]:
        """Read all answers up to the end of the connection, the first ones to these methods."""
        answers = []
        for method in _and_then_get(methods):
            if not self._received and not self._read_more():
                break
            answers.append(self.read_answer(method))
        return answers

    def read_to_end(self) -> bytes:
        """Read everything up to the end.

        Raises:
            ConnectionResetError: The end is not an orderly one.
        """
        while self._read_more():
            pass
        return self._take(len(self._received))

    def read_until(self, end: bytes) -> bytes:
        """Read up to these bytes, which are not returned; all there is where they do not come."""
        found = self._read_until(end)
        return self._take(len(self._received)) if found is None else found

    def read_exactly(self, count: int) -> bytes:
        """Read so many bytes; fewer only where the connection ends."""
        while len(self._received) < count and self._read_more():
            pass
        return self._take(count)

    def _send(self, rest: memoryview) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while rest:
            assert time.monotonic() < deadline, "the server neither reads nor ends"
            readable, writable, _ = select.select([self.socket], [self.socket], [], PATIENCE_S)
            try:
                if writable:
                    rest = rest[self.socket.send(rest) :]
                elif readable and not self._read_more():
                    return False
            except (BrokenPipeError, ConnectionResetError):
                return False
        return True

    def _read_body(self, headers: dict[str, str]) -> tuple[bytes, bool]:
        if headers.get("transfer-encoding") == "chunked":
            return self._read_chunks()
        if "content-length" in headers:
            length = int(headers["content-length"])
            body = self.read_exactly(length)
            return body, len(body) == length
        return self.read_to_end(), True

    def _read_chunks(self) -> tuple[bytes, bool]:
        body = bytearray()
        while (size := self._read_until(b"\r\n")) is not None:
            length = int(size, 16)
            chunk = self.read_exactly(length + 2)
            body += chunk[:length]
            if len(chunk) < length + 2:
                break
            if length == 0:
                return bytes(body), True
        return bytes(body), False

    def _read_until(self, end: bytes) -> bytes | None:
        searched = 0
        while self._received.find(end, searched) < 0:
            searched = max(0, len(self._received) - len(end))
            if not self._read_more():
                return None
        found = self._take(self._received.index(end))
        self._take(len(end))
        return found

    def _take(self, count: int) -> bytes:
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _read_more(self) -> bool:
        if not self._ended:
            data = self.socket.recv(1 << 18)
            self._received += data
            self._ended = not data
        return not self._ended


def request(target: str, *lines: str, method: str = "GET", body: bytes = b"") -> bytes:
    """Write a request; its Host and, where there is a body, its Content-Length are added."""
    head = [f"{method} {target} HTTP/1.1", "Host: x", *lines]
    if body:
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*head, "", ""]).encode() + body


def _and_then_get(methods: tuple[str, ...]) -> Iterator[str]:
    yield from methods
    while True:
        yield "GET"
