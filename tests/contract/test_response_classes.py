"""Chapters "Custom Response" and "Return a Response Directly"."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import APIRouter, FastAPI, Response
from sixlane.encoders import jsonable_encoder
from sixlane.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    StreamingResponse,
)


class Upper(JSONResponse):
    """A response class of one's own."""

    media_type = "application/upper+json"

    def render(self, content: Any) -> bytes:
        """JSON in capitals."""
        return super().render(content).upper()


@pytest.mark.parametrize(
    ("response_class", "value", "content_type", "body"),
    [
        (JSONResponse, {"a": "\u00e9"}, "application/json", '{"a":"\u00e9"}'.encode()),
        (HTMLResponse, "<p>", "text/html; charset=utf-8", b"<p>"),
        (PlainTextResponse, "a\u00e9", "text/plain; charset=utf-8", "a\u00e9".encode()),
        (Upper, {"a": 1}, "application/upper+json", b'{"A":1}'),
        (Response, b"raw", None, b"raw"),
    ],
)
def test_response_class_makes_the_answer(
    open_client: OpenClient,
    response_class: type[Response],
    value: object,
    content_type: str | None,
    body: bytes,
) -> None:
    """What the operation returns is rendered by the class, with its media type."""
    app = FastAPI()

    @app.get("/", response_class=response_class)
    async def read():  # type: ignore[no-untyped-def]
        return value

    answer = open_client(app).get("/")
    assert answer.content == body
    assert answer.headers.get("content-type") == content_type
    assert answer.headers["content-length"] == str(len(body))


def test_default_response_class_of_app_and_router(open_client: OpenClient) -> None:
    """The nearest one counts."""
    app = FastAPI(default_response_class=PlainTextResponse)
    router = APIRouter(default_response_class=HTMLResponse)

    @app.get("/app")
    async def in_app() -> Any:
        return "app"

    @router.get("/router")
    async def in_router() -> Any:
        return "router"

    @router.get("/own", response_class=Upper)
    def own() -> Any:
        return "own"

    app.include_router(router)
    client = open_client(app)
    found = {path: client.get(path) for path in ("/app", "/router", "/own")}
    assert [answer.text for answer in found.values()] == ["app", "router", '"OWN"']
    assert [answer.headers["content-type"].split(";")[0] for answer in found.values()] == [
        "text/plain",
        "text/html",
        "application/upper+json",
    ]


@pytest.mark.parametrize(("status", "expected"), [(None, 307), (301, 301), (302, 302)])
def test_redirect_by_class(open_client: OpenClient, status: int | None, expected: int) -> None:
    """The operation returns the address; 307 unless said otherwise."""
    app = FastAPI()

    @app.get("/", response_class=RedirectResponse, status_code=status)
    async def read() -> Any:
        return "https://example.com/a b"

    answer = open_client(app).get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        expected,
        "https://example.com/a%20b",
    )
    assert answer.content == b""


def test_streams_from_both_kinds_of_generators(open_client: OpenClient) -> None:
    """The answer is sent part by part, its length unknown."""
    app = FastAPI()

    async def asynchronous() -> AsyncIterator[str]:
        for part in ("a", "b"):
            yield part

    def plain() -> Iterator[bytes]:
        yield from (b"c", b"", b"d")

    @app.get("/async")
    async def in_loop() -> StreamingResponse:
        return StreamingResponse(asynchronous(), media_type="text/plain")

    @app.get("/plain")
    def in_thread() -> StreamingResponse:
        return StreamingResponse(plain(), status_code=202)

    client = open_client(app)
    assert client.get("/async").text == "ab"
    answer = client.get("/plain")
    assert (answer.status_code, answer.text) == (202, "cd")
    assert "content-length" not in answer.headers


def test_files_are_sent_whole_or_in_part(open_client: OpenClient, tmp_path: Path) -> None:
    """By class or directly, with length, type and tag; ranges are honoured."""
    path = tmp_path / "note.txt"
    path.write_text("0123456789")
    app = FastAPI()

    @app.get("/class", response_class=FileResponse)
    async def by_class() -> Any:
        return path

    @app.get("/direct")
    def direct() -> FileResponse:
        return FileResponse(path, filename="caf\u00e9.txt")

    client = open_client(app)
    answer = client.get("/class")
    assert (answer.text, answer.headers["content-length"]) == ("0123456789", "10")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    part = client.get("/class", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.text) == (206, "234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    assert client.get("/direct").headers["content-disposition"] == (
        "attachment; filename*=utf-8''caf%C3%A9.txt"
    )


def test_returned_response_is_sent_as_it_is(open_client: OpenClient) -> None:
    """No model, no filter, and no conversion: status, headers and bytes are the response's."""
    app = FastAPI()

    class Item(BaseModel):
        at: datetime

    @app.get("/json", response_model=Item, status_code=201)
    async def json() -> Any:
        return JSONResponse(jsonable_encoder({"other": datetime(2024, 1, 1)}), 202, {"X-A": "1"})

    @app.get("/xml")
    def xml() -> Any:
        return Response("<a/>", media_type="application/xml")

    client = open_client(app)
    answer = client.get("/json")
    assert (answer.status_code, answer.headers["x-a"]) == (202, "1")
    assert answer.json() == {"other": "2024-01-01T00:00:00"}
    assert client.get("/xml").headers["content-type"] == "application/xml"


def test_json_response_takes_json_only(open_client: OpenClient) -> None:
    """A response made by hand is not encoded first."""
    app = FastAPI()

    @app.get("/model")
    async def model() -> Any:
        return JSONResponse({"at": datetime(2024, 1, 1)})

    @app.get("/nan")
    async def nan() -> Any:
        return JSONResponse({"value": float("nan")})

    client = open_client(app)
    with pytest.raises(TypeError):
        client.get("/model")
    with pytest.raises(ValueError, match="not JSON compliant"):
        client.get("/nan")
