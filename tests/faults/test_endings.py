"""Requests that end badly in ways of their own, beside others that must not notice."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from support.client import OpenClient
from support.engine import RunningEngine
from support.raw_client import Client, request
from support.server import ServerProcess

from sixlane import Depends, FastAPI

from .fault import KINDS, raise_fault

FAILED = (500, b"Internal Server Error")

WORKERS = 40
"""The engine's default number of threads for `def` handlers."""


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind not in ("ValueError", "HTTPException")]
)
def test_struct_that_does_not_build(kind: str) -> None:
    """What a msgspec struct raises beside a ValueError is a server error, once in the log."""
    app = FastAPI(openapi_url=None)

    class Item(msgspec.Struct):
        size: int

        def __post_init__(self) -> None:
            if self.size < 0:
                raise_fault(KINDS[kind]())

    @app.post("/")
    async def create(item: Item) -> int:
        return item.size

    with RunningEngine(app) as engine, Client(engine.port) as client:
        json = "Content-Type: application/json"
        answers = [
            client.ask("/", json, method="POST", body=b'{"size": %d}' % size) for size in (1, -1, 2)
        ]
        assert [(each.status, each.body) for each in answers] == [(200, b"1"), FAILED, (200, b"2")]
        assert len(engine.failures) == 1


def test_pipelined_faults_keep_their_order() -> None:
    """Bad and good requests in one write are answered one by one, each by its own answer."""
    app = FastAPI(openapi_url=None)

    @app.get("/direct/{number}")
    async def direct(number: int) -> int:
        return number if number % 2 else raise_fault(KeyError(number))

    @app.get("/waiting/{number}")
    async def waiting(number: int) -> int:
        await asyncio.sleep(0)
        return number if number % 2 else raise_fault(SystemExit(number))

    @app.get("/thread/{number}")
    def thread(number: int) -> int:
        return number if number % 2 else raise_fault(asyncio.CancelledError(number))

    targets = [f"/{name}/{i}" for i in range(100) for name in ("direct", "waiting", "thread")]
    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(b"".join(map(request, targets)))
        answers = [client.read_answer() for _ in targets]
        assert [(answer.status, answer.body) for answer in answers] == [
            (200, str(i).encode()) if i % 2 else FAILED for i in range(100) for _ in range(3)
        ]
        assert len(engine.failures) == 150


def test_no_worker_is_lost() -> None:
    """After each thread has met an exception that ends threads elsewhere, all of them work."""
    app = FastAPI(openapi_url=None)
    together = threading.Barrier(WORKERS, timeout=20)

    @app.get("/exit")
    def leave() -> None:
        together.wait()
        raise_fault(SystemExit(1))

    @app.get("/meet")
    def meet() -> int:
        return together.wait()

    with RunningEngine(app) as engine:
        clients = [Client(engine.port) for _ in range(WORKERS)]
        for target, statuses in (("/exit", {500}), ("/meet", {200})):
            for client in clients:
                client.send(request(target))
            assert {client.read_answer().status for client in clients} == statuses
        assert len(engine.failures) == WORKERS
        for client in clients:
            client.close()


def test_handler_that_cancels_its_task() -> None:
    """Its exits run, it is a server error, and no other request finds itself cancelled."""
    app = FastAPI(openapi_url=None)
    events: list[str] = []

    async def session() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.sleep(0)
            events.append("closed")

    async def cancel() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)
        events.append("not cancelled")

    app.get("/planned")(cancel)
    app.get("/solved", dependencies=[Depends(session)])(cancel)

    @app.get("/next")
    async def following() -> int:
        await asyncio.sleep(0)
        task = asyncio.current_task()
        return -1 if task is None else task.cancelling()

    with RunningEngine(app) as engine, Client(engine.port) as client:
        for target in ("/planned", "/solved"):
            answer = client.ask(target)
            assert (answer.status, answer.body) == FAILED
            assert client.ask("/next").body == b"0"
        kinds = [type(failure.error) for failure in engine.failures]
        assert kinds == [asyncio.CancelledError] * 2
    assert events == ["closed"]


@pytest.mark.parametrize("kind", ["async", "plain"])
def test_recursion_without_an_end(open_client: OpenClient, kind: str) -> None:
    """The real thing, in the loop's thread and in a worker: a server error, and life goes on."""
    app = FastAPI(openapi_url=None)

    def descend() -> Any:
        return descend()

    async def handle() -> Any:
        return descend()

    app.get("/deep")(handle if kind == "async" else descend)

    @app.get("/flat")
    async def flat(value: Annotated[int, Depends(lambda: 1)]) -> int:
        return value

    client = open_client(app, raise_server_exceptions=False)
    for _ in range(3):
        assert client.get("/deep").status_code == 500
        assert client.get("/flat").json() == 1


def test_answer_without_an_end_is_a_server_error(open_client: OpenClient) -> None:
    """A value that contains itself cannot be encoded, natively or otherwise."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def read():
        value: list[Any] = []
        value.append(value)
        return value

    client = open_client(app, raise_server_exceptions=False)
    assert client.get("/").status_code == 500


PROGRAM = """
from sixlane import FastAPI

app = FastAPI()

class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__

@app.get("/mute")
async def read():
    raise MuteError  # in the handler

@app.get("/thread")
def work():
    raise SystemExit("in the thread")
"""


def test_log_has_the_traceback(tmp_path: Path) -> None:
    """The server writes it with the handler's own line, even if the exception has no text."""
    (tmp_path / "main.py").write_text(PROGRAM)
    words = ("-m", "sixlane", "run", "--host", "127.0.0.1", "--port", "0")
    with ServerProcess(*words, folder=tmp_path) as server:
        assert server.get("/mute").status_code == 500
        server.wait_for(r"raise MuteError  # in the handler")
        server.wait_for(r"^main\.MuteError: <exception str\(\) failed>$")
        assert server.get("/thread").status_code == 500
        server.wait_for(r"^SystemExit: in the thread$")
        assert server.stop() == 0
    assert server.output.count("ERROR:    Exception in ASGI application") == 2
    assert server.output.count("Traceback (most recent call last)") == 2
