"""Chapters "Custom Request and APIRoute class" and "Using the Request Directly"."""

import gzip
import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from starlette.types import Receive, Scope, Send
from support.client import OpenClient

from sixlane import APIRouter, Body, FastAPI, HTTPException, Request, Response
from sixlane.exceptions import RequestValidationError
from sixlane.routing import APIRoute, Match

Handler = Callable[[Request], Awaitable[Response]]


class GzipRequest(Request):
    """A request whose body may be compressed."""

    async def body(self) -> bytes:
        """The body as it was before it was compressed."""
        body = await super().body()
        if "gzip" in self.headers.getlist("content-encoding"):
            body = gzip.decompress(body)
        return body


class GzipRoute(APIRoute):
    """A route that reads such requests."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def decompress(request: Request) -> Response:
            return await handle(GzipRequest(request.scope, request.receive))

        return decompress


class LoggingRoute(APIRoute):
    """A route that shows the body of requests it refuses, and marks its answers."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def log(request: Request) -> Response:
            try:
                response = await handle(request)
            except RequestValidationError as error:
                body = (await request.body()).decode()
                raise HTTPException(422, {"errors": len(error.errors()), "body": body}) from error
            response.headers["x-route"] = request.scope["route"].path
            return response

        return log


def test_route_class_may_change_the_request(open_client: OpenClient) -> None:
    """`router.route_class` is used for routes declared from then on."""
    app = FastAPI()
    app.router.route_class = GzipRoute

    @app.post("/sum")
    async def total(numbers: Annotated[list[int], Body()]) -> int:
        return sum(numbers)

    client = open_client(app)
    assert client.post("/sum", json=[1, 2]).json() == 3
    packed = gzip.compress(b"[1, 2, 3]")
    headers = {"content-encoding": "gzip", "content-type": "application/json"}
    assert client.post("/sum", content=packed, headers=headers).json() == 6


def test_route_class_of_a_router(open_client: OpenClient) -> None:
    """It may catch exceptions of the handler, and change its answers."""
    app = FastAPI()
    router = APIRouter(route_class=LoggingRoute, prefix="/logged")

    @router.post("/{number}")
    async def create(number: int, values: list[int]) -> int:
        return number

    app.include_router(router)
    client = open_client(app)
    answer = client.post("/logged/3", json=[1])
    assert (answer.json(), answer.headers["x-route"]) == (3, "/logged/{number}")
    refused = client.post("/logged/x", json=["a", "b"])
    assert refused.json() == {"detail": {"errors": 3, "body": '["a","b"]'}}


