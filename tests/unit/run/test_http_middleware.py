"""A function around every request does what Starlette's `BaseHTTPMiddleware` does."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import anyio
import pytest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from sixlane import FastAPI
from sixlane._run.http_middleware import HTTPMiddleware

Next = Callable[[Request], Awaitable[Response]]
Events = list[Any]
Inside = Callable[[Events, Scope, Receive, Send], Awaitable[None]]
Around = Callable[[Events, Request, Next], Awaitable[Response]]

VALUE: ContextVar[str] = ContextVar("value", default="unset")
START = {"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"1")]}


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def answer_in_parts(events: Events, _scope: Scope, _receive: Receive, send: Send) -> None:
    """Send three parts, and go on after the last."""
    for message in (START, _part(b"1", more=True), _part(b"", more=True), _part(b"2", more=False)):
        events.append(f"sends {message.get('body', 'start')!r}")
        await send(message)
    events.append("inside goes on")
    VALUE.set("inside")
    await asyncio.sleep(0)
    events.append("inside ends")


async def echo(events: Events, _scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, then what follows the answer."""
    events.append(await receive())
    await send(START)
    await send(_part(VALUE.get().encode(), more=False))
    events.append(await receive())


async def fail_at_once(_events: Events, _scope: Scope, _receive: Receive, _send: Send) -> None:
    """Raise before the answer."""
    raise KeyError from ValueError()


async def fail_between(_events: Events, _scope: Scope, _receive: Receive, send: Send) -> None:
    """Raise in the middle of the answer."""
    await send(START)
    await send(_part(b"1", more=True))
    raise KeyError


async def say_nothing(_events: Events, _scope: Scope, _receive: Receive, _send: Send) -> None:
    """End without an answer."""


async def never_end(events: Events, _scope: Scope, _receive: Receive, send: Send) -> None:
    """Begin an answer, and wait until cancelled."""
    await send(START)
    try:
        await asyncio.Event().wait()
    finally:
        events.append("inside is cancelled")


async def hint_first(_events: Events, _scope: Scope, _receive: Receive, send: Send) -> None:
    """Send what may come before the start, and a file after it."""
    await send({"type": "http.response.debug", "info": {"a": 1}})
    await send({"type": "http.response.early_hint", "links": []})
    await send(START)
    await send({"type": "http.response.pathsend", "path": "/a"})


async def pass_on(events: Events, request: Request, call_next: Next) -> Response:
    """Only look."""
    VALUE.set("around")
    response = await call_next(request)
    events.append(("answered", response.status_code, VALUE.get()))
    response.headers["x-b"] = "2"
    return response


async def read_body(events: Events, request: Request, call_next: Next) -> Response:
    """Read the body before the application does."""
    events.append(await request.body())
    return await call_next(request)


async def answer_alone(_events: Events, _request: Request, _call_next: Next) -> Response:
    """Do not ask the application."""
    return PlainTextResponse("alone")


async def answer_otherwise(_events: Events, request: Request, call_next: Next) -> Response:
    """Ask the application, and drop its answer."""
    await call_next(request)
    return PlainTextResponse("otherwise")


async def catch(events: Events, request: Request, call_next: Next) -> Response:
    """Answer for the application's error."""
    try:
        return await call_next(request)
    except Exception as error:  # noqa: BLE001  any that the application raises
        events.append((repr(error), repr(error.__cause__)))
        return PlainTextResponse("caught")


async def fail_after(_events: Events, request: Request, call_next: Next) -> Response:
    """Raise once the application has begun to answer."""
    await call_next(request)
    raise OSError


async def read_answer(events: Events, request: Request, call_next: Next) -> Response:
    """Take the application's answer apart."""
    response: Any = await call_next(request)
    parts = []
    async for part in response.body_iterator:
        events.append("reads a part")
        parts.append(part)
    return PlainTextResponse(b"+".join(parts))


async def leave(_events: Events, request: Request, call_next: Next) -> Response:
    """Be cancelled, by asyncio, while the application answers."""
    response = await call_next(request)
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    return response


async def hurry(_events: Events, request: Request, call_next: Next) -> Response:
    """Be cancelled, by a scope of anyio's, while the application answers."""
    response = await call_next(request)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await anyio.sleep_forever()
    return response


INSIDES: tuple[Inside, ...] = (
    answer_in_parts, echo, fail_at_once, fail_between, say_nothing, hint_first,
)  # fmt: skip
AROUNDS: tuple[Around, ...] = (
    pass_on, read_body, answer_alone, answer_otherwise, catch, fail_after, read_answer, leave,
    hurry,
)  # fmt: skip


async def _serve(cls: type[BaseHTTPMiddleware], inside: Inside, around: Around) -> Events:
    events: Events = []
    unread: list[Message] = [{"type": "http.request", "body": b"body", "more_body": False}]

    async def receive() -> Message:
        return unread.pop() if unread else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        events.append(message)
        await asyncio.sleep(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await inside(events, scope, receive, send)

    async def dispatch(request: Request, call_next: Next) -> Response:
        return await around(events, request, call_next)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    try:
        await cls(app, dispatch)(scope, receive, send)
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  all are compared
        events.append(repr(error))
    events.append(VALUE.get())
    return events


@pytest.mark.parametrize("around", AROUNDS)
@pytest.mark.parametrize("inside", INSIDES)
def test_every_step_is_starlettes(inside: Inside, around: Around) -> None:
    """Messages, contexts, errors and the order of all of them."""
    expected = asyncio.run(_serve(BaseHTTPMiddleware, inside, around))
    assert asyncio.run(_serve(HTTPMiddleware, inside, around)) == expected


@pytest.mark.parametrize("around", [answer_alone, fail_after, leave])
def test_application_that_does_not_end_is_cancelled(around: Around) -> None:
    """It ends with the function around it, where that fails."""
    expected = asyncio.run(_serve(BaseHTTPMiddleware, never_end, around))
    assert asyncio.run(_serve(HTTPMiddleware, never_end, around)) == expected


def test_cancelled_from_outside_it_waits_for_the_application() -> None:
    """Nothing of a request runs on after its task has ended."""

    async def serve() -> Events:
        inside: Events = []

        async def slow(_events: Events, _scope: Scope, _receive: Receive, send: Send) -> None:
            await send(START)
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                inside.append("ended")

        begun = asyncio.Event()
        task = asyncio.create_task(_serve(HTTPMiddleware, slow, pass_on))
        await begun.wait()
        task.cancel()
        events = await task
        return [*inside, events[-2]]

    assert asyncio.run(serve()) == ["ended", "CancelledError()"]


def test_declared_function_goes_around_by_this_class() -> None:
    """Starlette's own class is what users see in the list, and what the stack derives from."""
    app = FastAPI()

    @app.middleware("http")
    async def around(request: Request, call_next: Next) -> Response:
        return await call_next(request)

    assert [each.cls for each in app.user_middleware] == [BaseHTTPMiddleware]
    layer: Any = app.build_middleware_stack()
    assert type(layer.app) is HTTPMiddleware
    assert isinstance(layer.app, BaseHTTPMiddleware)
