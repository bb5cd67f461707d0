"""A bound of bodies that the application sets goes before the engine's, above it and below it."""

from typing import Any

import pytest
from support.engine import RunningEngine
from support.raw_client import Answer, Client, request

from sixlane import APIRouter, FastAPI, Request
from sixlane.middleware.cors import CORSMiddleware

ORIGIN = "https://good.example"
ENGINE_BYTES, ROUTE_BYTES, LESS_BYTES = 100, 1000, 10
LIMITS = {"body_bytes": ENGINE_BYTES}


def application(**options: Any) -> FastAPI:
    """Make an application that some origin may call, with routes that are bound and one not."""
    app = FastAPI(openapi_url=None, **options)
    router = APIRouter(max_body_size=ROUTE_BYTES)
    app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN])

    async def count(request: Request) -> int:
        return len(await request.body())

    async def ignore() -> int:
        return 0

    app.post("/plain")(count)
    app.post("/more", max_body_size=ROUTE_BYTES)(count)
    app.post("/less", max_body_size=LESS_BYTES)(count)
    app.post("/unread", max_body_size=ROUTE_BYTES)(ignore)
    router.post("/router/{name}")(count)
    app.include_router(router)
    return app


def ask(client: Client, path: str, size: int, *, chunked: bool) -> Answer:
    """Send so many bytes, announced or in one chunk."""
    if not chunked:
        return client.ask(path, f"Origin: {ORIGIN}", method="POST", body=b"b" * size)
    head = request(path, f"Origin: {ORIGIN}", "Transfer-Encoding: chunked", method="POST")
    client.send(head + b"%x\r\n" % size + b"b" * size + b"\r\n0\r\n\r\n")
    return client.read_answer()


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "in a chunk"])
@pytest.mark.parametrize("path", ["/more", "/router/a%62"])
def test_a_route_takes_more_than_the_engine(path: str, *, chunked: bool) -> None:
    """Up to its own bound."""
    with RunningEngine(application(), LIMITS) as engine, Client(engine.port) as client:
        answer = ask(client, path, ROUTE_BYTES, chunked=chunked)
        assert (answer.status, answer.body) == (200, str(ROUTE_BYTES).encode())
    assert engine.failures == []


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "in a chunk"])
@pytest.mark.parametrize(
    ("path", "size"), [("/more", ROUTE_BYTES + 1), ("/less", LESS_BYTES + 1), ("/less", 5000)]
)
def test_its_refusal_goes_through_the_middleware(path: str, size: int, *, chunked: bool) -> None:
    """A page may read it, also where the engine would have refused the body."""
    with RunningEngine(application(), LIMITS) as engine, Client(engine.port) as client:
        answer = ask(client, path, size, chunked=chunked)
    assert answer.status == 413
    assert b"Content Too Large" in answer.body
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert engine.failures == []


def test_a_body_that_nobody_reads_is_refused_by_its_length() -> None:
    """As one that is read."""
    with RunningEngine(application(), LIMITS) as engine, Client(engine.port) as client:
        assert ask(client, "/unread", ROUTE_BYTES, chunked=False).status == 200
        answer = ask(client, "/unread", ROUTE_BYTES + 1, chunked=False)
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (413, ORIGIN)


def test_an_endless_body_ends_at_the_bound() -> None:
    """What is not wanted any more is not read."""
    with RunningEngine(application(), LIMITS) as engine, Client(engine.port) as client:
        client.send(request("/less", "Transfer-Encoding: chunked", method="POST"))
        while client.send(b"10000\r\n" + b"b" * 0x10000 + b"\r\n"):
            pass
        assert client.read_answer().status == 413
        client.close()
        engine.wait_until_idle()
    assert engine.failures == []


def test_a_route_without_a_bound_has_the_engines() -> None:
    """The engine refuses what is larger before the application hears of it."""
    with RunningEngine(application(), LIMITS) as engine, Client(engine.port) as client:
        assert ask(client, "/plain", ENGINE_BYTES, chunked=False).body == b"100"
        answer = ask(client, "/plain", ENGINE_BYTES + 1, chunked=False)
    assert (answer.status, answer.headers["content-type"]) == (413, "application/json")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/plain", 500, 200),
        ("/plain", 501, 413),
        ("/more", ROUTE_BYTES, 200),
        ("/nowhere", 500, 404),
    ],
)
def test_an_application_takes_more_than_the_engine(path: str, size: int, status: int) -> None:
    """Its bound is for all of its routes that have none."""
    app = application(max_body_size=500)
    with RunningEngine(app, LIMITS) as engine, Client(engine.port) as client:
        assert ask(client, path, size, chunked=False).status == status
    assert engine.failures == []


def test_a_bound_that_is_not_used_does_not_count() -> None:
    """An application that builds its stack by itself, or is called by another, has the engine's."""

    class Own(FastAPI):
        def build_middleware_stack(self) -> Any:
            return self.router

    class Around(FastAPI):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await super().__call__(scope, receive, send)

    for cls in (Own, Around):
        app = cls(openapi_url=None, max_body_size=ROUTE_BYTES)
        with RunningEngine(app, LIMITS) as engine, Client(engine.port) as client:
            answer = ask(client, "/nowhere", ENGINE_BYTES + 1, chunked=False)
        assert (answer.status, answer.headers["content-type"]) == (413, "application/json")
