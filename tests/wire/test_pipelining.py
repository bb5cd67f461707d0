"""Requests sent ahead of the answers: answered one by one, in order, and no further than read."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse
from support.engine import RunningEngine, both_loops
from support.raw_client import Client, request

from sixlane import FastAPI

from .applications import answer

DEEP = 60_000

LARGE = b"x" * 1000


def endpoints() -> FastAPI:
    """Make an application that answers at once, later, from a thread, and in parts."""
    app = FastAPI(openapi_url=None)

    @app.get("/now/{number}")
    async def now(number: int) -> int:
        return number

    @app.get("/later/{number}")
    async def later(number: int) -> int:
        # The later the request, the shorter its wait: unordered answers would show.
        await asyncio.sleep(0.02 / (number + 1))
        return number

    @app.get("/thread/{number}")
    def thread(number: int) -> int:
        return number

    @app.get("/parts/{number}")
    async def parts(number: int) -> StreamingResponse:
        return StreamingResponse(iter([str(number), ""]))

    return app


@pytest.fixture(scope="module", params=["asyncio", "uvloop"])
def engine(request: pytest.FixtureRequest) -> Iterator[RunningEngine]:
    """Serve the endpoints on either event loop."""
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    with RunningEngine(endpoints(), loop=request.param) as engine:
        yield engine


@pytest.mark.parametrize("kind", ["now", "later", "thread", "parts", "missing", "mixed"])
def test_twenty_requests_at_once(engine: RunningEngine, kind: str) -> None:
    """However long each takes, the answers come in the order of the requests."""
    kinds = ["now", "later", "thread", "parts"]
    targets = [f"/{kinds[n % 4] if kind == 'mixed' else kind}/{n}" for n in range(20)]
    with Client(engine.port) as client:
        client.send(b"".join(map(request, targets)))
        answers = [client.read_answer() for _ in targets]
        client.send(request("/now/99", "Connection: close"))
        assert [answer.body for answer in client.read_answers()] == [b"99"]
    if kind == "missing":
        assert [answer.status for answer in answers] == [404] * 20
    else:
        assert [int(answer.body) for answer in answers] == list(range(20))


@pytest.mark.parametrize("kind", ["now", "later"])
def test_more_requests_than_are_read_ahead(engine: RunningEngine, kind: str) -> None:
    """Requests wait in the kernel, and none is forgotten there."""
    target = "/now/7" if kind == "now" else "/later/1000000"
    count = 10_000
    with Client(engine.port) as client:
        client.send(request(target, f"X-Padding: {'p' * 100}") * count)
        bodies = [client.read_answer().body for _ in range(count)]
    assert set(bodies) == {b"7" if kind == "now" else b"1000000"}


def test_unread_answers_stop_the_serving() -> None:
    """A client that sends and does not read is served no further than the buffers hold."""
    served = 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal served
        served += 1
        await answer(send, LARGE)

    limits = {"keep_alive_requests": DEEP}
    with RunningEngine(app, limits=limits) as engine, Client(engine.port) as client:
        # The requests fit into the kernel's buffers, the answers do not.
        client.socket.sendall(request("/") * DEEP)
        engine.wait_until_still(lambda: served)
        assert 0 < served < DEEP / 2
        for _ in range(DEEP):
            assert client.read_answer().body == LARGE
    assert served == DEEP


def large_answers() -> FastAPI:
    """Declare answers of any size that are made at once, after a wait, and in a thread."""
    app = FastAPI(openapi_url=None)

    @app.get("/now/{size}")
    async def now(size: int) -> Response:
        return Response(b"x" * size)

    @app.get("/later/{size}")
    async def later(size: int) -> Response:
        await asyncio.sleep(0)
        return Response(b"x" * size)

    @app.get("/thread/{size}")
    def thread(size: int) -> Response:
        return Response(b"x" * size)

    @app.get("/planned/{size}")
    async def planned(size: int) -> str:
        return "x" * (size - 2)

    return app


@both_loops
@pytest.mark.parametrize("kind", ["now", "later", "thread", "planned"])
def test_nothing_is_forgotten_behind_a_large_answer(kind: str, loop: Any) -> None:
    """What came together with the request before has no event of its own."""
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    with RunningEngine(large_answers(), loop=loop) as engine:
        for size in (10, 65_000, 66_000, 100_000, 3_000_000):
            with Client(engine.port) as client:
                client.send(request(f"/{kind}/{size}") * 2)
                for _ in range(2):
                    assert len(client.read_answer().body) == size
            with Client(engine.port) as client:
                with engine.paused():
                    client.send(request(f"/{kind}/{size}"))
                    client.end()
                assert client.read_to_end().endswith(b"x" * 5 + b'"' * (kind == "planned"))
            with Client(engine.port) as client:
                client.send(request(f"/{kind}/{size}") * 3)
                client.end()
                assert client.read_to_end().count(b"HTTP/1.1 200 OK") == 3
        engine.wait_until_idle()
