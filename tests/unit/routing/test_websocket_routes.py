"""How WebSocket routes are declared, matched, inherited and failed: as in FastAPI."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

pytestmark = pytest.mark.parametrize("framework", ["fastapi", "sixlane"], indirect=True)


class OwnError(Exception):
    """An exception of the application's own."""


async def show_path(websocket: WebSocket) -> None:
    """Handle a WebSocket: tell where it arrived."""
    await websocket.accept()
    await websocket.send_json({"path": websocket.url.path, "values": websocket.path_params})
    await websocket.close()


def ask(framework: SimpleNamespace, app: Any, path: str, **options: Any) -> Any:
    """Connect and return the first JSON message."""
    with framework.TestClient(app).websocket_connect(path, **options) as session:
        return session.receive_json()


def ending(framework: SimpleNamespace, app: Any, path: str, **options: Any) -> tuple[int, Any]:
    """Connect, or try to, and return code and reason of the close that comes."""
    client = framework.TestClient(app)
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect(path, **options) as session,
    ):
        session.receive_text()
    return closed.value.code, closed.value.reason


def declare_each_way(owner: Any) -> None:
    """Declare the same handler in every way there is."""
    owner.websocket("/decorated")(show_path)
    owner.add_api_websocket_route("/added", show_path, "added")
    owner.websocket_route("/plain")(show_path)
    getattr(owner, "router", owner).add_websocket_route("/plain-added", show_path, "plain-added")


@pytest.mark.parametrize("path", ["/decorated", "/added", "/plain", "/plain-added"])
def test_every_way_of_declaring_takes_websockets(framework: SimpleNamespace, path: str) -> None:
    """On the application and on a router, whose inclusion puts its prefix before each of them."""
    app, router = framework.FastAPI(), framework.APIRouter()
    declare_each_way(app)
    declare_each_way(router)
    app.include_router(router, prefix="/v1")

    assert ask(framework, app, path)["path"] == path
    assert ask(framework, app, f"/v1{path}")["path"] == f"/v1{path}"


def test_prefix_of_the_router_itself_is_for_path_operations(framework: SimpleNamespace) -> None:
    """Plain routes are as Starlette has them."""
    router = framework.APIRouter(prefix="/api")
    declare_each_way(router)

    paths = [context.path for context in framework.iter_route_contexts(router.routes)]

    assert paths == ["/api/decorated", "/api/added", "/plain", "/plain-added"]


def test_route_has_the_public_attributes(framework: SimpleNamespace) -> None:
    """Tools read them; a declaration without name is called like its handler."""
    depends = framework.Depends(lambda: None)
    route = framework.APIWebSocketRoute("/items/{item:int}", show_path, dependencies=[depends])

    assert (route.path, route.path_format) == ("/items/{item:int}", "/items/{item}")
    assert (route.name, route.endpoint) == ("show_path", show_path)
    assert route.dependencies == [depends]
    assert [each.call for each in route.dependant.dependencies] == [depends.dependency]
    assert route.path_regex.match("/items/3")
    assert route.param_convertors["item"].convert("3") == 3
    assert route.url_path_for("show_path", item=3) == "/items/3"
    assert callable(route.app)
    assert repr(route) == "APIWebSocketRoute(path='/items/{item:int}', name='show_path')"


def test_inclusion_is_live_and_hands_down_dependencies(framework: SimpleNamespace) -> None:
    """What is declared after the inclusion appears, behind the outer dependencies."""
    order: list[str] = []

    def note(name: str) -> Any:
        return framework.Depends(lambda: order.append(name))

    app = framework.FastAPI(dependencies=[note("app")])
    router = framework.APIRouter(prefix="/inner", dependencies=[note("router")])
    app.include_router(router, prefix="/outer/{value}", dependencies=[note("inclusion")])

    @router.websocket("/{item}", name="late", dependencies=[note("route")])
    async def late(websocket: framework.WebSocket, value: int, item: str) -> None:
        await websocket.accept()
        await websocket.send_json([value, item, websocket.scope["route"].path])

    got = ask(framework, app, "/outer/3/inner/x")

    assert got == [3, "x", "/outer/{value}/inner/{item}"]
    assert order == ["app", "inclusion", "router", "route"]
    assert app.url_path_for("late", value="1", item="2") == "/outer/1/inner/2"


def test_websockets_and_requests_share_a_path(framework: SimpleNamespace) -> None:
    """Neither kind of route is found for the other, nor does one hide it."""
    app = framework.FastAPI()
    app.websocket("/both")(show_path)
    app.get("/both")(lambda: "request")
    app.websocket("/{rest:path}")(show_path)
    app.get("/later")(lambda: "later")

    client = framework.TestClient(app)
    assert client.get("/both").json() == "request"
    assert client.get("/later").json() == "later"
    assert client.get("/other").status_code == 404
    assert ask(framework, app, "/both") == {"path": "/both", "values": {}}
    assert ask(framework, app, "/later") == {"path": "/later", "values": {"rest": "later"}}


