"""`Expect: 100-continue`: asked for only where the application reads."""

from collections.abc import Iterator

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request

from .applications import Hosted, planned

EXPECTING = b"POST /1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"


@pytest.fixture(scope="module", params=["hosted", "planned"])
def engine(request: pytest.FixtureRequest) -> Iterator[RunningEngine]:
    """Serve an application that reads under /1 and does not under /nobody."""
    with RunningEngine(Hosted() if request.param == "hosted" else planned([])) as engine:
        yield engine


def test_body_that_waits(engine: RunningEngine) -> None:
    """B44: the interim answer, then the body, then the answer; the connection goes on."""
    with Client(engine.port) as client:
        client.send(EXPECTING)
        assert client.read_answer().status == 100
        client.send(b"hello")
        assert client.read_answer().body == b"5"
        client.send(request("/2"))
        assert client.read_answer().status == 200


def test_body_that_nobody_wants(engine: RunningEngine) -> None:
    """B47: the answer alone, and the end, as the body may or may not follow."""
    with Client(engine.port) as client:
        client.send(EXPECTING.replace(b"/1 ", b"/nobody "))
        answers = client.read_answers()
    assert [answer.status for answer in answers] == [200]
    assert answers[0].headers["connection"] == "close"


def test_body_that_is_too_large(engine: RunningEngine) -> None:
    """The refusal comes instead of the interim answer."""
    with Client(engine.port) as client:
        client.send(EXPECTING.replace(b"5\r\n", b"99999999999\r\n"))
        answers = client.read_answers()
    assert [answer.status for answer in answers] == [413]
