"""Whether a coroutine function can suspend: read from its byte code, once, at start-up."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

# Every way in which a coroutine waits compiles to one of these: `await`, `async for`,
# `async with`. RETURN_GENERATOR and the implicit yields of a generator are not among them.
_WAITING = frozenset(
    opcode
    for name, opcode in dis.opmap.items()
    if name in {"GET_AWAITABLE", "GET_ANEXT", "BEFORE_ASYNC_WITH", "SEND", "LOAD_SPECIAL"}
)


def may_suspend(call: Callable[..., Any]) -> bool:
    """False where the coroutine that `call` makes provably runs to its end in one step.

    Args:
        call: A coroutine function. Anything but a plain function (a partial, an instance with
            an async `__call__`, a wrapper in C) counts as one that may wait.
    """
    if not isinstance(call, FunctionType) or not inspect.iscoroutinefunction(call):
        return True
    if not call.__code__.co_flags & inspect.CO_COROUTINE:
        # Marked as a coroutine function, but something else makes its awaitable.
        return True
    # Code units are pairs of opcode and argument; the caches between them are zero.
    return not _WAITING.isdisjoint(call.__code__.co_code[::2])
