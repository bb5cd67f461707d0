"""Chapters "Middleware", "CORS" and "Advanced Middleware"."""

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from support.client import OpenClient

from sixlane import BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from sixlane.middleware import Middleware
from sixlane.middleware.cors import CORSMiddleware
from sixlane.middleware.gzip import GZipMiddleware
from sixlane.middleware.httpsredirect import HTTPSRedirectMiddleware
from sixlane.middleware.trustedhost import TrustedHostMiddleware
from sixlane.responses import PlainTextResponse

Next = Callable[[Request], Awaitable[Response]]


class Marking:
    """ASGI middleware that adds a header."""

    def __init__(self, app: ASGIApp, *, mark: str) -> None:
        self.app = app
        self.mark = mark

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and mark its answer."""

        async def marking(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-mark", self.mark.encode())]
            await send(message)

        await self.app(scope, receive, marking)


def add_operation(app: FastAPI) -> None:
    """An operation that may fail."""

    @app.get("/{name}")
    async def read(name: str) -> str:
        if name == "http":
            raise HTTPException(418, "teapot")
        if name == "value":
            raise ValueError("failure")
        return name * 200


def test_function_goes_around_every_request(open_client: OpenClient) -> None:
    """It sees the request before, and the answer after, whatever the answer is."""
    app = FastAPI()
    add_operation(app)

    @app.middleware("http")
    async def mark(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.headers["x-path"] = request.url.path
        return response

    client = open_client(app)
    for path, status in (("/a", 200), ("/http", 418), ("/no/where", 404)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["x-path"]) == (status, path)


def test_last_added_is_outermost(open_client: OpenClient) -> None:
    """Middleware given with the app is in the order of the list, outermost first."""
    app = FastAPI(middleware=[Middleware(Marking, mark="1"), Middleware(Marking, mark="2")])
    add_operation(app)
    app.add_middleware(Marking, mark="3")

    answer = open_client(app).get("/a")
    assert answer.headers["x-mark"] == "2, 1, 3"


def test_middleware_may_answer_itself(open_client: OpenClient) -> None:
    """Without calling the next, nothing inside it runs."""
    app = FastAPI()
    add_operation(app)

    @app.middleware("http")
    async def refuse(request: Request, call_next: Next) -> Response:
        return PlainTextResponse("refused", 403)

    answer = open_client(app).get("/a")
    assert (answer.status_code, answer.text) == (403, "refused")


def test_middleware_sees_unexpected_exceptions(open_client: OpenClient) -> None:
    """What no handler took comes out of the next."""
    app = FastAPI()
    add_operation(app)

    @app.middleware("http")
    async def catch(request: Request, call_next: Next) -> Response:
        try:
            return await call_next(request)
        except ValueError as error:
            return PlainTextResponse(f"caught {error}", 500)

    assert open_client(app).get("/value").text == "caught failure"


async def call_in_turn(request: Request, call_next: Next) -> Response:
    """Ask again though nobody has read the first answer."""
    await call_next(request)
    return await call_next(request)


async def call_at_once(request: Request, call_next: Next) -> Response:
    """Ask twice before there is an answer."""
    first, _ = await asyncio.gather(call_next(request), call_next(request))
    return first


@pytest.mark.parametrize("dispatch", [call_in_turn, call_at_once])
def test_the_next_is_called_once(
    open_client: OpenClient, dispatch: Callable[[Request, Next], Awaitable[Response]]
) -> None:
    """A second call before the first answer is read fails at once."""
    app = FastAPI()
    add_operation(app)
    app.middleware("http")(dispatch)
    with pytest.raises(AssertionError, match="called again"):
        open_client(app).get("/a")


def test_exits_and_background_tasks_run_inside_middleware(open_client: OpenClient) -> None:
    """The answer passes the middleware first; it can wait for what comes after."""
    app = FastAPI()
    events: list[str] = []

    async def session() -> Any:
        yield
        events.append("closed")

    @app.get("/", dependencies=[Depends(session)])
    async def read(tasks: BackgroundTasks) -> str:
        tasks.add_task(events.append, "task")
        return "read"

    @app.middleware("http")
    async def around(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        events.append("answered")
        return response

    open_client(app).get("/")
    assert sorted(events) == ["answered", "closed", "task"]
    assert events.index("task") < events.index("closed")


def test_state_of_a_request_goes_from_middleware_to_operation(open_client: OpenClient) -> None:
    """`request.state` is the same object on both sides."""
    app = FastAPI()

    async def user(request: Request) -> str:
        return str(request.state.user)

    @app.get("/")
    async def read(user: Annotated[str, Depends(user)]) -> str:
        return user

    @app.middleware("http")
    async def identify(request: Request, call_next: Next) -> Response:
        request.state.user = "rick"
        return await call_next(request)

    assert open_client(app).get("/").json() == "rick"


@pytest.mark.parametrize(
    ("method", "headers", "status", "expected"),
    [
        ("GET", {}, 200, {"access-control-allow-origin": None}),
        (
            "GET",
            {"origin": "https://good.example"},
            200,
            {
                "access-control-allow-origin": "https://good.example",
                "access-control-allow-credentials": "true",
            },
        ),
        ("GET", {"origin": "https://bad.example"}, 200, {"access-control-allow-origin": None}),
        (
            "OPTIONS",
            {"origin": "https://good.example", "access-control-request-method": "GET"},
            200,
            {"access-control-allow-methods": "GET", "access-control-max-age": "600"},
        ),
        (
            "OPTIONS",
            {"origin": "https://bad.example", "access-control-request-method": "GET"},
            400,
            {"access-control-allow-origin": None},
        ),
        ("OPTIONS", {}, 405, {}),
    ],
)
def test_other_origins_may_call_where_they_are_allowed(
    open_client: OpenClient,
    method: str,
    headers: dict[str, str],
    status: int,
    expected: dict[str, str | None],
) -> None:
    """CORS: preflight requests are answered, simple ones marked."""
    app = FastAPI()
    add_operation(app)
    app.add_middleware(
        CORSMiddleware, allow_origins=["https://good.example"], allow_credentials=True
    )

    answer = open_client(app).request(method, "/a", headers=headers)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("accepted", "path", "encoding"),
    [("gzip", "/long", "gzip"), ("", "/long", None), ("gzip", "/http", None)],
)
def test_long_answers_are_compressed_where_accepted(
    open_client: OpenClient, accepted: str, path: str, encoding: str | None
) -> None:
    """GZip: from the minimum size on, for clients that say so."""
    app = FastAPI()
    add_operation(app)
    app.add_middleware(GZipMiddleware, minimum_size=100)

    answer = open_client(app).get(path, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.json() == ("long" * 200 if path == "/long" else {"detail": "teapot"})


@pytest.mark.parametrize(
    ("host", "status"), [("testserver", 200), ("a.example.com", 200), ("evil.com", 400)]
)
def test_only_trusted_hosts_are_served(open_client: OpenClient, host: str, status: int) -> None:
    """TrustedHost: 400 for any other host header."""
    app = FastAPI()
    add_operation(app)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["testserver", "*.example.com"])

    assert open_client(app).get("/a", headers={"host": host}).status_code == status


def test_plain_http_is_redirected(open_client: OpenClient) -> None:
    """HTTPSRedirect: 307 to the same address with https."""
    app = FastAPI()
    add_operation(app)
    app.add_middleware(HTTPSRedirectMiddleware)

    answer = open_client(app).get("/a?b=c", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "https://testserver/a?b=c"


def test_middleware_cannot_be_added_to_a_running_app(open_client: OpenClient) -> None:
    """The stack is built at the first request."""
    app = FastAPI()
    add_operation(app)
    open_client(app).get("/a")

    with pytest.raises(RuntimeError):
        app.add_middleware(Marking, mark="late")


def test_middleware_sees_an_application_of_asgi_3(open_client: OpenClient) -> None:
    """By the check of those that support ASGI 2, too: its call is a coroutine function's."""
    is_coroutine_function = (
        inspect.iscoroutinefunction if sys.version_info >= (3, 12) else asyncio.iscoroutinefunction
    )
    seen: list[bool] = []

    class Checking(Marking):
        def __init__(self, app: ASGIApp) -> None:
            super().__init__(app, mark="checked")
            seen.append(is_coroutine_function(app.__call__))

    app = FastAPI()
    add_operation(app)
    app.add_middleware(Checking)
    open_client(app).get("/name")
    assert seen == [True]
