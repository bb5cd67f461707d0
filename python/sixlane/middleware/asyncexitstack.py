"""Middleware that keeps a stack of exits around each request."""

from __future__ import annotations

from contextlib import AsyncExitStack

from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["AsyncExitStackMiddleware"]


class AsyncExitStackMiddleware:
    """Puts an `AsyncExitStack` into the scope of each request, and closes it after the answer.

    Args:
        app: The application inside.
        context_name: Where in the scope the stack is.
    """

    def __init__(self, app: ASGIApp, context_name: str = "fastapi_middleware_astack") -> None:
        self.app = app
        self.context_name = context_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with a stack of its own."""
        async with AsyncExitStack() as exits:
            scope[self.context_name] = exits
            await self.app(scope, receive, send)
