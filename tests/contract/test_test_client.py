"""Chapter "Testing": what an application sees of a test client, and a test of the application."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import WebSocketDenialResponse
from support.client import OpenClient

from sixlane import BackgroundTasks, FastAPI, Request, WebSocket, WebSocketDisconnect
from sixlane.middleware.trustedhost import TrustedHostMiddleware
from sixlane.responses import StreamingResponse
from sixlane.testclient import TestClient


def describe(connection: Request | WebSocket) -> list[object]:
    """What a client and its proxy can set."""
    client = connection.client
    assert client is not None
    scope = connection.scope
    return [str(connection.url), [client.host, client.port], list(scope["server"])]


def describing() -> FastAPI:
    """An application that tells by each kind of operation what it sees."""
    app = FastAPI()

    @app.get("/planned")
    async def planned(request: Request) -> list[object]:
        return describe(request)

    @app.get("/thread")
    def thread(request: Request) -> list[object]:
        return describe(request)

    @app.get("/solved")
    async def solved(request: Request, tasks: BackgroundTasks) -> list[object]:
        tasks.add_task(print, end="")
        return describe(request)

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_json(describe(websocket))

    return app


PATHS = ["/planned", "/thread", "/solved"]


@pytest.mark.parametrize("path", PATHS)
def test_applications_see_a_host_that_does_not_exist(open_client: OpenClient, path: str) -> None:
    """The defaults are those of Starlette's client."""
    seen = open_client(describing()).get(path).json()
    assert seen == [f"http://testserver{path}", ["testclient", 50000], ["testserver", 80]]


@pytest.mark.parametrize("path", PATHS)
def test_client_scheme_and_root_path_are_the_tests_to_choose(
    open_client: OpenClient, path: str
) -> None:
    """A test says who calls, by which scheme, and what a proxy has stripped."""
    app = describing()
    options = {"base_url": "https://shop.example", "root_path": "/api", "client": ("10.0.0.1", 7)}
    seen = open_client(app, **options).get(f"/api{path}").json()
    url = f"https://shop.example/api{path}"
    assert seen == [url, ["10.0.0.1", 7], ["shop.example", 443]]


@pytest.mark.parametrize("path", PATHS)
def test_an_international_name_is_seen_as_it_is_resolved(
    open_client: OpenClient, path: str
) -> None:
    """Also where the `Host` is none and the URL is made of the server's name."""
    client = open_client(describing(), base_url="http://caf\u00e9.example")
    url, _, server = client.get(path, headers={"host": "a/b"}).json()
    assert (url, server) == (f"http://xn--caf-dma.example{path}", ["xn--caf-dma.example", 80])


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["[invalid", "a/b", "u:p@x", "x:99999", "x:y", ""])
def test_any_host_reaches_the_application(open_client: OpenClient, path: str, host: str) -> None:
    """A server refuses most of these; what the application does about them can be tested anyway."""
    answer = open_client(describing()).get(path, headers={"host": host})
    assert answer.status_code == 200
    assert answer.json()[0].endswith(path)
    trusting = FastAPI()
    trusting.add_middleware(TrustedHostMiddleware, allowed_hosts=["x", "*.a"])
    trusting.get(path)(lambda: None)
    answer = open_client(trusting).get(path, headers={"host": host})
    trusted = host == "x:99999"
    expected = (200, "null") if trusted else (400, "Invalid host header")
    assert (answer.status_code, answer.text) == expected


def test_websockets_have_scheme_and_client_too(open_client: OpenClient) -> None:
    """TLS makes ws wss."""
    client = open_client(describing(), "https://shop.example", client=("10.0.0.1", 7))
    with client.websocket_connect("wss://shop.example/socket?a=1") as session:
        url, seen, _ = session.receive_json()
    assert (url, seen) == ("wss://shop.example/socket?a=1", ["10.0.0.1", 7])


