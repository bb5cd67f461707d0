"""A handler that has yielded is cancelled as in a task of asyncio's."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support.engine import RunningEngine, both_loops
from support.one_handler import add_yielding, answers, current, have_tasks_stand_by
from support.raw_client import Client, request

from sixlane import FastAPI


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


async def cancelled_by_the_next_callback() -> list[str]:
    """Tell in which order a handler's own cancellation and a callback come."""
    order: list[str] = []
    current().cancel()
    asyncio.get_running_loop().call_soon(order.append, "called")
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        current().uncancel()
        order.append("cancelled")
    return order


async def cancelled_later_by_the_next_callback() -> list[str]:
    """Tell the same of a handler that has yielded before."""
    await asyncio.sleep(0)
    return await cancelled_by_the_next_callback()


@both_loops
@pytest.mark.parametrize(
    "handler", [cancelled_by_the_next_callback, cancelled_later_by_the_next_callback]
)
def test_a_cancellation_comes_in_its_turn(
    handler: Callable[[], Awaitable[list[str]]], loop: Any
) -> None:
    """What was asked for before the yield comes before the cancellation.

    Where no task stands by, the loop is asked for the new one's step before the handler begins, and
    so the cancellation may come first there.
    """
    assert answers(handler, loop, first_in_new_task=False) == {b'["called","cancelled"]'}


@both_loops
def test_a_cancelled_handler_keeps_its_place_among_others(loop: Any) -> None:
    """It hears of its cancellation before those that have yielded after it go on."""
    app = FastAPI(openapi_url=None)
    add_yielding(app)
    order: list[str] = []

    @app.get("/first")
    async def first() -> None:
        asyncio.get_running_loop().call_soon(current().cancel)
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            current().uncancel()
            order.append("cancelled")

    @app.get("/second")
    async def second() -> None:
        asyncio.get_running_loop().call_soon(order.append, "called")
        await asyncio.sleep(0)
        order.append("went on")

    with RunningEngine(app, loop=loop) as engine:
        clients = [Client(engine.port) for _ in range(2)]
        have_tasks_stand_by(clients[0])
        for _ in range(5):
            order.clear()
            for paths in (("/yield", "/yield"), ("/first", "/second")):
                with engine.paused():
                    for client, path in zip(clients, paths, strict=True):
                        client.send(request(path))
                assert [client.read_answer().status for client in clients] == [200, 200]
            assert order == ["cancelled", "called", "went on"]
        for client in clients:
            client.close()


@both_loops
@pytest.mark.parametrize("yields", [0, 1])
def test_what_is_awaited_is_cancelled_with_the_handler(yields: int, loop: Any) -> None:
    """Children that have not begun never do, where their parent is cancelled before."""

    async def cancel_and_wait() -> list[str]:
        begun: list[str] = []

        async def child() -> None:
            begun.append("child")

        for _ in range(yields):
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(current().cancel, "why")
        try:
            await asyncio.gather(child(), child())
        except asyncio.CancelledError as error:
            current().uncancel()
            return [*begun, *error.args]
        return [*begun, "not cancelled"]

    assert asyncio.run(cancel_and_wait()) == ["why"]
    assert answers(cancel_and_wait, loop) == {b'["why"]'}
