"""Clients that leave, or end their side: the application is told, and nothing stays behind."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, StreamingResponse
from support.engine import PATIENCE_S, RunningEngine, both_loops
from support.raw_client import Client, request

from sixlane import Depends, FastAPI, HTTPException, Response
from sixlane._engine import ClientLeftError
from sixlane.responses import EventSourceResponse

from .applications import answer, read_size

Leave = Callable[[Client], None]

WAYS = pytest.mark.parametrize("leave", [Client.close, Client.reset], ids=["close", "reset"])


@WAYS
def test_before_the_answer(leave: Leave) -> None:
    """An application that waits for more messages gets the departure."""
    messages: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not messages or messages[-1] != "http.disconnect":
            messages.append((await receive())["type"])

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        engine.wait_until(lambda: messages == ["http.request"])
        leave(client)
        engine.wait_until_idle()
    assert messages == ["http.request", "http.disconnect"]


@WAYS
@pytest.mark.parametrize("framing", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_in_the_middle_of_the_body(leave: Leave, framing: str) -> None:
    """The handler gets Starlette's exception, never a body that looks whole; nothing is logged."""
    raised: list[BaseException] = []
    begun = threading.Event()
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def read(request: Request) -> int:
        try:
            async for _ in request.stream():
                begun.set()
        except ClientDisconnect as error:
            raised.append(error)
            raise
        return 0

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", framing, method="POST") + b"5\r\nhello\r\n")
        assert begun.wait(PATIENCE_S)
        leave(client)
        engine.wait_until_idle()
        assert len(raised) == 1
        assert [type(failure.error) for failure in engine.failures] in ([], [ClientDisconnect])


@WAYS
def test_in_the_middle_of_a_collected_body(leave: Leave) -> None:
    """The handler is never called."""
    called: list[Any] = []
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def read(body: dict[str, int]) -> None:
        called.append(body)

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", "Content-Length: 100", method="POST") + b'{"a": 1}')
        engine.wait_until(lambda: engine.host._engine.requests() == 1)
        leave(client)
        engine.wait_until_idle()
        assert engine.failures == []
    assert called == []


@WAYS
def test_in_the_middle_of_a_streamed_answer(leave: Leave) -> None:
    """An endless generator is stopped and runs its last lines; the exits of dependencies run."""
    ended: list[str] = []
    app = FastAPI(openapi_url=None)

    async def parts() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"part" * 1000
                await asyncio.sleep(0)
        finally:
            ended.append("generator")

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        client.read_exactly(100_000)
        leave(client)
        engine.wait_until_idle()
        kinds = [type(failure.error) for failure in engine.failures]
        # Whether `receive` or `send` was the first to tell of it.
        assert kinds in ([], [ClientLeftError])
    assert ended == ["generator"]


@WAYS
def test_while_a_streamed_answer_waits(leave: Leave) -> None:
    """A stream without news is ended where it waits, before the dependencies that it uses."""
    events: list[str] = []
    app = FastAPI(openapi_url=None)

    async def session() -> AsyncIterator[None]:
        try:
            yield
        finally:
            events.append("session ends")

    async def parts() -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            events.append("stream ends")

    @app.get("/", dependencies=[Depends(session)])
    async def stream() -> StreamingResponse:
        return StreamingResponse(parts())

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        client.read_until(b"first")
        leave(client)
        engine.wait_until_idle()
        assert events == ["stream ends", "session ends"]
        assert engine.failures == []


@WAYS
def test_while_the_producer_is_held_back(leave: Leave) -> None:
    """A `send()` that waits for the client does not wait for ever; it raises an OSError."""
    raised: list[BaseException] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send(
                    {"type": "http.response.body", "body": bytes(100_000), "more_body": True}
                )
        except OSError as error:
            raised.append(error)

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        engine.wait_until_still(engine.host._engine.running)
        leave(client)
        engine.wait_until_idle()
        assert engine.failures == []
    assert len(raised) == 1


def test_work_goes_on_for_a_client_that_has_left() -> None:
    """A handler runs to its end, as do the background tasks after its answer."""
    steps: list[str] = []
    left = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        steps.append("begun")
        while not left.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0)
        await answer(send, b"nobody reads this")
        steps.append("background")

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        engine.wait_until(lambda: steps == ["begun"])
        client.reset()
        engine.wait_until(lambda: engine.host._engine.connections() == 0)
        left.set()
        engine.wait_until_idle()
        assert engine.failures == []
    assert steps == ["begun", "background"]