def test_sessions_offer_starlettes_interface(open_client: OpenClient) -> None:
    """Text, bytes and JSON go both ways; subprotocol, headers and the close can be looked at."""
    app = FastAPI()

    @app.websocket("/")
    async def echo(websocket: WebSocket) -> None:
        await websocket.accept("chat", headers=[(b"x-room", b"4")])
        await websocket.send_text(await websocket.receive_text())
        await websocket.send_bytes(await websocket.receive_bytes())
        await websocket.send_json(await websocket.receive_json("binary"), "binary")
        await websocket.close(3001, "enough")

    with open_client(app).websocket_connect("/", subprotocols=["chat", "other"]) as session:
        assert (session.accepted_subprotocol, session.extra_headers) == (
            "chat",
            [(b"x-room", b"4")],
        )
        session.send_text("grüß")
        session.send_bytes(b"\x00" * 100_000)
        session.send_json({"a": 1}, "binary")
        assert session.receive_text() == "grüß"
        assert session.receive_bytes() == b"\x00" * 100_000
        assert session.receive_json("binary") == {"a": 1}
        with pytest.raises(WebSocketDisconnect) as closed:
            session.receive_text()
    assert (closed.value.code, closed.value.reason) == (3001, "enough")


def test_refusals_keep_their_code_and_their_answer(open_client: OpenClient) -> None:
    """A close before the handshake's end tells its code, a response all of itself."""
    app = FastAPI()

    @app.websocket("/close")
    async def close(websocket: WebSocket) -> None:
        await websocket.close(4001, "no ticket")

    @app.websocket("/response")
    async def respond(websocket: WebSocket) -> None:
        await websocket.send_denial_response(PlainTextResponse("full", 503, {"retry-after": "9"}))

    client = open_client(app)
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/close"):
        pass
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect("/response"):
        pass
    assert (closed.value.code, closed.value.reason) == (4001, "no ticket")
    answer = denied.value
    assert (answer.status_code, answer.text, answer.headers["retry-after"]) == (503, "full", "9")


@pytest.mark.parametrize("path", ["/early", "/late"])
def test_what_a_websocket_raises_reaches_the_test(open_client: OpenClient, path: str) -> None:
    """Before and after the handshake."""
    app = FastAPI()

    @app.websocket("/early")
    async def early(websocket: WebSocket) -> None:
        raise LookupError

    @app.websocket("/late")
    async def late(websocket: WebSocket) -> None:
        await websocket.accept()
        raise LookupError

    with pytest.raises(LookupError), open_client(app).websocket_connect(path):
        pass


def test_connections_of_one_client_share_an_event_loop(open_client: OpenClient) -> None:
    """A chat's members reach each other, and requests are served meanwhile."""
    app = FastAPI()
    members: list[WebSocket] = []

    @app.websocket("/")
    async def join(websocket: WebSocket) -> None:
        await websocket.accept()
        members.append(websocket)
        with suppress(WebSocketDisconnect):
            text = await websocket.receive_text()
            for member in members:
                await member.send_text(text)

    @app.get("/members")
    async def count_members() -> int:
        return len(members)

    with (
        open_client(app) as client,
        client.websocket_connect("/") as first,
        client.websocket_connect("/") as second,
    ):
        second.send_text("hello")
        assert first.receive_text() == second.receive_text() == "hello"
        assert client.get("/members").json() == 2


def test_an_endless_answer_is_read_as_far_as_the_test_likes(open_client: OpenClient) -> None:
    """The application ends when the test leaves."""
    app = FastAPI()

    async def lines() -> AsyncIterator[str]:
        for number in count(1):
            yield f"{number}\n"
            await asyncio.sleep(0)

    @app.get("/")
    async def stream() -> StreamingResponse:
        return StreamingResponse(lines())

    with open_client(app).stream("GET", "/") as answer:
        received = answer.iter_lines()
        assert [next(received), next(received)] == ["1", "2"]


def test_the_engine_has_no_other_event_loop_than_asyncios() -> None:
    """A backend that it does not run in is a mistake that is named at once."""
    with pytest.raises(ValueError, match="needs backend='asyncio'"):
        TestClient(FastAPI(), transport="engine", backend="trio")


def test_a_port_that_does_not_exist_is_refused_over_the_engine() -> None:
    """No connection has it."""
    with pytest.raises(ValueError, match=r"port of base_url 'http://x:99999/?' does not exist"):
        TestClient(FastAPI(), transport="engine", base_url="http://x:99999")


@pytest.mark.parametrize("transport", ["asgi", "engine"])
def test_either_package_of_the_client_will_do(transport: str) -> None:
    """Starlette takes httpx where httpx2 is not installed; so does the engine's transport."""
    script = f"""
import sys, httpx2
sys.modules["httpx"] = httpx2
sys.modules["httpx2"] = None
from sixlane import FastAPI
from sixlane.testclient import TestClient
app = FastAPI()
app.get("/")(lambda: 1)
with TestClient(app, transport={transport!r}) as client:
    print(client.get("/").json())
"""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.stderr) == ("1\n", "")
