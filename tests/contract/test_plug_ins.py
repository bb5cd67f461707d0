"""What plug-ins do to an application beyond declaring things."""

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

import pytest
from opentelemetry import trace
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send
from support.client import OpenClient
from support.telemetry import Recorder

import sixlane.routing
from sixlane import (
    Depends,
    FastAPI,
    Header,
    HTTPException,
    Query,
    Request,
    Response,
    WebSocket,
    WebSocketDisconnect,
)
from sixlane.dependencies.utils import get_dependant, get_parameterless_sub_dependant
from sixlane.routing import (
    APIRoute,
    get_request_handler,
    get_websocket_app,
    request_response,
    websocket_session,
)


class Item(BaseModel):
    """An item."""

    name: str
    price: float = 1.0


def note_page(request: Request, page: int = 1) -> None:
    """Keep a query parameter for the handler."""
    request.state.page = page


def find_route(app: FastAPI, path: str) -> APIRoute:
    """Find the path operation of a path."""
    return next(route for route in app.routes if isinstance(route, APIRoute) and route.path == path)


def test_a_dependency_added_at_start_up_runs(open_client: OpenClient) -> None:
    """A plug-in for pagination appends to the route's dependant when the application starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> Any:
        route = find_route(app, "/items")
        added = get_parameterless_sub_dependant(depends=Depends(note_page), path=route.path_format)
        route.dependant.dependencies.append(added)
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/items")
    async def read_items(request: Request) -> int:
        page: int = request.state.page
        return page

    with open_client(app) as client:
        assert client.get("/items?page=3").json() == 3
        assert client.get("/items?page=x").json()["detail"][0]["loc"] == ["query", "page"]
        assert client.get("/openapi.json").json()["paths"]["/items"]["get"]["parameters"]


def test_an_application_put_in_place_of_a_routes_own_serves_it(open_client: OpenClient) -> None:
    """`route.app` may be replaced, before requests and between them."""
    app = FastAPI()

    @app.get("/")
    async def read() -> str:
        return "read"

    route = find_route(app, "/")
    inner = route.app

    async def count(scope: Scope, receive: Receive, send: Send) -> None:
        app.state.seen = getattr(app.state, "seen", 0) + 1
        await inner(scope, receive, send)

    route.app = count
    client = open_client(app)
    assert [client.get("/").json() for _ in range(2)] == ["read", "read"]
    assert app.state.seen == 2


def test_a_handler_made_by_hand_answers(open_client: OpenClient) -> None:
    """`get_request_handler` and `request_response` make a route's application of a dependant."""
    app = FastAPI()

    @app.post("/items/{item_id}")
    async def create_item(item_id: int, item: Item) -> Item:
        return item

    def replace_item(
        item_id: int, item: Item, x_token: Annotated[str, Header()] = "none"
    ) -> dict[str, Any]:
        return {"name": f"{item.name} {item_id} {x_token}", "price": 2, "hidden": True}

    route = find_route(app, "/items/{item_id}")
    handler = get_request_handler(
        dependant=get_dependant(path=route.path_format, call=replace_item),
        body_field=route.body_field,
        status_code=201,
        response_field=route.response_field,
    )
    route.app = request_response(handler)
    client = open_client(app)
    answer = client.post("/items/5", json={"name": "nail"}, headers={"x-token": "t"})
    assert (answer.status_code, answer.json()) == (201, {"name": "nail 5 t", "price": 2.0})
    assert client.post("/items/5", json={}).json()["detail"][0]["loc"] == ["body", "name"]


