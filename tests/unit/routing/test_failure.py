"""Which handler answers an exception, and what is raised on to the server."""

from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from starlette.responses import StreamingResponse


class FirstError(Exception):
    """An exception of the application's own."""


class DerivedError(FirstError):
    """One that a handler of its base class takes."""


def pass_through(app: Any) -> Any:
    """Be a middleware that changes nothing."""
    return app


@pytest.fixture(params=["direct", "behind middleware"])
def application(framework: SimpleNamespace, request: pytest.FixtureRequest) -> Any:
    """Make an application on either way that a request can take to the router."""

    def make(**options: Any) -> Any:
        app = framework.FastAPI(**options)
        if request.param == "behind middleware":
            app.add_middleware(pass_through)
        return app

    return make


def test_http_exception_becomes_its_status(framework: SimpleNamespace, application: Any) -> None:
    """Detail of any JSON kind, headers, and no body where the status allows none."""
    app = application()

    @app.get("/teapot")
    def teapot() -> None:
        raise framework.HTTPException(418, {"short": "stout"}, headers={"x-pot": "tea"})

    @app.get("/unchanged")
    async def unchanged() -> None:
        raise framework.HTTPException(304)

    client = framework.TestClient(app)
    response = client.get("/teapot")
    assert response.status_code == 418
    assert response.json() == {"detail": {"short": "stout"}}
    assert response.headers["x-pot"] == "tea"
    assert client.get("/unchanged").content == b""


def test_handler_of_the_nearest_class_answers(framework: SimpleNamespace, application: Any) -> None:
    """Handlers are found along the class hierarchy; blocking ones may be plain functions."""
    app = application()

    @app.exception_handler(FirstError)
    def answer(request: Any, exc: FirstError) -> Any:
        return framework.PlainTextResponse(f"{request.url.path} {exc}", status_code=409)

    @app.get("/derived")
    async def derived() -> None:
        raise DerivedError("it")

    response = framework.TestClient(app).get("/derived")
    assert (response.status_code, response.text) == (409, "/derived it")


def test_status_handler_goes_before_class_handler(
    framework: SimpleNamespace, application: Any
) -> None:
    """A handler for a status code answers unknown paths too."""
    app = application()

    @app.exception_handler(404)
    async def answer(request: Any, exc: Any) -> Any:
        return framework.PlainTextResponse("nothing here", status_code=404)

    assert framework.TestClient(app).get("/nothing").text == "nothing here"


def test_handler_may_raise_what_has_a_handler(framework: SimpleNamespace, application: Any) -> None:
    """An exception handler that raises an HTTPException answers with it."""
    app = application()

    @app.exception_handler(FirstError)
    async def translate(request: Any, exc: FirstError) -> None:
        raise framework.HTTPException(400, "translated")

    @app.get("/fails")
    async def fails() -> None:
        raise FirstError

    response = framework.TestClient(app).get("/fails")
    assert (response.status_code, response.json()) == (400, {"detail": "translated"})


def test_handler_may_read_the_body_again(framework: SimpleNamespace, application: Any) -> None:
    """The handler gets the request that the path operation worked on."""
    app = application()

    @app.exception_handler(FirstError)
    async def answer(request: Any, exc: FirstError) -> Any:
        return framework.PlainTextResponse(await request.body(), status_code=400)

    class ReadingRoute(framework.APIRoute):  # type: ignore[name-defined, misc]
        def get_route_handler(self) -> Any:
            async def handle(request: Any) -> Any:
                await request.body()
                raise FirstError

            return handle

    app.router.route_class = ReadingRoute
    app.post("/fails")(lambda: None)

    assert framework.TestClient(app).post("/fails", content=b"sent").text == "sent"


def test_unhandled_exception_is_500_and_raised(
    framework: SimpleNamespace, application: Any
) -> None:
    """The client gets a bare 500, the server gets the exception."""
    app = application()

    @app.get("/fails")
    async def fails() -> None:
        raise FirstError("it")

    response = framework.TestClient(app, raise_server_exceptions=False).get("/fails")
    assert (response.status_code, response.text) == (500, "Internal Server Error")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    with pytest.raises(FirstError, match="it"):
        framework.TestClient(app).get("/fails")


@pytest.mark.parametrize("key", [500, Exception])
def test_server_error_handler_answers_and_the_exception_is_raised(
    framework: SimpleNamespace, application: Any, key: Any
) -> None:
    """A handler for 500 or Exception makes the answer; the server still learns of it."""
    app = application()

    @app.exception_handler(key)
    def answer(request: Any, exc: Exception) -> Any:
        return framework.JSONResponse({"failed": str(exc)}, status_code=500)

    @app.get("/fails")
    async def fails() -> None:
        raise FirstError("it")

    response = framework.TestClient(app, raise_server_exceptions=False).get("/fails")
    assert response.json() == {"failed": "it"}
    with pytest.raises(FirstError):
        framework.TestClient(app).get("/fails")


def test_debug_shows_the_traceback(framework: SimpleNamespace, application: Any) -> None:
    """With `debug`, the 500 answer is the traceback, as a page where a browser asks."""
    app = application(debug=True)

    @app.get("/fails")
    async def fails() -> None:
        raise FirstError("it")

    client = framework.TestClient(app, raise_server_exceptions=False)
    assert "FirstError: it" in client.get("/fails").text
    page = client.get("/fails", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")


def test_exception_after_the_answer_began_is_raised(
    framework: SimpleNamespace, application: Any
) -> None:
    """A handler cannot answer twice: the server learns that the answer broke off."""
    app = application()

    @app.exception_handler(FirstError)
    async def answer(request: Any, exc: FirstError) -> Any:
        return framework.PlainTextResponse("too late")

    async def parts() -> Any:
        yield b"begun"
        raise FirstError

    async def broken(request: Any) -> Any:
        return StreamingResponse(parts())

    app.add_route("/plain", broken)

    class StreamingRoute(framework.APIRoute):  # type: ignore[name-defined, misc]
        def get_route_handler(self) -> Any:
            return broken

    app.router.route_class = StreamingRoute
    app.get("/operation")(lambda: None)

    # On a real connection, the client sees the answer break off before it hears of the exception.
    broken_off = (RuntimeError, httpx2.RemoteProtocolError)
    for path in ("/plain", "/operation"):
        with pytest.raises(broken_off, match=r"response already started|incomplete chunked read"):
            framework.TestClient(app).get(path)


def test_http_exception_of_a_raw_application_is_answered(
    framework: SimpleNamespace, application: Any
) -> None:
    """What a mounted ASGI callable raises has the application's handlers too."""
    app = application()

    async def raw(scope: Any, receive: Any, send: Any) -> None:
        raise framework.HTTPException(403, "no")

    app.mount("/raw", raw)

    response = framework.TestClient(app).get("/raw/x")
    assert (response.status_code, response.json()) == (403, {"detail": "no"})


def test_exception_handlers_option_replaces_defaults(
    framework: SimpleNamespace, application: Any
) -> None:
    """The mapping given to the application goes before the handlers it has by itself."""

    async def answer(request: Any, exc: Any) -> Any:
        return framework.PlainTextResponse("mine", status_code=exc.status_code)

    starlette_class = framework.HTTPException.__mro__[1]
    app = application(exception_handlers={starlette_class: answer})

    response = framework.TestClient(app).get("/nothing")
    assert (response.status_code, response.text) == (404, "mine")
