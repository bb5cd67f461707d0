"""A request through a route that leaves nothing to do when it is over: no exits, no files."""

from __future__ import annotations

from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sixlane._compile.protocol import ErrorList
from sixlane._compile.route import CompiledRoute
from sixlane._run.endpoint import RunnableRoute, raise_errors, run_route
from sixlane._run.failure import answer_exception, find_tables, watch_reply
from sixlane._run.observation import OBSERVATION_SCOPE_KEY
from sixlane._run.receive import receive_whole
from sixlane._run.refusal import refuse
from sixlane._run.send import send_response
from sixlane._run.served_request import Request as ServedRequest
from sixlane.exception_handlers import request_validation_exception_handler
from sixlane.exceptions import RequestValidationError


class DirectRoute(RunnableRoute, Protocol):
    """What serving directly needs of an `APIRoute`."""

    max_body_size: int | None


def goes_directly(route: DirectRoute, scope: Scope) -> bool:
    """Tell whether a request to a planned route needs none of what usually lies around it.

    Overrides of dependencies may have exits though the dependencies have none.
    """
    compiled = route.compiled
    if compiled.has_exits or route.max_body_size is not None or OBSERVATION_SCOPE_KEY in scope:
        return False
    if not compiled.dependant.dependencies:
        return True
    return not getattr(compiled.overrides_provider, "dependency_overrides", None)


async def serve_directly(route: DirectRoute, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve a request as `sixlane._run.exchange` does, without its exit stacks.

    A request that does not fit is answered at once where the application's own handler would give
    the same answer.

    Raises:
        Exception: What the first round of exception handlers did not take.
    """
    sender = watch_reply(send)
    request = ServedRequest(scope, receive, sender)
    tables = find_tables(scope)
    is_usual = tables[0].get(RequestValidationError) is request_validation_exception_handler
    try:
        if route.compiled.body_field is not None:
            # Where Starlette keeps what it has read: no handler of exceptions may miss it.
            request._body = await receive_whole(receive)  # noqa: SLF001
        response = await run_route(route, request, _answer if is_usual else raise_errors)
        await send_response(response, scope, receive, sender)
    except Exception as exc:  # noqa: BLE001  the exception handlers decide
        await answer_exception(exc, request, sender, tables)


def _answer(_route: CompiledRoute, _request: Request, _body: Any, errors: ErrorList) -> Response:
    return refuse(errors)
