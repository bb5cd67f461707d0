"""Every vector has its outcome over a socket, whichever way the application is served."""

from collections.abc import Iterator

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request

from .applications import Hosted, Seen, planned
from .vectors import Vector, read_vectors

VECTORS = read_vectors()
LAST = request("/3", "Connection: close")

# The planned application has no others of the targets and methods that the table asks for.
ABOUT_BODIES = [
    vector
    for vector in VECTORS
    if vector.identifier[0] in "CDE"
    and vector.sent.startswith((b"POST /1 ", b"POST /nobody "))
    and vector.identifier != "C21"
]


@pytest.fixture(scope="module")
def hosted() -> Iterator[tuple[RunningEngine, list[Seen]]]:
    """Serve a plain ASGI application."""
    app = Hosted()
    with RunningEngine(app) as engine:
        yield engine, app.seen


@pytest.fixture(scope="module")
def native() -> Iterator[tuple[RunningEngine, list[Seen]]]:
    """Serve planned routes."""
    seen: list[Seen] = []
    with RunningEngine(planned(seen)) as engine:
        yield engine, seen


def observe(engine: RunningEngine, seen: list[Seen], vector: Vector) -> str:
    """Send a vector and return its outcome in the table's code."""
    seen.clear()
    with Client(engine.port) as client:
        if vector.bytewise:
            client.send_bytewise(vector.sent)
        else:
            client.send(vector.sent)
        if vector.ends:
            client.end()
        elif vector.outcome.removeprefix("A").isdecimal() or vector.outcome == "A":
            # Only a connection that has stayed open, with nothing left over, answers this one.
            client.send(LAST)
        answers = client.read_answers(vector.method)
    statuses = [answer.status for answer in answers if answer.status != 100]
    assert all(answer.complete for answer in answers)
    size = (seen[0].size or "") if seen else ""
    match statuses:
        case []:
            return "drop"
        case [200]:
            return f"200({size})-close"
        case [200, 200, _]:
            assert [each.path for each in seen[1:2]] == ["/2"]
            return f"A{size}"
        case [200, second]:
            return f"A{size} then {second}"
        case [status]:
            return str(status)
    return str(statuses)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.identifier for vector in VECTORS])
def test_hosted_application(hosted: tuple[RunningEngine, list[Seen]], vector: Vector) -> None:
    """The engine hosts an ASGI application, which reads bodies in parts."""
    engine, seen = hosted
    assert observe(engine, seen, vector) == vector.outcome
    if vector.outcome.isdecimal():
        # Of a refused request the application sees at most a body that breaks off, of the bytes
        # behind it nothing.
        assert all(each.size is None and each.path != "/2" for each in seen)
        assert len(seen) <= 1
    assert engine.failures == []


@pytest.mark.parametrize("vector", ABOUT_BODIES, ids=[each.identifier for each in ABOUT_BODIES])
def test_planned_routes(native: tuple[RunningEngine, list[Seen]], vector: Vector) -> None:
    """The engine collects the body of a planned route itself."""
    engine, seen = native
    assert observe(engine, seen, vector) == vector.outcome
    if vector.outcome.isdecimal():
        assert seen == []
    assert engine.failures == []
