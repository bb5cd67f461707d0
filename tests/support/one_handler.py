"""An engine that serves one handler, in tasks that have served others."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sixlane import FastAPI
from support.engine import RunningEngine
from support.raw_client import Client

Handler = Callable[[], Awaitable[object]]


def current() -> "asyncio.Task[Any]":
    """Return the task that runs."""
    task = asyncio.current_task()
    assert task is not None
    return task


def serving(handler: Handler) -> FastAPI:
    """Make an app of one handler, and one that leaves its task to others."""
    app = FastAPI(openapi_url=None)
    app.get("/")(handler)
    add_yielding(app)
    return app


def add_yielding(app: FastAPI) -> None:
    """Add a handler that leaves its task to others."""

    @app.get("/yield")
    async def leave_the_task() -> int:
        await asyncio.sleep(0)
        return id(current())


def have_tasks_stand_by(client: Client) -> None:
    """Have enough requests yield for their tasks to be used by others afterwards."""
    used = {client.ask("/yield").body for _ in range(60)}
    assert len(used) < 60


def answers(handler: Handler, loop: Any, *, first_in_new_task: bool = True) -> set[bytes]:
    """Ask a handler some times, in a new task, then in those that have served others."""
    with RunningEngine(serving(handler), loop=loop) as engine:
        with Client(engine.port) as client:
            found = {client.ask("/").body} if first_in_new_task else set()
            have_tasks_stand_by(client)
            for _ in range(10):
                client.ask("/yield")
                found.add(client.ask("/").body)
        engine.wait_until_idle()
    return found
