"""Every kind of exception, raised at every place: the answer, the log, and what comes after."""

from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import Any

import pytest
from support.engine import RunningEngine

from . import around, exits, handlers, values
from .asking import ASGIServer, EngineServer, Outcome
from .fault import KINDS, UNGUARDABLE, Fault, Place

PLACES = {**handlers.PLACES, **exits.PLACES, **values.PLACES, **around.PLACES}

every_place = pytest.mark.parametrize("name", PLACES)
guards = pytest.mark.parametrize("guarded", [False, True], ids=["bare", "guarded"])


@guards
@every_place
def test_asgi_entrance_answers_as_the_reference(name: str, guarded: bool) -> None:
    """Called as ASGI, Sixlane answers, raises and leaves its dependencies as FastAPI does."""
    place, fault = PLACES[name], Fault()
    server = ASGIServer(build("sixlane", place, fault, guarded), fault)
    try:
        assert find_differences(place, server, guarded) == []
    finally:
        server.close()


@guards
@every_place
def test_engine_answers_as_the_reference(name: str, guarded: bool) -> None:
    """Over a connection of the engine too, which then serves the next request."""
    place, fault = PLACES[name], Fault()
    with RunningEngine(build("sixlane", place, fault, guarded)) as engine:
        server = EngineServer(engine, fault)
        try:
            assert find_differences(place, server, guarded) == []
        finally:
            server.close()


def build(framework: str, place: Place, fault: Fault, guarded: bool) -> Any:
    """Make the app that has the place; guarded, two dependencies with `yield` lie around it."""
    web = import_module(framework)
    guard = [web.Depends(outer(fault)), web.Depends(inner(fault))] if guarded else []
    app = web.FastAPI(dependencies=guard)
    place.build(web, app, fault)
    return app


def outer(fault: Fault) -> Any:
    """An async dependency that notes what passes through it."""

    async def dependency() -> AsyncIterator[None]:
        fault.note("outer opens")
        try:
            yield
        except BaseException as error:
            fault.note(f"outer sees {type(error).__name__}")
            raise
        finally:
            fault.note("outer closes")

    return dependency


def inner(fault: Fault) -> Any:
    """A plain one that does the same."""

    def dependency() -> Iterator[None]:
        fault.note("inner opens")
        try:
            yield
        except BaseException as error:
            fault.note(f"inner sees {type(error).__name__}")
            raise
        finally:
            fault.note("inner closes")

    return dependency


def find_differences(place: Place, server: ASGIServer | EngineServer, guarded: bool) -> list[str]:
    """Raise each kind in turn, with a good request after it, and describe what is not right."""
    fault = Fault()
    reference = ASGIServer(build("fastapi", place, fault, guarded), fault)
    found: list[str] = []
    try:
        good = _ask(reference, place, None)
        for kind in KINDS:
            if kind in place.skipped or (guarded and kind in UNGUARDABLE):
                continue
            expected, actual = _ask(reference, place, kind), _ask(server, place, kind)
            found += [f"{kind}: {each}" for each in _problems(place, kind, actual, expected)]
            after = _ask(server, place, None)
            if str(after) != str(good) or after.status != 200 or after.errors:
                found.append(f"after {kind}: {after} instead of {good}")
    finally:
        reference.close()
    return found


ANSWERS = {
    "before": (500, True),
    "outside": (500, True),
    "begun": (200, False),
    "cut": (200, False),
    "sent": (200, True),
}
"""Status and whether the answer is whole, by stage."""


def _ask(server: ASGIServer | EngineServer, place: Place, kind: str | None) -> Outcome:
    server.fault.set(None if kind is None else KINDS[kind])
    return server.ask(place.request)


def _problems(place: Place, kind: str, actual: Outcome, expected: Outcome) -> Iterator[str]:
    if str(actual) != str(expected):
        yield f"{actual}\n  instead of {expected}"
    if kind == "HTTPException" and place.stage == "before":
        if (actual.status, actual.body, actual.errors) != (418, b'{"detail":"fault"}', ()):
            yield f"is not handled: {actual}"
        return
    if (expected.status, expected.complete) not in (ANSWERS[place.stage], (500, True)):
        yield f"is answered by {actual}"
    if actual.status == 500 and actual.body not in (b"Internal Server Error", b"handled"):
        yield f"says too much: {actual}"
    if len(actual.errors) != 1:
        yield f"{len(actual.errors)} errors are logged"
    elif expected.shows_the_fault() and not actual.shows_the_fault():
        yield "the traceback does not lead to the fault"
    elif kind not in place.hidden and not expected.shows_the_fault():
        yield "the reference does not show the fault either"
