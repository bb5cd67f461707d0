"""Operations whose steps a tool has replaced; see `sixlane._run.replaced`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from sixlane._compile.route import CompiledRoute
from sixlane._compile.websocket import CompiledWebSocketRoute
from sixlane._lazy import lazy_module
from sixlane._run.exchange import FUNCTION_EXITS_SCOPE_KEY
from sixlane._run.render import render, validate_result
from sixlane._run.replaced import Steps
from sixlane._run.solve import SolveState
from sixlane.exceptions import RequestValidationError, WebSocketRequestValidationError

if TYPE_CHECKING:
    from sixlane._run import stream as _stream
else:
    _stream = lazy_module("sixlane._run.stream")


async def run_route_by_steps(
    steps: Steps, route: CompiledRoute, request: Request, body: Any
) -> Response:
    """Answer a request whose body has been read; see `sixlane._run.endpoint.run_route`.

    Raises:
        RequestValidationError: The request does not fit what the handler declares.
        ResponseValidationError: What it returned does not fit its response model.
    """
    solved = await _solve(steps, route, request, body)
    if solved.errors:
        raise RequestValidationError(
            solved.errors,
            body=None if body is PydanticUndefined else body,
            endpoint_ctx=route.endpoint_context(request),
        )
    state = SolveState(
        connection=request,
        body=body,
        embed_body=route.embed_body,
        overrides_provider=route.overrides_provider,
        results=solved.dependency_cache,
        response=solved.response,
        background_tasks=solved.background_tasks,
    )
    if route.stream is not None:
        return await _stream.open_stream(route, state, solved.values)
    result = await steps.run_endpoint_function(
        dependant=route.dependant, values=solved.values, is_coroutine=route.is_coroutine
    )
    if route.is_coroutine:
        return render(route, state, validate_result(route, request, result))
    return render(route, state, await run_in_threadpool(validate_result, route, request, result))


async def run_websocket_by_steps(
    steps: Steps, route: CompiledWebSocketRoute, websocket: WebSocket
) -> None:
    """Serve a WebSocket; see `sixlane._run.websocket.run_websocket_route`.

    Raises:
        WebSocketRequestValidationError: The handshake does not fit what the handler declares.
    """
    solved = await _solve(steps, route, websocket, PydanticUndefined)
    if solved.errors:
        raise WebSocketRequestValidationError(
            solved.errors, endpoint_ctx=route.endpoint_context(websocket)
        )
    await route.dependant.call(**solved.values)


async def _solve(
    steps: Steps,
    route: CompiledRoute | CompiledWebSocketRoute,
    connection: Request | WebSocket,
    body: Any,
) -> Any:
    return await steps.solve_dependencies(
        request=connection,
        dependant=route.dependant,
        body=body,
        dependency_overrides_provider=route.overrides_provider,
        async_exit_stack=connection.scope[FUNCTION_EXITS_SCOPE_KEY],
        embed_body_fields=route.embed_body,
    )
