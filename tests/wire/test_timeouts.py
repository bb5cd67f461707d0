"""Slow clients are gone by their limits, which tests make short; others are left in peace.

Nothing here sleeps: each test waits for what the server does, with a generous bound.
"""

import asyncio
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from support.engine import RunningEngine, both_loops
from support.raw_client import Client, request

from .applications import Hosted, answer, planned, read_size

LIMIT_S = 0.3


@contextmanager
def at_least(seconds: float) -> Iterator[None]:
    """Check that what happens inside does not happen early."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun >= 0.9 * seconds


def drip(client: Client, piece: bytes) -> int:
    """Send a piece many times within the limit, until the server says something; count them."""
    for sent in range(1000):
        readable, _, _ = select.select([client.socket], [], [], LIMIT_S / 10)
        if readable:
            return sent
        client.socket.sendall(piece)
    raise AssertionError("the server takes everything")


def test_silence_after_connecting() -> None:
    """The connection is closed without an answer."""
    limits = {"header_timeout": LIMIT_S}
    with (
        RunningEngine(Hosted(), limits=limits) as engine,
        Client(engine.port) as client,
        at_least(LIMIT_S),
    ):
        assert client.read_to_end() == b""


def test_half_a_head() -> None:
    """The client is told that it was too slow."""
    limits = {"header_timeout": LIMIT_S}
    with (
        RunningEngine(Hosted(), limits=limits) as engine,
        Client(engine.port) as client,
        at_least(LIMIT_S),
    ):
        client.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert [answer.status for answer in client.read_answers()] == [408]


@pytest.mark.parametrize("before", [0, 1], ids=["first request", "second request"])
def test_a_head_in_drops(before: int) -> None:
    """Time counts for the whole head, not from one line to the next."""
    limits = {"header_timeout": LIMIT_S}
    with RunningEngine(Hosted(), limits=limits) as engine, Client(engine.port) as client:
        for _ in range(before):
            client.ask("/")
        with at_least(LIMIT_S):
            client.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
            assert drip(client, b"X: y\r\n") > 3
        assert [answer.status for answer in client.read_answers()] == [408]


@both_loops
def test_a_head_that_came_while_the_loop_was_busy(loop: Literal["asyncio", "uvloop"]) -> None:
    """The client was in time: its bytes count before the clock does."""
    limits = {"header_timeout": LIMIT_S}
    with RunningEngine(Hosted(), limits=limits, loop=loop) as engine, Client(engine.port) as client:
        client.send(b"GET / HTTP/1.1\r\n")
        with engine.paused():
            client.send(b"Host: x\r\n\r\n")
            readable, _, _ = select.select([client.socket], [], [], 2 * LIMIT_S)
            assert not readable
        assert client.read_answer().status == 200


@pytest.fixture(params=["hosted", "planned"])
def application(request: pytest.FixtureRequest) -> Any:
    """Make an application that reads the body of /1, in parts or collected by the engine."""
    return Hosted() if request.param == "hosted" else planned([])


BODY = request("/1", "Content-Length: 100", method="POST")
CHUNKED = request("/1", "Transfer-Encoding: chunked", method="POST") + b"64\r\n"
EXPECTING = request("/1", "Expect: 100-continue", "Content-Length: 100", method="POST")


@pytest.mark.parametrize("sent", [BODY, BODY + b"b", CHUNKED + b"b"], ids=["none", "one", "chunk"])
def test_a_body_that_stops(application: Any, sent: bytes) -> None:
    """The client is told; the application is told of a departure, if it was called at all."""
    with RunningEngine(application, limits={"body_idle_timeout": LIMIT_S}) as engine:
        with Client(engine.port) as client, at_least(LIMIT_S):
            client.send(sent)
            assert [answer.status for answer in client.read_answers()] == [408]
        engine.wait_until_idle()
        assert [record[-1] for record in engine.accesses] == [408]
        assert engine.failures == []
    assert all(seen.size is None for seen in getattr(application, "seen", []))


def test_a_body_that_was_asked_for_and_does_not_come(application: Any) -> None:
    """The client's time runs from "100 Continue"."""
    limits = {"body_idle_timeout": LIMIT_S}
    with (
        RunningEngine(application, limits=limits) as engine,
        Client(engine.port) as client,
        at_least(LIMIT_S),
    ):
        client.send(EXPECTING)
        assert [answer.status for answer in client.read_answers()] == [100, 408]