def make_failing(left: threading.Event) -> tuple[FastAPI, list[str]]:
    """Make an app whose handlers raise, once the client has left, what the app handles."""
    app = FastAPI(openapi_url=None)
    handled: list[str] = []

    @app.get("/coroutine")
    async def fail() -> None:
        handled.append("begun")
        while not left.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0)
        raise HTTPException(409)

    @app.get("/thread")
    def fail_in_thread() -> None:
        handled.append("begun")
        left.wait(PATIENCE_S)
        raise HTTPException(409)

    @app.exception_handler(HTTPException)
    async def handle(request: Request, error: HTTPException) -> JSONResponse:
        handled.append(f"{request.url.path} {error.status_code}")
        await asyncio.sleep(0)
        return JSONResponse(None, error.status_code)

    return app, handled


@pytest.mark.parametrize("path", ["/coroutine", "/thread"])
def test_exceptions_are_handled_for_a_client_that_has_left(path: str) -> None:
    """The exception handler runs as ever; nothing is logged, as nothing is wrong."""
    left = threading.Event()
    app, handled = make_failing(left)
    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request(path))
        engine.wait_until(lambda: handled == ["begun"])
        client.reset()
        engine.wait_until(lambda: engine.host._engine.connections() == 0)
        left.set()
        engine.wait_until_idle()
        assert engine.failures == []
    assert handled == ["begun", f"{path} 409"]


@both_loops
def test_a_client_that_has_ended_its_side_still_gets_the_answer(loop: Any) -> None:
    """The application is told, as it cannot be known whether the client still reads."""
    messages: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        size = await read_size(receive)
        messages.append((await receive())["type"])
        await answer(send, str(size).encode())

    if loop == "uvloop":
        pytest.importorskip("uvloop")
    with RunningEngine(app, loop=loop) as engine, Client(engine.port) as client:
        client.send(request("/", method="POST", body=b"hello"))
        engine.wait_until(lambda: engine.host._engine.running() == 1)
        client.end()
        answers = client.read_answers()
        assert [answer.body for answer in answers] == [b"5"]
        engine.wait_until_idle()
        assert engine.failures == []
    assert messages == ["http.disconnect"]


def test_is_disconnected() -> None:
    """Starlette's question is answered without waiting, and takes nothing away."""
    told: list[bool] = []
    ended = threading.Event()
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def ask(request: Request) -> int:
        size = len(await request.body())
        told.append(await request.is_disconnected())
        ended.set()
        while not await request.is_disconnected():  # noqa: ASYNC110  what is tested
            await asyncio.sleep(0)
        return size

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", method="POST", body=b"hello"))
        assert ended.wait(PATIENCE_S)
        client.end()
        assert [answer.body for answer in client.read_answers()] == [b"5"]
    assert told == [False]


