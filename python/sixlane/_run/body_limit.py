"""A limit of bodies that the application's middleware reads."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY, RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from sixlane._run.failure import WatchedSend
from sixlane._run.limit_error import find_limit_error
from sixlane.exception_handlers import http_exception_handler


def limit_bodies(app: ASGIApp, size: int) -> ASGIApp:
    """Put a limit around middleware that may read bodies, in tasks of its own too.

    Args:
        app: The application with its middleware.
        size: The most bytes that a body may have; larger ones are answered 413.
    """

    async def ungroup(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except ExceptionGroup as group:
            error = find_limit_error(group)
            if error is not None:
                raise error from group
            raise

    return RequestBodyLimitMiddleware(ungroup, max_body_size=size)


async def answer_limit_around(
    exc: Exception, scope: Scope, receive: Receive, send: WatchedSend
) -> bool:
    """Answer 413 in an application below another one whose limit has been reached.

    Returns:
        Whether the exception is about such a limit. Where no answer can be given any more, it is to
        be raised on to where the limit is.
    """
    error = find_limit_error(exc) if MAX_BODY_SIZE_SCOPE_KEY in scope else None
    if error is None:
        return False
    if send.started or not isinstance(error, HTTPException):
        raise exc
    response = await http_exception_handler(Request(scope, receive), error)
    await response(scope, receive, send)
    return True
