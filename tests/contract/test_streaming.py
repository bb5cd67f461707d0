"""Chapters "Stream JSON Lines" and "Stream Data": path operations that yield."""

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from functools import partial, wraps
from typing import Any

import httpx2
import msgspec
import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from sixlane.exceptions import DeclarationError, ResponseValidationError
from sixlane.responses import JSONResponse, PlainTextResponse, StreamingResponse
from sixlane.routing import APIRoute

CutOff = httpx2.RemoteProtocolError
"""What a client makes of an answer without an end, over a connection."""


class Item(BaseModel):
    """What typed streams yield."""

    name: str
    note: str | None = None


class Struct(msgspec.Struct):
    """What a stream of msgspec's yields."""

    name: str
    value: float = 0.5


async def asynchronous() -> AsyncIterable[Item]:
    """Yield a model, and something that becomes one."""
    yield Item(name="a")
    await asyncio.sleep(0)
    yield {"name": "b", "more": 1}  # type: ignore[misc]


def blocking() -> Iterable[Item]:
    """Do the same in a thread."""
    yield Item(name="a")
    yield {"name": "b", "more": 1}  # type: ignore[misc]


def wrap(handler: Any) -> Any:
    """Decorate a handler."""

    @wraps(handler)
    def call(*arguments: Any, **options: Any) -> Any:
        return handler(*arguments, **options)

    return call


class Instance:
    """A handler that is an object."""

    async def __call__(self) -> AsyncIterable[Item]:
        """Yield what the function yields."""
        async for item in asynchronous():
            yield item


@pytest.mark.parametrize(
    "handler",
    [asynchronous, blocking, wrap(asynchronous), wrap(blocking), partial(blocking), Instance()],
    ids=["async", "def", "wrapped async", "wrapped def", "partial", "instance"],
)
def test_values_are_lines_of_json(open_client: OpenClient, handler: Callable[..., Any]) -> None:
    """Each is validated and filtered by the annotation's type."""
    app = FastAPI()
    app.get("/")(handler)

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jsonl")
    assert answer.text == '{"name":"a","note":null}\n{"name":"b","note":null}\n'


def test_values_without_an_annotation_are_of_any_type(open_client: OpenClient) -> None:
    """They are written as `jsonable_encoder` has them; what JSON has no number for is null."""
    app = FastAPI()

    @app.get("/")
    async def read():  # type: ignore[no-untyped-def]
        yield [Item(name="a"), float("nan"), {"at": float("inf"), float("inf"): 1}]

    expected = '[{"name": "a", "note": null}, null, {"at": null, "Infinity": 1}]\n'
    assert open_client(app).get("/").text == expected


def test_options_of_the_response_model_apply_to_each_value(open_client: OpenClient) -> None:
    """An included router keeps them, and the type."""
    app, router = FastAPI(), APIRouter()
    router.get("/", response_model_exclude_none=True)(asynchronous)
    app.include_router(router, prefix="/included")

    assert open_client(app).get("/included/").text == '{"name":"a"}\n{"name":"b"}\n'


def test_structs_are_streamed(open_client: OpenClient) -> None:
    """Their library validates and writes them."""
    app = FastAPI()

    @app.get("/")
    async def read() -> AsyncIterable[Struct]:
        yield Struct("a")
        yield {"name": "b", "value": 2}  # type: ignore[misc]

    answer = open_client(app).get("/")
    assert answer.text == '{"name":"a","value":0.5}\n{"name":"b","value":2.0}\n'


@pytest.mark.parametrize("handler_kind", ["async", "def"])
def test_value_that_does_not_fit_ends_the_stream(
    open_client: OpenClient, handler_kind: str
) -> None:
    """Dependencies see the error, as the server does, and the answer is cut off."""
    app = FastAPI()
    seen: list[ResponseValidationError] = []

    async def look() -> AsyncIterator[None]:
        try:
            yield
        except ResponseValidationError as error:
            seen.append(error)
            raise

    async def read() -> AsyncIterable[Item]:
        yield Item(name="a")
        yield {"nm": "b"}  # type: ignore[misc]

    def read_blocking() -> Iterable[Item]:
        yield Item(name="a")
        yield {"nm": "b"}  # type: ignore[misc]

    handler: Any = read if handler_kind == "async" else read_blocking
    app.get("/", dependencies=[Depends(look)])(handler)

    with pytest.raises((ResponseValidationError, CutOff)):
        open_client(app).get("/")
    assert seen[0].errors()[0]["loc"] == ("response", "name")
    assert seen[0].body == {"nm": "b"}
    assert seen[0].endpoint_path == "GET /"


class Picture(StreamingResponse):
    """A stream of a type of its own."""

    media_type = "image/png"


def test_streaming_response_sends_bytes_and_text(open_client: OpenClient) -> None:
    """They are sent as they are, with the media type of the class."""
    app = FastAPI()

    @app.get("/async", response_class=Picture)
    async def read() -> AsyncIterable[bytes | str]:
        yield b"\x89"
        yield "png"

    @app.get("/def", response_class=Picture)
    def read_blocking() -> Iterable[bytes | str]:
        yield b"\x89"
        yield "png"

    client = open_client(app)
    for path in ("/async", "/def"):
        answer = client.get(path)
        assert (answer.content, answer.headers["content-type"]) == (b"\x89png", "image/png")


def test_response_class_may_take_the_generator(open_client: OpenClient) -> None:
    """A class that is no stream gets what the handler returns."""

    class Joined(PlainTextResponse):
        def render(self, content: Any) -> bytes:
            return "+".join(content).encode()

    app = FastAPI()

    @app.get("/", response_class=Joined)
    def read() -> Iterable[str]:
        yield "a"
        yield "b"

    assert open_client(app).get("/").text == "a+b"


