"""A handler that asks for a turn of the loop runs on as in a task of asyncio's."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from support.engine import RunningEngine, both_loops
from support.one_handler import add_yielding, answers, current, have_tasks_stand_by, serving
from support.raw_client import Client, request

from sixlane import FastAPI, Request
from sixlane.responses import PlainTextResponse

seen: ContextVar[int] = ContextVar("seen", default=0)


@both_loops
def test_what_several_handlers_ask_for_before_they_yield_runs_before_each_goes_on(
    loop: Any,
) -> None:
    """Handlers of one turn do not go on before what the later ones among them have asked for."""
    app = FastAPI(openapi_url=None)
    add_yielding(app)
    order: list[str] = []

    @app.get("/{name}")
    async def ask_and_yield(name: str) -> None:
        for turn in range(3):
            asyncio.get_running_loop().call_soon(order.append, f"{name} asked {turn}")
            await asyncio.sleep(0)
            order.append(f"{name} went on {turn}")

    names = ["a", "b", "c"]
    turn_by_turn = [
        f"{name} {what} {turn}"
        for turn in range(3)
        for name in names
        for what in ("asked", "went on")
    ]
    with RunningEngine(app, loop=loop) as engine:
        clients = {name: Client(engine.port) for name in names}
        have_tasks_stand_by(clients["a"])
        for _ in range(3):
            order.clear()
            with engine.paused():
                for name, client in clients.items():
                    client.send(request(f"/{name}"))
            for client in clients.values():
                client.read_answer()
            found = {name: [line for line in order if line[0] == name] for name in names}
            expected = {name: [line for line in turn_by_turn if line[0] == name] for name in names}
            assert found == expected
        for client in clients.values():
            client.close()


@both_loops
def test_task_and_context_stay_over_all_that_is_awaited(loop: Any) -> None:
    """Yields and other waits in any order happen in one task and one context."""

    async def wait_for_this_and_that() -> list[object]:
        task, name = current(), current().get_name()
        waits: list[Callable[[], Awaitable[object]]] = [
            lambda: asyncio.sleep(0),
            lambda: asyncio.sleep(0),
            lambda: asyncio.sleep(0.001),
            lambda: asyncio.sleep(0),
            lambda: asyncio.create_task(asyncio.sleep(0)),
            lambda: asyncio.sleep(0),
        ]
        for wait in waits:
            seen.set(seen.get() + 1)
            await wait()
        return [seen.get(), current() is task, current().get_name() == name]

    assert answers(wait_for_this_and_that, loop) == {b"[6,true,true]"}


@both_loops
def test_an_error_after_a_yield_is_answered_by_its_handler(loop: Any) -> None:
    """Exception handlers run, and may yield themselves, and the task serves on."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise KeyError("lost")

    app = serving(fail)

    @app.exception_handler(KeyError)
    async def explain(_: Request, error: Exception) -> PlainTextResponse:
        await asyncio.sleep(0)
        return PlainTextResponse(f"no {error}", 404)

    with RunningEngine(app, loop=loop) as engine, Client(engine.port) as client:
        have_tasks_stand_by(client)
        found = {(answer.status, answer.body) for answer in [client.ask("/") for _ in range(40)]}
        assert not engine.failures
    assert found == {(404, b"no 'lost'")}


@both_loops
def test_an_application_that_yields_between_the_parts_of_its_answer(loop: Any) -> None:
    """A hosted ASGI application runs on like a handler."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        await asyncio.sleep(0)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for part in (b"one ", b"two ", b"three"):
            await asyncio.sleep(0)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        await asyncio.sleep(0)

    with RunningEngine(application, loop=loop) as engine:
        with Client(engine.port) as client:
            assert {client.ask("/").body for _ in range(40)} == {b"one two three"}
        engine.wait_until_idle()


@both_loops
def test_handlers_that_only_yield_hold_up_neither_others_nor_the_stop(loop: Any) -> None:
    """Others are answered meanwhile, and the stop cancels what has not ended."""
    app = FastAPI(openapi_url=None)
    ended: list[str] = []

    @app.get("/forever")
    async def never_end() -> None:
        try:
            while True:  # noqa: ASYNC110  there is nothing to wait for
                await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            ended.append(str(error))
            raise

    @app.get("/other")
    async def other() -> str:
        await asyncio.sleep(0)
        return "served"

    with RunningEngine(app, loop=loop) as engine:
        clients = [Client(engine.port) for _ in range(3)]
        for client in clients:
            client.send(request("/forever"))
        with Client(engine.port) as client:
            assert {client.ask("/other").body for _ in range(20)} == {b'"served"'}
    assert ended == ["the server stops"] * 3
    for client in clients:
        client.close()
