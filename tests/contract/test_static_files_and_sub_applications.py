"""Chapters "Static Files" and "Sub Applications - Mounts"."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from support.client import OpenClient

from sixlane import Depends, FastAPI, Request, Response
from sixlane.middleware.gzip import GZipMiddleware
from sixlane.staticfiles import StaticFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some files."""
    (tmp_path / "style.css").write_text("body {}")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "index.html").write_text("<p>index</p>")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/static/style.css", 200, "body {}"),
        ("/static/sub/index.html", 200, "<p>index</p>"),
        ("/static/sub/", 200, "<p>index</p>"),
        ("/static/sub", 200, "<p>index</p>"),
        ("/static/nothing.css", 404, '{"detail":"Not Found"}'),
        ("/static/%2e%2e/secret", 404, '{"detail":"Not Found"}'),
    ],
)
def test_files_of_a_folder_are_served(
    open_client: OpenClient, folder: Path, path: str, status: int, text: str
) -> None:
    """Inside the folder only; with `html=True` folders have their index."""
    app = FastAPI()
    app.mount("/static", StaticFiles(directory=folder, html=True), name="static")

    answer = open_client(app).get(path)
    assert (answer.status_code, answer.text) == (status, text)


def test_unchanged_file_is_not_sent_again(open_client: OpenClient, folder: Path) -> None:
    """304 for a client that has it, by its tag."""
    app = FastAPI()
    app.mount("/static", StaticFiles(directory=folder))
    client = open_client(app)

    first = client.get("/static/style.css")
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    again = client.get("/static/style.css", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head("/static/style.css").headers["content-length"] == "7"
    assert client.post("/static/style.css").status_code == 405


def test_missing_folder_is_refused() -> None:
    """A folder that is not there fails at once."""
    with pytest.raises(RuntimeError):
        StaticFiles(directory="there-is-no-such-folder")


def test_mounted_app_is_independent(open_client: OpenClient) -> None:
    """It has its own routes, description and exception handlers, below its path."""
    app, child = FastAPI(), FastAPI(title="Child")

    @app.get("/app")
    async def read_main() -> str:
        return "main"

    @child.get("/sub")
    async def read_sub(request: Request, number: int = 1) -> Any:
        return [request.scope["root_path"], request.url.path, number]

    @child.exception_handler(404)
    async def missing(request: Request, error: Exception) -> PlainTextResponse:
        return PlainTextResponse("child: nothing", 404)

    app.mount("/child", child)
    client = open_client(app)
    assert client.get("/app").json() == "main"
    assert client.get("/child/sub?number=2").json() == ["/child", "/child/sub", 2]
    assert client.get("/child/sub?number=x").status_code == 422
    assert client.get("/child/nowhere").text == "child: nothing"
    assert client.get("/nowhere").json() == {"detail": "Not Found"}
    assert list(client.get("/openapi.json").json()["paths"]) == ["/app"]
    document = client.get("/child/openapi.json").json()
    assert list(document["paths"]) == ["/sub"]
    assert document["servers"] == [{"url": "/child"}]


def test_the_router_in_the_scope_is_the_outermost(open_client: OpenClient) -> None:
    """A handler finds it there, one of a mounted app too."""
    app, inner = FastAPI(), FastAPI()
    app.mount("/inner", inner)

    async def ask(request: Request) -> bool:
        return request.scope["router"] is app.router

    app.get("/")(ask)
    inner.get("/")(ask)
    client = open_client(app)
    assert [client.get(path).json() for path in ("/", "/inner/")] == [True, True]


def test_any_asgi_app_can_be_mounted(open_client: OpenClient) -> None:
    """It gets every method and path below its own."""
    app = FastAPI()
    app.mount("/plain", PlainTextResponse("plain"))

    client = open_client(app)
    assert client.get("/plain/a/b").text == "plain"
    assert client.put("/plain/").text == "plain"


class Spoiled(Exception):
    """What the routes of mounted applications raise here."""


async def spoil(request: Request) -> PlainTextResponse:
    """Raise it, as a plain Starlette endpoint."""
    raise Spoiled(request.url.path)


def test_what_a_mounted_layer_does_not_handle_goes_to_the_outer_handlers(
    open_client: OpenClient,
) -> None:
    """A mounted layer with handlers of its own does not take the application's away."""
    app = FastAPI()
    layer = ExceptionMiddleware(Router(routes=[Route("/spoil", spoil)]))
    app.mount("/layer", layer)

    @app.exception_handler(Spoiled)
    async def answer(request: Request, error: Spoiled) -> PlainTextResponse:
        return PlainTextResponse(f"outer: {error}", 418)

    answered = open_client(app).get("/layer/spoil")
    assert (answered.status_code, answered.text) == (418, "outer: /layer/spoil")


class LayerResponse(PlainTextResponse):
    """An answer that leaves itself to an application with handlers of its own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it answer."""
        await ExceptionMiddleware(Router(routes=[Route("/{rest:path}", spoil)]))(
            scope, receive, send
        )


class PassOn(BaseHTTPMiddleware):
    """Middleware of the usual kind."""

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        """Pass the request on."""
        return await call_next(request)


class Untouched:
    """Middleware that is an ASGI application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        await self.app(scope, receive, send)


async def wait() -> AsyncIterator[None]:
    """Depend on what ends after the answer."""
    yield


async def call_other_application(request: Request) -> None:
    """Have an application answer into the void, and fail."""

    async def forget(message: Message) -> None:
        """Send nothing."""

    await FastAPI()(request.scope, request.receive, forget)
    raise Spoiled(request.url.path)


@pytest.mark.parametrize("path", ["/alone", "/parameter", "/exits", "/called"])
@pytest.mark.parametrize("middleware", [None, PassOn, GZipMiddleware, Untouched])
def test_what_an_answer_does_not_handle_goes_to_the_outer_handlers(
    open_client: OpenClient, path: str, middleware: Any
) -> None:
    """An application that a handler's answer calls does not take them away either."""
    app = FastAPI()

    @app.get("/alone")
    async def alone() -> LayerResponse:
        return LayerResponse()

    @app.get("/parameter")
    async def parameter(request: Request, text: str = "") -> LayerResponse:
        return LayerResponse()

    @app.get("/exits", dependencies=[Depends(wait)])
    async def exits() -> LayerResponse:
        return LayerResponse()

    app.get("/called")(call_other_application)

    @app.exception_handler(Spoiled)
    async def answer(request: Request, error: Spoiled) -> PlainTextResponse:
        return PlainTextResponse(f"outer: {error}", 418)

    if middleware is not None:
        app.add_middleware(middleware)

    answered = open_client(app).get(path)
    assert (answered.status_code, answered.text) == (418, f"outer: {path}")


def test_what_a_mounted_application_answers_with_500_cannot_be_answered_again(
    open_client: OpenClient,
) -> None:
    """The outer handler comes too late, which is raised as Starlette does."""
    app, child = FastAPI(), FastAPI()
    child.add_route("/spoil", spoil)
    app.mount("/child", child)

    @app.exception_handler(Spoiled)
    async def answer(request: Request, error: Spoiled) -> PlainTextResponse:
        return PlainTextResponse("outer", 418)

    assert open_client(app, raise_server_exceptions=False).get("/child/spoil").status_code == 500
    with pytest.raises(RuntimeError, match="response already started") as raised:
        open_client(app).get("/child/spoil")
    assert isinstance(raised.value.__cause__, Spoiled)
