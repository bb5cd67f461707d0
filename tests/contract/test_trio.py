"""An application on Trio, where an ASGI server runs it there: the same answers as on asyncio."""

import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any

import pytest

from sixlane import Body, Depends, FastAPI, Request, Response
from sixlane.responses import PlainTextResponse, StreamingResponse
from sixlane.testclient import TestClient

trio = pytest.importorskip("trio")

Next = Callable[[Request], Awaitable[Response]]
Open = Callable[[FastAPI], TestClient]

PARTS = [f"part {number}\n" for number in range(20)]


@pytest.fixture(params=["asyncio", "trio"])
def library(request: pytest.FixtureRequest) -> str:
    """What runs the application."""
    name: str = request.param
    return name


@pytest.fixture
def open_on(library: str) -> Open:
    """Opens a client of an app that this library runs."""
    return lambda app: TestClient(app, backend=library)  # type: ignore[arg-type]


def test_function_goes_around_requests(open_on: Open, library: str) -> None:
    """It runs there, reads the body before the application does, and adds to the answer."""
    app = FastAPI()
    bodies = []

    @app.middleware("http")
    async def around(request: Request, call_next: Next) -> Response:
        bodies.append(await request.body())
        response = await call_next(request)
        response.headers["x-trio"] = str(trio.lowlevel.in_trio_run())
        return response

    @app.post("/")
    async def echo(value: Annotated[Any, Body()]) -> Any:
        return value

    answer = open_on(app).post("/", json={"a": [1]})
    assert (answer.json(), answer.headers["x-trio"]) == ({"a": [1]}, str(library == "trio"))
    assert bodies == [b'{"a":[1]}']


def test_function_goes_around_a_stream(open_on: Open) -> None:
    """Each part reaches the client, of an answer that a blocking iterator makes too."""
    app = FastAPI()

    @app.middleware("http")
    async def around(request: Request, call_next: Next) -> Response:
        return await call_next(request)

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter(PARTS))

    @app.get("/yielded", response_class=StreamingResponse)
    def yielded() -> Iterator[str]:
        yield from PARTS

    client = open_on(app)
    assert client.get("/").text == client.get("/yielded").text == "".join(PARTS)


def test_function_answers_for_an_error(open_on: Open) -> None:
    """What the application raises is raised where its answer is waited for."""
    app = FastAPI()

    @app.middleware("http")
    async def around(request: Request, call_next: Next) -> Response:
        try:
            return await call_next(request)
        except ZeroDivisionError:
            return PlainTextResponse("caught", 503)

    @app.get("/")
    async def fail() -> float:
        return 1 / 0

    answer = open_on(app).get("/")
    assert (answer.status_code, answer.text) == (503, "caught")


def test_functions_without_await_run_in_threads(open_on: Open) -> None:
    """The handler and its dependency, which ends after the answer is made."""
    app = FastAPI()
    main = threading.get_ident()
    events = []

    def depend() -> Iterator[str]:
        events.append("begins")
        yield "value"
        events.append("ends")

    @app.get("/")
    def read(value: Annotated[str, Depends(depend)]) -> list[str | bool]:
        events.append("runs")
        return [value, threading.get_ident() != main]

    assert open_on(app).get("/").json() == ["value", True]
    assert events == ["begins", "runs", "ends"]
