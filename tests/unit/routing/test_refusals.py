"""Declarations that cannot work fail at start-up and say where they stand."""

import asyncio
from typing import Any

import pytest
from starlette.routing import WebSocketRoute

from sixlane import APIRouter, FastAPI
from sixlane.exceptions import DeclarationError
from sixlane.routing import APIRoute
from sixlane.testclient import TestClient


async def handler(session: Any = None) -> None:
    """Stand in for a handler; never called."""


@pytest.mark.parametrize("make", [FastAPI, APIRouter])
@pytest.mark.parametrize(
    "declare",
    [
        lambda owner: owner.websocket("/ws", dependencies=[])(handler),
        lambda owner: owner.websocket_route("/ws")(handler),
        lambda owner: owner.add_api_websocket_route("/ws", handler),
        lambda owner: owner.add_websocket_route("/ws", handler, name="ws"),
        lambda owner: owner.frontend("/", directory="dist"),
        lambda owner: owner.post("/", form_limits={"max_files": 1})(handler),
        lambda owner: owner.include_router(APIRouter(), form_limits={"max_files": 1}),
    ],
)
def test_unsupported_declaration_names_its_place(make: Any, declare: Any) -> None:
    """Nothing that does not work is taken silently."""
    with pytest.raises(DeclarationError, match=rf"not supported: .*{__file__}, line \d+"):
        declare(make())


def test_unsupported_settings_of_the_application_are_refused() -> None:
    """The same holds for the constructor; None is no setting."""
    with pytest.raises(DeclarationError, match=r"form_limits=\{\} is not supported"):
        FastAPI(form_limits={})
    FastAPI(form_limits=None)


@pytest.mark.parametrize(
    ("route", "message"),
    [
        (APIRoute("items", handler), r"'items' does not begin with '/'.* write '/items'"),
        (WebSocketRoute("/ws", handler), r"WebSocket route '/ws' is not supported"),
    ],
    ids=["path without slash", "Starlette's WebSocket route"],
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
