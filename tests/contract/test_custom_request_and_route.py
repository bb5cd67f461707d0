"""Chapters "Custom Request and APIRoute class" and "Using the Request Directly"."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from pydantic import BaseModel
from support.client import OpenClient

from sixlane import APIRouter, Body, FastAPI, HTTPException, Request, Response
from sixlane.exceptions import RequestValidationError
from sixlane.routing import APIRoute

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
