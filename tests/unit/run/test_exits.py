"""When and how the code behind a dependency's `yield` runs."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Annotated, Any

import pytest
from starlette.requests import Request

from sixlane import Depends
from sixlane._compile.dependant import compile_handler
from sixlane._run.exchange import FUNCTION_EXITS_SCOPE_KEY, REQUEST_EXITS_SCOPE_KEY
from sixlane._run.solve import SolveState, solve

from .conftest import make_request

pytestmark = pytest.mark.anyio

Notes = list[str]


class Exchange:
    """A request whose two kinds of exits end one after the other."""

    def __init__(self, handler: Any, notes: Notes) -> None:
        self.request: Request = make_request()
        self._dependant = compile_handler(handler, "/")
        self._notes = notes

    async def run(self, error: Exception | None = None) -> None:
        """Solve, "call the handler", which may raise, and "send the answer"."""
        scope = self.request.scope
        async with AsyncExitStack() as request_exits:
            scope[REQUEST_EXITS_SCOPE_KEY] = request_exits
            async with AsyncExitStack() as function_exits:
                scope[FUNCTION_EXITS_SCOPE_KEY] = function_exits
                state = SolveState(self.request, None, embed_body=False, overrides_provider=None)
                await solve(state, self._dependant)
                self._notes.append("handler")
                await asyncio.sleep(0)  # let other requests run
                if error is not None:
                    raise error
            self._notes.append("answer")


def make_dependencies(notes: Notes) -> tuple[Any, Any]:
    """Make a dependency with `yield` of either kind that notes what happens to it."""

    async def awaited() -> AsyncIterator[str]:
        notes.append("enter awaited")
        try:
            yield "awaited"
        except ValueError as exc:
            notes.append(f"awaited sees {exc}")
            raise
        finally:
            notes.append("exit awaited")

    def blocking() -> Iterator[str]:
        notes.append("enter blocking")
        try:
            yield "blocking"
        except ValueError as exc:
            notes.append(f"blocking sees {exc}")
            raise
        finally:
            notes.append("exit blocking")

    return awaited, blocking


async def test_exits_run_in_reverse_after_the_answer() -> None:
    """What was entered last is left first, once the client has its answer."""
    notes: Notes = []
    awaited, blocking = make_dependencies(notes)

    def handler(a: Annotated[str, Depends(awaited)], b: Annotated[str, Depends(blocking)]) -> None:
        """Need both."""

    await Exchange(handler, notes).run()
    assert notes == [
        "enter awaited",
        "enter blocking",
        "handler",
        "answer",
        "exit blocking",
        "exit awaited",
    ]


async def test_exit_of_function_scope_runs_before_the_answer() -> None:
    """What the client may rely on is done before it can see the answer."""
    notes: Notes = []
    awaited, blocking = make_dependencies(notes)

    def handler(
        a: Annotated[str, Depends(awaited)],
        b: Annotated[str, Depends(blocking, scope="function")],
    ) -> None:
        """Need both."""

    await Exchange(handler, notes).run()
    assert notes[2:] == ["handler", "exit blocking", "answer", "exit awaited"]


async def test_exception_of_the_handler_is_thrown_into_dependencies() -> None:
    """Each sees it at its `yield`, the innermost first."""
    notes: Notes = []
    awaited, blocking = make_dependencies(notes)

    def handler(a: Annotated[str, Depends(awaited)], b: Annotated[str, Depends(blocking)]) -> None:
        """Need both."""

    with pytest.raises(ValueError, match="broken"):
        await Exchange(handler, notes).run(ValueError("broken"))
    assert notes[2:] == [
        "handler",
        "blocking sees broken",
        "exit blocking",
        "awaited sees broken",
        "exit awaited",
    ]


async def test_exits_run_when_a_later_dependency_fails() -> None:
    """What has been entered is left, whatever happens next."""
    notes: Notes = []
    awaited, _ = make_dependencies(notes)

    async def failing(value: Annotated[str, Depends(awaited)]) -> None:
        raise ValueError(value)

    def handler(a: Annotated[None, Depends(failing)]) -> None:
        """Need what fails."""

    with pytest.raises(ValueError, match="awaited"):
        await Exchange(handler, notes).run()
    assert notes == ["enter awaited", "awaited sees awaited", "exit awaited"]


async def test_blocking_dependency_is_entered_and_left_in_threads() -> None:
    """Neither side of its `yield` stops other requests."""
    threads: list[threading.Thread] = []

    def blocking() -> Iterator[None]:
        threads.append(threading.current_thread())
        yield
        threads.append(threading.current_thread())

    def handler(a: Annotated[None, Depends(blocking)]) -> None:
        """Need it."""

    await Exchange(handler, []).run()
    assert len(threads) == 2
    assert threading.current_thread() not in threads


async def test_cancelled_request_does_not_cancel_its_exits() -> None:
    """Code behind `yield` may await although the client has gone."""
    notes: Notes = []
    waiting = asyncio.Event()

    async def connection() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.sleep(0)
            notes.append("given back")

    async def slow(value: Annotated[None, Depends(connection)]) -> None:
        waiting.set()
        await asyncio.Event().wait()

    def handler(a: Annotated[None, Depends(slow)]) -> None:
        """Need what does not end."""

    task = asyncio.create_task(Exchange(handler, notes).run())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert notes == ["given back"]


async def test_concurrency_limit_holds_until_the_exit() -> None:
    """A slot of a dependency with `yield` is free again when its exit has run."""
    most, now = 0, 0

    async def limited() -> AsyncIterator[None]:
        nonlocal most, now
        now += 1
        most = max(most, now)
        yield
        now -= 1

    def handler(a: Annotated[None, Depends(limited, max_concurrency=2)]) -> None:
        """Need it."""

    exchange = [Exchange(handler, []) for _ in range(6)]
    await asyncio.gather(*(each.run() for each in exchange))
    assert (most, now) == (2, 0)
