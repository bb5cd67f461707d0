"""Sixlane answers as FastAPI does, byte for byte, on both entrances."""

import os
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from .apps import THEMES, Theme
from .comparison import find_differences
from .corpus import generate
from .entrances import ASGIEntrance, EngineEntrance, EngineThread, Entrance, engine_thread
from .exchange import Request

SEED = int(os.environ.get("DIFFERENTIAL_SEED", "20240229"))
EACH = int(os.environ.get("DIFFERENTIAL_EACH", "9"))
"""Requests per path operation; with 9, some 2,400 in all."""

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
def test_document_equals_the_references(theme: Theme) -> None:
    """Both describe the same app by the same OpenAPI document, the order of keys aside."""
    assert theme.build("sixlane", []).openapi() == theme.build("fastapi", []).openapi()


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
