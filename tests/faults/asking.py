"""Asks an application whose fault is set, and tells what came of it."""

import asyncio
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from differential.exchange import Request
from support.engine import RunningEngine
from support.raw_client import Client

from .fault import Fault, raise_fault

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Outcome:
    """What one request came to.

    Attributes:
        status: The status code; 0 where nothing was answered.
        body: As far as it came.
        complete: Whether the body came to its proper end.
        events: What the application noted.
        errors: What left the application, which the server writes to its log.
    """

    status: int
    body: bytes
    complete: bool
    events: tuple[str, ...]
    errors: tuple[BaseException, ...]

    def __str__(self) -> str:
        names = ", ".join(type(error).__name__ for error in self.errors) or "nothing"
        end = "" if self.complete else " (cut off)"
        return f"{self.status} {self.body!r}{end}; {', '.join(self.events)}; raised: {names}"

    def shows_the_fault(self) -> bool:
        """Whether the traceback of what was raised leads to the fault."""
        code = raise_fault.__code__
        return any(code in _codes(error) for each in self.errors for error in _causes(each))


def refused(events: tuple[str, ...], errors: tuple[BaseException, ...]) -> Outcome:
    """The server's own answer for an application that failed before any of its answer was sent."""
    body = b"Internal Server Error"
    return Outcome(500, body, complete=True, events=events, errors=errors)


class ASGIServer:
    """Calls an application in an event loop of its own."""

    def __init__(self, app: Any, fault: Fault) -> None:
        self._app = app
        self.fault = fault
        self._runner = asyncio.Runner()

    def ask(self, request: Request) -> Outcome:
        """The application's answer, and what it raised."""
        # A server has a context for each request; a runner keeps its own.
        return self._runner.run(self._serve(request), context=copy_context())

    def close(self) -> None:
        """End the event loop."""
        self._runner.close()

    async def _serve(self, request: Request) -> Outcome:
        # A task of its own, as a server's: a GeneratorExit closes all that awaits in the same one.
        task = asyncio.create_task(self._call(request))
        await asyncio.wait({task}, timeout=PATIENCE_S)
        return task.result()

    async def _call(self, request: Request) -> Outcome:
        sent: list[Any] = []
        unread = [{"type": "http.request", "body": request.body, "more_body": False}]

        async def receive() -> Any:
            return unread.pop() if unread else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        errors: tuple[BaseException, ...] = ()
        try:
            await self._app(request.to_scope(), receive, send)
        except BaseException as error:  # noqa: BLE001  as uvicorn, which answers for each
            errors = (error,)
        if not sent:
            return refused(tuple(self.fault.events), errors)
        start, *parts = sent
        complete = bool(parts) and not parts[-1].get("more_body", False)
        body = b"".join(part.get("body", b"") for part in parts)
        return Outcome(start["status"], body, complete, tuple(self.fault.events), errors)


class EngineServer:
    """Asks over one connection of an engine, for as long as the engine keeps it."""

    def __init__(self, engine: RunningEngine, fault: Fault) -> None:
        self._engine = engine
        self.fault = fault
        self._client = Client(engine.port)

    def ask(self, request: Request) -> Outcome:
        """The answer off the wire, and what the engine wrote to the error log."""
        engine = self._engine
        engine.failures.clear()
        self._client.send(request.to_wire())
        answer = self._client.read_answer(request.method)
        engine.wait_until(lambda: not engine.host._engine.running())
        if not answer.complete or answer.headers.get("connection") == "close":
            self._client.close()
            self._client = Client(engine.port)
        errors = tuple(failure.error for failure in engine.failures)
        events = tuple(self.fault.events)
        return Outcome(answer.status, answer.body, answer.complete, events, errors)

    def close(self) -> None:
        """Leave."""
        self._client.close()


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception, and what it was raised from or in the handling of."""
    seen: list[BaseException] = []
    found: list[BaseException | None] = [error]
    while found:
        each = found.pop()
        if each is None or any(each is other for other in seen):
            continue
        seen.append(each)
        found += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            found += each.exceptions
    return iter(seen)


def _codes(error: BaseException) -> Iterator[Any]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code
        trace = trace.tb_next
