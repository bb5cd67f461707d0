"""A client for HTTP/1.1 that changes nothing: request bytes out, answer bytes in."""

import socket
from collections.abc import Sequence

from .exchange import Answer, Request


class WireClient:
    """One connection at a time to a port of this machine, kept alive while the server keeps it.

    Args:
        port: Where the server listens.
        patience_s: Longest wait for bytes.
    """

    def __init__(self, port: int, patience_s: float) -> None:
        self._port = port
        self._patience_s = patience_s
        self._socket: socket.socket | None = None
        self._buffer = b""

    def ask(self, request: Request) -> Answer:
        """Send one request and read its answer; one that does not come has status 0."""
        self._send([request])
        return self._receive(request)

    def ask_at_once(self, requests: Sequence[Request]) -> list[Answer]:
        """Send all requests, then read all answers; after a closed connection, go on with a new."""
        answers: list[Answer] = []
        while len(answers) < len(requests):
            left = requests[len(answers) :]
            self._send(left)
            for request in left:
                answers.append(self._receive(request))
                if self._socket is None:
                    break
        return answers

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, requests: Sequence[Request]) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), self._patience_s)
            self._buffer = b""
        self._socket.sendall(b"".join(request.to_wire() for request in requests))

    def _receive(self, request: Request) -> Answer:
        try:
            answer = self._read_answer(request.method)
        except (ConnectionResetError, TimeoutError):
            answer = None
        if answer is None:
            self.close()
            return Answer(0, (), b"", complete=False)
        if not answer.complete or (b"connection", b"close") in answer.headers:
            self.close()
        return answer

    def _read_answer(self, method: str) -> Answer | None:
        head = self._read_until(b"\r\n\r\n")
        if head is None:
            return None
        status_line, *lines = head.split(b"\r\n")
        status = int(status_line.split(b" ", 2)[1])
        headers = tuple(
            (name.lower(), value.strip(b" \t"))
            for name, _, value in (line.partition(b":") for line in lines)
        )
        body, complete = self._read_body(method, status, dict(headers))
        return Answer(status, headers, body, complete)

    def _read_body(
        self, method: str, status: int, headers: dict[bytes, bytes]
    ) -> tuple[bytes, bool]:
        if method == "HEAD" or status in (204, 304):
            return b"", True
        if headers.get(b"transfer-encoding") == b"chunked":
            return self._read_chunks()
        if b"content-length" not in headers:
            return self._read_to_end(), True
        length = int(headers[b"content-length"])
        body = self._read_exactly(length)
        return body, len(body) == length

    def _read_chunks(self) -> tuple[bytes, bool]:
        body = b""
        while True:
            size = self._read_until(b"\r\n")
            if size is None:
                return body, False
            length = int(size.split(b";")[0], 16)
            chunk = self._read_exactly(length + 2)
            body += chunk[:length]
            if len(chunk) < length + 2:
                return body, False
            if length == 0:
                return body, True

    def _read_until(self, end: bytes) -> bytes | None:
        while end not in self._buffer:
            if not self._read_more():
                return None
        found, self._buffer = self._buffer.split(end, 1)
        return found

    def _read_exactly(self, length: int) -> bytes:
        while len(self._buffer) < length and self._read_more():
            pass
        found, self._buffer = self._buffer[:length], self._buffer[length:]
        return found

    def _read_to_end(self) -> bytes:
        while self._read_more():
            pass
        found, self._buffer = self._buffer, b""
        return found

    def _read_more(self) -> bool:
        assert self._socket is not None
        data = self._socket.recv(65536)
        self._buffer += data
        return bool(data)
