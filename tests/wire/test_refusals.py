"""What the engine answers itself: the status, the end, and the line in the access log."""

import json

import pytest
from support.engine import RunningEngine
from support.raw_client import Client, request

from .applications import Hosted, Seen, planned

LIMITS: dict[str, float] = {"body_bytes": 1000}


@pytest.fixture(params=["hosted", "planned"])
def application(request: pytest.FixtureRequest) -> tuple[object, list[Seen]]:
    """Make an application, and the list of what it sees."""
    if request.param == "hosted":
        app = Hosted()
        return app, app.seen
    seen: list[Seen] = []
    return planned(seen), seen


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413),
        (b"POST /nobody HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", 413),
        (b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", 413),
        (b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n", 400),
    ],
    ids=["length", "length unread", "chunk", "no chunk"],
)
def test_refused_bodies(application: tuple[object, list[Seen]], sent: bytes, status: int) -> None:
    """They are refused before they come, the application never hears of them, and it is logged."""
    app, seen = application
    with RunningEngine(app, limits=LIMITS) as engine:  # type: ignore[arg-type]
        with Client(engine.port) as client:
            client.send(sent + request("/2"))
            answers = client.read_answers()
        engine.wait_until_idle()
        assert [answer.status for answer in answers] == [status]
        assert answers[0].headers["connection"] == "close"
        assert [record[1:3] + record[4:] for record in engine.accesses] == [
            ("POST", sent.split(b" ", 2)[1].decode(), status)
        ]
        assert all(each.size is None for each in seen)
        assert engine.failures == []
        assert engine.refusals == []


def test_a_body_at_the_limit_is_taken(application: tuple[object, list[Seen]]) -> None:
    """The limit is what is allowed."""
    app, seen = application
    with RunningEngine(app, limits=LIMITS) as engine, Client(engine.port) as client:  # type: ignore[arg-type]
        assert client.ask("/1", method="POST", body=b"b" * 1000).body == b"1000"
        client.send(
            b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"
            + b"b" * 1000
            + b"\r\n0\r\n\r\n"
        )
        assert client.read_answer().body == b"1000"
    assert [each.size for each in seen] == [1000, 1000]


def test_a_refused_head_request_has_no_body() -> None:
    """RFC 9110, section 9.3.2: an answer to HEAD has none, a refusal included."""
    with RunningEngine(Hosted()) as engine, Client(engine.port) as client:
        client.send(request("/%zz", method="HEAD"))
        head, _, rest = client.read_to_end().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert rest == b""


def test_a_target_cannot_end_its_field_in_the_log() -> None:
    """What would close the quotes around the request line is logged percent-encoded."""
    with RunningEngine(Hosted()) as engine, Client(engine.port) as client:
        client.ask('/a"b?c\\d')
        engine.wait_until(lambda: len(engine.accesses) == 1)
    assert engine.accesses[0][2] == "/a%22b?c%5Cd"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"no request\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET / HTTP/3.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost: a\r\na: " + b"a" * 100_000, 431),
    ],
)
@pytest.mark.parametrize("before", [b"", request("/2")], ids=["first", "second"])
def test_a_refused_head_is_logged_once(sent: bytes, status: int, before: bytes) -> None:
    """There is no line for it in the access log, which tells methods and targets."""
    with RunningEngine(Hosted()) as engine:
        with Client(engine.port) as client:
            client.send(before + sent)
            answer = client.read_answers()[-1]
            host, port = client.socket.getsockname()
        engine.wait_until_idle()
    assert answer.status == status
    assert engine.refusals == [(f"{host}:{port}", status, json.loads(answer.body)["detail"])]
    assert [record[4] for record in engine.accesses] == ([200] if before else [])


def test_a_head_that_comes_too_slowly_is_logged() -> None:
    """As what is refused for its bytes."""
    with RunningEngine(Hosted(), limits={"header_timeout": 0.05}) as engine:
        with Client(engine.port) as client:
            client.send(b"GET / HTT")
            assert client.read_answer().status == 408
        engine.wait_until_idle()
    assert [record[1] for record in engine.refusals] == [408]


def test_a_client_that_sends_nothing_is_not_logged() -> None:
    """Browsers open connections in advance."""
    with RunningEngine(
        Hosted(), limits={"header_timeout": 0.05, "keep_alive_timeout": 0.05}
    ) as engine:
        with Client(engine.port) as client:
            assert client.read_to_end() == b""
        engine.wait_until_idle()
    assert engine.refusals == []


@pytest.mark.parametrize("host", [b"[invalid", b"/run/service.sock", b"u@x", b"x:99999"])
def test_hosts_that_are_none(application: tuple[object, list[Seen]], host: bytes) -> None:
    """They are refused, unless their syntax is left to the application."""
    app, seen = application
    sent = b"POST /nobody HTTP/1.1\r\nHost: " + host + b"\r\n\r\n"
    for limits, status in (({}, 400), ({"host_syntax": 0}, 200)):
        with (
            RunningEngine(app, limits=limits) as engine,  # type: ignore[arg-type]
            Client(engine.port) as client,
        ):
            assert not seen
            client.send(sent)
            assert client.read_answer().status == status
    assert len(seen) == 1
