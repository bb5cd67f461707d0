"""Apps behind middleware of every kind."""

from collections.abc import Callable
from importlib import import_module
from typing import Annotated, Any

from pydantic import BaseModel
from starlette.middleware import Middleware


class Thing(BaseModel):
    """Some body."""

    name: str
    count: int = 1


class Recording:
    """Pure ASGI middleware that records and adds a header."""

    def __init__(self, app: Any, *, name: str, events: list[str]) -> None:
        self._app = app
        self._name = name
        self._events = events

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        self._events.append(f"{self._name} in")

        async def marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-" + self._name.encode(), b"1")]
            await send(message)

        try:
            await self._app(scope, receive, marked)
        finally:
            self._events.append(f"{self._name} out")


def build_http(framework: str, events: list[str]) -> Any:
    """Make an app with `@app.middleware("http")`."""
    web = import_module(framework)
    responses = import_module(f"{framework}.responses")
    app = web.FastAPI()
    _add_routes(app, web, framework, events)

    @app.middleware("http")
    async def inner(request: web.Request, call_next: Callable[[Any], Any]) -> Any:
        events.append("inner in")
        response = await call_next(request)
        response.headers["x-inner"] = "1"
        events.append(f"inner out {response.status_code}")
        return response

    @app.middleware("http")
    async def outer(request: web.Request, call_next: Callable[[Any], Any]) -> Any:
        if request.headers.get("x-stop"):
            return responses.PlainTextResponse("stopped", 403)
        request.state.name = "outer"
        try:
            response = await call_next(request)
        except ZeroDivisionError:
            return responses.PlainTextResponse("divided", 500)
        response.headers.append("x-outer", "1")
        return response

    return app


def build_asgi(framework: str, events: list[str]) -> Any:
    """Make an app with pure ASGI middleware, declared both ways."""
    web = import_module(framework)
    hosts = import_module(f"{framework}.middleware.trustedhost")
    first = Middleware(Recording, name="first", events=events)
    app = web.FastAPI(middleware=[first])
    app.add_middleware(hosts.TrustedHostMiddleware, allowed_hosts=["api.example", "*.test"])
    app.add_middleware(Recording, name="second", events=events)
    _add_routes(app, web, framework, events)
    return app


def build_cors(framework: str, events: list[str]) -> Any:
    """Make an app that other origins may call."""
    web = import_module(framework)
    cors = import_module(f"{framework}.middleware.cors")
    app = web.FastAPI()
    app.add_middleware(
        cors.CORSMiddleware,
        allow_origins=["https://good.example"],
        allow_origin_regex=r"https://\w+\.trusted\.example",
        allow_credentials=True,
        allow_methods=["GET", "PUT"],
        allow_headers=["x-token"],
        expose_headers=["x-shown"],
    )
    _add_routes(app, web, framework, events)
    return app


def build_gzip(framework: str, events: list[str]) -> Any:
    """Make an app that compresses."""
    web = import_module(framework)
    gzip = import_module(f"{framework}.middleware.gzip")
    app = web.FastAPI()
    app.add_middleware(gzip.GZipMiddleware, minimum_size=100, compresslevel=5)
    _add_routes(app, web, framework, events)
    return app


def _add_routes(app: Any, web: Any, framework: str, events: list[str]) -> None:
    responses = import_module(f"{framework}.responses")

    async def dependency(number: int = 1) -> Any:
        events.append("open")
        yield number
        events.append("closed")

    @app.get("/read/{name}")
    async def read(
        name: str, request: web.Request, number: Annotated[int, web.Depends(dependency)]
    ) -> Any:
        events.append("endpoint")
        return [name * 20, number, getattr(request.state, "name", None)]

    @app.post("/write")
    def write(thing: Thing, tasks: web.BackgroundTasks) -> Any:
        tasks.add_task(events.append, "task")
        return [thing] * 10

    @app.put("/echo")
    async def echo(request: web.Request) -> Any:
        return web.Response(await request.body(), media_type="text/plain")

    @app.get("/fail/{kind}")
    async def fail(kind: str) -> Any:
        if kind == "http":
            raise web.HTTPException(418, "teapot")
        raise {"zero": ZeroDivisionError, "key": KeyError}.get(kind, ValueError)(kind)

    @app.get("/stream")
    async def stream(count: int = 2) -> Any:
        async def parts() -> Any:
            for number in range(min(count, 20)):
                yield f"part {number};" * 20

        return responses.StreamingResponse(parts(), media_type="text/plain")
