"""The solver: values for a handler's parameters, in exactly FastAPI's order.

It interprets the tree of dependencies on the raw parts of a request. What it does is the rule;
compiled plans only do the same faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from sixlane._compile.callable import CallKind
from sixlane._compile.dependant import Dependant, compile_override
from sixlane._compile.field import Field
from sixlane._compile.protocol import ErrorList
from sixlane._run.exits import enter_dependency
from sixlane._run.extract import Values, read_body, read_parameters
from sixlane._run.extract_form import read_form
from sixlane.background import BackgroundTasks
from sixlane.security.scopes import SecurityScopes
from sixlane.types import DependencyCacheKey


@dataclass(slots=True)
class SolveState:
    """One request, or one WebSocket, while its dependencies are solved.

    Attributes:
        connection: The request, or the WebSocket.
        body: Decoded JSON, a form, bytes if it was neither, or undefined if there is none.
        embed_body: Whether body parameters are members of a JSON object.
        overrides_provider: Object whose `dependency_overrides` tell what is called in the place of
            a dependency; read for each one, since an earlier one may change it.
        results: What has been solved, for those who need the same again.
        response: What handlers set headers, cookies and status on; None until somebody asks.
        background_tasks: What runs after the answer; None until somebody asks.
    """

    connection: Request | WebSocket
    body: Any
    embed_body: bool
    overrides_provider: Any
    results: dict[DependencyCacheKey, Any] = field(default_factory=dict)
    response: Response | None = None
    background_tasks: BackgroundTasks | None = None

    def use_response(self) -> Response:
        """Return the response to be merged into the answer, made at the first use."""
        if self.response is None:
            self.response = Response()
            del self.response.headers["content-length"]
            self.response.status_code = None  # type: ignore[assignment]
        return self.response

    def use_background_tasks(self) -> BackgroundTasks:
        """Return the request's background tasks, made at the first use."""
        if self.background_tasks is None:
            self.background_tasks = BackgroundTasks()
        return self.background_tasks


async def solve(state: SolveState, dependant: Dependant) -> tuple[Values, ErrorList]:
    """Find the arguments of a callable.

    Dependencies are solved first, depth first and in order; those whose own values are wrong are
    not called, all others are, so that their exceptions go before validation errors.

    Returns:
        The arguments by parameter name, and all validation errors. Where there are errors, the
        arguments are not complete.
    """
    values: Values = {}
    errors: ErrorList = []
    for dependency in dependant.dependencies:
        used = _apply_override(state, dependency)
        arguments, found = await solve(state, used)
        if found:
            errors.extend(found)
            continue
        result = await _call_once(state, dependency, used, arguments)
        if dependency.name is not None:
            values[dependency.name] = result
    _read_request(state, dependant, values, errors)
    if dependant.body_params:
        await _read_body(state, dependant.body_params, values, errors)
    _inject(state, dependant, values)
    return values, errors


def _apply_override(state: SolveState, dependency: Dependant) -> Dependant:
    overrides = getattr(state.overrides_provider, "dependency_overrides", None)
    if not overrides:
        return dependency
    replacement = overrides.get(dependency.call, dependency.call)
    if replacement is dependency.call:
        return dependency
    if dependency.override is None or dependency.override.call is not replacement:
        dependency.override = compile_override(dependency, replacement)
    return dependency.override


async def _call_once(
    state: SolveState, dependency: Dependant, used: Dependant, arguments: Values
) -> Any:
    """Call a dependency, or return what it returned before in this request.

    Args:
        state: The request.
        dependency: The dependency as declared, which decides about sharing and exits.
        used: What is called: the same, or what overrides it.
        arguments: Its arguments.
    """
    key = dependency.cache_key
    if dependency.use_cache and key in state.results:
        return state.results[key]
    if used.kind.is_generator:
        before_answer = dependency.scope == "function"
        scope = state.connection.scope
        result = await enter_dependency(used, arguments, scope, before_answer=before_answer)
    elif used.concurrency is not None:
        async with used.concurrency.get_semaphore():
            result = await _call(used, arguments)
    else:
        result = await _call(used, arguments)
    state.results.setdefault(key, result)
    return result


async def _call(dependant: Dependant, arguments: Values) -> Any:
    if dependant.kind is CallKind.COROUTINE:
        return await dependant.call(**arguments)
    return await run_in_threadpool(dependant.call, **arguments)


def _read_request(
    state: SolveState, dependant: Dependant, values: Values, errors: ErrorList
) -> None:
    """Read a dependant's own parameters, in FastAPI's order of locations."""
    connection = state.connection
    if dependant.path_params:
        read_parameters(dependant.path_params, connection.path_params, values, errors)
    if dependant.query_params:
        read_parameters(dependant.query_params, connection.query_params, values, errors)
    if dependant.header_params:
        read_parameters(dependant.header_params, connection.headers, values, errors)
    if dependant.cookie_params:
        read_parameters(dependant.cookie_params, connection.cookies, values, errors)


async def _read_body(
    state: SolveState, fields: list[Field], values: Values, errors: ErrorList
) -> None:
    if isinstance(state.body, FormData):
        await read_form(fields, state.body, values, errors)
    else:
        read_body(fields, state.body, embed=state.embed_body, values=values, errors=errors)


def _inject(state: SolveState, dependant: Dependant, values: Values) -> None:
    """Give a dependant the objects it asks for by their type."""
    if dependant.http_connection_param_name:
        values[dependant.http_connection_param_name] = state.connection
    if dependant.request_param_name and isinstance(state.connection, Request):
        values[dependant.request_param_name] = state.connection
    if dependant.websocket_param_name and isinstance(state.connection, WebSocket):
        values[dependant.websocket_param_name] = state.connection
    if dependant.background_tasks_param_name:
        values[dependant.background_tasks_param_name] = state.use_background_tasks()
    if dependant.response_param_name:
        values[dependant.response_param_name] = state.use_response()
    if dependant.security_scopes_param_name:
        scopes = SecurityScopes(scopes=list(dependant.security_scopes))
        values[dependant.security_scopes_param_name] = scopes
