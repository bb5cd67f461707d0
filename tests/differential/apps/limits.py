"""Body limits of app, router, inclusion and route, met exactly and passed by one byte."""

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

from differential.exchange import Request

SIZES = (0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 1001, 5000)


def requests() -> Iterator[Request]:
    """Yield bodies around each limit, with a length and in chunks, as JSON and not."""
    for path in ("/app", "/route", "/more", "/nothing", "/router", "/child/inner", "/unread"):
        for size in SIZES:
            body = b'"' + b"x" * (size - 2) + b'"' if size > 1 else b"1" * size
            for chunked in (False, True):
                headers = (("content-type", b"application/json"),)
                yield Request("POST", path, headers=headers, body=body, chunked=chunked)


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI(max_body_size=100)
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
