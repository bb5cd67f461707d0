"""Many requests in little time, and what the process that answered them holds afterwards."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.raw_client import Client, request
from support.server import ServerProcess

PATIENCE_S = 30.0

CONNECTIONS = 8
PIPELINED = 32
"""Requests in flight on each of them: what the engine takes from one connection in one turn."""

TURNS = 20
"""How often each of them is used so; the engine ends a connection after some thousand requests."""

AT_ONCE = 50
"""Connections open at once where each request costs one."""

STANDING_TASKS = 256
"""Tasks that stand by for the next requests at most; they stay when as many were at once."""

SETTLED_TURNS = 20
"""Answers in a row that find it the same; a task outlives its stream by some turns."""

Load = Callable[[int, int], int]
"""Puts at least so many requests to a port, checks each answer, and returns how many it were."""


@dataclass(frozen=True)
class Holdings:
    """What a process holds.

    Attributes:
        descriptors: Open files and sockets.
        tasks: Tasks of its event loop.
        streams: Endless answers that have not ended.
        threads: As the kernel counts them, those without Python too.
        objects: Python objects that the collector knows.
        resident_kib: Memory in use, in KiB.
        failures: How many of each exception were logged so far.
    """

    descriptors: int
    tasks: int
    streams: int
    threads: int
    objects: int
    resident_kib: int
    failures: dict[str, int]


class Server:
    """A server process.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, process: ServerProcess) -> None:
        self.port = int(process.wait_until_running().rpartition(":")[2])
        self._folder = Path(f"/proc/{process.pid}")
        with Client(self.port) as client:
            self._idle = self._count(client)

    def measure(self, patience_s: float = PATIENCE_S) -> Holdings:
        """Count when all streams have ended, and it holds no more than at first and who stands by.

        It is counted after that time at the latest.
        """
        deadline = time.monotonic() + patience_s
        with Client(self.port) as client:
            counted, idle_turns = self._count(client), 0
            while idle_turns < SETTLED_TURNS and time.monotonic() < deadline:
                # An answer takes the server through a turn, in which it lets go who has left.
                previous, counted = counted, self._count(client)
                is_idle = (
                    counted.descriptors <= self._idle.descriptors
                    and counted.tasks <= self._idle.tasks + STANDING_TASKS
                    and not counted.streams
                    and (counted.tasks, counted.objects) == (previous.tasks, previous.objects)
                )
                idle_turns = idle_turns + 1 if is_idle else 0
            return counted

    def _count(self, client: Client) -> Holdings:
        state = json.loads(client.ask("/state").body)
        lines = (self._folder / "status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        return Holdings(
            descriptors=sum(1 for _ in (self._folder / "fd").iterdir()),
            tasks=state["tasks"],
            streams=state["streams"],
            threads=int(status["Threads"]),
            objects=state["objects"],
            resident_kib=int(status["VmRSS"].split()[0]),
            failures=state["failures"],
        )


@contextmanager
def serve(target: str) -> Iterator[Server]:
    """Run the application as a user would."""
    words = ("--host", "127.0.0.1", "--port", "0", "--no-access-log")
    folder = Path(__file__).parent
    with ServerProcess("-m", "sixlane", "run", target, *words, folder=folder) as process:
        yield Server(process)


def pipelined(status: int, data: bytes) -> Load:
    """The same request over a few connections, many at a time, and two to learn its length."""

    def put(port: int, count: int) -> int:
        size, line = _answer_bytes(port, data), b"HTTP/1.1 %d " % status
        rounds = range(0, count, CONNECTIONS * PIPELINED * TURNS)
        for _ in rounds:
            with ExitStack() as stack:
                connections = [stack.enter_context(_connect(port)) for _ in range(CONNECTIONS)]
                for _ in range(TURNS):
                    for connection in connections:
                        connection.sendall(data * PIPELINED)
                    for connection in connections:
                        received = _receive(connection, size * PIPELINED)
                        assert received.count(line) == PIPELINED, received[:1000]
        return len(rounds) * rounds.step + 2

    return put


def apart(beginning: bytes, data: bytes) -> Load:
    """A connection for each request, which the server ends after an answer that begins so."""

    def put(port: int, count: int) -> int:
        for _ in range(0, count, AT_ONCE):
            connections = _connect_and_send(port, data)
            for connection in connections:
                received = _receive(connection, None)
                assert received.startswith(beginning), received[:1000]
                connection.close()
        return count

    return put


def leaving(data: bytes, *, after: bytes = b"") -> Load:
    """A connection for each request, whose client leaves, if it is to be, after these bytes."""

    def put(port: int, count: int) -> int:
        with _connect(port) as other:
            for _ in range(0, count, AT_ONCE):
                connections = _connect_and_send(port, data)
                # The server has come to all of them when it answers one that asks later.
                other.sendall(request("/json"))
                assert other.recv(1000).startswith(b"HTTP/1.1 200 ")
                for connection in connections:
                    if after:
                        assert after in connection.recv(1 << 16)
                    connection.close()
        return count

    return put


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)


def _connect_and_send(port: int, data: bytes) -> list[socket.socket]:
    connections = [_connect(port) for _ in range(AT_ONCE)]
    for connection in connections:
        connection.sendall(data)
    return connections


def _receive(connection: socket.socket, count: int | None) -> bytes:
    """Receive so many bytes, or all up to the end."""
    received = bytearray()
    while count is None or len(received) < count:
        part = connection.recv(1 << 18)
        if not part:
            assert count is None, f"the connection ended after {bytes(received)!r}"
            break
        received += part
    return bytes(received)


def _answer_bytes(port: int, data: bytes) -> int:
    """The length of one answer: from the beginning of the first to that of the second."""
    received = b""
    with _connect(port) as connection:
        connection.sendall(data * 2)
        while (second := received.find(b"HTTP/1.1 ", 1)) < 0:
            received += connection.recv(1 << 16)
    return second
