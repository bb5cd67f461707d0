"""A gate that handlers in another process stop at, so that a test knows where they are."""

import socket
from types import TracebackType
from typing import Self

PATIENCE_S = 30.0


class Gate:
    """A listening socket: a handler connects, sends a byte, and reads one before it goes on.

    Attributes:
        port: Where handlers connect to, on 127.0.0.1.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE_S)
        self._waiting: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (*self._waiting, self._listener):
            each.close()

    def wait_for_handler(self) -> None:
        """Wait until one more handler stands at the gate."""
        connection = self._listener.accept()[0]
        self._waiting.append(connection)
        connection.settimeout(PATIENCE_S)
        # The connection is there before the handler knows: it says when it waits.
        assert connection.recv(1)

    def open(self) -> None:
        """Let those who wait go on."""
        for each in self._waiting:
            each.sendall(b"x")
