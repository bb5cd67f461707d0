"""What the pages about moving here promise."""

import asyncio
import contextvars
import re
import sys
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import fastapi
import fastapi.sse
import flask
import pytest
from a2wsgi import WSGIMiddleware
from fastapi.testclient import TestClient as FastAPIClient
from migration import with_flask, with_sixlane
from support.client import OpenClient

import sixlane
import sixlane.sse
from sixlane.exceptions import DeclarationError
from sixlane.testclient import TestClient

EXCHANGES: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/notes/?limit=1", {"headers": {"X-User": "ada"}}, 200),
    ("GET", "/notes/", {}, 200),
    ("GET", "/notes/1", {}, 200),
    ("GET", "/notes/7", {}, 404),
    ("GET", "/elsewhere", {}, 404),
    ("POST", "/notes/", {"json": {"text": "cut the hedge"}}, 201),
]


@pytest.fixture(autouse=True)
def notes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both applications begin with one note."""
    for module in (with_flask, with_sixlane):
        monkeypatch.setattr(module, "notes", {1: "water the roses"})


@pytest.mark.parametrize(("method", "target", "options", "status"), EXCHANGES)
def test_flask_application_and_its_successor_answer_alike(
    open_client: OpenClient, method: str, target: str, options: dict[str, Any], status: int
) -> None:
    """The two programs on the page are one API."""
    before = with_flask.app.test_client().open(target, method=method, **options)
    after = open_client(with_sixlane.app).request(method, target, **options)
    assert before.status_code == after.status_code == status
    assert before.get_json() == after.json()


def test_body_that_does_not_fit(open_client: OpenClient) -> None:
    """It is refused without a line of code, with 422 and the place."""
    answer = open_client(with_sixlane.app).post("/notes/", json={"text": 1})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "text"]


def test_flask_application_is_mounted() -> None:
    """Both run in one process while routes are moved."""
    flask_app = flask.Flask("old")
    flask_app.add_url_rule("/hello", view_func=lambda: "from Flask")
    app = sixlane.FastAPI()
    app.mount("/old", WSGIMiddleware(flask_app))
    assert TestClient(app).get("/old/hello").text == "from Flask"


def number_application(framework: Any) -> Any:
    """The same declarations, made with either package."""
    app = framework.FastAPI()

    @app.post("/numbers")
    async def create(number: Annotated[int, framework.Body(embed=True)]) -> int:
        return number

    return app


def check_refused(
    open_client: OpenClient, make_app: Callable[[Any], Any], path: str, body: bytes, media_type: str
) -> None:
    """FastAPI fails to quote the body in its 422; here it is refused."""
    options: dict[str, Any] = {"content": body, "headers": {"content-type": media_type}}
    theirs = FastAPIClient(make_app(fastapi), raise_server_exceptions=False)
    assert theirs.post(path, **options).status_code == 500
    assert open_client(make_app(sixlane)).post(path, **options).status_code == 422


@pytest.mark.parametrize("number", [b"NaN", b"1e999", b'"\\ud800"'])
def test_input_without_json_form(open_client: OpenClient, number: bytes) -> None:
    """NaN and the others are no number and no text that JSON has."""
    body = b'{"number": %s}' % number
    check_refused(open_client, number_application, "/numbers", body, "application/json")


def text_application(framework: Any) -> Any:
    """Take a text and answer with nothing, made with either package."""
    app = framework.FastAPI()

    @app.post("/text", status_code=205)
    async def forget(text: Annotated[str, framework.Body()]) -> None:
        """Do nothing about it."""

    return app


def test_body_that_is_no_text(open_client: OpenClient) -> None:
    """It comes as bytes where JSON is not declared."""
    check_refused(open_client, text_application, "/text", b"\xff", "application/octet-stream")


def test_answer_that_resets_a_form_is_empty(open_client: OpenClient) -> None:
    """FastAPI gives it the length of a body that it does not send."""
    theirs = FastAPIClient(text_application(fastapi)).post("/text", json="a")
    ours = open_client(text_application(sixlane)).post("/text", json="a")
    assert (theirs.status_code, theirs.headers["content-length"], theirs.content) == (205, "4", b"")
    assert (ours.status_code, ours.headers["content-length"], ours.content) == (205, "0", b"")


def test_documentation_is_offline(open_client: OpenClient) -> None:
    """FastAPI's page loads files from other hosts; here they come with the package."""
    other_host = re.compile(r"""(?:src|href)=["']https?://""")
    assert other_host.search(FastAPIClient(number_application(fastapi)).get("/docs").text)
    page = open_client(number_application(sixlane)).get("/docs")
    assert page.status_code == 200
    assert not other_host.search(page.text)