def test_a_body_in_drops(application: Any) -> None:
    """Each byte comes in time, all of them too slowly."""
    limits = {"body_floor_window": LIMIT_S, "body_floor_bytes_per_second": 1000}
    with RunningEngine(application, limits=limits) as engine, Client(engine.port) as client:
        client.send(request("/1", "Content-Length: 100000", method="POST"))
        with at_least(LIMIT_S):
            assert drip(client, b"b") > 3
        assert [answer.status for answer in client.read_answers()] == [408]


def test_a_body_that_stops_after_it_was_held_back() -> None:
    """While the application does not read, the client is not to blame; then it is again."""
    go_on = threading.Event()
    sizes: list[int | None] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not go_on.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0.001)
        sizes.append(await read_size(receive))

    limits = {"body_idle_timeout": LIMIT_S}
    with RunningEngine(app, limits=limits) as engine, Client(engine.port) as client:
        client.send(request("/", "Content-Length: 1000000", method="POST") + bytes(200_000))
        readable, _, _ = select.select([client.socket], [], [], 3 * LIMIT_S)
        assert not readable
        go_on.set()
        with at_least(LIMIT_S):
            assert [answer.status for answer in client.read_answers()] == [408]
    assert sizes == [None]


def test_an_idle_connection() -> None:
    """Between requests it is closed without a word."""
    limits = {"keep_alive_timeout": LIMIT_S}
    with RunningEngine(Hosted(), limits=limits) as engine, Client(engine.port) as client:
        client.ask("/")
        with at_least(LIMIT_S):
            assert client.read_to_end() == b""


def test_a_slow_application() -> None:
    """No limit for the client counts against the application's time."""
    limits = dict.fromkeys(["header_timeout", "body_idle_timeout", "keep_alive_timeout"], LIMIT_S)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await read_size(receive)
        with at_least(2 * LIMIT_S):
            # Nothing comes from a client that waits.
            await asyncio.wait({asyncio.create_task(receive())}, timeout=2 * LIMIT_S)
        await answer(send, b"late")

    with RunningEngine(app, limits=limits) as engine, Client(engine.port) as client:
        assert client.ask("/", method="POST", body=b"b").body == b"late"


def produce(send: Callable[..., Any], raised: list[BaseException]) -> Any:
    """Send parts until that fails."""

    async def run() -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send(
                    {"type": "http.response.body", "body": bytes(100_000), "more_body": True}
                )
        except OSError as error:
            raised.append(error)

    return run()


def test_a_client_that_does_not_read() -> None:
    """The connection is reset: an orderly end would make the cut answer look whole."""
    raised: list[BaseException] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await produce(send, raised)

    limits = {"send_idle_timeout": LIMIT_S}
    with RunningEngine(app, limits=limits) as engine, Client(engine.port) as client:
        with at_least(LIMIT_S):
            client.send(request("/"))
            engine.wait_until_idle()
        with pytest.raises(ConnectionResetError):
            client.read_to_end()
    assert len(raised) == 1


def test_a_client_that_reads_slowly() -> None:
    """As long as it takes something in time, it gets everything."""
    size = 20_000_000

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, bytes(size))

    limits = {"send_idle_timeout": LIMIT_S}
    with (
        RunningEngine(app, limits=limits) as engine,
        Client(engine.port, receive_buffer=200_000) as client,
        at_least(1.5 * LIMIT_S),
    ):
        client.send(request("/"))
        client.read_until(b"\r\n\r\n")
        left = size
        while left:
            if left > size / 2:
                # The client's own slowness, well within the limit; nothing is written to wake it.
                select.select([], [], [], LIMIT_S / 10)
            left -= len(client.read_exactly(min(left, 500_000)))


def test_the_linger_after_a_refusal_ends() -> None:
    """A client that goes on sending after its last answer is cut off."""
    limits = {"linger_idle": LIMIT_S, "linger_total": 3 * LIMIT_S}
    with (
        RunningEngine(Hosted(), limits=limits) as engine,
        Client(engine.port) as client,
        at_least(LIMIT_S),
    ):
        client.send(b"nonsense\r\n\r\n")
        assert [answer.status for answer in client.read_answers()] == [400]
        engine.wait_until_idle()
