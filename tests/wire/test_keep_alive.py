"""How long a connection is used, and answers without a body."""

from collections.abc import Iterator

import pytest
from starlette.responses import Response, StreamingResponse
from support.engine import RunningEngine
from support.raw_client import Client, request

from sixlane import FastAPI

from .applications import Hosted


def endpoints() -> FastAPI:
    """Make an application with answers of every kind of framing."""
    app = FastAPI(openapi_url=None)

    @app.api_route("/json", methods=["GET", "HEAD"])
    async def json() -> dict[str, int]:
        return {"a": 1}

    @app.api_route("/parts", methods=["GET", "HEAD"])
    async def parts() -> StreamingResponse:
        return StreamingResponse(iter([b"one", b"two"]))

    @app.api_route("/empty", methods=["GET", "HEAD"])
    async def empty() -> Response:
        return Response(status_code=204)

    @app.get("/closing")
    async def closing() -> Response:
        return Response(b"last", headers={"connection": "close"})

    return app


@pytest.fixture(scope="module")
def engine() -> Iterator[RunningEngine]:
    """Serve the endpoints."""
    with RunningEngine(endpoints()) as engine:
        yield engine


def test_one_connection_for_many_requests(engine: RunningEngine) -> None:
    """Any kind of answer leaves the connection in use."""
    with Client(engine.port) as client:
        for _ in range(3):
            assert client.ask("/json").body == b'{"a":1}'
            assert client.ask("/parts").body == b"onetwo"
            assert client.ask("/empty").status == 204
            assert client.ask("/nowhere").status == 404


@pytest.mark.parametrize("target", ["/json", "/parts", "/empty"])
def test_head_has_the_headers_and_no_body(engine: RunningEngine, target: str) -> None:
    """The next answer begins right behind the headers."""
    with Client(engine.port) as client:
        whole = client.ask(target)
        head = client.ask(target, method="HEAD")
        assert head.status == whole.status
        assert head.headers.get("content-length") == whole.headers.get("content-length")
        assert client.ask("/json").body == b'{"a":1}'


def test_the_application_may_close(engine: RunningEngine) -> None:
    """A `connection: close` of the application is obeyed."""
    with Client(engine.port) as client:
        client.send(request("/closing") + request("/json"))
        answers = client.read_answers()
    assert [answer.body for answer in answers] == [b"last"]


def test_http_1_0_gets_parts_until_the_end(engine: RunningEngine) -> None:
    """Without chunks the end of the body is the end of the connection, even with keep-alive."""
    with Client(engine.port) as client:
        client.send(b"GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        answer = client.read_answer()
    assert "transfer-encoding" not in answer.headers
    assert answer.headers["connection"] == "close"
    assert answer.body == b"onetwo"


def test_http_1_0_keeps_the_connection_where_it_asks(engine: RunningEngine) -> None:
    """The answer says so, as HTTP/1.0 has to be told."""
    with Client(engine.port) as client:
        client.send(b"GET /json HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" * 2)
        for _ in range(2):
            assert client.read_answer().headers["connection"] == "keep-alive"


def test_a_connection_serves_a_limited_number_of_requests() -> None:
    """The last answer announces the end."""
    limits = {"keep_alive_requests": 3}
    with RunningEngine(endpoints(), limits=limits) as engine, Client(engine.port) as client:
        client.send(request("/json") * 5)
        answers = client.read_answers()
    assert [answer.headers.get("connection") for answer in answers] == [None, None, "close"]


def test_connections_are_bounded() -> None:
    """Those above the limit wait until another one ends, and are served then."""
    with RunningEngine(Hosted(), limits={"connections": 2}) as engine:
        first, second, third = (Client(engine.port) for _ in range(3))
        assert [client.ask("/").status for client in (first, second)] == [200, 200]
        third.send(request("/"))
        engine.wait_until_still(engine.host._engine.connections)
        assert engine.call(engine.host.connections) == 2
        first.close()
        assert third.read_answer().status == 200
        second.close()
        third.close()
