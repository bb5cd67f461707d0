"""One request over one path operation, as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, cast

from starlette._utils import is_async_callable
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sixlane._run.failure import answer_exception, find_tables, watch_reply
from sixlane._run.send import send_response
from sixlane._run.served_request import Request as ServedRequest
from sixlane.exceptions import FastAPIError

REQUEST_EXITS_SCOPE_KEY = "fastapi_inner_astack"
"""Exits of `yield` dependencies that live until the answer has been sent."""
FUNCTION_EXITS_SCOPE_KEY = "fastapi_function_astack"
"""Exits of `yield` dependencies that end with the handler, before the answer is sent."""

FORM_SCOPE_KEY = "sixlane.form"
"""The form that was read: its files are closed when the request has been answered for."""

RequestHandler = Callable[[Request], Coroutine[Any, Any, Response]]
"""What a route makes of its declaration, and custom routes wrap."""
RouteHandler = Callable[[Request], Awaitable[Response] | Response]
"""What may take its place."""


def exchange_application(handler: RouteHandler) -> ASGIApp:
    """Make an ASGI application of a function from request to response.

    Around the function lie the exits of its dependencies and one round of exception handlers. The
    exits run first, so that dependencies see the exception.
    """
    run: Callable[[Request], Any] = (
        handler if is_async_callable(handler) else partial(run_in_threadpool, cast("Any", handler))
    )

    async def run_exchange(scope: Scope, receive: Receive, send: Send) -> None:
        sender = watch_reply(send)
        request = ServedRequest(scope, receive, sender)
        tables = find_tables(scope)
        try:
            sent = False
            async with AsyncExitStack() as request_exits:
                scope[REQUEST_EXITS_SCOPE_KEY] = request_exits
                async with AsyncExitStack() as function_exits:
                    scope[FUNCTION_EXITS_SCOPE_KEY] = function_exits
                    response = await run(request)
                await send_response(response, scope, receive, sender)
                sent = True
            if not sent:
                raise FastAPIError(_SWALLOWED)
        except Exception as exc:  # noqa: BLE001  the exception handlers decide
            await answer_exception(exc, request, sender, tables)
        finally:
            # Exception handlers may still read the files.
            if FORM_SCOPE_KEY in scope:
                await scope.pop(FORM_SCOPE_KEY).close()

    return run_exchange


_SWALLOWED = (
    "Response not awaited: the path operation is raising an exception and a dependency with yield "
    "catches it without raising it again, so that there is no response to send. Raise it again at "
    "the end of the dependency's except block."
)
