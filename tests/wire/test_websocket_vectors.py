"""Every vector of frames has its outcome over a socket, sent at once or byte by byte."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.engine import RunningEngine
from support.websocket_client import DEFLATE, TEXT, WebSocketClient, frame

from .applications import Echo

TABLE = Path(__file__).parents[2] / "crates/engine/tests/data/ws_vectors.tsv"
LIMITS = {"websocket_message_bytes": 300, "websocket_control_frames_per_second": 1}


class Vector(NamedTuple):
    """What the client sends, and what must come of it; see the table."""

    identifier: str
    outcome: str
    sent: bytes


def read_vectors() -> list[Vector]:
    """Read the table."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [_parse(line) for line in lines if not line.startswith("#")]


def _parse(line: str) -> Vector:
    identifier, outcome, _, sent = line.split("\t")
    return Vector(identifier, outcome, b"".join(_parse_frame(word) for word in sent.split()))


def _parse_frame(word: str) -> bytes:
    if word.startswith("="):
        return bytes.fromhex(word[1:])
    count, _, word = word.rpartition("x")
    first, _, payload = word.partition(":")
    payload, _, repeated = payload.partition("*")
    return frame(int(first, 16), bytes.fromhex(payload) * int(repeated or 1)) * int(count or 1)


VECTORS = read_vectors()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[RunningEngine, Echo]]:
    """Serve an application that echoes."""
    app = Echo()
    with RunningEngine(app, LIMITS) as engine:
        yield engine, app


@pytest.mark.parametrize("bytewise", [False, True], ids=["at once", "bytewise"])
@pytest.mark.parametrize("vector", VECTORS, ids=[vector.identifier for vector in VECTORS])
def test_vectors(served: tuple[RunningEngine, Echo], vector: Vector, bytewise: bool) -> None:
    """The client sees the same frames, and the application is told the same code."""
    engine, app = served
    app.codes.clear()
    lines = [DEFLATE] if vector.identifier.startswith("D") else []
    seen, _, told = vector.outcome.partition("|")
    with WebSocketClient(engine.port, "/", *lines) as client:
        if bytewise and len(vector.sent) < 400:
            client.send_bytewise(vector.sent)
        else:
            client.send(vector.sent)
        if told:
            frames = client.read_frames()
        else:
            # Only a connection that has stayed open answers this.
            client.send_frame(TEXT, b"last")
            frames = [client.read_frame() for _ in range(len(seen.split()) + 1)]
            assert str(frames.pop()) == "text:last"
    assert [str(each) for each in frames] == seen.split()
    engine.wait_until_idle()
    assert app.codes == [int(told or 1006)]
    assert engine.failures == []
