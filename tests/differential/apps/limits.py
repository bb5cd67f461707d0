"""Body limits of app, router, inclusion and route, met exactly and passed by one byte."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Annotated, Any

from differential.exchange import Request

ORIGIN = b"https://good.example"
SIZES = (0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 1001, 5000)


def requests() -> Iterator[Request]:
    """Yield bodies around each limit, with a length and in chunks, as JSON and not."""
    for path in ("/app", "/route", "/more", "/nothing", "/router", "/child/inner", "/unread"):
        for size in SIZES:
            body = b'"' + b"x" * (size - 2) + b'"' if size > 1 else b"1" * size
            for chunked in (False, True):
                headers = (("content-type", b"application/json"), ("origin", ORIGIN))
                yield Request("POST", path, headers=headers, body=body, chunked=chunked)


def build(framework: str, events: list[str]) -> Any:
    """Make an app with a limit."""
    return _make(framework, events, max_body_size=100)


def build_behind_stock(framework: str, events: list[str]) -> Any:
    """Make one behind middleware that the engine applies itself where nothing is around it."""
    return _put_behind_stock(framework, build(framework, events))


def build_routes_behind_stock(framework: str, events: list[str]) -> Any:
    """Make an app that has limits for routes only, behind the same."""
    return _put_behind_stock(framework, _make(framework, events))


def build_behind_function(framework: str, events: list[str]) -> Any:
    """Make an app with a limit, behind a function that only looks and what answers any origin."""
    app = build_behind_stock(framework, events)

    @app.middleware("http")
    async def look(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        events.append(f"looks at {response.status_code}")
        return response

    return app


APPS: dict[str, Callable[[str, list[str]], Any]] = {
    "limits": build,
    "limits behind stock": build_behind_stock,
    "route limits behind stock": build_routes_behind_stock,
    "limits behind function": build_behind_function,
}


def _put_behind_stock(framework: str, app: Any) -> Any:
    cors = import_module(f"{framework}.middleware.cors").CORSMiddleware
    gzip = import_module(f"{framework}.middleware.gzip").GZipMiddleware
    app.add_middleware(gzip, minimum_size=500)
    app.add_middleware(cors, [ORIGIN.decode()], allow_credentials=True)
    return app


def _make(framework: str, events: list[str], **limit: int) -> Any:
    web = import_module(framework)
    app = web.FastAPI(**limit)
    child = web.FastAPI()
    router = web.APIRouter(max_body_size=10)
    _add_routes(app, web, events)

    @router.post("/router")
    async def in_router(text: Annotated[Any, web.Body()]) -> Any:
        return text

    @child.post("/inner")
    async def inner(request: web.Request) -> Any:
        return len(await request.body())

    app.include_router(router)
    app.mount("/child", child)
    return app


def _add_routes(app: Any, web: Any, events: list[str]) -> None:
    @app.post("/app")
    async def in_app(text: Annotated[Any, web.Body()] = None) -> Any:
        events.append("app")
        return text

    @app.post("/route", max_body_size=10)
    def in_route(text: Annotated[Any, web.Body()]) -> Any:
        return text

    @app.post("/more", max_body_size=1000)
    async def more(request: web.Request) -> Any:
        return len(await request.body())

    @app.post("/nothing", max_body_size=0)
    async def nothing(request: web.Request) -> Any:
        return len(await request.body())

    @app.post("/unread")
    async def unread() -> Any:
        events.append("unread")
        return "unread"
