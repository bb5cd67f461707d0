"""One observed request through one path operation: as `run_route`, and telling of each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from sixlane._compile.route import CompiledRoute
from sixlane._compile.websocket import CompiledWebSocketRoute
from sixlane._run.body import receive_body
from sixlane._run.extract import Values
from sixlane._run.observation import Observation
from sixlane._run.render import render, validate_result
from sixlane._run.solve import SolveState, solve
from sixlane._run.stream import open_stream
from sixlane.exceptions import RequestValidationError, WebSocketRequestValidationError


async def run_observed_route(
    route: CompiledRoute,
    request: Request,
    observation: Observation,
    form_limits: Mapping[str, Any],
) -> Response:
    """Answer a request; see `sixlane._run.endpoint.run_route`, whose steps these are.

    A function of its own, so that requests nobody observes do not pay for it.
    """
    data = observation.data
    data.request = request
    body = await _receive_body(route, request, observation, form_limits)
    data.body = None if body is PydanticUndefined else body
    state = SolveState(
        connection=request,
        body=body,
        embed_body=route.embed_body,
        overrides_provider=route.overrides_provider,
    )
    with observation.operation("dependencies", route.dependant.call):
        values, errors = await solve(state, route.dependant)
        data.values, data.errors = values, errors
    if errors:
        observation.note_invalid(errors)
        context = route.endpoint_context(request)
        raise RequestValidationError(errors, body=data.body, endpoint_ctx=context)
    if route.stream is not None:
        return await open_stream(route, state, values)
    return await _answer(route, request, state, values, observation)


async def run_observed_websocket(
    route: CompiledWebSocketRoute, websocket: WebSocket, observation: Observation
) -> None:
    """Run a WebSocket's handler; see `sixlane._run.websocket`, whose steps these are."""
    data = observation.data
    data.websocket = websocket
    function = route.dependant.call
    state = SolveState(
        connection=websocket,
        body=PydanticUndefined,
        embed_body=route.embed_body,
        overrides_provider=route.overrides_provider,
    )
    with observation.operation("dependencies", function):
        values, errors = await solve(state, route.dependant)
        data.values, data.errors = values, errors
    if errors:
        observation.note_invalid(errors)
        context = route.endpoint_context(websocket)
        raise WebSocketRequestValidationError(errors, endpoint_ctx=context)
    with observation.operation("endpoint", function):
        await function(**values)


async def _receive_body(
    route: CompiledRoute,
    request: Request,
    observation: Observation,
    form_limits: Mapping[str, Any],
) -> Any:
    if route.body_field is None:
        return PydanticUndefined
    try:
        return await receive_body(route, request, form_limits)
    except RequestValidationError as invalid:
        data = observation.data
        data.body, data.errors = invalid.body, invalid.errors()
        observation.note_invalid(data.errors)
        raise


async def _answer(
    route: CompiledRoute,
    request: Request,
    state: SolveState,
    values: Values,
    observation: Observation,
) -> Response:
    """Call the handler and make the answer of its result, on the loop or in threads."""
    function = route.dependant.call

    def call_blocking() -> Any:
        with observation.operation("endpoint", function):
            return function(**values)

    if route.is_coroutine:
        with observation.operation("endpoint", function):
            result = await function(**values)
    else:
        result = await run_in_threadpool(call_blocking)
    if isinstance(result, Response):
        return render(route, state, result)
    with observation.operation("serialization", function):
        if route.is_coroutine:
            valid = validate_result(route, request, result)
        else:
            valid = await run_in_threadpool(validate_result, route, request, result)
        return render(route, state, valid)
