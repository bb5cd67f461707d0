"""Exceptions: raised, handled, turned into answers, or not."""

from collections.abc import Iterator
from importlib import import_module
from typing import Annotated, Any

from pydantic import BaseModel

from differential.exchange import Request


class HandledError(Exception):
    """Has an async handler."""


class ChildError(HandledError):
    """Handled as its parent."""


class ThreadError(Exception):
    """Has a `def` handler."""


class RaisingError(Exception):
    """Has a handler that raises another exception."""


class Body(BaseModel):
    """Some body."""

    size: int


DETAILS: dict[str, Any] = {
    "text": "text",
    "none": None,
    "dict": {"code": 1, "why": ["a", None]},
    "list": [1, 2],
    "unicode": "caf\u00e9",
    "empty": "",
    "model": {"nan": 1.5},
}


def requests() -> Iterator[Request]:
    """Yield a request for every exception, and for status codes with every kind of detail."""
    for name in ("handled", "child", "thread", "raising", "value", "key"):
        yield Request("GET", f"/raise/{name}")
        yield Request("GET", f"/raise-thread/{name}")
    for code in (200, 204, 304, 400, 404, 410, 418, 500, 503, 599):
        for detail in DETAILS:
            yield Request("GET", f"/http/{code}", (f"detail={detail}", "header=1"))
        yield Request("GET", "/http-thread", (f"code={code}",))
        yield Request("GET", "/starlette", (f"code={code}",))
        yield Request("GET", "/last/fail", (f"code={code}",))


def build(framework: str, events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()
    _add_raising(app, web, events)
    _add_handlers(app, web, framework, events)
    app.mount("/own", _build_own(web, framework, events))
    app.mount("/last", _build_last(web, framework, events))
    return app


def _add_raising(app: Any, web: Any, events: list[str]) -> None:
    @app.get("/http/{code}")
    async def http(
        code: Annotated[int, web.Path(ge=200, le=599)], detail: str = "text", header: bool = False
    ) -> Any:
        headers = {"x-error": "yes", "content-language": "de"} if header else None
        raise web.HTTPException(code, DETAILS.get(detail, detail), headers)

    @app.get("/http-thread")
    def http_thread(code: Annotated[int, web.Query(ge=200, le=599)] = 404) -> Any:
        raise web.HTTPException(status_code=code)

    @app.get("/raise/{name}")
    async def raise_named(name: str) -> Any:
        events.append(name)
        classes: dict[str, type[BaseException]] = {
            "handled": HandledError,
            "child": ChildError,
            "thread": ThreadError,
            "raising": RaisingError,
            "value": ValueError,
            "key": KeyError,
        }
        raise classes.get(name, RuntimeError)(name)

    @app.get("/raise-thread/{name}")
    def raise_thread(name: str) -> Any:
        raise {"handled": HandledError, "child": ChildError}.get(name, ZeroDivisionError)(name)

    @app.get("/starlette")
    async def from_starlette(code: Annotated[int, web.Query(ge=200, le=599)] = 400) -> Any:
        raise import_module("starlette.exceptions").HTTPException(code, "from starlette")

    @app.post("/valid")
    async def valid(body: Body, number: int) -> Any:
        return [body, number]


def _add_handlers(app: Any, web: Any, framework: str, events: list[str]) -> None:
    responses = import_module(f"{framework}.responses")

    @app.exception_handler(HandledError)
    async def handled(request: web.Request, error: HandledError) -> Any:
        events.append("handled")
        return responses.JSONResponse({"error": type(error).__name__}, 422, {"x-handled": "1"})

    @app.exception_handler(ThreadError)
    def handled_in_thread(request: web.Request, error: ThreadError) -> Any:
        return responses.PlainTextResponse(f"{request.url.path} {error}", 400)

    @app.exception_handler(RaisingError)
    async def raising(request: web.Request, error: RaisingError) -> Any:
        events.append("raising")
        raise web.HTTPException(409, "from a handler")

    @app.exception_handler(410)
    async def gone(request: web.Request, error: Any) -> Any:
        return responses.PlainTextResponse(f"gone: {error.detail}", 410)


def _build_own(web: Any, framework: str, events: list[str]) -> Any:
    exceptions = import_module(f"{framework}.exceptions")
    responses = import_module(f"{framework}.responses")
    encoders = import_module(f"{framework}.encoders")
    app = web.FastAPI()

    @app.exception_handler(exceptions.RequestValidationError)
    async def invalid(request: web.Request, error: Any) -> Any:
        events.append("invalid")
        content = {"errors": error.errors(), "body": error.body, "count": len(error.errors())}
        return responses.JSONResponse(encoders.jsonable_encoder(content), 400)

    @app.exception_handler(404)
    async def missing(request: web.Request, error: Any) -> Any:
        return responses.PlainTextResponse(f"nothing at {request.url.path}", 404)

    @app.post("/valid")
    async def valid(body: Body, number: int) -> Any:
        return [body, number]

    return app


def _build_last(web: Any, framework: str, events: list[str]) -> Any:
    responses = import_module(f"{framework}.responses")
    handlers = import_module(f"{framework}.exception_handlers")
    starlette = import_module("starlette.exceptions")
    app = web.FastAPI()

    @app.exception_handler(Exception)
    async def unexpected(request: web.Request, error: Exception) -> Any:
        events.append("unexpected")
        return responses.JSONResponse({"unexpected": type(error).__name__}, 500)

    @app.exception_handler(starlette.HTTPException)
    async def reuse(request: web.Request, error: Any) -> Any:
        events.append("reused")
        return await handlers.http_exception_handler(request, error)

    @app.get("/fail")
    async def fail(code: Annotated[int, web.Query(ge=200, le=599)] | None = None) -> Any:
        if code:
            raise web.HTTPException(code)
        raise ValueError("unexpected")

    return app
