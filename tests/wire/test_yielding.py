"""A handler that asks for a turn of the loop runs on as in a task of asyncio's."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request

from sixlane import FastAPI, Request
from sixlane.responses import PlainTextResponse

seen: ContextVar[int] = ContextVar("seen", default=0)

both_loops = pytest.mark.parametrize("loop", ["asyncio", "uvloop"])


def current() -> "asyncio.Task[Any]":
    """Return the task that runs."""
    task = asyncio.current_task()
    assert task is not None
    return task


def serving(handler: Callable[[], Awaitable[object]]) -> FastAPI:
    """Make an app of one handler."""
    app = FastAPI(openapi_url=None)
    app.get("/")(handler)
    return app


def answers(handler: Callable[[], Awaitable[object]], loop: Any) -> set[bytes]:
    """Ask a handler some times, in new tasks and in those that have served others."""
    with RunningEngine(serving(handler), loop=loop) as engine:
        with Client(engine.port) as client:
            found = {client.ask("/").body for _ in range(40)}
        engine.wait_until_idle()
    return found


@both_loops
def test_what_several_handlers_ask_for_before_they_yield_runs_before_each_goes_on(
    loop: Any,
) -> None:
    """Handlers of one turn do not go on before what the later ones among them have asked for."""
    app = FastAPI(openapi_url=None)
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
        for name, client in clients.items():
            client.ask(f"/{name}")
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


async def yield_for_ever() -> None:
    """Do nothing but yield."""
    while True:  # noqa: ASYNC110  there is nothing to wait for
        await asyncio.sleep(0)


async def cancelled_by_another() -> object:
    """Have the task cancelled while it has yielded."""
    asyncio.get_running_loop().call_soon(current().cancel, "why")
    await asyncio.sleep(0)
    return "not cancelled"


async def cancelled_by_another_later() -> object:
    """Have the task cancelled while it has yielded for the second time."""
    await asyncio.sleep(0)
    return await cancelled_by_another()


async def cancelled_by_itself() -> object:
    """Cancel the task before it yields."""
    current().cancel("why")
    await asyncio.sleep(0)
    return "not cancelled"


async def cancelled_by_itself_later() -> object:
    """Cancel the task between two yields."""
    await asyncio.sleep(0)
    return await cancelled_by_itself()


async def cancelled_by_itself_before_another_wait() -> object:
    """Cancel the task after it has yielded, and wait for something else."""
    await asyncio.sleep(0)
    current().cancel("why")
    await asyncio.sleep(60)
    return "not cancelled"


CANCELLED = [
    cancelled_by_another,
    cancelled_by_another_later,
    cancelled_by_itself,
    cancelled_by_itself_later,
    cancelled_by_itself_before_another_wait,
]


@both_loops
@pytest.mark.parametrize("wait", CANCELLED, ids=lambda wait: wait.__name__)
def test_a_cancellation_comes_with_its_message(
    wait: Callable[[], Awaitable[object]], loop: Any
) -> None:
    """The handler is told why it was cancelled, and goes on as it likes."""

    async def hear_of_it() -> object:
        try:
            return await wait()
        except asyncio.CancelledError as error:
            left = current().uncancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            return [*error.args, left, current().cancelling()]

    assert answers(hear_of_it, loop) == {b'["why",0,0]'}


@both_loops
@pytest.mark.parametrize("delay", [0, 0.002])
def test_a_timeout_ends_a_handler_that_does_nothing_but_yield(delay: float, loop: Any) -> None:
    """Nothing that a handler yields for keeps its deadline away."""

    async def hear_of_it() -> str:
        try:
            async with asyncio.timeout(delay):
                await yield_for_ever()
        except TimeoutError:
            pass
        return "late"

    assert answers(hear_of_it, loop) == {b'"late"'}


@both_loops
def test_a_cancellation_taken_back_is_none(loop: Any) -> None:
    """What is cancelled and taken back at once goes on as asyncio has it."""

    async def take_back() -> object:
        await asyncio.sleep(0)
        current().cancel()
        current().uncancel()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            return "cancelled"
        return "went on"

    expected = asyncio.run(take_back())
    assert answers(take_back, loop) == {f'"{expected}"'.encode()}


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
            await yield_for_ever()
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
