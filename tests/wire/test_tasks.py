"""Requests that run in the same standing task see nothing of each other."""

import asyncio
import weakref
from collections.abc import Callable
from typing import Annotated, Any

import anyio
import anyio.lowlevel
import pytest
from support.engine import RunningEngine, both_loops
from support.one_handler import current
from support.raw_client import Client, request

from sixlane import Depends, FastAPI

kept: dict[Any, str] = {}
kept_weakly: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
called_back: list[str] = []


MARKS: dict[str, Callable[[], object]] = {
    "name": lambda: current().set_name("marked"),
    "callback": lambda: current().add_done_callback(lambda _: called_back.append("done")),
    "cancellation": lambda: current().cancel(),
    "cancellation taken back": lambda: (current().cancel(), current().uncancel()),
    "attribute": lambda: setattr(current(), "user", "marked"),
    "timer": lambda: asyncio.get_running_loop().call_later(0.01, current().cancel),
    "key": lambda: kept.__setitem__(current(), "marked"),
    "weak key": lambda: kept_weakly.__setitem__(current(), "marked"),
}


def make_app() -> FastAPI:
    """Make an app that marks its task without waiting, and one that tells what it finds."""
    app = FastAPI(openapi_url=None)

    @app.get("/mark")
    async def mark(name: str) -> None:
        MARKS[name]()

    async def mark_below(name: str) -> None:
        MARKS[name]()

    @app.get("/mark-below")
    async def pass_on(nothing: Annotated[None, Depends(mark_below)]) -> None:
        return nothing

    @app.get("/mark-before")
    async def mark_before(name: str) -> None:
        MARKS[name]()
        await asyncio.sleep(0)

    @app.get("/mark-between")
    async def mark_between(name: str) -> None:
        await asyncio.sleep(0)
        MARKS[name]()
        await asyncio.sleep(0)

    @app.get("/mark-after")
    async def mark_after(name: str) -> None:
        await asyncio.sleep(0)
        MARKS[name]()

    @app.get("/wait")
    async def wait() -> str:
        await asyncio.sleep(0)
        return current().get_name()

    @app.get("/look")
    async def look() -> list[object]:
        task = current()
        found: list[object] = [hasattr(task, "user") or task.get_name() == "marked"]
        found += [task in kept, task in kept_weakly]
        found += [task.cancelling(), task.done(), task in asyncio.all_tasks()]
        # Longer than the timer among the marks: it has fired when this answers.
        await asyncio.sleep(0.03)
        return found

    return app


