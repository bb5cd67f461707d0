"""How callables are called, and where they are written."""

# The callables only differ in kind.
# ruff: noqa: D103

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial, wraps
from typing import Any

import pytest

from sixlane._compile.callable import CallKind, classify_call, locate_call


def function() -> None: ...


async def coroutine() -> None: ...


def generator() -> Iterator[int]:
    yield 1


async def async_generator() -> AsyncIterator[int]:
    yield 1


class Plain:
    def __call__(self) -> None: ...


class Awaited:
    async def __call__(self) -> None: ...

    async def method(self) -> None: ...


class Yielding:
    async def __call__(self) -> AsyncIterator[int]:
        yield 1


def wrapped(inner: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(inner)
    def outer(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    return outer


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (function, CallKind.FUNCTION),
        (coroutine, CallKind.COROUTINE),
        (generator, CallKind.GENERATOR),
        (async_generator, CallKind.ASYNC_GENERATOR),
        (Plain, CallKind.FUNCTION),
        (Awaited, CallKind.FUNCTION),
        (Plain(), CallKind.FUNCTION),
        (Awaited(), CallKind.COROUTINE),
        (Awaited().method, CallKind.COROUTINE),
        (Yielding(), CallKind.ASYNC_GENERATOR),
        (partial(coroutine), CallKind.COROUTINE),
        (partial(partial(generator)), CallKind.GENERATOR),
        (partial(Awaited()), CallKind.COROUTINE),
        (wrapped(coroutine), CallKind.COROUTINE),
        (wrapped(async_generator), CallKind.ASYNC_GENERATOR),
        (wrapped(partial(generator)), CallKind.GENERATOR),
        (str, CallKind.FUNCTION),
    ],
)
def test_classify_call_looks_through_classes_partials_and_wrappers(
    call: Callable[..., Any], kind: CallKind
) -> None:
    """Calling a class makes an instance; calling anything else comes down to a function."""
    assert classify_call(call) is kind


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (function, "function"),
        (partial(function), "function"),
        (wrapped(function), "function"),
        (Plain, "Plain"),
        (Plain(), "Plain"),
    ],
)
def test_locate_call_names_file_and_line(call: Callable[..., Any], name: str) -> None:
    """A partial or an instance is found where its function or class is written."""
    place = locate_call(call)
    assert place["function"] == name
    assert place["file"] == __file__
    assert place["line"] > 1


def test_locate_call_knows_only_the_name_of_what_is_written_in_c() -> None:
    """A builtin has neither file nor line."""
    assert locate_call(len) == {"function": "len"}
