"""What a client sends and JSON cannot say is still refused with 422, or answered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import pytest
from pydantic import BaseModel, ConfigDict, field_serializer

from sixlane import Body, FastAPI
from sixlane.responses import JSONResponse
from sixlane.sse import EventSourceResponse, ServerSentEvent
from sixlane.testclient import TestClient

JSON = {"content-type": "application/json"}


class Note(BaseModel):
    text: Any


class Measure(BaseModel):
    value: int
    unit: int = 0


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"value": NaN}', None),
        (b'{"value": -Infinity}', None),
        (b'{"value": "\\ud800"}', "?"),
    ],
)
def test_values_without_a_json_form_are_refused(transport: str, body: bytes, shown: str) -> None:
    """NaN and lone surrogates in a body make a 422, where FastAPI fails with 500."""
    app = FastAPI()

    @app.post("/measures")
    async def create_measure(measure: Measure) -> Measure:
        return measure

    client = TestClient(app, transport=transport)
    answer = client.post("/measures", content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["input"] == shown


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", None])
def test_bytes_that_are_no_text_are_refused(transport: str, content_type: str | None) -> None:
    """A body that is no JSON is shown in the 422, where FastAPI fails with 500."""
    app = FastAPI()

    @app.post("/measures")
    async def create_measure(measure: Measure) -> Measure:
        return measure

    client = TestClient(app, transport=transport)
    headers = {} if content_type is None else {"content-type": content_type}
    answer = client.post("/measures", content=b"a\xff", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["input"] == "a\ufffd"


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize("body", [b"[" * 900 + b"]" * 900, b'{"a":' * 900 + b"1" + b"}" * 900])
def test_deep_nesting_is_shown(transport: str, body: bytes) -> None:
    """What JSON's parser takes, the encoder of the 422 takes too, as FastAPI's does."""
    app = FastAPI()

    @app.post("/measures")
    async def create_measure(measure: Measure) -> Measure:
        return measure

    client = TestClient(app, transport=transport)
    answer = client.post("/measures", content=body, headers=JSON)
    assert answer.status_code == 422


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize("path", ["/untyped", "/in-a-thread", "/class", "/typed", "/model"])
@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"text":NaN}', b'{"text":null}'),
        (b'{"text":-1e999}', b'{"text":null}'),
        (b'{"text":"a\\ud800"}', b'{"text":"a\\ud800"}'),
        (b'{"text":{"\\udfffb":[{"\\ud800":1}]}}', b'{"text":{"\\udfffb":[{"\\ud800":1}]}}'),
    ],
)
def test_echoed_values_are_answered(transport: str, path: str, body: bytes, answer: bytes) -> None:
    """A value that JSON cannot say is null or an escape in the answer, where FastAPI fails."""
    app = FastAPI()

    @app.post("/untyped")
    async def echo(note: Annotated[Any, Body()]):  # type: ignore[no-untyped-def]
        return note

    @app.post("/in-a-thread")
    def echo_in_a_thread(note: Annotated[Any, Body()]):  # type: ignore[no-untyped-def]
        return note

    @app.post("/class", response_class=JSONResponse)
    async def echo_by_class(note: Annotated[Any, Body()]):  # type: ignore[no-untyped-def]
        return note

    @app.post("/typed")
    async def echo_typed(note: dict[str, Any]) -> dict[str, Any]:
        return note

    @app.post("/model", response_model=Note)
    async def echo_model(note: Annotated[Any, Body()]) -> Any:
        return note

    client = TestClient(app, transport=transport)
    response = client.post(path, content=body, headers=JSON)
    assert (response.status_code, response.content) == (200, answer)


class Pair(NamedTuple):
    left: Any
    right: int


@dataclass
class Box:
    inside: Any


class Open(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    pair: Pair = Pair(None, 1)
    box: Box = Box(None)
    secret: str = "s"

    @field_serializer("secret", when_used="json")
    def hide(self, secret: str) -> str:
        return "*" * len(secret)


@pytest.mark.parametrize("transport", ["asgi", "engine"])
def test_a_key_is_escaped_wherever_it_is_and_serializers_run(transport: str) -> None:
    """Half of a surrogate pair in a key is an escape in the answer; FastAPI fails with 500."""
    app = FastAPI()
    returned: list[Open] = []

    @app.post("/")
    async def echo(value: dict[str, Any]) -> Open:
        made = Open(pair=Pair(value, 2), box=Box([value]), more=value)
        returned.append(made)
        return made

    client = TestClient(app, transport=transport)
    sent = r'{"\udc00":{"\udc00":"a"},"b":1}'
    answer = client.post("/", headers=JSON, content=sent)
    expected = f'{{"pair":[{sent},2],"box":{{"inside":[{sent}]}},"secret":"*","more":{sent}}}'
    assert (answer.status_code, answer.text) == (200, expected)
    assert returned[0].box.inside[0]["\udc00"] == {"\udc00": "a"}


@pytest.mark.parametrize("transport", ["asgi", "engine"])
def test_items_of_streams_are_escaped(transport: str) -> None:
    """Values that UTF-8 has no form for do not cut a stream off, as they do in FastAPI."""
    app = FastAPI()
    values: list[Any] = ["a\ud800", {"\ud800": [float("nan")]}]

    @app.get("/lines")
    async def lines() -> AsyncIterator[Note]:
        for value in values:
            yield Note(text=value)

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(data=Note(text=values[0]))

    client = TestClient(app, transport=transport)
    first, second = b'{"text":"a\\ud800"}', b'{"text":{"\\ud800":[null]}}'
    assert client.get("/lines").content == first + b"\n" + second + b"\n"
    assert client.get("/events").content.replace(b" ", b"") == b"data:" + first + b"\n\n"


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize("path", ["/untyped", "/item", "/filtered", "/lines"])
def test_deep_nesting_is_answered(transport: str, path: str) -> None:
    """What JSON's parser takes is given back, where Pydantic takes it for a cycle."""
    app = FastAPI()

    @app.post("/untyped")
    async def echo(note: dict[str, Any]):  # type: ignore[no-untyped-def]
        return note

    @app.post("/item")
    async def echo_item(note: Note):  # type: ignore[no-untyped-def]
        return note

    @app.post("/filtered")
    async def echo_filtered(note: Note) -> Note:
        return note

    @app.post("/lines")
    async def echo_lines(note: Note) -> AsyncIterator[Note]:
        yield note

    client = TestClient(app, transport=transport)
    for levels in (100, 253, 254, 255, 256, 257, 400, 900):
        sent = b'{"text":' + b'[{"a":' * (levels // 2) + b'"b"' + b"}]" * (levels // 2) + b"}"
        answer = client.post(path, content=sent, headers=JSON)
        assert (answer.status_code, answer.content.rstrip()) == (200, sent), levels