@pytest.mark.parametrize("path", ["/nowhere", "/items/x", "/items/3/", "/requests"])
def test_unknown_path_is_closed_before_it_is_accepted(
    framework: SimpleNamespace, path: str
) -> None:
    """There is no redirect for a slash, and no 404 that an exception handler would see."""
    app = framework.FastAPI(exception_handlers={404: lambda *_: pytest.fail("called")})
    app.websocket("/items/{item:int}")(show_path)
    app.get("/requests")(lambda: None)

    assert ending(framework, app, path) == (1000, "")


def test_mounted_application_has_websockets_of_its_own(framework: SimpleNamespace) -> None:
    """Its routes lie below the path, with its own exception handlers."""
    app, inner = framework.FastAPI(), framework.FastAPI()
    inner.websocket("/items/{item}")(show_path)
    app.mount("/inner", inner)

    @inner.websocket("/fails")
    async def fail() -> None:
        raise OwnError

    @inner.exception_handler(OwnError)
    async def close(websocket: Any, error: OwnError) -> None:
        await websocket.close(4000, "inner")

    assert ask(framework, app, "/inner/items/3")["path"] == "/inner/items/3"
    assert ending(framework, app, "/inner/fails") == (4000, "inner")
    assert ending(framework, app, "/inner/nowhere") == (1000, "")


def test_middleware_lies_around_websockets(framework: SimpleNamespace) -> None:
    """It sees their scope, and the exceptions that no handler took; functions see requests only."""
    seen: list[str] = []

    def watch(app: Any) -> Any:
        async def watching(scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["type"])
            try:
                await app(scope, receive, send)
            except OwnError:
                seen.append("error")
                await send({"type": "websocket.close", "code": 4000, "reason": "watched"})

        return watching

    app = framework.FastAPI()
    app.add_middleware(watch)

    @app.middleware("http")
    async def refuse(request: Any, call_next: Any) -> None:
        pytest.fail("called for a WebSocket")

    @app.websocket("/")
    async def fail(websocket: framework.WebSocket) -> None:
        raise OwnError

    assert ending(framework, app, "/") == (4000, "watched")
    assert seen == ["websocket", "error"]


def close_with(code: int) -> Any:
    """Make an exception handler that closes, and tells what it was called with."""

    async def close(websocket: WebSocket, error: Exception) -> None:
        await websocket.close(code, f"{type(websocket).__name__} {type(error).__name__}")

    return close


def raise_own(websocket: WebSocket, error: Exception) -> None:
    """Handle an exception by another one."""
    raise OwnError


@pytest.mark.parametrize(
    ("error", "handlers", "expected"),
    [
        ("exception", {}, (4001, "why")),
        ("exception", {"exception": close_with(4002)}, (4002, "WebSocket WebSocketException")),
        ("own", {"own": close_with(4003)}, (4003, "WebSocket OwnError")),
        ("value", {"value": raise_own, "own": close_with(4004)}, (4004, "WebSocket OwnError")),
        ("invalid", {"own": raise_own}, (1008, None)),
    ],
    ids=["closes", "handled", "own handler", "second round", "other handler"],
)
@pytest.mark.parametrize("plain", [False, True], ids=["path operation", "plain route"])
def test_exception_handlers_close_the_connection(
    framework: SimpleNamespace, error: str, handlers: Any, expected: Any, plain: bool
) -> None:
    """They get the WebSocket; what one raises has its own handler, as for requests."""
    kinds: dict[str, Any] = {
        "exception": framework.WebSocketException(4001, "why"),
        "own": OwnError(),
        "value": ValueError(),
        "invalid": framework.WebSocketException(1008),
    }
    app = framework.FastAPI(
        exception_handlers={type(kinds[key]): handler for key, handler in handlers.items()}
    )
    declare = app.websocket_route if plain else app.websocket

    @declare("/")
    async def fail(websocket: framework.WebSocket) -> None:
        raise kinds[error]

    code, reason = ending(framework, app, "/")
    assert (code, reason or None) == expected


def test_exception_without_handler_reaches_the_server(framework: SimpleNamespace) -> None:
    """Handlers of all exceptions make answers to requests, and have no part in WebSockets."""
    app = framework.FastAPI(exception_handlers={Exception: lambda *_: pytest.fail("called")})

    @app.websocket("/")
    async def fail(websocket: framework.WebSocket) -> None:
        raise OwnError

    with pytest.raises(OwnError), framework.TestClient(app).websocket_connect("/"):
        pytest.fail("connected")