def include_router(framework: Any) -> tuple[Any, list[str]]:
    """Make an app of one router, and the list of what the router's events note."""
    app, notes = framework.FastAPI(), []
    router = framework.APIRouter(
        on_startup=[lambda: notes.append("start")], on_shutdown=[lambda: notes.append("end")]
    )

    async def describe(request: framework.Request) -> list[Any]:
        route = request.scope["route"]
        return [route is router.routes[0], route.path, route.tags, len(route.dependencies)]

    router.get("/route")(describe)
    app.include_router(
        router, prefix="/of", tags=["inclusion"], dependencies=[framework.Depends(lambda: None)]
    )
    return app, notes


def test_route_in_the_scope_is_that_of_the_inclusion(open_client: OpenClient) -> None:
    """FastAPI puts the router's own route there, which knows nothing of the inclusion."""
    theirs = FastAPIClient(include_router(fastapi)[0])
    assert theirs.get("/of/route").json() == [True, "/route", [], 0]
    ours = open_client(include_router(sixlane)[0])
    assert ours.get("/of/route").json() == [False, "/of/route", ["inclusion"], 1]


def test_events_of_an_included_router_run_once(open_client: OpenClient) -> None:
    """FastAPI runs them for the router and for its inclusion."""
    theirs, their_notes = include_router(fastapi)
    with FastAPIClient(theirs):
        pass
    assert their_notes == ["start", "start", "end", "end"]
    ours, our_notes = include_router(sixlane)
    with open_client(ours):
        pass
    assert our_notes == ["start", "end"]


variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")


def context_application(framework: Any) -> Any:
    """An app whose handler sets a variable, and reads it in two contexts."""
    app = framework.FastAPI()

    @app.get("/contexts")
    async def read_contexts() -> list[str]:
        variable.set("set")
        task: Any = asyncio.current_task()
        contexts = (task.get_context(), contextvars.copy_context())
        return [context.get(variable, "unset") for context in contexts]

    return app


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks tell their context since 3.12")
def test_context_of_the_task_is_not_that_of_the_handler() -> None:
    """On the engine a task serves many requests, each in a context of its own."""
    theirs = FastAPIClient(context_application(fastapi))
    assert theirs.get("/contexts").json() == ["set", "set"]
    ours = TestClient(context_application(sixlane), transport="engine")
    assert ours.get("/contexts").json() == ["unset", "set"]


def test_path_without_slash_is_refused() -> None:
    """FastAPI accepts a route that no request can reach."""

    def declare(app: Any) -> None:
        app.get("numbers")(lambda: None)

    declare(fastapi.FastAPI())
    with pytest.raises(DeclarationError, match=r"does not begin with '/'"):
        declare_and_start(declare)


def declare_and_start(declare: Any) -> None:
    """Do what a server does before its first request."""
    app = sixlane.FastAPI()
    declare(app)
    with TestClient(app):
        pass


def failing_stream(framework: Any) -> Any:
    """An app whose stream of events fails before the first, inside a middleware."""
    app = framework.FastAPI()

    @app.middleware("http")
    async def pass_on(request: Any, call_next: Any) -> Any:
        return await call_next(request)

    @app.get("/events", response_class=framework.sse.EventSourceResponse)
    async def fail() -> AsyncIterator[int]:
        raise ValueError
        yield 1

    return app


def test_event_stream_that_fails_at_once_inside_middleware(open_client: OpenClient) -> None:
    """FastAPI's is a task by itself, and fails before the middleware has the answer."""
    theirs = FastAPIClient(failing_stream(fastapi), raise_server_exceptions=False)
    assert theirs.get("/events").status_code == 500
    ours = open_client(failing_stream(sixlane), raise_server_exceptions=False).get("/events")
    assert (ours.status_code, ours.content) == (200, b"")


def failing_after_events(framework: Any) -> Any:
    """An app whose stream of events fails after two."""
    app = framework.FastAPI()

    @app.get("/events", response_class=framework.sse.EventSourceResponse)
    async def fail() -> AsyncIterator[int]:
        yield 1
        yield 2
        raise ValueError

    return app


def test_events_before_a_failure_are_sent(open_client: OpenClient) -> None:
    """FastAPI's wait for a task that the failure cancels."""
    theirs = FastAPIClient(failing_after_events(fastapi), raise_server_exceptions=False)
    assert "data: 2" not in theirs.get("/events").text
    ours = open_client(failing_after_events(sixlane), raise_server_exceptions=False)
    assert ours.get("/events").text == "data: 1\n\ndata: 2\n\n"
