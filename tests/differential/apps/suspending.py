"""Handlers and dependencies that wait, in every way asyncio, anyio and threads have."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from importlib import import_module
from typing import Annotated, Any

import anyio
import anyio.lowlevel
from anyio import from_thread, to_thread

current: ContextVar[str] = ContextVar("current", default="unset")


class OneTurn:
    """Awaitable that lets the loop turn once, as `asyncio.sleep(0)` does inside."""

    def __await__(self) -> Generator[None, None, str]:
        """Wait for the next turn."""
        yield
        return "turned"


class Handler:
    """Path operations that are not plain functions."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, number: int = 1) -> Any:
        """Answer as an instance."""
        await asyncio.sleep(0)
        return [self.name, number]

    def method(self, number: int = 1) -> Any:
        """Answer as a method, in a thread."""
        return [self.name, "method", number]


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()
    _add_waits(app)
    _add_protocols(app)
    _add_groups(app)
    _add_tasks(app, web)
    _add_failures(app, web, events)
    _add_threads(app, framework)
    _add_dependencies(app, web, events)
    _add_contexts(app, web, events)
    _add_callables(app)
    return app


def _add_waits(app: Any) -> None:
    @app.get("/sleep")
    async def sleep(number: int = 1) -> Any:
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        return number

    @app.get("/sometimes")
    async def sometimes(wait: bool = False) -> Any:
        if wait:
            await asyncio.sleep(0)
        return wait

    @app.get("/turn")
    async def turn() -> Any:
        return await OneTurn()


def _add_protocols(app: Any) -> None:
    @app.get("/generator")
    async def generator(count: int = 3) -> Any:
        async def numbers() -> AsyncIterator[int]:
            for number in range(min(count, 10)):
                await asyncio.sleep(0)
                yield number

        return [number async for number in numbers()]

    @app.get("/manager")
    async def manager() -> Any:
        @asynccontextmanager
        async def opened() -> AsyncIterator[str]:
            await asyncio.sleep(0)
            yield "open"

        async with opened() as value, asyncio.Lock():
            return value

    @app.get("/never-waits")
    async def never_waits() -> Any:
        async def inner() -> str:
            return "inner"

        return await inner()


def _add_groups(app: Any) -> None:
    async def later(value: int) -> int:
        await asyncio.sleep(0)
        return value

    @app.get("/gather")
    async def gather(number: int = 1) -> Any:
        return await asyncio.gather(*(later(number + each) for each in range(3)))

    @app.get("/task-group")
    async def task_group() -> Any:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(later(each)) for each in range(3)]
        return [task.result() for task in tasks]

    @app.get("/anyio-group")
    async def anyio_group() -> Any:
        found: list[int] = []

        async def note(value: int) -> None:
            await anyio.lowlevel.checkpoint()
            found.append(value)

        async with anyio.create_task_group() as group:
            group.start_soon(note, 1)
            group.start_soon(note, 2)
        return sorted(found)

    @app.get("/failing-group")
    async def failing_group() -> Any:
        async def fail() -> None:
            raise ValueError("inside")

        async with asyncio.TaskGroup() as group:
            group.create_task(fail())


def _add_tasks(app: Any, web: Any) -> None:
    @app.get("/current-task")
    async def current_task() -> Any:
        before = asyncio.current_task()
        await asyncio.sleep(0)
        return [before is not None, before is asyncio.current_task()]

    @app.get("/current-task-at-once")
    async def current_task_at_once() -> Any:
        return asyncio.current_task() is not None

    @app.get("/timeout")
    async def timeout(short: bool = True) -> Any:
        try:
            async with asyncio.timeout(0.01 if short else 10):
                await asyncio.sleep(5 if short else 0)
        except TimeoutError:
            return "timeout"
        return "in time"

    @app.get("/move-on")
    async def move_on() -> Any:
        with anyio.move_on_after(0.01) as scope:
            await anyio.sleep(5)
        return scope.cancelled_caught

    @app.get("/cancelled-child")
    async def cancelled_child() -> Any:
        task = asyncio.create_task(asyncio.sleep(5))
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            return "cancelled"
        return "finished"

    @app.get("/wait-for")
    async def wait_for() -> Any:
        event = asyncio.Event()
        asyncio.get_running_loop().call_soon(event.set)
        return await asyncio.wait_for(event.wait(), 5)

    @app.get("/library")
    async def library() -> Any:
        return [anyio.get_current_task().id > 0, asyncio.get_running_loop().is_running()]


