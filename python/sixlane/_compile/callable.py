"""What kind of callable a handler or a dependency is, and where it is written."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from functools import partial
from types import FunctionType
from typing import Any

from sixlane.exceptions import EndpointContext

if sys.version_info >= (3, 13):
    from inspect import iscoroutinefunction
else:
    # Before 3.13, only asyncio's function knows the marker that libraries put on callables.
    from asyncio import iscoroutinefunction


class CallKind(Enum):
    """How a callable is called."""

    COROUTINE = "coroutine"
    """Awaited on the event loop."""
    FUNCTION = "function"
    """Called in a worker thread."""
    ASYNC_GENERATOR = "async generator"
    """Run up to its `yield`, and on from there when the request or the handler ends."""
    GENERATOR = "generator"
    """Likewise, in worker threads."""

    @property
    def is_generator(self) -> bool:
        """Whether the callable yields, so that something is left to do when it is over."""
        return self in (CallKind.ASYNC_GENERATOR, CallKind.GENERATOR)


def classify_call(call: Callable[..., Any]) -> CallKind:
    """Tell how to call a function, a class, an instance with `__call__`, a partial or a wrapper."""
    if isinstance(call, FunctionType) and not vars(call):
        return _KINDS.get(call.__code__.co_flags & _KIND_FLAGS, CallKind.FUNCTION)
    functions = list(_underlying_functions(call))
    if any(inspect.isasyncgenfunction(function) for function in functions):
        return CallKind.ASYNC_GENERATOR
    if any(inspect.isgeneratorfunction(function) for function in functions):
        return CallKind.GENERATOR
    if any(inspect.isroutine(each) and iscoroutinefunction(each) for each in functions):
        return CallKind.COROUTINE
    return CallKind.FUNCTION


_KINDS = {
    inspect.CO_COROUTINE: CallKind.COROUTINE,
    inspect.CO_GENERATOR: CallKind.GENERATOR,
    inspect.CO_ASYNC_GENERATOR: CallKind.ASYNC_GENERATOR,
}
_KIND_FLAGS = inspect.CO_COROUTINE | inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
"""What the compiler says about a function that carries no mark and wraps no other."""


def unwrap_call(call: Callable[..., Any]) -> Any:
    """Return what a callable comes down to without partials and wrappers."""
    return inspect.unwrap(_without_partial(call))


def locate_call(call: Callable[..., Any]) -> EndpointContext:
    """Tell where a callable is written; empty for what is not written in Python."""
    written = unwrap_call(call)
    if not inspect.isroutine(written) and not inspect.isclass(written):
        written = type(written)
    name: str = getattr(written, "__name__", repr(written))
    code = getattr(written, "__code__", None)
    if code is not None:
        return {"function": name, "file": code.co_filename, "line": code.co_firstlineno}
    try:
        file = inspect.getsourcefile(written)
        line = inspect.getsourcelines(written)[1]
    except (OSError, TypeError):
        return {"function": name}
    return {"function": name, "file": file or "", "line": line}


def _underlying_functions(call: Callable[..., Any]) -> Iterator[Any]:
    """Go through every function that a call of `call` may come down to."""
    outer, inner = _without_partial(call), unwrap_call(call)
    yield outer
    yield inner
    if inspect.isclass(inner):
        return
    for instance in (outer, inner):
        method = getattr(instance, "__call__", None)  # noqa: B004 - the method is wanted
        if method is not None:
            yield _without_partial(method)
            yield unwrap_call(method)


def _without_partial(call: Any) -> Any:
    while isinstance(call, partial):
        call = call.func
    return call