def test_an_end_that_comes_with_the_last_bytes_is_seen() -> None:
    """The poller tells of both at once, and only once."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, str(await read_size(receive)).encode())

    with RunningEngine(app) as engine:
        with Client(engine.port) as client:
            client.ask("/")
            with engine.paused():
                client.send(request("/"))
                client.end()
            assert [answer.body for answer in client.read_answers()] == [b"0"]
        with Client(engine.port) as client:
            client.ask("/")
            with engine.paused():
                client.send(request("/", "Content-Length: 100", method="POST"))
                client.end()
            assert [answer.status for answer in client.read_answers()] == [400]
        engine.wait_until_idle()


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_an_early_answer_arrives_whole(framing: str) -> None:
    """3 MB of body that nobody reads do not turn into a reset that destroys the answer."""
    body = b"b" * 3_000_000
    content = b"answer" * 10_000

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send, content)

    with RunningEngine(app) as engine:
        for _ in range(5):
            with Client(engine.port) as client:
                if framing == "length":
                    client.send(request("/", method="POST", body=body))
                else:
                    client.send(request("/", "Transfer-Encoding: chunked", method="POST"))
                    client.send(b"2dc6c0\r\n" + body + b"\r\n0\r\n\r\n")
                client.send(request("/second"))
                answers = client.read_answers()
            assert [answer.body for answer in answers] == [content]
            assert answers[0].complete


@pytest.mark.parametrize("rest", [None, b"X\r\n0\r\n\r\n", b"fffffff\r\n"])
def test_a_body_that_ends_badly_is_nobodys_error(rest: bytes | None) -> None:
    """A solved route whose body breaks off, or is refused, leaves nothing in the error log."""
    app = FastAPI(openapi_url=None)

    @app.post("/")
    async def read(body: dict[str, int], response: Response) -> None:
        raise AssertionError(body, response)

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", "Transfer-Encoding: chunked", method="POST") + b"5\r\nhello\r\n")
        engine.wait_until(lambda: engine.host._engine.running() == 1)
        if rest is None:
            client.close()
        else:
            client.send(rest)
            assert client.read_answer().status in (400, 413)
        engine.wait_until_idle()
        assert engine.failures == []


def test_a_reset_is_noticed_while_nobody_reads() -> None:
    """The descriptor of an upload that is held back is free at once."""
    go_on = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not go_on.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0.001)

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/", "Content-Length: 4000000", method="POST") + bytes(200_000))
        engine.wait_until(lambda: engine.host._engine.running() == 1)
        client.reset()
        engine.wait_until(lambda: engine.host._engine.connections() == 0)
        go_on.set()
        engine.wait_until_idle()


@WAYS
@pytest.mark.parametrize("kind", ["lines", "events", "content", "blocking"])
def test_while_a_handler_that_yields_waits(leave: Leave, kind: str) -> None:
    """It is ended where it waits, before the dependencies that it uses; that is no error."""
    events: list[str] = []
    app = FastAPI(openapi_url=None)

    async def session() -> AsyncIterator[None]:
        try:
            yield
        finally:
            events.append("session ends")

    async def stream() -> AsyncIterator[str]:
        try:
            yield "first"
            await asyncio.Event().wait()
        finally:
            events.append("stream ends")

    def blocking() -> Iterator[str]:
        try:
            while True:
                yield "first"
        finally:
            events.append("stream ends")

    classes = {"events": EventSourceResponse, "content": StreamingResponse}
    options: dict[str, Any] = {"response_class": classes[kind]} if kind in classes else {}
    handler = blocking if kind == "blocking" else stream
    app.get("/", dependencies=[Depends(session)], **options)(handler)

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        client.read_until(b"first")
        leave(client)
        engine.wait_until_idle()
        assert events == ["stream ends", "session ends"]
        assert engine.failures == []


@WAYS
@pytest.mark.parametrize("kind", ["lines", "events", "content"])
def test_while_a_handler_yields_without_a_pause(leave: Leave, kind: str) -> None:
    """It neither goes on for nobody nor keeps the loop from noticing the departure."""
    ended: list[str] = []
    app = FastAPI(openapi_url=None)
    classes = {"events": EventSourceResponse, "content": StreamingResponse}
    options: dict[str, Any] = {"response_class": classes[kind]} if kind in classes else {}

    @app.get("/", **options)
    async def stream() -> AsyncIterator[str]:
        try:
            while True:
                yield "part"
        finally:
            ended.append("stream ends")

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        client.read_until(b"part")
        leave(client)
        engine.wait_until_idle()
        assert engine.failures == []
    assert ended == ["stream ends"]


@WAYS
@pytest.mark.parametrize("kind", ["response", "lines", "blocking response", "blocking lines"])
def test_a_departure_is_no_error_of_a_stream(leave: Leave, kind: str) -> None:
    """Dependencies see an end like any other, as on servers of ASGI 2.3: they commit."""
    events: list[str] = []
    app = FastAPI(openapi_url=None)

    async def session() -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            events.append(type(error).__name__)
            raise
        events.append("commit")

    async def parts() -> AsyncIterator[str]:
        while True:
            yield "part" * 1000
            await asyncio.sleep(0)

    def blocking_parts() -> Iterator[str]:
        while True:
            yield "part" * 1000

    source = blocking_parts if kind.startswith("blocking") else parts
    if kind.endswith("lines"):
        app.get("/", dependencies=[Depends(session)])(source)
    else:
        app.get("/", dependencies=[Depends(session)])(lambda: StreamingResponse(source()))

    with RunningEngine(app) as engine:
        for _ in range(8):
            with Client(engine.port) as client:
                client.send(request("/"))
                client.read_until(b"part")
                leave(client)
                engine.wait_until_idle()
        assert (events, engine.failures) == (["commit"] * 8, [])


def test_events_begin_before_the_first_one() -> None:
    """A browser learns that it is connected, however long nothing happens."""
    go_on = threading.Event()
    app = FastAPI(openapi_url=None)

    @app.get("/", response_class=EventSourceResponse)
    async def stream() -> AsyncIterator[int]:
        while not go_on.is_set():  # noqa: ASYNC110  set by the test's thread
            await asyncio.sleep(0.001)
        yield 1

    with RunningEngine(app) as engine, Client(engine.port) as client:
        client.send(request("/"))
        assert client.read_until(b"\r\n\r\n").startswith(b"HTTP/1.1 200 OK")
        go_on.set()
        assert b"data: 1" in client.read_until(b"0\r\n\r\n")