@pytest.mark.parametrize("response_class", [JSONResponse, PlainTextResponse, Response])
def test_response_class_that_cannot_stream_is_refused(response_class: Any) -> None:
    """FastAPI would answer every request with 500."""
    with pytest.raises(DeclarationError, match="a handler that yields cannot be answered with"):
        APIRouter().get("/", response_class=response_class)(asynchronous)
    app, router = FastAPI(default_response_class=response_class), APIRouter()
    router.get("/")(asynchronous)
    app.include_router(router)
    with pytest.raises(DeclarationError, match="a handler that yields cannot be answered with"):
        _ = app.routes


def test_status_headers_and_tasks(open_client: OpenClient) -> None:
    """Dependencies set them before the stream; tasks run after it, added at any time."""
    app = FastAPI()
    events: list[str] = []

    def prepare(response: Response) -> None:
        response.status_code = 202
        response.headers["x-prepared"] = "yes"
        response.set_cookie("seen", "1")

    @app.get("/", status_code=201, dependencies=[Depends(prepare)])
    async def read(response: Response, tasks: BackgroundTasks) -> AsyncIterable[int]:
        tasks.add_task(events.append, "task")
        response.headers["x-late"] = "too late"
        yield 1
        events.append("end")

    answer = open_client(app).get("/")
    assert (answer.status_code, answer.headers["x-prepared"]) == (202, "yes")
    assert answer.cookies["seen"] == "1"
    assert "x-late" not in answer.headers
    assert events == ["end", "task"]


def test_dependencies_outlive_the_stream(open_client: OpenClient) -> None:
    """Those of function scope end before it, all others after it, and see its exception."""
    app = FastAPI()
    events: list[str] = []

    async def session() -> AsyncIterator[str]:
        try:
            yield "session"
        except HTTPException:
            events.append("session sees it")
            raise
        finally:
            events.append("session ends")

    def early() -> Iterator[None]:
        yield
        events.append("early ends")

    @app.get("/", dependencies=[Depends(early, scope="function")])
    async def read(fail: bool = False, name: str = Depends(session)) -> AsyncIterable[str]:
        try:
            yield name
            if fail:
                raise HTTPException(403)
        finally:
            events.append("stream ends")

    client = open_client(app)
    assert client.get("/").text == '"session"\n'
    assert events == ["early ends", "stream ends", "session ends"]
    events.clear()
    with pytest.raises((RuntimeError, CutOff), match=r"response already started|incomplete"):
        client.get("/?fail=1")
    assert events == ["early ends", "stream ends", "session sees it", "session ends"]


def test_request_that_does_not_fit_is_answered(open_client: OpenClient) -> None:
    """The handler does not begin."""
    app = FastAPI()

    @app.get("/")
    async def read(count: int) -> AsyncIterable[int]:
        yield count

    client = open_client(app)
    assert client.get("/?count=3").text == "3\n"
    assert client.get("/?count=x").status_code == 422


def test_head_is_answered_without_a_body(open_client: OpenClient) -> None:
    """The headers are those of the stream."""
    app = FastAPI()
    app.api_route("/", methods=["HEAD"])(asynchronous)

    answer = open_client(app).head("/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jsonl")


def test_route_class_may_change_the_answer(open_client: OpenClient) -> None:
    """It is a response like any other until it is sent."""

    class Route(APIRoute):
        def get_route_handler(self) -> Any:
            handle: Any = super().get_route_handler()

            async def change(request: Request) -> Any:
                response = await handle(request)
                response.headers["x-route"] = "own"
                return response

            return change

    app = FastAPI()
    app.router.route_class = Route
    app.get("/")(asynchronous)

    answer = open_client(app).get("/")
    assert (answer.headers["x-route"], answer.text.count("\n")) == ("own", 2)


def test_generator_that_never_waits_lets_others_run(open_client: OpenClient) -> None:
    """The loop turns after each value, so that the timeout comes."""
    app = FastAPI()
    turned = asyncio.Event()

    @app.get("/")
    async def read() -> AsyncIterable[int]:
        asyncio.get_running_loop().call_soon(turned.set)
        deadline = time.monotonic() + 10
        while not turned.is_set() and time.monotonic() < deadline:
            yield 0

    open_client(app).get("/")
    assert turned.is_set()


def test_document_shows_the_values() -> None:
    """By `itemSchema`, which OpenAPI 3.2 has; content of other types has none."""
    app = FastAPI()
    app.get("/typed", responses={404: {"model": Item}})(asynchronous)
    app.get("/picture", response_class=Picture)(blocking)

    @app.get("/untyped", status_code=201)
    async def untyped():  # type: ignore[no-untyped-def]
        yield 1

    paths = app.openapi()["paths"]
    item = {"$ref": "#/components/schemas/Item"}
    typed = paths["/typed"]["get"]["responses"]
    assert typed["200"]["content"] == {"application/jsonl": {"itemSchema": item}}
    assert typed["404"]["content"] == {"application/json": {"schema": item}}
    picture = paths["/picture"]["get"]["responses"]["200"]["content"]
    assert picture == {"image/png": {"schema": {"type": "string"}}}
    content = paths["/untyped"]["get"]["responses"]["201"]["content"]
    assert content == {"application/jsonl": {"itemSchema": {}}}


@pytest.mark.parametrize("status_code", [204, 304])
def test_status_without_a_body_sends_none(open_client: OpenClient, status_code: int) -> None:
    """A stream that nobody may read is no reason for an error."""
    app = FastAPI()
    app.get("/", status_code=status_code)(asynchronous)

    assert open_client(app).get("/").status_code == status_code