def test_http_exception_denies_the_handshake(framework: SimpleNamespace) -> None:
    """Before the connection is accepted, an answer of HTTP can be given instead."""
    app = framework.FastAPI()

    @app.websocket("/")
    async def deny(websocket: framework.WebSocket) -> None:
        raise HTTPException(418, "tea", headers={"x-pot": "short"})

    with pytest.raises(WebSocketDenialResponse) as denied:
        framework.TestClient(app).websocket_connect("/").__enter__()

    assert denied.value.status_code == 418
    assert denied.value.json() == {"detail": "tea"}
    assert denied.value.headers["x-pot"] == "short"


def note_exits(events: list[str], name: str, *, in_thread: bool = False) -> Any:
    """Make a dependency that notes the exception it sees, and its end."""

    def note(error: OwnError | None = None) -> None:
        events.append(f"{name} exits" if error is None else f"{name} sees it")

    async def dependency() -> AsyncIterator[None]:
        try:
            yield
        except OwnError as error:
            note(error)
            raise
        finally:
            note()

    def threaded_dependency() -> Iterator[None]:
        try:
            yield
        except OwnError as error:
            note(error)
            raise
        finally:
            note()

    return threaded_dependency if in_thread else dependency


@pytest.mark.parametrize(
    ("fails", "expected"),
    [
        (False, ["runs", "function exits", "thread exits", "connection exits"]),
        (
            True,
            [
                "runs", "function sees it", "function exits", "thread sees it", "thread exits",
                "connection sees it", "connection exits", "handler",
            ],
        ),
    ],
    ids=["returns", "raises"],
)  # fmt: skip
def test_dependencies_exit_when_the_handler_is_over(
    framework: SimpleNamespace, fails: bool, expected: list[str]
) -> None:
    """Those of the function first; each sees the exception, and the exception handler is last."""
    events: list[str] = []

    async def handle(websocket: WebSocket, error: OwnError) -> None:
        events.append("handler")

    app = framework.FastAPI(
        exception_handlers={OwnError: handle},
        dependencies=[
            framework.Depends(note_exits(events, "connection")),
            framework.Depends(note_exits(events, "thread", in_thread=True)),
            framework.Depends(note_exits(events, "function"), scope="function"),
        ],
    )

    @app.websocket("/")
    async def run(websocket: framework.WebSocket) -> None:
        await websocket.accept()
        events.append("runs")
        if fails:
            raise OwnError

    with framework.TestClient(app).websocket_connect("/"):
        pass

    assert events == expected


def test_swallowed_exception_ends_the_connection_quietly(framework: SimpleNamespace) -> None:
    """There is no answer that would be missing, as there is for a request."""
    app = framework.FastAPI()

    async def swallow() -> AsyncIterator[None]:
        with suppress(OwnError):
            yield

    @app.websocket("/", dependencies=[framework.Depends(swallow)])
    async def fail(websocket: framework.WebSocket) -> None:
        await websocket.accept()
        raise OwnError

    with framework.TestClient(app).websocket_connect("/"):
        pass


def test_overrides_apply_to_websockets(framework: SimpleNamespace) -> None:
    """The replacement reads the handshake by itself, and may ask for the WebSocket."""

    def original(q: int) -> Any:
        return ["original", q]

    async def replacement(websocket: WebSocket, z: int) -> Any:
        return ["replacement", websocket.url.path, z]

    app = framework.FastAPI()

    @app.websocket("/ws")
    async def run(
        websocket: framework.WebSocket, value: Annotated[Any, framework.Depends(original)]
    ) -> None:
        await websocket.accept()
        await websocket.send_json(value)

    assert ask(framework, app, "/ws?q=1") == ["original", 1]
    app.dependency_overrides[original] = replacement
    assert ask(framework, app, "/ws?z=2") == ["replacement", "/ws", 2]
    assert ending(framework, app, "/ws")[0] == 1008


def test_one_dependency_serves_requests_and_websockets(framework: SimpleNamespace) -> None:
    """It asks for the connection, or for both kinds with defaults, of which it gets one."""

    def which(
        connection: HTTPConnection,
        request: Request = None,  # type: ignore[assignment]
        websocket: WebSocket = None,  # type: ignore[assignment]
    ) -> list[str]:
        return [type(each).__name__ for each in (connection, request, websocket)]

    app = framework.FastAPI()

    @app.websocket("/")
    async def run(
        websocket: framework.WebSocket, value: Annotated[Any, framework.Depends(which)]
    ) -> None:
        await websocket.accept()
        await websocket.send_json(value)

    @app.get("/")
    def answer(value: Annotated[Any, framework.Depends(which)]) -> Any:
        return value

    assert ask(framework, app, "/") == ["WebSocket", "NoneType", "WebSocket"]
    assert framework.TestClient(app).get("/").json() == ["Request", "Request", "NoneType"]


def test_document_has_no_websockets(framework: SimpleNamespace) -> None:
    """OpenAPI describes requests."""
    app = framework.FastAPI()
    app.websocket("/ws")(show_path)

    assert app.openapi()["paths"] == {}