def test_a_tool_in_place_of_get_request_handler_sees_each_request(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool for tracing replaces the function in the module, and wraps the handler's call."""
    own = sixlane.routing.get_request_handler
    seen: list[str] = []

    def make_traced(*arguments: Any, **options: Any) -> Any:
        dependant = options["dependant"]
        call = dependant.call
        dependant.call = lambda **values: f"traced {call(**values)}"
        handle = own(*arguments, **options)

        async def trace(request: Request) -> Response:
            seen.append(request.scope["route"].path)
            answer: Response = await handle(request)
            return answer

        return trace

    monkeypatch.setattr(sixlane.routing, "get_request_handler", make_traced)
    app = FastAPI()

    @app.get("/items/{item_id}")
    def read_item(item_id: int) -> str:
        return str(item_id)

    client = open_client(app)
    assert client.get("/items/1").json() == "traced 1"
    assert seen == ["/items/{item_id}"]


def test_a_tool_around_the_calls_of_starlettes_applications_sees_each_request(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool for tracing replaces `Starlette.__call__`; the engine goes through it too."""
    own = Starlette.__call__
    seen: list[str] = []

    async def watch(app: Starlette, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            seen.append(scope["path"])
        await own(app, scope, receive, send)

    monkeypatch.setattr(Starlette, "__call__", watch)
    app = FastAPI()

    @app.get("/items")
    async def read_items(q: Annotated[str, Query()] = "") -> str:
        return q

    assert open_client(app).get("/items?q=a").json() == "a"
    assert seen == ["/items"]


@pytest.mark.parametrize("path", ["/waiting/3", "/blocking/3"])
def test_tools_replace_the_steps_of_operations(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A tool for tracing looks at the arguments, and at the call."""
    seen: list[Any] = []
    solve, run = sixlane.routing.solve_dependencies, sixlane.routing.run_endpoint_function

    async def solve_noted(**options: Any) -> Any:
        solved = await solve(**options)
        seen.append((options["request"].url.path, solved.values, solved.errors))
        return solved

    async def run_noted(**options: Any) -> Any:
        seen.append(options["values"])
        return await run(**options)

    monkeypatch.setattr(sixlane.routing, "solve_dependencies", solve_noted)
    monkeypatch.setattr(sixlane.routing, "run_endpoint_function", run_noted)
    app = FastAPI()

    @app.get("/waiting/{number}")
    async def wait(number: int, response: Response) -> list[int]:
        response.headers["x-number"] = str(number)
        return [number]

    @app.get("/blocking/{number}")
    def block(number: int) -> list[int]:
        return [number]

    answer = open_client(app).get(path)
    assert answer.json() == [3]
    assert answer.headers.get("x-number") == ("3" if path == "/waiting/3" else None)
    solved, called = seen
    assert (solved[0], solved[1]["number"], solved[2]) == (path, 3, [])
    assert called["number"] == 3
    wrong = open_client(app).get(path.replace("3", "x"))
    assert wrong.json()["detail"][0]["type"] == "int_parsing"


def test_tools_look_at_the_arguments_of_websockets(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same function finds those; a handshake that does not fit is refused as ever."""
    seen: list[Any] = []
    solve = sixlane.routing.solve_dependencies

    async def solve_noted(**options: Any) -> Any:
        solved = await solve(**options)
        seen.append(solved.values.get("number"))
        return solved

    monkeypatch.setattr(sixlane.routing, "solve_dependencies", solve_noted)
    app = FastAPI()

    @app.websocket("/{number}")
    async def serve(websocket: WebSocket, number: int) -> None:
        await websocket.accept()
        await websocket.send_json(number)

    client = open_client(app)
    with client.websocket_connect("/4") as session:
        assert session.receive_json() == 4
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/x"):
        pass
    assert (seen, refused.value.code) == ([4, None], 1008)


def test_a_websocket_made_by_hand_is_served(open_client: OpenClient) -> None:
    """Dependencies exit when its function is over, and exception handlers see what it raises."""
    steps: list[str] = []

    async def count() -> AsyncIterator[int]:
        yield 3
        steps.append("exit")

    async def serve(websocket: WebSocket, number: Annotated[int, Depends(count)], q: int) -> None:
        await websocket.accept()
        await websocket.send_json([number, q])
        if q > 1:
            raise HTTPException(400)
        await websocket.close()

    app = FastAPI()

    @app.exception_handler(HTTPException)
    async def refuse(websocket: WebSocket, exc: HTTPException) -> None:
        await websocket.close(3400)

    dependant = get_dependant(path="/count", call=serve)
    app.mount("/count", websocket_session(get_websocket_app(dependant)))
    client = open_client(app)
    for q, code in ((1, 1000), (2, 3400)):
        with client.websocket_connect(f"/count/?q={q}") as session:
            assert session.receive_json() == [3, q]
            assert session.receive()["code"] == code
    assert steps == ["exit"]


def test_a_dependant_made_by_hand_serves_requests_and_websockets(open_client: OpenClient) -> None:
    """It is given the object that there is; a parameter for the other one keeps its default."""

    def name(request: Request = None, websocket: WebSocket = None) -> str:  # type: ignore[assignment]
        return type(request or websocket).__name__

    app = FastAPI()

    @app.get("/")
    async def read(request: Request) -> str:
        return str(request.state.name)

    @app.websocket("/")
    async def serve(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(websocket.state.name)
        await websocket.close()

    async def note(connection: HTTPConnection, found: Annotated[str, Depends(name)]) -> None:
        connection.state.name = found

    for route in app.routes:
        if getattr(route, "path", None) == "/":
            noting = get_parameterless_sub_dependant(depends=Depends(note), path="/")
            cast("APIRoute", route).dependant.dependencies.append(noting)
    client = open_client(app)
    assert client.get("/").json() == "Request"
    with client.websocket_connect("/") as session:
        assert session.receive_json() == "WebSocket"


def test_a_tool_before_the_exception_handlers_sees_what_they_handle(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool that reports errors wraps the handlers that Starlette's middleware is given."""
    own = ExceptionMiddleware.__init__
    seen: list[Any] = []

    def init_watched(self: Any, *arguments: Any, **options: Any) -> None:
        own(self, *arguments, **options)
        answer = self._exception_handlers[HTTPException.__base__]

        async def report(request: Request, error: HTTPException) -> Response:
            seen.append((request.url.path, error.status_code))
            answered: Response = await answer(request, error)
            return answered

        self._exception_handlers[HTTPException.__base__] = report

    monkeypatch.setattr(ExceptionMiddleware, "__init__", init_watched)
    app = FastAPI()

    @app.get("/items")
    async def read_items() -> None:
        raise HTTPException(503, "no items")

    answer = open_client(app).get("/items")
    assert (answer.status_code, answer.json()) == (503, {"detail": "no items"})
    assert seen == [("/items", 503)]


def test_a_tool_around_the_exception_middleware_sees_each_request(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds there what the middleware around has added, such as the user."""
    own = ExceptionMiddleware.__call__
    seen: list[Any] = []

    async def call_watched(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["path"], scope["user"]))
        await own(self, scope, receive, send)

    monkeypatch.setattr(ExceptionMiddleware, "__call__", call_watched)
    app = FastAPI()

    @app.middleware("http")
    async def authenticate(request: Request, call_next: Any) -> Any:
        request.scope["user"] = "ann"
        return await call_next(request)

    @app.get("/items")
    async def read_items() -> list[int]:
        return []

    assert open_client(app).get("/items").json() == []
    assert seen == [("/items", "ann")]


def test_an_application_is_observed_where_a_tool_watches_its_calls_too(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that reports errors, and replaces `Starlette.__call__` for that."""
    recorder = Recorder()
    app = FastAPI(telemetry=recorder.config)
    app.get("/items/{item_id}")(lambda item_id: item_id)
    own = Starlette.__call__
    seen: list[str] = []

    async def watch(watched: Starlette, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            seen.append(trace.get_current_span().name)  # type: ignore[attr-defined]
        await own(watched, scope, receive, send)

    monkeypatch.setattr(Starlette, "__call__", watch)
    open_client(app).get("/items/1")
    assert seen == ["GET"]
    assert recorder.server_span().name == "GET /items/{item_id}"


def test_a_wrapper_may_show_what_it_is_not_given(open_client: OpenClient) -> None:
    """Tools that inject ask for both kinds of connection, and take the one there is."""
    app = FastAPI()

    def inject(handler: Any) -> Any:
        async def injected(**given: Any) -> Any:
            return await handler(sorted(given))

        kind = inspect.Parameter.KEYWORD_ONLY
        shown = [
            inspect.Parameter("request", kind, annotation=Request),
            inspect.Parameter("websocket", kind, annotation=WebSocket),
        ]
        injected.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        return injected

    @app.get("/")
    @inject
    async def read(given: list[str]) -> list[str]:
        return given

    assert open_client(app).get("/").json() == ["request"]


def test_decorators_of_an_application_are_those_of_its_router(open_client: OpenClient) -> None:
    """What a subclass makes of a method that declares is for those who call that, as in FastAPI."""

    class Prefixed(FastAPI):
        def add_api_route(self, path: str, *arguments: Any, **options: Any) -> None:
            super().add_api_route(f"/called{path}", *arguments, **options)

    async def answer() -> None:
        pass

    app = Prefixed()
    app.add_api_route("/x", answer)
    app.get("/x")(answer)
    app.api_route("/y")(answer)
    client = open_client(app)
    paths = ("/called/x", "/x", "/y", "/called/y")
    assert [client.get(path).status_code for path in paths] == [200, 200, 200, 404]


def test_a_signature_put_on_a_function_names_what_it_is_given(open_client: OpenClient) -> None:
    """By name, whatever the kinds of its parameters say: those of the function itself count."""

    def keep(**values: Any) -> Any:
        return values

    by_position = inspect.Parameter.POSITIONAL_ONLY
    shown = [inspect.Parameter("item", by_position, annotation=int)]
    vars(keep)["__signature__"] = inspect.Signature(shown)
    app = FastAPI()
    app.get("/{item}")(keep)

    @app.get("/kept/{item}")
    def read(kept: Annotated[Any, Depends(keep)]) -> Any:
        return kept

    client = open_client(app)
    assert client.get("/1").json() == {"item": 1}
    assert client.get("/kept/2").json() == {"item": 2}
    assert client.get("/x").status_code == 422


def test_a_tool_sees_which_values_are_refused(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole body that is refused is None; other values that are refused are not there."""
    seen = []
    solve = sixlane.routing.solve_dependencies

    async def watch(**arguments: Any) -> Any:
        solved = await solve(**arguments)
        seen.append((solved.values, len(solved.errors)))
        return solved

    monkeypatch.setattr(sixlane.routing, "solve_dependencies", watch)
    app = FastAPI()

    @app.post("/")
    def read(body: dict[str, int], skip: int = 0, limit: int = 9) -> None: ...

    client = open_client(app)
    assert client.post("/?skip=x", json={"a": "x"}).status_code == 422
    assert client.post("/").status_code == 422
    assert seen == [({"limit": 9, "body": None}, 2), ({"skip": 0, "limit": 9, "body": None}, 1)]
