"""Starlette's `BaseHTTPMiddleware`, with asyncio's own means in the place of anyio's.

What it does is the same, in the same order: the application inside runs in a task and a context
of its own, from `call_next` on; each part of its answer waits until it is taken, and the last one
until the whole answer has been sent. A task group, a stream and an event of anyio's for each
request cost several times what the request itself does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import anyio
from starlette.middleware.base import BaseHTTPMiddleware, _CachedRequest, _StreamingResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CALLED_AGAIN = "call_next() was called again before the answer of the call before was read"


class HTTPMiddleware(BaseHTTPMiddleware):
    """A function around every request: what `@app.middleware("http")` declares.

    Args:
        app: The application inside.
        dispatch: Called with the request and `call_next`; returns the answer.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request by `dispatch`, and pass on what is no HTTP request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if asyncio._get_running_loop() is None:  # noqa: SLF001  another library's loop: Trio
            await super().__call__(scope, receive, send)
            return
        request = _CachedRequest(scope, receive, send)
        inside = _Inside(self.app, scope, request.wrapped_receive, send)
        try:
            response = await self.dispatch_func(request, inside.call_next)
            await response(scope, request.wrapped_receive, send)
        except BaseException:
            await inside.cancel()
            raise
        await inside.finish()


class _Inside:
    """The application inside, while one request is served.

    Args:
        app: The application.
        scope: The request's scope.
        receive: Where the body comes from.
        send: Where hints go that come before an answer.
    """

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self._sent = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._offered: deque[tuple[Message, asyncio.Future[None]]] = deque()
        self._taker: asyncio.Future[Message | None] | None = None
        self._error: BaseException | None = None

    async def call_next(self, _request: Request) -> Response:
        """Have the application answer; its answer's body follows as it is read.

        Raises:
            AssertionError: The answer of a call before it is not read; as Starlette has it.
            Exception: What the application raised before it began its answer.
            BaseExceptionGroup: It raised what is no `Exception`.
            RuntimeError: It ended without any.
        """
        if self._taker is not None:
            raise AssertionError(_CALLED_AGAIN)
        self._tasks.append(asyncio.get_running_loop().create_task(self._run()))
        info = None
        while True:
            message = await self._take()
            if message is None:
                self._raise_early()
            elif message["type"] == "http.response.debug":
                info = message["info"]
            elif message["type"] == "http.response.early_hint":
                await self._send(message)
            elif message["type"] == "http.response.start":
                break
            else:
                raise AssertionError(_CALLED_AGAIN)
        response = _StreamingResponse(
            status_code=message["status"], content=self._read_body(), info=info
        )
        response.raw_headers = message.get("headers", [])
        return response

    async def finish(self) -> None:
        """Let the application end, now that the answer has been sent.

        Raises:
            BaseException: What the application raised after it had begun its answer.
        """
        self._sent.set()
        self._release()
        for task in self._tasks:
            while not task.done():
                await self._wait_for_end()
            if not task.cancelled():
                task.result()
        if self._error is not None:
            raise self._error

    async def _wait_for_end(self) -> None:
        # Nothing is offered any more: what is woken then learns that the application has ended.
        self._taker = asyncio.get_running_loop().create_future()
        try:
            await self._taker
        except BaseException:
            await self.cancel()
            raise

    async def cancel(self) -> None:
        """Cancel the application, and wait until it has ended."""
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            try:
                await asyncio.wait(running)
            except asyncio.CancelledError:
                # Who cancels has to wait, as for a task group; asking again is passed on.
                continue

    async def _run(self) -> None:
        try:
            await self._app(self._scope, self._receive_or_disconnect, self._offer)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  it is raised where the answer is waited for
            self._error = error
        finally:
            if self._taker is not None and not self._taker.done():
                self._taker.set_result(None)

    def _raise_early(self) -> None:
        error, self._error = self._error, None
        if not isinstance(error, Exception):
            silence = RuntimeError("No response returned.")
            if error is None:
                raise silence
            # As anyio's task group says that both were raised.
            message = "unhandled errors in a TaskGroup"
            raise BaseExceptionGroup(message, [silence, error])
        raise error from error.__cause__ or error.__context__

    async def _offer(self, message: Message) -> None:
        if not self._sent.is_set():
            if self._taker is not None and not self._taker.done():
                self._taker.set_result(message)
            else:
                taken = asyncio.get_running_loop().create_future()
                self._offered.append((message, taken))
                await taken
        kind = message["type"]
        is_last = kind == "http.response.body" and not message.get("more_body", False)
        if is_last or kind == "http.response.pathsend":
            await self._sent.wait()

    async def _take(self) -> Message | None:
        """Return the next part of the answer; None where the application has ended."""
        if self._offered:
            message, taken = self._offered.popleft()
            if not taken.done():
                taken.set_result(None)
            return message
        if self._tasks[-1].done():
            return None
        self._taker = asyncio.get_running_loop().create_future()
        try:
            return await self._taker
        finally:
            self._taker = None

    def _release(self) -> None:
        while self._offered:
            _, taken = self._offered.popleft()
            if not taken.done():
                taken.set_result(None)

    async def _read_body(self) -> AsyncIterator[Any]:
        while (message := await self._take()) is not None:
            if message["type"] == "http.response.pathsend":
                yield message
                return
            body = message.get("body", b"")
            if body:
                yield body
            if not message.get("more_body", False):
                return

    async def _receive_or_disconnect(self) -> Message:
        if self._sent.is_set():
            return {"type": "http.disconnect"}
        async with anyio.create_task_group() as group:

            async def wait_for(awaited: Callable[[], Awaitable[Any]]) -> Any:
                result = await awaited()
                group.cancel_scope.cancel()
                return result

            group.start_soon(wait_for, self._sent.wait)
            message: Message = await wait_for(self._receive)
        return {"type": "http.disconnect"} if self._sent.is_set() else message
