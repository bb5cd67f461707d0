"""What a client sends and JSON cannot say is still refused with 422, or answered."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from sixlane import Body, FastAPI
from sixlane.responses import JSONResponse
from sixlane.testclient import TestClient


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
    answer = client.post("/measures", content=body, headers={"content-type": "application/json"})
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
    answer = client.post("/measures", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize("transport", ["asgi", "engine"])
@pytest.mark.parametrize("path", ["/untyped", "/in-a-thread", "/class", "/typed", "/model"])
@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"text":NaN}', b'{"text":null}'),
        (b'{"text":-1e999}', b'{"text":null}'),
        (b'{"text":"a\\ud800"}', b'{"text":"a\\ud800"}'),
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
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert (response.status_code, response.content) == (200, answer)
