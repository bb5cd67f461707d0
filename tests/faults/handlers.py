"""Places in handlers and in dependencies without `yield`."""

import asyncio
from typing import Annotated, Any

from .fault import Fault, Places

PLACES = Places()


@PLACES.add("async handler")
def _async_handler(web: Any, app: Any, fault: Fault) -> None:
    @app.get("/")
    async def read() -> str:
        fault.strike()
        return "read"


@PLACES.add("handler that has awaited")
def _awaited_handler(web: Any, app: Any, fault: Fault) -> None:
    @app.get("/")
    async def read() -> str:
        await asyncio.sleep(0)
        fault.strike()
        return "read"


@PLACES.add("handler in a thread")
def _thread_handler(web: Any, app: Any, fault: Fault) -> None:
    @app.get("/")
    def read() -> str:
        fault.strike()
        return "read"


@PLACES.add("handler that takes the request")
def _request_handler(web: Any, app: Any, fault: Fault) -> None:
    async def read(request: Any) -> str:
        fault.strike()
        return str(request.url.path)

    read.__annotations__["request"] = web.Request
    app.get("/")(read)


@PLACES.add("handler below two calls")
def _deep_handler(web: Any, app: Any, fault: Fault) -> None:
    async def inner() -> None:
        await asyncio.sleep(0)
        fault.strike()

    @app.get("/")
    async def read() -> str:
        async with asyncio.timeout(60):
            await inner()
        return "read"


@PLACES.add("async dependency")
def _async_dependency(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> str:
        fault.strike()
        return "dependency"

    _read(web, app, fault, dependency)


@PLACES.add("dependency that has awaited")
def _awaited_dependency(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> str:
        await asyncio.sleep(0)
        fault.strike()
        return "dependency"

    _read(web, app, fault, dependency)


@PLACES.add("dependency in a thread")
def _thread_dependency(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> str:
        fault.strike()
        return "dependency"

    _read(web, app, fault, dependency)


@PLACES.add("dependency in the handler's thread")
def _shared_thread_dependency(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> str:
        fault.strike()
        return "dependency"

    @app.get("/")
    def read(value: Annotated[str, web.Depends(dependency)]) -> str:
        fault.note("read")
        return value


@PLACES.add("class as a dependency")
def _class_dependency(web: Any, app: Any, fault: Fault) -> None:
    class Dependency:
        def __init__(self) -> None:
            fault.strike()

        def __str__(self) -> str:
            return "dependency"

    _read(web, app, fault, Dependency)


@PLACES.add("object as a dependency")
def _callable_dependency(web: Any, app: Any, fault: Fault) -> None:
    class Dependency:
        async def __call__(self) -> str:
            fault.strike()
            return "dependency"

    _read(web, app, fault, Dependency())


@PLACES.add("nested dependency")
def _nested_dependency(web: Any, app: Any, fault: Fault) -> None:
    async def inner() -> str:
        fault.note("inner")
        fault.strike()
        return "dependency"

    def outer(value: Annotated[str, web.Depends(inner)]) -> str:
        fault.note("outer")
        return value

    _read(web, app, fault, outer)


@PLACES.add("dependency that two share")
def _shared_dependency(web: Any, app: Any, fault: Fault) -> None:
    async def shared() -> str:
        fault.note("shared")
        fault.strike()
        return "dependency"

    async def first(value: Annotated[str, web.Depends(shared)]) -> str:
        fault.note("first")
        return value

    async def second(
        value: Annotated[str, web.Depends(shared)], other: Annotated[str, web.Depends(first)]
    ) -> str:
        fault.note("second")
        return value

    _read(web, app, fault, second)


@PLACES.add("override of a dependency")
def _override(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> str:
        return "dependency"

    async def override() -> str:
        fault.strike()
        return "override"

    app.dependency_overrides[dependency] = override
    _read(web, app, fault, dependency)


def _read(web: Any, app: Any, fault: Fault, dependency: Any) -> None:
    @app.get("/")
    async def read(value: Annotated[Any, web.Depends(dependency)]) -> str:
        fault.note("read")
        return str(value)