def _add_failures(app: Any, web: Any, events: list[str]) -> None:
    @app.get("/fail-later")
    async def fail_later(http: bool = True) -> Any:
        await asyncio.sleep(0)
        if http:
            raise web.HTTPException(418, "later")
        raise KeyError("later")

    @app.get("/invalid-later", response_model=int)
    async def invalid_later() -> Any:
        await asyncio.sleep(0)
        return "text"

    @app.get("/finally")
    async def in_the_end(fail: bool = False) -> Any:
        try:
            await asyncio.sleep(0)
            if fail:
                raise ZeroDivisionError
        finally:
            await asyncio.sleep(0)
            events.append("finally")
        return "fine"

    @app.get("/group-of-http")
    async def group_of_http() -> Any:
        raise ExceptionGroup("several", [web.HTTPException(404, "one")])


def _add_threads(app: Any, framework: str) -> None:
    concurrency = import_module(f"{framework}.concurrency")

    @app.get("/thread")
    def thread(number: int = 1) -> Any:
        time.sleep(0.001)
        return [number, threading.current_thread() is threading.main_thread()]

    @app.get("/from-thread")
    def call_back(number: int = 1) -> Any:
        async def inside() -> int:
            await asyncio.sleep(0)
            return number

        return from_thread.run(inside)

    @app.get("/to-thread")
    async def call_thread() -> Any:
        first = await asyncio.to_thread(lambda: 1)
        second = await to_thread.run_sync(lambda: 2)
        return [first, second, await concurrency.run_in_threadpool(lambda: 3)]

    @app.get("/no-loop")
    def no_loop() -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return "no loop"
        return "a loop"


def _add_dependencies(app: Any, web: Any, events: list[str]) -> None:
    async def waiting(number: int = 1) -> int:
        await asyncio.sleep(0)
        return number

    def plain(number: Annotated[int, web.Depends(waiting)]) -> int:
        return number + 1

    async def session(number: Annotated[int, web.Depends(plain)]) -> AsyncIterator[int]:
        await asyncio.sleep(0)
        yield number
        await asyncio.sleep(0.001)
        events.append("closed")

    @app.get("/waiting")
    async def with_waiting(number: Annotated[int, web.Depends(waiting)]) -> Any:
        return number

    @app.get("/session")
    async def with_session(
        session: Annotated[int, web.Depends(session)], tasks: web.BackgroundTasks
    ) -> Any:
        async def task() -> None:
            await asyncio.sleep(0.001)
            events.append("task")

        tasks.add_task(task)
        return session

    @app.get("/session-thread")
    def with_session_in_thread(session: Annotated[int, web.Depends(session)]) -> Any:
        return session


def _add_contexts(app: Any, web: Any, events: list[str]) -> None:
    @app.get("/context")
    async def context(value: str = "set") -> Any:
        before = current.get()
        current.set(value)
        await asyncio.sleep(0)
        return [before, current.get(), await asyncio.create_task(_read_context())]

    @app.get("/context-at-once")
    async def context_at_once(value: str = "set") -> Any:
        before = current.get()
        current.set(value)
        return [before, current.get()]

    @app.get("/context-thread")
    def context_thread(value: str = "set") -> Any:
        before = current.get()
        current.set(value)
        return [before, current.get()]

    @app.get("/context-task")
    async def context_task(tasks: web.BackgroundTasks, value: str = "set") -> Any:
        current.set(value)
        tasks.add_task(lambda: events.append(current.get()))
        return current.get()


async def _read_context() -> str:
    return current.get()


def _add_callables(app: Any) -> None:
    async def with_prefix(prefix: str, number: int = 1) -> Any:
        return [prefix, number]

    handler = Handler("handler")
    app.get("/instance", name="instance")(handler)
    app.get("/method")(handler.method)
    app.get("/partial", name="partial")(partial(with_prefix, "fixed"))
