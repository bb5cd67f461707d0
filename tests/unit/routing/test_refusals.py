"""Declarations that cannot work fail at start-up and say where they stand."""

import asyncio
from typing import Any

import pytest

from sixlane import FastAPI
from sixlane.exceptions import DeclarationError
from sixlane.routing import APIRoute, APIWebSocketRoute
from sixlane.testclient import TestClient


async def handler(session: Any = None) -> None:
    """Stand in for a handler; never called."""


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (APIRoute("items", handler), r"'items' does not begin with '/'.* write '/items'"),
        (APIWebSocketRoute("ws", handler), r"'ws' does not begin with '/'.* write '/ws'"),
    ],
    ids=["path operation", "WebSocket path operation"],
)
def test_unreachable_route_stops_the_start(route: Any, message: str) -> None:
    """What could never be reached is found before the first request, with the handler's place."""
    app = FastAPI(routes=[route])

    with pytest.raises(DeclarationError, match=rf"{message}(?s:.*)"):
        TestClient(app).__enter__()
    with pytest.raises(DeclarationError, match=rf"handler in {__file__}, line \d+"):
        app.compiled_table()


def test_failing_start_is_told_to_the_server() -> None:
    """The server gets the reason as the lifespan protocol's message."""
    app = FastAPI(routes=[APIRoute("items", handler)])
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "lifespan.startup"}

    async def send(message: Any) -> None:
        sent.append(message)

    with pytest.raises(DeclarationError):
        asyncio.run(app({"type": "lifespan"}, receive, send))
    (message,) = sent
    assert message["type"] == "lifespan.startup.failed"
    assert "'items' does not begin with '/'" in message["message"]


def test_webhooks_need_no_slash() -> None:
    """A webhook is named, not served."""
    app = FastAPI()
    app.webhooks.post("new-order")(handler)

    with TestClient(app) as client:
        assert client.get("/").status_code == 404


def test_handler_must_be_callable() -> None:
    """A path operation is made of a function."""
    with pytest.raises(TypeError, match="handler of path '/x' must be callable, not 3"):
        APIRoute("/x", 3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="handler of path '/x' must be callable, not 3"):
        APIWebSocketRoute("/x", 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["get", "post", "api_route", "websocket"])
def test_decorator_without_brackets_is_refused(name: str) -> None:
    """Where the handler takes the path's place, the route would otherwise be lost silently."""
    with pytest.raises(
        DeclarationError, match=rf"{name}\(\) got .*handler(?s:.*)line \d+"
    ) as caught:
        getattr(FastAPI(), name)(handler)
    assert f'write @...{name}("/path")' in str(caught.value)
