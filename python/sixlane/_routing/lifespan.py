"""What runs before the first request and after the last.

Partial functions, since these are copied with an application, unlike what a closure holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from functools import partial
from inspect import isasyncgenfunction, isgeneratorfunction
from typing import Any, cast

from starlette._utils import is_async_callable
from starlette.types import Lifespan

from sixlane._compile.callable import locate_call
from sixlane.exceptions import DeclarationTypeError


def as_lifespan(function: Callable[..., Any]) -> Lifespan[Any]:
    """Make a lifespan of what a user wrote: a context manager function or a bare generator.

    Raises:
        DeclarationTypeError: It is a coroutine function, which cannot wait for the end in between.
    """
    if isasyncgenfunction(function):
        return asynccontextmanager(function)
    if isgeneratorfunction(function):
        return partial(_run_generator, contextmanager(function))
    if is_async_callable(function):
        place = locate_call(function)
        raise DeclarationTypeError(
            f"the lifespan {place['function']} does not yield\n"
            f'  where: File "{place.get("file", "?")}", line {place.get("line", "?")}\n'
            "  fix: decorate it with @asynccontextmanager, and write yield where the application "
            "runs: behind what starts it, before what ends it"
        )
    return function


@asynccontextmanager
async def _run_generator(
    enter: Callable[[Any], AbstractContextManager[Any]], app: Any
) -> AsyncIterator[Any]:
    with enter(app) as state:
        yield state


def merge_lifespans(outer: Lifespan[Any], inner: Lifespan[Any]) -> Lifespan[Any]:
    """Run one lifespan inside the other; the outer one's state wins where both name a key."""
    return cast("Lifespan[Any]", partial(_run_both, outer, inner))


@asynccontextmanager
async def _run_both(
    outer: Lifespan[Any], inner: Lifespan[Any], app: Any
) -> AsyncIterator[Mapping[str, Any] | None]:
    async with outer(app) as outer_state, inner(app) as inner_state:
        if outer_state is None and inner_state is None:
            yield None
        else:
            yield {**(inner_state or {}), **(outer_state or {})}


def event_lifespan(
    on_startup: Sequence[Callable[[], Any]], on_shutdown: Sequence[Callable[[], Any]]
) -> Lifespan[Any]:
    """Make a lifespan of start-up and shutdown functions, read when it runs."""
    return partial(_run_events, on_startup, on_shutdown)


@asynccontextmanager
async def _run_events(
    on_startup: Sequence[Callable[[], Any]], on_shutdown: Sequence[Callable[[], Any]], _app: Any
) -> AsyncIterator[None]:
    await _call_all(on_startup)
    try:
        yield
    finally:
        await _call_all(on_shutdown)


async def _call_all(handlers: Sequence[Callable[[], Any]]) -> None:
    for handler in handlers:
        if is_async_callable(handler):
            await handler()
        else:
            handler()
