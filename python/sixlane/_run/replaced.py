"""The steps of an operation that tools, such as those for tracing, replace in `sixlane.routing`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Steps:
    """Functions with the signatures of those in `sixlane.routing`.

    Attributes:
        solve_dependencies: Finds the arguments of a handler.
        run_endpoint_function: Calls it, unless it yields or serves a WebSocket.
    """

    find: ClassVar[Callable[[], Steps | None]] = lambda: None
    """Finds the steps where any of them is not the one that is there by itself."""

    solve_dependencies: Callable[..., Awaitable[Any]]
    run_endpoint_function: Callable[..., Awaitable[Any]]
