"""Places in dependencies with `yield`."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Annotated, Any

from .fault import ALL, UNGUARDABLE, Fault, Places

PLACES = Places()


@PLACES.add("before an async yield")
def _before_async(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> AsyncIterator[str]:
        fault.strike()
        yield "value"
        fault.note("after")

    _read(web, app, fault, dependency)


@PLACES.add("before a plain yield", skipped=UNGUARDABLE)
def _before_plain(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> Iterator[str]:
        fault.strike()
        yield "value"
        fault.note("after")

    _read(web, app, fault, dependency)


@PLACES.add("after an async yield", stage="sent")
def _after_async(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> AsyncIterator[str]:
        yield "value"
        fault.note("after")
        fault.strike()

    _read(web, app, fault, dependency)


@PLACES.add("after a plain yield", stage="sent", skipped=UNGUARDABLE)
def _after_plain(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> Iterator[str]:
        yield "value"
        fault.note("after")
        fault.strike()

    _read(web, app, fault, dependency)


@PLACES.add("after an async yield that ends with the handler")
def _after_function_async(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> AsyncIterator[str]:
        yield "value"
        fault.note("after")
        fault.strike()

    _read(web, app, fault, dependency, scope="function")


@PLACES.add("after a plain yield that ends with the handler", skipped=UNGUARDABLE)
def _after_function_plain(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> Iterator[str]:
        yield "value"
        fault.note("after")
        fault.strike()

    _read(web, app, fault, dependency, scope="function")


@PLACES.add("in the except of an async yield")
def _except_async(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> AsyncIterator[str]:
        try:
            yield "value"
        except LookupError:
            fault.note("except")
            fault.strike()

    _fail(web, app, fault, dependency)


@PLACES.add("in the except of a plain yield", skipped=UNGUARDABLE)
def _except_plain(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> Iterator[str]:
        try:
            yield "value"
        except LookupError:
            fault.note("except")
            fault.strike()

    _fail(web, app, fault, dependency)


@PLACES.add("under an async yield that swallows it", stage="outside", hidden=ALL)
def _swallow_async(web: Any, app: Any, fault: Fault) -> None:
    async def dependency() -> AsyncIterator[str]:
        with suppress(BaseException):
            yield "value"
        fault.note("swallowed")

    _strike(web, app, fault, dependency)


@PLACES.add(
    "under a plain yield that swallows it", stage="outside", hidden=ALL, skipped=UNGUARDABLE
)
def _swallow_plain(web: Any, app: Any, fault: Fault) -> None:
    def dependency() -> Iterator[str]:
        with suppress(BaseException):
            yield "value"
        fault.note("swallowed")

    _strike(web, app, fault, dependency)


@PLACES.add("between two yields", skipped=UNGUARDABLE)
def _between(web: Any, app: Any, fault: Fault) -> None:
    """A dependency that uses one with `yield`, which must be left too."""

    async def outer() -> AsyncIterator[str]:
        fault.note("outer opens")
        try:
            yield "value"
        except BaseException as error:
            fault.note(f"outer sees {type(error).__name__}")
            raise
        finally:
            fault.note("outer closes")

    def inner(value: Annotated[str, web.Depends(outer)]) -> Iterator[str]:
        fault.strike()
        yield value
        fault.note("inner closes")

    _read(web, app, fault, inner)


def _read(web: Any, app: Any, fault: Fault, dependency: Any, scope: Any = None) -> None:
    @app.get("/")
    async def read(value: Annotated[str, web.Depends(dependency, scope=scope)]) -> str:
        fault.note("read")
        return value


def _strike(web: Any, app: Any, fault: Fault, dependency: Any) -> None:
    @app.get("/")
    async def read(value: Annotated[str, web.Depends(dependency)]) -> str:
        fault.strike()
        return value


def _fail(web: Any, app: Any, fault: Fault, dependency: Any) -> None:
    """Add a handler that fails by itself, if anything is to fail."""

    @app.get("/")
    async def read(value: Annotated[str, web.Depends(dependency)]) -> str:
        if fault.make is not None:
            raise LookupError
        return value