def test_request_can_be_read_directly(open_client: OpenClient) -> None:
    """Next to declared parameters, and without any."""
    app = FastAPI()

    class Item(BaseModel):
        name: str

    @app.post("/items/{item_id}")
    async def create(item_id: int, request: Request, item: Item) -> Any:
        return {
            "parameters": request.path_params,
            "query": dict(request.query_params),
            "method": request.method,
            "path": request.url.path,
            "body": await request.json(),
            "name": item.name,
        }

    @app.post("/raw")
    async def raw(request: Request) -> Any:
        return {"body": (await request.body()).decode(), "host": request.headers["host"]}

    @app.post("/stream")
    async def stream(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    client = open_client(app)
    assert client.post("/items/3?a=b", json={"name": "x"}).json() == {
        "parameters": {"item_id": "3"},
        "query": {"a": "b"},
        "method": "POST",
        "path": "/items/3",
        "body": {"name": "x"},
        "name": "x",
    }
    assert client.post("/raw", content="not json {").json() == {
        "body": "not json {",
        "host": "testserver",
    }
    assert client.post("/stream", content=b"x" * 100_000).json() == 100_000


def test_request_is_not_a_parameter(open_client: OpenClient) -> None:
    """It is passed by its type, whatever its name, and is not described."""
    app = FastAPI()

    @app.get("/")
    def read(anything: Request) -> str:
        return anything.method

    client = open_client(app)
    assert client.get("/").json() == "GET"
    assert "parameters" not in client.get("/openapi.json").json()["paths"]["/"]["get"]


def test_request_knows_its_app_and_route(open_client: OpenClient) -> None:
    """`request.app`, `request.url_for` and the route in the scope."""
    app = FastAPI(title="Shop")

    @app.get("/items/{item_id}", name="item")
    async def item(item_id: int, request: Request) -> Any:
        return [
            request.app.title,
            request.scope["route"].path,
            request.scope["endpoint"].__name__,
            str(request.url_for("item", item_id=4)),
        ]

    assert open_client(app).get("/items/3").json() == [
        "Shop",
        "/items/{item_id}",
        "item",
        "http://testserver/items/4",
    ]


class CountingHandlerRoute(APIRoute):
    """A route that counts the calls of its handler."""

    calls = 0

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def count(request: Request) -> Response:
            self.calls += 1
            return await handle(request)

        return count


class CountingRoute(APIRoute):
    """A route that counts the requests it serves."""

    calls = 0

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count one."""
        self.calls += 1
        await super().handle(scope, receive, send)


class CountingMatchRoute(APIRoute):
    """A route that takes requests with a header only, and counts those."""

    calls = 0

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Look for the header."""
        if (b"x-hidden", b"yes") in scope["headers"]:
            return Match.NONE, {}
        match, added = super().matches(scope)
        self.calls += match is Match.FULL
        return match, added


@pytest.mark.parametrize("route_class", [CountingHandlerRoute, CountingRoute, CountingMatchRoute])
def test_route_class_keeps_its_things_on_the_declared_route(
    open_client: OpenClient, route_class: Any
) -> None:
    """A route is one object however often its router is included, each time at its own place."""
    router = APIRouter(route_class=route_class)

    @router.get("/items")
    async def read_items(request: Request, shop: str = "none") -> list[str]:
        return [shop, request.scope["route"].path]

    app = FastAPI()
    app.include_router(router, prefix="/a")
    app.include_router(router, prefix="/shops/{shop}")

    client = open_client(app)
    (declared,) = router.routes
    before = declared.calls  # type: ignore[attr-defined]
    assert client.get("/a/items").json() == ["none", "/a/items"]
    assert client.get("/shops/b/items").json() == ["b", "/shops/{shop}/items"]
    assert client.get("/items").status_code == 404
    assert client.post("/a/items").status_code == 405
    assert declared.calls == before + 2 + (route_class is CountingRoute)  # type: ignore[attr-defined]
    hidden = client.get("/a/items", headers={"x-hidden": "yes"})
    assert hidden.status_code == (404 if route_class is CountingMatchRoute else 200)


def test_route_class_may_serve_requests_itself(open_client: OpenClient) -> None:
    """Its `handle` is called for a route of the application too."""
    app = FastAPI()
    app.router.route_class = CountingRoute

    @app.get("/items")
    async def read_items() -> list[str]:
        return []

    client = open_client(app)
    assert [client.get("/items").json() for _ in range(2)] == [[], []]
    assert app.routes[-1].calls == 2  # type: ignore[attr-defined]


def test_a_router_that_overrides_api_route_sees_every_option() -> None:
    """The decorators of methods name them all, also those that the user has not given."""
    seen: list[dict[str, Any]] = []

    class Router(APIRouter):
        def api_route(self, path: str, **options: Any) -> Any:
            seen.append({"path": path, **options})
            options.setdefault("tags", ["never"])
            return super().api_route(path, **options)

    router = Router()
    router.get("/a", summary="A")(lambda: "a")
    router.post("/b")(lambda: "b")
    expected = set(inspect.signature(APIRouter.api_route).parameters) - {"self"}
    assert [set(options) for options in seen] == [expected, expected]
    assert [each["methods"] for each in seen] == [["GET"], ["POST"]]
    assert [each["summary"] for each in seen] == ["A", None]
    app = FastAPI()
    app.include_router(router)
    assert [route.tags for route in router.routes if isinstance(route, APIRoute)] == [[], []]
