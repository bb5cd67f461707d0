"""Clients that leave before a streamed answer has come to its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Send

from sixlane._run.item_sender import Progress, send_items
from sixlane._run.status import allows_body

_LISTENING = "2.3"
"""The last version of ASGI for which Starlette's streaming responses listen for the departure.

Since 2.4 `send` tells of it. But a handler that waits for something sends nothing, and would go on
without its client.
"""


class Departure:
    """Whether a client has left: asked for as long as its answer is sent.

    A context manager's exit around the answer: to servers of ASGI 2.4 and later, and to
    dependencies, a departure is Starlette's exception; to older servers it is an end like any.

    Args:
        request: The request that is being answered.
    """

    def __init__(self, request: Request) -> None:
        self._scope = request.scope
        self._versions = request.scope.get("asgi", {})
        self._is_raised = _parse(self._versions.get("spec_version", "2.0")) > _parse(_LISTENING)
        self._has_left = False
        # The client may well leave once it has the head that it asked for.
        self._is_whole = request.method == "HEAD"

    def watch(self, response: Response) -> None:
        """Have a response tell here that the client has left, and that all of it was sent."""
        if not isinstance(response, StreamingResponse) or not allows_body(response.status_code):
            return
        self._scope["asgi"] = {**self._versions, "spec_version": _LISTENING}
        stream: Callable[[Send], Awaitable[None]] = response.stream_response
        if type(response).stream_response is StreamingResponse.stream_response:
            stream = partial(send_items, response, Progress())

        def stream_response(send: Send) -> Awaitable[None]:
            return stream(self._note_end(send))

        response.stream_response = stream_response  # type: ignore[method-assign,assignment]
        response.listen_for_disconnect = self._listen  # type: ignore[method-assign]

    def _note_end(self, send: Send) -> Send:
        """Wrap `send`; servers tell of a departure when there is no more to send, too."""

        def note(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self._is_whole = True
            return send(message)

        return note

    async def _listen(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._has_left = True

    async def leave(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raise the departure, unless all was sent or something else was raised.

        Raises:
            ClientDisconnect: The client has left.
        """
        has_missed_something = self._has_left and not self._is_whole
        if exc_type is None and has_missed_something and self._is_raised:
            raise ClientDisconnect


def _parse(version: str) -> tuple[Any, ...]:
    return tuple(map(int, version.split(".")))
