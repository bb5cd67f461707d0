"""Dependencies with `yield`: what runs before it, and how what is behind it runs at the end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from types import TracebackType
from typing import Any

from anyio import CancelScope, Semaphore
from anyio.lowlevel import checkpoint_if_cancelled
from starlette.types import Scope

from sixlane._compile.callable import CallKind
from sixlane._compile.dependant import Dependant
from sixlane._run.exchange import FUNCTION_EXITS_SCOPE_KEY, REQUEST_EXITS_SCOPE_KEY
from sixlane.concurrency import contextmanager_in_threadpool

_SHIELD_SCOPE_KEY = "sixlane.exit_shield"


async def enter_dependency(
    dependant: Dependant, arguments: dict[str, Any], scope: Scope, *, before_answer: bool
) -> Any:
    """Run a generator up to its `yield`, and have the rest run when its scope ends.

    Args:
        dependant: The generator.
        arguments: Its arguments.
        scope: The request's scope, with the exits in it.
        before_answer: Whether the rest runs before the answer is sent, rather than after it.

    Returns:
        What it yields.
    """
    request_exits: AsyncExitStack = scope[REQUEST_EXITS_SCOPE_KEY]
    exits = scope[FUNCTION_EXITS_SCOPE_KEY] if before_answer else request_exits
    manager: AbstractAsyncContextManager[Any]
    if dependant.kind is CallKind.ASYNC_GENERATOR:
        shield = _enter_shield(scope, request_exits)
        manager = _ShieldedExit(asynccontextmanager(dependant.call)(**arguments), shield)
    else:
        manager = contextmanager_in_threadpool(contextmanager(dependant.call)(**arguments))
    if dependant.concurrency is not None:
        manager = _limit(manager, dependant.concurrency.get_semaphore)
    return await exits.enter_async_context(manager)


def _enter_shield(scope: Scope, request_exits: AsyncExitStack) -> CancelScope:
    """Return the request's one cancel scope that keeps exits from being cancelled.

    It is entered before the first generator, so that the cancel scopes that generators enter lie
    inside it and are left before it.
    """
    shield: CancelScope | None = scope.get(_SHIELD_SCOPE_KEY)
    if shield is None:
        shield = scope[_SHIELD_SCOPE_KEY] = request_exits.enter_context(CancelScope())
        request_exits.callback(scope.pop, _SHIELD_SCOPE_KEY)
    return shield


class _ShieldedExit(AbstractAsyncContextManager[Any]):
    """A context manager whose exit a cancelled request does not interrupt."""

    def __init__(self, manager: AbstractAsyncContextManager[Any], shield: CancelScope) -> None:
        self._manager = manager
        self._shield = shield

    async def __aenter__(self) -> Any:
        return await self._manager.__aenter__()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        shielded = self._shield.shield
        self._shield.shield = True
        try:
            handled = await self._manager.__aexit__(exc_type, exc, traceback)
        finally:
            self._shield.shield = shielded
        if exc_type is None or handled:
            # A task group inside the shield may have swallowed the cancellation of the request.
            await checkpoint_if_cancelled()
        return handled


@asynccontextmanager
async def _limit(
    manager: AbstractAsyncContextManager[Any], semaphore: Callable[[], Semaphore]
) -> Any:
    async with semaphore(), manager as value:
        yield value
