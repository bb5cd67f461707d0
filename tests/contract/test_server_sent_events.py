"""Chapter "Server-Sent Events": path operations that yield events."""

import asyncio
import threading
from collections.abc import AsyncIterable, Iterable
from typing import Annotated, Any

import httpx2
import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import APIRouter, FastAPI, Header
from sixlane._run import event_stream
from sixlane.exceptions import ResponseValidationError
from sixlane.responses import EventSourceResponse
from sixlane.sse import ServerSentEvent


class Item(BaseModel):
    """What typed streams yield."""

    name: str
    note: str | None = None


async def asynchronous() -> AsyncIterable[Item]:
    """Yield a value, and an event that says how to send itself."""
    yield Item(name="a")
    yield ServerSentEvent(data=Item(name="b"), event="own", id="1")  # type: ignore[misc]


def blocking() -> Iterable[Item]:
    """Do the same in a thread."""
    yield Item(name="a")
    yield ServerSentEvent(data=Item(name="b"), event="own", id="1")  # type: ignore[misc]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("handler", [asynchronous, blocking])
def test_values_are_events(open_client: OpenClient, handler: Any, method: str) -> None:
    """Each value is the data of an event; proxies are told to pass it on at once."""
    app = FastAPI()
    app.api_route(
        "/", methods=[method], response_class=EventSourceResponse, response_model_exclude_none=True
    )(handler)

    answer = open_client(app).request(method, "/")
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.text == (
        'data: {"name":"a"}\n\nevent: own\ndata: {"name":"b","note":null}\nid: 1\n\n'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "data: null\n\n"),
        ("text", 'data: "text"\n\n'),
        ("two\nlines", 'data: "two\\nlines"\n\n'),
        (float("nan"), "data: null\n\n"),
        ({"a": (1, 2)}, 'data: {"a": [1, 2]}\n\n'),
        (ServerSentEvent(), "\n"),
        (ServerSentEvent(data=0, retry=0), "data: 0\nretry: 0\n\n"),
        (ServerSentEvent(data=[Item(name="a")]), 'data: [{"name": "a", "note": null}]\n\n'),
        (ServerSentEvent(raw_data="two\nlines"), "data: two\ndata: lines\n\n"),
        (ServerSentEvent(raw_data=""), "data: \n\n"),
        (ServerSentEvent(comment="for\rnobody"), ": for\n: nobody\n\n"),
    ],
    ids=repr,
)
def test_event_of_a_value(open_client: OpenClient, value: Any, text: str) -> None:
    """Data is JSON, a text's too; raw data is sent as it is, line by line."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def read():  # type: ignore[no-untyped-def]
        yield value

    assert open_client(app).get("/").text == text


def test_value_that_does_not_fit_ends_the_stream(open_client: OpenClient) -> None:
    """The answer is cut off; the server sees the error itself, not a group around it."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def read() -> AsyncIterable[Item]:
        yield Item(name="a")
        yield {"nm": "b"}  # type: ignore[misc]

    with pytest.raises((ResponseValidationError, httpx2.RemoteProtocolError)):
        open_client(app).get("/")


def test_stream_goes_on_where_the_client_was(open_client: OpenClient) -> None:
    """Browsers say by `Last-Event-ID` which event they had last."""
    app = FastAPI()

    @app.get("/", response_class=EventSourceResponse)
    async def read(
        last_event_id: Annotated[int, Header()] = -1,
    ) -> AsyncIterable[ServerSentEvent]:
        for number in range(last_event_id + 1, 3):
            yield ServerSentEvent(data=number, id=str(number))

    answer = open_client(app).get("/", headers={"Last-Event-ID": "1"})
    assert answer.text == "data: 2\nid: 2\n\n"


@pytest.mark.parametrize("kind", ["async", "def"])
def test_silence_is_broken_by_comments(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The stream waits for one before it goes on."""
    monkeypatch.setattr(event_stream, "PING_INTERVAL_S", 0.01)
    app = FastAPI()
    pinged = threading.Event()

    @app.middleware("http")
    async def look(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        parts = response.body_iterator

        async def watch() -> AsyncIterable[bytes]:
            async for part in parts:
                if part == b": ping\n\n":
                    pinged.set()
                yield part

        response.body_iterator = watch()
        return response

    @app.get("/async", response_class=EventSourceResponse)
    async def read() -> AsyncIterable[int]:
        yield 1
        while not pinged.is_set():  # noqa: ASYNC110  set by the middleware
            await asyncio.sleep(0.001)
        yield 2

    @app.get("/def", response_class=EventSourceResponse)
    def read_blocking() -> Iterable[int]:
        yield 1
        assert pinged.wait(10)
        yield 2

    text = open_client(app).get(f"/{kind}").text
    assert ": ping\n\n" in text
    assert text.replace(": ping\n\n", "") == "data: 1\n\ndata: 2\n\n"


def test_handler_may_return_what_it_would_yield(open_client: OpenClient) -> None:
    """An iterator is streamed, a response is the answer."""
    app = FastAPI()

    @app.get("/iterator", response_class=EventSourceResponse)
    def iterator() -> Any:
        return iter([1, 2])

    @app.get("/response", response_class=EventSourceResponse)
    async def response() -> EventSourceResponse:
        return EventSourceResponse([b"data: own\n\n"], 201)

    client = open_client(app)
    assert client.get("/iterator").text == "data: 1\n\ndata: 2\n\n"
    answer = client.get("/response")
    assert (answer.status_code, answer.text) == (201, "data: own\n\n")


def test_document_shows_the_events() -> None:
    """The data's schema is the value's, where the handler says what it yields."""
    app = FastAPI(default_response_class=EventSourceResponse)
    router = APIRouter()
    router.get("/typed")(asynchronous)
    app.include_router(router)

    @app.get("/own", response_class=EventSourceResponse)
    async def own() -> AsyncIterable[ServerSentEvent]:
        yield ServerSentEvent()

    def item_schema(path: str) -> Any:
        content = app.openapi()["paths"][path]["get"]["responses"]["200"]["content"]
        return content["text/event-stream"]["itemSchema"]

    assert item_schema("/typed")["properties"]["data"] == {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"$ref": "#/components/schemas/Item"},
    }
    assert item_schema("/typed")["required"] == ["data"]
    assert item_schema("/own") == {
        "type": "object",
        "properties": {
            "data": {"type": "string"},
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
    }
    assert list(app.openapi()["components"]["schemas"]) == ["Item"]
