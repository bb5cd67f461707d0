"""Load on a WebSocket that echoes: `python -m bench.echo_load PORT ROUTE SECONDS CONNECTIONS`.

Every connection has a window of messages under way: it sends them in one write, and the next ones
once all have come back. What is asked when the time is over is waited for, so that every message
that the server worked on is counted.
"""

import json
import select
import socket
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.routes import find_route
from bench.websocket import client_frame, open_websocket, server_frame

WINDOW = 1
"""Messages under way on each connection: one, as each client of wrk has one request under way."""
_SILENCE_S = 10.0


@dataclass(slots=True)
class EchoClient:
    """One connection, its window of messages, and what came back of it so far."""

    connection: socket.socket
    sent: bytes
    expected: bytes
    asked_ns: int = 0
    received: bytes = b""

    def ask(self, now_ns: int) -> None:
        """Send a window of messages in one write."""
        self.asked_ns = now_ns
        self.connection.sendall(self.sent)

    def is_answered(self) -> bool:
        """Receive, and tell whether the whole window is back.

        Raises:
            ConnectionError: The connection ended, or something else than the echo came.
        """
        # One byte more, to see what does not belong there. No more room than that, and the usual
        # case first: a load that is slower than the server measures how the server waits.
        part = self.connection.recv(len(self.expected) + 1)
        if part == self.expected:
            return True
        self.received += part
        if not part or not self.expected.startswith(self.received):
            raise ConnectionError("no echo")
        if len(self.received) < len(self.expected):
            return False
        self.received = b""
        return True


@dataclass
class EchoCount:
    """What came back over all connections."""

    messages: int = 0
    broken: int = 0
    round_trips_ns: list[int] = field(default_factory=list)


def run_clients(clients: Iterable[EchoClient], seconds: float, window: int) -> EchoCount:
    """Keep every window full for a time, then wait for what is under way.

    Args:
        clients: Connections that are open.
        seconds: How long new windows are sent.
        window: Messages in each of them.
    """
    count = EchoCount()
    poller, monotonic_ns, note = select.epoll(), time.monotonic_ns, count.round_trips_ns.append
    waiting = {client.connection.fileno(): client for client in clients}
    deadline_ns = monotonic_ns() + int(seconds * 1e9)
    for number, client in waiting.items():
        poller.register(number, select.EPOLLIN)
        client.ask(monotonic_ns())
    while waiting and (ready := poller.poll(_SILENCE_S)):
        for number, _ in ready:
            client = waiting[number]
            try:
                if not client.is_answered():
                    continue
            except ConnectionError:
                count.broken += 1
            else:
                now_ns = monotonic_ns()
                note(now_ns - client.asked_ns)
                if now_ns < deadline_ns:
                    client.ask(now_ns)
                    continue
            poller.unregister(number)
            del waiting[number]
    count.messages = len(count.round_trips_ns) * window
    count.broken += len(waiting)
    return count


def main() -> None:
    """Make the load that the command line asks for, and report it as wrk's script does."""
    port, route_name, seconds, connections = sys.argv[1:]
    route = find_route(route_name)
    sent, expected = client_frame(route.answer) * WINDOW, server_frame(route.answer) * WINDOW
    clients = [
        EchoClient(open_websocket(int(port), route.target)[0], sent, expected)
        for _ in range(int(connections))
    ]
    started_ns = time.monotonic_ns()
    count = run_clients(clients, float(seconds), WINDOW)
    duration_us = (time.monotonic_ns() - started_ns) // 1000
    ordered = sorted(count.round_trips_ns) or [0]
    report = {
        "requests": count.messages,
        "duration_us": duration_us,
        "bytes": count.messages * len(expected) // WINDOW,
        "broken": count.broken,
        "refused": 0,
        "p50_us": ordered[len(ordered) // 2] // 1000,
        "p99_us": ordered[len(ordered) * 99 // 100] // 1000,
    }
    print(f"REPORT {json.dumps(report)}")


if __name__ == "__main__":
    main()
