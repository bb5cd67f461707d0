"""Plans change nothing: what is compiled answers, and calls, exactly as the solver does.

Every run makes the same applications; to look longer and elsewhere, set `PROPERTY_EXAMPLES=3000`
and `PROPERTY_SEED=1` in the environment.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from .entrances import EngineThread, engine_thread
from .exchange import Request
from .generated.applications import Application, applications
from .generated.requests import requests
from .generated.ways import Ways

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "200"))
"""Generated applications; some thousands find what 200 do not."""

SEED = os.environ.get("PROPERTY_SEED")
"""A number for other applications than those of every run."""

PATIENCE_S = max(600, EXAMPLES)
"""Longest run; a failing one takes minutes, as its application is made small."""

REQUESTS = 6
"""Requests of one application."""


@dataclass
class Shares:
    """How much of what was generated took the compiled way."""

    routes: int = 0
    planned: int = 0
    requests: int = 0
    decoded: int = 0


@pytest.fixture(scope="module")
def engines() -> Iterator[EngineThread]:
    """Where the engines run."""
    with engine_thread() as thread:
        yield thread


@st.composite
def cases(draw: st.DrawFn) -> tuple[Application, list[Request]]:
    """An application with requests for it."""
    application = draw(applications())
    return application, draw(st.lists(requests(application), min_size=REQUESTS, max_size=REQUESTS))


@pytest.mark.timeout(PATIENCE_S)
def test_compiled_and_solved_answers_are_equal(engines: EngineThread) -> None:
    """Any application answers any request the same, compiled or solved, on both entrances."""
    shares = Shares()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=SEED is None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(cases())
    def hold_equal(case: tuple[Application, list[Request]]) -> None:
        application, asked = case
        with Ways(application, engines) as ways:
            shares.routes += len(application.routes)
            shares.planned += ways.count_planned()
            for request in asked:
                shares.requests += 1
                shares.decoded += ways.decodes_natively(request)
                difference = ways.compare(request)
                if difference is not None:
                    pytest.fail(ways.explain(difference), pytrace=False)

    (hold_equal if SEED is None else seed(int(SEED))(hold_equal))()

    assert shares.planned > shares.routes / 2, shares
    assert shares.decoded > shares.requests / 2, shares
