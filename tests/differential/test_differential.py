"""Sixlane answers as FastAPI does, byte for byte, on both entrances."""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from sixlane._compile import routes

from .apps import THEMES, Theme
from .comparison import Difference, differing_aspects, find_differences
from .corpus import generate
from .entrances import (
    PATIENCE_S,
    ASGIEntrance,
    EngineEntrance,
    EngineThread,
    Entrance,
    engine_thread,
)
from .exchange import Answer, Request
from .wire import WireClient

SEED = int(os.environ.get("DIFFERENTIAL_SEED", "20240229"))
EACH = int(os.environ.get("DIFFERENTIAL_EACH", "9"))
"""Requests per path operation; with 9, some 2,400 in all."""

PIPELINED = 12
CONNECTIONS = 4
LARGEST_PIPELINED_BODY = 10_000

REPORTED = 20
"""Most differences shown of one theme."""


@pytest.fixture(scope="module")
def engines() -> Iterator[EngineThread]:
    """Where the engines run."""
    with engine_thread() as thread:
        yield thread


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_reference_answers_the_same_twice(theme: Theme) -> None:
    """Two FastAPI apps agree, so that whatever differs below is Sixlane's doing."""
    events: list[str] = []
    entrance = ASGIEntrance(theme.build("fastapi", events), events)
    _compare(theme, entrance, wire=False)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_asgi_entrance_answers_as_the_reference(theme: Theme) -> None:
    """Called as ASGI, Sixlane gives FastAPI's answers."""
    events: list[str] = []
    _compare(theme, ASGIEntrance(theme.build("sixlane", events), events), wire=False)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_engine_answers_as_the_reference(theme: Theme, engines: EngineThread) -> None:
    """Over a connection of the engine, Sixlane gives FastAPI's answers."""
    events: list[str] = []
    app = theme.build("sixlane", events)
    _compare(theme, EngineEntrance(engines, app, events), wire=True)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_solver_alone_answers_as_the_reference(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no route planned, the interpreter gives FastAPI's answers: it is the plans' oracle."""
    monkeypatch.setattr(routes, "_plan", lambda app, route: None)
    events: list[str] = []
    _compare(theme, ASGIEntrance(theme.build("sixlane", events), events), wire=False)


def _compare(theme: Theme, entrance: Any, *, wire: bool) -> None:
    events: list[str] = []
    app = theme.build("fastapi", events)
    reference: Entrance = ASGIEntrance(app, events)
    requests = list(generate(theme, app, Random(SEED), EACH))
    try:
        found = list(find_differences(iter(requests), reference, entrance, wire=wire))
    finally:
        entrance.close()
        reference.close()
    # Many requests shrink to the same one.
    distinct = list({str(difference): difference for difference in found})
    if distinct:
        shown = "\n\n".join(distinct[:REPORTED])
        pytest.fail(
            f"{len(found)} of {len(requests)} requests are answered differently, "
            f"{len(distinct)} ways (DIFFERENTIAL_SEED={SEED}):\n\n{shown}",
            pytrace=False,
        )


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_engine_keeps_simultaneous_requests_apart(theme: Theme, engines: EngineThread) -> None:
    """Pipelined on several connections at once, every request has the answer it has alone."""
    events: list[str] = []
    app = theme.build("fastapi", events)
    reference = ASGIEntrance(app, events)
    requests = [
        request
        for request in generate(theme, app, Random(SEED), EACH)
        # What is in flight must fit the sockets' buffers, as nothing is read while it is sent.
        if len(request.body) < LARGEST_PIPELINED_BODY
    ]
    expected = [reference.ask(request) for request in requests]
    reference.close()
    engine = EngineEntrance(engines, theme.build("sixlane", events), events)
    batches = [requests[start : start + PIPELINED] for start in range(0, len(requests), PIPELINED)]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        actual = [answer for batch in pool.map(_ask_at_once(engine), batches) for answer in batch]
    engine.close()
    found = [
        Difference(request, ("answer",), one, replace(other, events=one.events, raised=one.raised))
        for request, one, other in zip(requests, expected, actual, strict=True)
        if set(differing_aspects(request.method, one, other, wire=True)) - {"events", "raised"}
    ]
    assert not found, "\n\n".join(map(str, found[:REPORTED]))


def _ask_at_once(engine: EngineEntrance) -> Callable[[list[Request]], list[Answer]]:
    def ask(batch: list[Request]) -> list[Answer]:
        client = WireClient(engine.port, PATIENCE_S)
        try:
            return client.ask_at_once(batch)
        finally:
            client.close()

    return ask


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_document_equals_the_references(theme: Theme) -> None:
    """Both serve the same OpenAPI document, byte for byte: users compare files of it."""
    made, expected = (_documents(theme.build(name, [])) for name in ("sixlane", "fastapi"))
    assert made == expected


def _documents(app: Any) -> tuple[list[str], bytes]:
    """The document as an object, spelt out, and as it is served."""
    entrance = ASGIEntrance(app, [])
    served = entrance.ask(Request("GET", "/openapi.json")).body
    entrance.close()
    return json.dumps(app.openapi(), indent=1).splitlines(), served


def test_a_difference_is_found_and_made_small() -> None:
    """The comparison can fail, and then shows no more of the request than it takes."""

    async def quiet(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def loud(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"!" * (b"b=2" in scope["query_string"])})

    request = Request("GET", "/", ("a=1", "b=2", "c=3"), (("x-a", b"1"),), b"body", chunked=True)
    reference, other = ASGIEntrance(quiet, []), ASGIEntrance(loud, [])
    try:
        found = list(find_differences(iter([request]), reference, other, wire=False))
    finally:
        reference.close()
        other.close()
    assert [difference.request for difference in found] == [Request("GET", "/", ("b=2",))]
    assert [difference.aspects for difference in found] == [("body",)]