@both_loops
@pytest.mark.parametrize("path", ["/mark", "/mark-below"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_on_the_task_is_gone_with_its_request(mark: str, path: str, loop: Any) -> None:
    """Whatever a handler that never waits does to its task, the next request gets another."""
    called_back.clear()
    with RunningEngine(make_app(), loop=loop) as engine:
        for _ in range(3):
            with Client(engine.port) as client:
                status = client.ask(f"{path}?name={mark.replace(' ', '%20')}").status
                assert status in (200, 500)
            with Client(engine.port) as client:
                assert client.ask("/look").body == b"[false,false,false,0,false,true]"
        engine.wait_until(lambda: called_back == (["done"] * 3 if mark == "callback" else []))


def use_tasks_again(client: Client) -> None:
    """Have enough requests wait for their tasks to be used by others afterwards."""
    used = {client.ask("/wait").body for _ in range(60)}
    assert len(used) < 60


@both_loops
@pytest.mark.parametrize("path", ["/mark-before", "/mark-between", "/mark-after"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_on_a_task_that_has_waited_is_gone(mark: str, path: str, loop: Any) -> None:
    """A task whose handler has waited serves others too, unless something is left on it."""
    with RunningEngine(make_app(), loop=loop) as engine:
        with Client(engine.port) as client:
            use_tasks_again(client)
        for _ in range(3):
            with Client(engine.port) as client:
                client.send(request(f"{path}?name={mark.replace(' ', '%20')}"))
                client.read_answer()
            with Client(engine.port) as client:
                for _ in range(2):
                    assert client.ask("/look").body == b"[false,false,false,0,false,true]"
                client.ask("/wait")


@both_loops
def test_a_task_that_somebody_keeps_is_gone_though_another_lets_it_go(loop: Any) -> None:
    """One that held the task from before and one that keeps it are told apart."""
    app = make_app()
    kept_tasks: list[asyncio.Task[Any]] = []
    watched: list[set[asyncio.Task[Any]]] = []

    @app.get("/keep")
    async def keep() -> None:
        kept_tasks.append(current())
        asyncio.get_running_loop().call_soon(watched.clear)
        await asyncio.sleep(0)

    @app.get("/is-kept")
    async def is_kept() -> bool:
        return current() in kept_tasks

    with RunningEngine(app, loop=loop) as engine, Client(engine.port) as client:
        use_tasks_again(client)
        for _ in range(5):
            client.ask("/wait")
            engine.call(lambda: watched.append(asyncio.all_tasks()))
            client.ask("/keep")
            assert client.ask("/is-kept").body == b"false"
        engine.call(kept_tasks.clear)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_does_not_reach_the_next_request_of_the_same_turn(mark: str) -> None:
    """Requests that come together run in one task, unless one of them marks it."""
    path = f"/mark?name={mark.replace(' ', '%20')}"
    with RunningEngine(make_app()) as engine, Client(engine.port) as client:
        client.send((request(path) + request("/look")) * 3)
        for _ in range(3):
            assert client.read_answer().status in (200, 500)
            assert client.read_answer().body == b"[false,false,false,0,false,true]"


def test_idle_tasks_that_somebody_cancels() -> None:
    """Whoever cancels all tasks of the loop does not break the next requests."""
    with RunningEngine(make_app()) as engine, Client(engine.port) as client:

        def cancel_all() -> None:
            for task in asyncio.all_tasks():
                if task.get_coro().__class__.__name__ == "Runner":
                    task.cancel()

        for _ in range(2):
            client.ask("/look")
            engine.call(cancel_all)
            assert client.ask("/look").body == b"[false,false,false,0,false,true]"


def make_cancelling() -> FastAPI:
    """Make an app whose first await is in a scope of anyio's that is cancelled."""
    app = FastAPI(openapi_url=None)

    @app.get("/scope")
    async def scope() -> bool:
        with anyio.CancelScope() as cancelled:
            cancelled.cancel()
            await anyio.lowlevel.checkpoint()
        return cancelled.cancelled_caught

    @app.get("/deadline")
    async def deadline() -> bool:
        with anyio.move_on_after(0) as limited:
            await anyio.lowlevel.checkpoint()
        return limited.cancelled_caught

    @app.get("/group")
    async def group() -> bool:
        async with anyio.create_task_group() as tasks:
            tasks.cancel_scope.cancel()
            await anyio.lowlevel.checkpoint()
        return tasks.cancel_scope.cancelled_caught

    return app


@both_loops
@pytest.mark.parametrize("path", ["/scope", "/deadline", "/group"])
def test_cancellation_comes_at_the_first_await(path: str, loop: Any) -> None:
    """A handler that has never waited is cancelled like any task of asyncio's."""
    with RunningEngine(make_cancelling(), loop=loop) as engine, Client(engine.port) as client:
        assert [client.ask(path).body for _ in range(3)] == [b"true"] * 3


def test_callbacks_keep_their_order() -> None:
    """What was asked for before a handler's first await runs before the handler goes on."""
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def order() -> list[int]:
        seen: list[int] = []
        loop = asyncio.get_running_loop()
        loop.call_soon(seen.append, 1)
        await asyncio.sleep(0)
        seen.append(2)
        loop.call_soon(seen.append, 3)
        await asyncio.sleep(0)
        return [*seen, 4]

    with RunningEngine(app) as engine:
        for _ in range(3):
            with Client(engine.port) as client:
                assert [client.ask("/").body for _ in range(2)] == [b"[1,2,3,4]"] * 2


def test_several_requests_may_wait_for_one_future() -> None:
    """Nobody is in the way of another that awaits the same task in the same turn."""
    app = FastAPI(openapi_url=None)
    tasks: dict[str, asyncio.Task[str]] = {}

    @app.get("/load")
    async def load(key: str) -> str:
        if key not in tasks:
            tasks[key] = asyncio.create_task(asyncio.sleep(0.01, key))
        return await tasks[key]

    with RunningEngine(app) as engine:
        clients = [Client(engine.port) for _ in range(3)]
        for client in clients:
            assert client.ask("/load?key=first").body == b'"first"'
        for key in ("second", "third"):
            with engine.paused():
                for client in clients:
                    client.send(request(f"/load?key={key}"))
            assert [client.read_answer().body for client in clients] == [f'"{key}"'.encode()] * 3
        for client in clients:
            client.close()
