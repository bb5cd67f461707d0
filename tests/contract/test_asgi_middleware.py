"""Middleware that uses what ASGI leaves open about headers."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from support.client import OpenClient

from sixlane import FastAPI, Form, Header, UploadFile


class Item(BaseModel):
    """A body."""

    name: str


class Changing:
    """Changes the headers of a request, and adds one to its answer."""

    def __init__(self, app: ASGIApp, change: Callable[[list[Any]], Any]) -> None:
        self._app = app
        self._change = change

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            scope["headers"] = self._change(list(scope["headers"]))

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._change([*message["headers"]])
            await send(message)

        await self._app(scope, receive, add)


CHANGES: dict[str, Callable[[list[Any]], Any]] = {
    "a list": lambda headers: [*headers, [b"x-added", b"1"]],
    "lists": lambda headers: [list(each) for each in [*headers, (b"x-added", b"1")]],
    "a tuple": lambda headers: (*headers, (b"x-added", b"1")),
    "an iterator": lambda headers: iter([*headers, (b"x-added", b"1")]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_headers_are_any_pairs(open_client: OpenClient, change: Callable[..., Any]) -> None:
    """Whatever a handler reads of the request is there, and the answer has what was added."""
    app = FastAPI()
    app.add_middleware(Changing, change=change)

    @app.get("/header")
    async def read_header(x_added: Annotated[int, Header()]) -> int:
        return x_added

    @app.post("/body")
    async def read_body(item: Item) -> str:
        return item.name

    @app.post("/form")
    async def read_form(name: Annotated[str, Form()]) -> str:
        return name

    @app.post("/file")
    async def read_file(file: UploadFile, x_added: Annotated[int, Header()]) -> list[Any]:
        return [file.filename, x_added]

    client = open_client(app)
    replies = [
        client.get("/header"),
        client.post("/body", json={"name": "a"}),
        client.post("/form", data={"name": "b"}),
        client.post("/file", files={"file": ("c", b"")}),
    ]
    assert [reply.json() for reply in replies] == [1, "a", "b", ["c", 1]]
    assert [reply.headers["x-added"] for reply in replies] == ["1"] * 4


def test_a_query_as_text_is_read(open_client: OpenClient) -> None:
    """ASGI has bytes; Starlette takes both."""
    app = FastAPI()

    class Decoding(Changing):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                scope["query_string"] = scope["query_string"].decode()
            await self._app(scope, receive, send)

    app.add_middleware(Decoding, change=list)

    @app.get("/")
    async def read(number: int) -> int:
        return number

    assert open_client(app).get("/?number=3").json() == 3
