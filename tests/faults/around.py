"""Places around the routes: middleware and exception handlers."""

import asyncio
from typing import Any

from starlette.responses import PlainTextResponse

from .fault import Fault, Places

PLACES = Places()

# Starlette runs what is inside such middleware as a task of its own, and asyncio lets these two
# out of its loop from whatever task they end: the server ends, as uvicorn does.
ENDS_THE_LOOP = frozenset({"KeyboardInterrupt", "SystemExit"})


class AppError(Exception):
    """Has a handler, where the fault strikes."""


@PLACES.add("middleware before the next", stage="outside")
def _before_next(web: Any, app: Any, fault: Fault) -> None:
    @app.middleware("http")
    async def middleware(request: Any, call_next: Any) -> Any:
        fault.strike()
        return await call_next(request)

    _read(app, fault)


@PLACES.add("middleware after the next", stage="outside")
def _after_next(web: Any, app: Any, fault: Fault) -> None:
    @app.middleware("http")
    async def middleware(request: Any, call_next: Any) -> Any:
        response = await call_next(request)
        fault.strike()
        return response

    _read(app, fault)


@PLACES.add(
    "handler inside middleware", skipped=ENDS_THE_LOOP, hidden=frozenset({"CancelledError"})
)
def _inside(web: Any, app: Any, fault: Fault) -> None:
    @app.middleware("http")
    async def middleware(request: Any, call_next: Any) -> Any:
        try:
            return await call_next(request)
        finally:
            fault.note("middleware")

    @app.get("/")
    async def read() -> str:
        await asyncio.sleep(0)
        fault.strike()
        return "read"


@PLACES.add("ASGI middleware before the next", stage="outside")
def _before_application(web: Any, app: Any, fault: Fault) -> None:
    class Middleware:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            fault.strike()
            await self.app(scope, receive, send)

    app.add_middleware(Middleware)
    _read(app, fault)


@PLACES.add("ASGI middleware after the next", stage="sent")
def _after_application(web: Any, app: Any, fault: Fault) -> None:
    class Middleware:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)
            fault.strike()

    app.add_middleware(Middleware)
    _read(app, fault)


@PLACES.add("ASGI middleware between head and body", stage="begun")
def _between_messages(web: Any, app: Any, fault: Fault) -> None:
    class Middleware:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def pass_on(message: Any) -> None:
                if message["type"] == "http.response.body":
                    fault.strike()
                await send(message)

            await self.app(scope, receive, pass_on)

    app.add_middleware(Middleware)
    _read(app, fault)


@PLACES.add("async exception handler")
def _async_failure(web: Any, app: Any, fault: Fault) -> None:
    @app.exception_handler(AppError)
    async def handle(request: Any, error: AppError) -> Any:
        fault.note("handle")
        fault.strike()
        return PlainTextResponse("handled")

    _raise(app)


@PLACES.add("exception handler in a thread")
def _thread_failure(web: Any, app: Any, fault: Fault) -> None:
    @app.exception_handler(AppError)
    def handle(request: Any, error: AppError) -> Any:
        fault.note("handle")
        fault.strike()
        return PlainTextResponse("handled")

    _raise(app)


@PLACES.add("handler of every exception", stage="outside")
def _last_failure(web: Any, app: Any, fault: Fault) -> None:
    @app.exception_handler(Exception)
    async def handle(request: Any, error: Exception) -> Any:
        fault.note("handle")
        fault.strike()
        return PlainTextResponse("handled", 500)

    @app.get("/")
    async def read() -> str:
        if fault.make is not None:
            raise AppError
        return "read"


@PLACES.add("exception handler of a thread's exception")
def _failure_after_thread(web: Any, app: Any, fault: Fault) -> None:
    @app.exception_handler(AppError)
    async def handle(request: Any, error: AppError) -> Any:
        await asyncio.sleep(0)
        fault.strike()
        return PlainTextResponse("handled")

    @app.get("/")
    def read() -> str:
        raise AppError


def _raise(app: Any) -> None:
    @app.get("/")
    async def read() -> str:
        raise AppError


def _read(app: Any, fault: Fault) -> None:
    @app.get("/")
    async def read() -> str:
        fault.note("read")
        return "read"
