"""What lies around the router."""

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.middleware import Middleware
from starlette.middleware.errors import ServerErrorMiddleware

from sixlane import FastAPI


class Note:
    """A middleware that notes when it is entered and left, and adds a header."""

    def __init__(self, app: Any, name: str, notes: list[str]) -> None:
        self.app, self.name, self.notes = app, name, notes

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_header(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-note", self.name.encode()))
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.notes.append(f"enter {self.name}")
        await self.app(scope, receive, send_with_header)
        self.notes.append(f"leave {self.name}")


def test_last_added_is_outermost(framework: SimpleNamespace) -> None:
    """Declared ones keep their order; each one added goes around all before."""
    notes: list[str] = []
    app = framework.FastAPI(
        middleware=[Middleware(Note, "first", notes), Middleware(Note, "second", notes)]
    )
    app.add_middleware(Note, name="added", notes=notes)
    app.get("/items")(lambda: "items")

    response = framework.TestClient(app).get("/items")

    assert response.headers.get_list("x-note") == ["second", "first", "added"]
    assert notes == [
        f"{verb} {name}"
        for verb, names in (
            ("enter", ("added", "first", "second")),
            ("leave", ("second", "first", "added")),
        )
        for name in names
    ]


def test_handled_exceptions_pass_the_middleware_as_answers(framework: SimpleNamespace) -> None:
    """404, 405 and handled exceptions are answered inside; an unhandled one is raised through."""
    notes: list[str] = []
    app = framework.FastAPI(middleware=[Middleware(Note, "only", notes)])

    @app.get("/fails")
    async def fails() -> None:
        raise ValueError

    client = framework.TestClient(app, raise_server_exceptions=False)

    assert client.get("/nothing").headers["x-note"] == "only"
    assert client.post("/fails").headers["x-note"] == "only"
    response = client.get("/fails")
    assert (response.status_code, response.headers.get("x-note")) == (500, None)
    assert notes[-1] == "enter only"


def test_http_middleware_function(framework: SimpleNamespace) -> None:
    """`@app.middleware("http")` is around every request and stays a plain function."""
    app = framework.FastAPI()
    app.get("/items")(lambda: "items")

    async def stamp(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        response.headers["x-path"] = request.url.path
        return response

    assert app.middleware("http")(stamp) is stamp
    assert framework.TestClient(app).get("/items").headers["x-path"] == "/items"


def test_http_is_the_only_middleware_function() -> None:
    """Any other kind would never run, and is refused."""
    with pytest.raises(AssertionError, match="use 'http'"):
        FastAPI().middleware("websocket")


def test_middleware_is_refused_once_requests_came(framework: SimpleNamespace) -> None:
    """The stack is built at the first request."""
    app = framework.FastAPI()
    framework.TestClient(app).get("/")

    with pytest.raises(RuntimeError, match="Cannot add middleware after an application"):
        app.add_middleware(Note, name="late", notes=[])


def test_stack_begins_with_the_server_error_layer(framework: SimpleNamespace) -> None:
    """Tools that wrap the stack look for Starlette's class and its handler on the outside."""
    app = framework.FastAPI()

    @app.exception_handler(500)
    def answer(request: Any, exc: Exception) -> None: ...

    stack = app.build_middleware_stack()

    assert isinstance(stack, ServerErrorMiddleware)
    assert (stack.handler, stack.debug) == (answer, False)


def test_overridden_stack_is_used(framework: SimpleNamespace) -> None:
    """Tools that replace `build_middleware_stack`, on the class or the object, are obeyed."""

    class NotedAPI(framework.FastAPI):  # type: ignore[name-defined, misc]
        def build_middleware_stack(self) -> Any:
            return Note(super().build_middleware_stack(), "class", [])

    app = NotedAPI()
    assert framework.TestClient(app).get("/").headers["x-note"] == "class"

    app = framework.FastAPI()
    original = app.build_middleware_stack
    app.build_middleware_stack = lambda: Note(original(), "object", [])
    assert framework.TestClient(app).get("/").headers["x-note"] == "object"
