"""One request through one path operation, interpreted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from pydantic_core import PydanticUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sixlane._compile.protocol import ErrorList
from sixlane._compile.route import CompiledRoute
from sixlane._lazy import lazy_module
from sixlane._run.body import receive_body
from sixlane._run.extract import Values
from sixlane._run.observation import OBSERVATION_SCOPE_KEY
from sixlane._run.render import render, validate_result
from sixlane._run.replaced import Steps
from sixlane._run.solve import SolveState, solve
from sixlane.exceptions import RequestValidationError

if TYPE_CHECKING:
    from sixlane._run import observed as _observed
    from sixlane._run import steps as _steps
    from sixlane._run import stream as _stream
else:
    _observed = lazy_module("sixlane._run.observed")
    _steps = lazy_module("sixlane._run.steps")
    _stream = lazy_module("sixlane._run.stream")


class RunnableRoute(Protocol):
    """What `run_route` needs of an `APIRoute`."""

    compiled: CompiledRoute
    form_limits: Mapping[str, Any]


Refuse = Callable[[CompiledRoute, Request, Any, ErrorList], Response]
"""Answers a request that does not fit: route, request, body (None without), errors."""


def raise_errors(route: CompiledRoute, request: Request, body: Any, errors: ErrorList) -> NoReturn:
    """Leave the answer to the exception handlers.

    Raises:
        RequestValidationError: Always.
    """
    raise RequestValidationError(errors, body=body, endpoint_ctx=route.endpoint_context(request))


async def run_route(
    declared: RunnableRoute, request: Request, refuse: Refuse = raise_errors
) -> Response:
    """Answer a request: read it, solve dependencies, call the handler, make the response.

    The exits of dependencies go to the two exit stacks in the request's scope, see
    `sixlane._run.exchange`, which also answers what is raised here.

    Args:
        declared: The route.
        request: The request.
        refuse: What answers a request that does not fit.

    Raises:
        RequestValidationError: The request does not fit what the handler declares.
        ResponseValidationError: What the handler returned does not fit its response model.
        HTTPException: The body cannot be read.
    """
    route = declared.compiled
    observation = request.scope.get(OBSERVATION_SCOPE_KEY)
    if observation is not None:
        limits = declared.form_limits
        return await _observed.run_observed_route(route, request, observation, limits)
    body = PydanticUndefined
    if route.body_field is not None:
        body = await receive_body(route, request, declared.form_limits)
    if (steps := Steps.find()) is not None:
        return await _steps.run_route_by_steps(steps, route, request, body)
    state = SolveState(
        connection=request,
        body=body,
        embed_body=route.embed_body,
        overrides_provider=route.overrides_provider,
    )
    values, errors = await solve(state, route.dependant)
    if errors:
        return refuse(route, request, None if body is PydanticUndefined else body, errors)
    if route.stream is not None:
        return await _stream.open_stream(route, state, values)
    return render(route, state, await _call_handler(route, request, values))


async def _call_handler(route: CompiledRoute, request: Request, values: Values) -> Any:
    """Call the handler and validate its result, where it runs: on the loop, or in a thread."""
    if not route.is_coroutine:
        return await run_in_threadpool(_call_blocking, route, request, values)
    result = await route.dependant.call(**values)
    return validate_result(route, request, result)


def _call_blocking(route: CompiledRoute, request: Request, values: Values) -> Any:
    return validate_result(route, request, route.dependant.call(**values))
