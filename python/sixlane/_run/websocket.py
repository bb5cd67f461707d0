"""One WebSocket through one path operation, as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pydantic_core import PydanticUndefined
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from sixlane._compile.websocket import CompiledWebSocketRoute
from sixlane._lazy import lazy_module
from sixlane._run.exchange import FUNCTION_EXITS_SCOPE_KEY, REQUEST_EXITS_SCOPE_KEY
from sixlane._run.failure import answer_exception, find_tables, watch_reply
from sixlane._run.observation import OBSERVATION_SCOPE_KEY
from sixlane._run.replaced import Steps
from sixlane._run.solve import SolveState, solve
from sixlane.exceptions import WebSocketRequestValidationError

if TYPE_CHECKING:
    from sixlane._run import observed as _observed
    from sixlane._run import steps as _steps
else:
    _observed = lazy_module("sixlane._run.observed")
    _steps = lazy_module("sixlane._run.steps")


WebSocketFunction: TypeAlias = Callable[[WebSocket], Awaitable[None]]


class RunnableWebSocketRoute(Protocol):
    """What `websocket_application` needs of an `APIWebSocketRoute`."""

    @property
    def compiled(self) -> CompiledWebSocketRoute: ...


def websocket_application(declared: RunnableWebSocketRoute) -> ASGIApp:
    """Make an ASGI application of a WebSocket path operation."""

    def run_declared(websocket: WebSocket) -> Awaitable[None]:
        return run_websocket_route(declared.compiled, websocket)

    return session_application(run_declared)


def session_application(run: WebSocketFunction) -> ASGIApp:
    """Make an ASGI application of a function that takes a WebSocket.

    Around the function lie the exits of its dependencies and one round of exception handlers. The
    exits run first, so that dependencies see the exception; one that they do not raise again is
    over, as there is no answer that would be missing.
    """

    async def run_websocket(scope: Scope, receive: Receive, send: Send) -> None:
        sender = watch_reply(send)
        websocket = WebSocket(scope, receive, sender)
        tables = find_tables(scope)
        try:
            async with AsyncExitStack() as request_exits:
                scope[REQUEST_EXITS_SCOPE_KEY] = request_exits
                async with AsyncExitStack() as function_exits:
                    scope[FUNCTION_EXITS_SCOPE_KEY] = function_exits
                    await run(websocket)
        except Exception as exc:  # noqa: BLE001  the exception handlers decide
            await answer_exception(exc, websocket, sender, tables)

    return run_websocket


async def run_websocket_route(route: CompiledWebSocketRoute, websocket: WebSocket) -> None:
    """Solve the handler's dependencies and parameters, and run it; its result is not used.

    Raises:
        WebSocketRequestValidationError: The handshake does not fit what the handler declares.
    """
    observation = websocket.scope.get(OBSERVATION_SCOPE_KEY)
    if observation is not None:
        await _observed.run_observed_websocket(route, websocket, observation)
        return
    if (steps := Steps.find()) is not None:
        await _steps.run_websocket_by_steps(steps, route, websocket)
        return
    state = SolveState(
        connection=websocket,
        body=PydanticUndefined,
        embed_body=route.embed_body,
        overrides_provider=route.overrides_provider,
    )
    values, errors = await solve(state, route.dependant)
    if errors:
        raise WebSocketRequestValidationError(
            errors, endpoint_ctx=route.endpoint_context(websocket)
        )
    await route.dependant.call(**values)
