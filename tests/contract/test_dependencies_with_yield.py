"""Chapter "Dependencies with yield"."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import BackgroundTasks, Depends, FastAPI, HTTPException
from sixlane.exceptions import FastAPIError
from sixlane.responses import StreamingResponse


class Events(list[str]):
    """What happened, in order, and dependencies that note it."""

    def plain(self, name: str) -> Any:
        """A `def` dependency that notes its beginning, its end, and an exception."""

        def dependency() -> Iterator[str]:
            self.append(f"{name} opens")
            try:
                yield name
            except Exception as error:
                self.append(f"{name} sees {type(error).__name__}")
                raise
            finally:
                self.append(f"{name} closes")

        return dependency

    def asynchronous(self, name: str) -> Any:
        """An `async def` dependency that does the same."""

        async def dependency() -> AsyncIterator[str]:
            self.append(f"{name} opens")
            try:
                yield name
            except Exception as error:
                self.append(f"{name} sees {type(error).__name__}")
                raise
            finally:
                self.append(f"{name} closes")

        return dependency


def make_app(events: Events) -> FastAPI:
    """An app whose operation has two such dependencies, one below the other."""
    app = FastAPI()
    outer = events.asynchronous("outer")

    def inner(value: Annotated[str, Depends(outer)]) -> Iterator[str]:
        yield from events.plain("inner")()

    @app.get("/{failure}")
    async def read(
        failure: str, value: Annotated[str, Depends(inner)], tasks: BackgroundTasks
    ) -> str:
        tasks.add_task(events.append, "task")
        events.append("read")
        if failure == "http":
            raise HTTPException(418, "teapot")
        if failure == "value":
            raise ValueError("failure")
        return value

    return app


def test_dependencies_are_left_in_reverse_order(open_client: OpenClient) -> None:
    """The code after `yield` runs when the answer is sent and its tasks have run."""
    events = Events()

    assert open_client(make_app(events)).get("/no").json() == "inner"
    assert events == [
        "outer opens",
        "inner opens",
        "read",
        "task",
        "inner closes",
        "outer closes",
    ]


@pytest.mark.parametrize(
    ("failure", "status", "name"), [("http", 418, "HTTPException"), ("value", 500, "ValueError")]
)
def test_exception_of_the_operation_is_raised_at_the_yield(
    open_client: OpenClient, failure: str, status: int, name: str
) -> None:
    """Each dependency sees it, the innermost first; no background task runs."""
    events = Events()

    client = open_client(make_app(events), raise_server_exceptions=False)
    assert client.get(f"/{failure}").status_code == status
    assert events == [
        "outer opens",
        "inner opens",
        "read",
        f"inner sees {name}",
        "inner closes",
        f"outer sees {name}",
        "outer closes",
    ]


def test_dependency_may_raise_another_exception(open_client: OpenClient) -> None:
    """An `HTTPException` in place of the one it caught is the answer."""
    app = FastAPI()

    async def translate() -> AsyncIterator[None]:
        try:
            yield
        except ValueError as error:
            raise HTTPException(400, f"instead: {error}") from error

    @app.get("/", dependencies=[Depends(translate)])
    def read() -> None:
        raise ValueError("inner")

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.json()) == (400, {"detail": "instead: inner"})


def test_exception_must_not_be_swallowed(open_client: OpenClient) -> None:
    """A dependency that catches and does not raise leaves no answer: an error that says so."""
    app = FastAPI()

    async def swallow() -> AsyncIterator[None]:
        with suppress(ValueError):
            yield

    @app.get("/", dependencies=[Depends(swallow)])
    async def read() -> None:
        raise ValueError

    with pytest.raises(FastAPIError):
        open_client(app).get("/")


def test_exception_after_the_yield_cannot_change_the_answer(open_client: OpenClient) -> None:
    """The answer has gone by then; the server sees the exception."""
    app = FastAPI()

    async def late() -> AsyncIterator[None]:
        yield
        raise ValueError("too late")

    @app.get("/", dependencies=[Depends(late)])
    async def read() -> str:
        return "sent"

    with pytest.raises(ValueError, match="too late"):
        open_client(app).get("/")
    answer = open_client(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.json()) == (200, "sent")


def test_dependency_of_function_scope_is_left_before_the_answer(open_client: OpenClient) -> None:
    """`scope="function"` ends with the operation: an exception there is still an answer."""
    app = FastAPI()
    events: list[str] = []

    async def early() -> AsyncIterator[None]:
        events.append("early opens")
        yield
        events.append("early closes")
        raise HTTPException(409, "not saved")

    async def late() -> AsyncIterator[None]:
        events.append("late opens")
        try:
            yield
        finally:
            events.append("late closes")

    @app.get("/")
    async def read(
        a: Annotated[None, Depends(late, scope="request")],
        b: Annotated[None, Depends(early, scope="function")],
    ) -> None:
        events.append("read")

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.json()) == (409, {"detail": "not saved"})
    assert events == ["late opens", "early opens", "read", "early closes", "late closes"]


def test_dependency_outlives_a_streamed_answer(open_client: OpenClient) -> None:
    """What the stream reads from stays open until the last byte is sent."""
    app = FastAPI()
    events: list[str] = []

    async def session() -> AsyncIterator[list[str]]:
        yield ["a", "b"]
        events.append("closes")

    @app.get("/")
    async def read(session: Annotated[list[str], Depends(session)]) -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            for part in session:
                events.append(part)
                yield part

        return StreamingResponse(parts())

    assert open_client(app).get("/").text == "ab"
    assert events == ["a", "b", "closes"]


def test_dependencies_are_left_when_a_parameter_is_wrong(open_client: OpenClient) -> None:
    """What was opened before the 422 is closed."""
    app = FastAPI()
    events = Events()

    @app.get("/")
    async def read(
        value: Annotated[str, Depends(events.asynchronous("session"))], number: int
    ) -> None: ...

    assert open_client(app).get("/?number=x").status_code == 422
    assert events[0] == "session opens"
    assert events[-1] == "session closes"


def test_request_scope_cannot_stand_on_function_scope() -> None:
    """What lives longer cannot use what is gone: refused where the operation is declared."""
    app = FastAPI()

    async def short() -> AsyncIterator[None]:
        yield

    async def long(value: Annotated[None, Depends(short, scope="function")]) -> AsyncIterator[None]:
        yield

    with pytest.raises(FastAPIError):

        @app.get("/")
        async def read(value: Annotated[None, Depends(long, scope="request")]) -> None: ...
