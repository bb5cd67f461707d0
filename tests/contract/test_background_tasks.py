"""Chapter "Background Tasks"."""

from typing import Annotated

import pytest
from support.client import OpenClient

from sixlane import BackgroundTasks, Depends, FastAPI
from sixlane.responses import PlainTextResponse


def test_tasks_run_in_order_after_the_answer(open_client: OpenClient) -> None:
    """Those of dependencies, too; `def` and `async def` alike, with arguments."""
    app = FastAPI()
    done: list[str] = []

    def plain(text: str, *, times: int = 1) -> None:
        done.append(text * times)

    async def asynchronous(text: str) -> None:
        done.append(text)

    async def prepare(tasks: BackgroundTasks) -> None:
        tasks.add_task(plain, "dependency")

    @app.post("/")
    async def send(tasks: BackgroundTasks, before: Annotated[None, Depends(prepare)]) -> str:
        tasks.add_task(plain, "a", times=2)
        tasks.add_task(asynchronous, "b")
        done.append("endpoint")
        return "sent"

    answer = open_client(app).post("/")
    assert answer.json() == "sent"
    assert done == ["endpoint", "dependency", "aa", "b"]


def test_failing_task_stops_the_others(open_client: OpenClient) -> None:
    """The answer has been sent; the server sees the exception."""
    app = FastAPI()
    done: list[str] = []

    def fail() -> None:
        raise ValueError("task")

    @app.post("/")
    def send(tasks: BackgroundTasks) -> str:
        tasks.add_task(done.append, "first")
        tasks.add_task(fail)
        tasks.add_task(done.append, "never")
        return "sent"

    with pytest.raises(ValueError, match="task"):
        open_client(app).post("/")
    answer = open_client(app, raise_server_exceptions=False).post("/")
    assert (answer.status_code, answer.json()) == (200, "sent")
    assert done == ["first", "first"]


def test_returned_response_carries_injected_tasks(open_client: OpenClient) -> None:
    """Unless it has tasks of its own, which win."""
    app = FastAPI()
    done: list[str] = []

    @app.post("/injected")
    async def injected(tasks: BackgroundTasks) -> PlainTextResponse:
        tasks.add_task(done.append, "injected")
        return PlainTextResponse("direct")

    @app.post("/own")
    async def own(tasks: BackgroundTasks) -> PlainTextResponse:
        tasks.add_task(done.append, "lost")
        mine = BackgroundTasks()
        mine.add_task(done.append, "own")
        return PlainTextResponse("direct", background=mine)

    client = open_client(app)
    assert client.post("/injected").text == "direct"
    assert client.post("/own").text == "direct"
    assert done == ["injected", "own"]


def test_tasks_do_not_run_when_the_operation_fails(open_client: OpenClient) -> None:
    """They belong to the answer that was not made."""
    app = FastAPI()
    done: list[str] = []

    @app.post("/")
    async def send(tasks: BackgroundTasks) -> None:
        tasks.add_task(done.append, "never")
        raise ValueError

    open_client(app, raise_server_exceptions=False).post("/")
    assert done == []
