"""Whether a coroutine can reach the task it runs in: read from its byte code, once, at start-up."""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

# What moves values and builds containers of them. None of it waits, and none of it runs code that
# could ask for the current task (but for the hash of a key): no calls, no attributes, which may be
# properties, no operators, no unpacking.
_INERT = frozenset(
    opcode
    for name, opcode in dis.opmap.items()
    if name.startswith(("LOAD_FAST", "STORE_FAST"))
    # Not the branches on a truth, which may be somebody's `__bool__`.
    or (name.startswith("POP_JUMP") and "NONE" in name)
    or name
    in {
        *("CACHE", "RESUME", "NOP", "EXTENDED_ARG", "COPY_FREE_VARS", "RETURN_GENERATOR"),
        *("LOAD_CONST", "LOAD_GLOBAL", "LOAD_DEREF", "POP_TOP", "COPY", "SWAP", "IS_OP"),
        *("BUILD_MAP", "BUILD_CONST_KEY_MAP", "BUILD_LIST", "BUILD_TUPLE"),
        *("JUMP_FORWARD", "RETURN_VALUE", "RETURN_CONST"),
        # The handler that every coroutine ends with, for a StopIteration.
        *("CALL_INTRINSIC_1", "RERAISE"),
    }
)


def may_reach_task(call: Callable[..., Any]) -> bool:
    """False where the coroutine that `call` makes provably only makes a value of its arguments.

    Such a one runs to its end in one step and leaves no mark on its task: no name, no callback, no
    cancellation, and no reference by which something could be kept for the task.

    Args:
        call: A coroutine function. Anything but a plain function (a partial, an instance with
            an async `__call__`, a wrapper in C) counts as one that may.
    """
    if not isinstance(call, FunctionType) or not inspect.iscoroutinefunction(call):
        return True
    if not call.__code__.co_flags & inspect.CO_COROUTINE:
        # Marked as a coroutine function, but something else makes its awaitable.
        return True
    return not is_inert(call.__code__)


def is_inert(code: CodeType) -> bool:
    """Whether byte code makes a value of what it is given and does nothing else."""
    # Code units are pairs of opcode and argument; the caches between them are zero.
    return _INERT.issuperset(code.co_code[::2])
