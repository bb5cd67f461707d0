"""What the page about moving from FastAPI promises of servers: uvicorn there, the engine here."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.raw_client import Client
from support.server import ServerProcess
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """The ports of both servers, which serve one application."""
    with ExitStack() as stack:
        servers = [
            stack.enter_context(ServerProcess("-m", *words, "--port", "0", folder=FOLDER))
            for words in (
                ("uvicorn", "served_application:on_fastapi"),
                ("sixlane", "run", "served_application:on_sixlane", "--host", "127.0.0.1"),
            )
        ]
        theirs, ours = (int(each.wait_until_running().rpartition(":")[2]) for each in servers)
        yield theirs, ours


def read_status(target: str, *lines: str) -> Callable[[int], object]:
    """Ask for the status of an answer."""

    def ask(port: int) -> int:
        with Client(port) as client:
            return client.ask(target, *lines).status

    return ask


def read_body(target: str) -> Callable[[int], object]:
    """Ask for the body of an answer."""

    def ask(port: int) -> str:
        with Client(port) as client:
            return client.ask(target).body.decode()

    return ask


def read_close_code(target: str) -> Callable[[int], object]:
    """Ask for the code by which the server closes a WebSocket, None where it sends none."""

    def ask(port: int) -> int | None:
        with connect(f"ws://127.0.0.1:{port}{target}", proxy=None) as client:
            with pytest.raises(ConnectionClosed) as closed:
                client.recv()
            return closed.value.rcvd and closed.value.rcvd.code

    return ask


def leave_without_closing(port: int) -> str:
    """Ask for the code that a handler gets when its client ends the connection below WebSocket."""
    with connect(f"ws://127.0.0.1:{port}/wait", proxy=None) as client:
        client.socket.shutdown(socket.SHUT_RDWR)
    return str(read_body("/code")(port))


@pytest.mark.parametrize(
    ("ask", "theirs", "ours"),
    [
        pytest.param(read_status("/files/%zz"), 200, 400, id="no percent escape"),
        pytest.param(read_status("/files/%"), 200, 400, id="bare percent sign"),
        pytest.param(read_status("/files/%00"), 200, 400, id="escaped NUL"),
        pytest.param(read_status("/files/x#y"), 200, 400, id="fragment"),
        pytest.param(read_status(f"/files/{'x' * 8_192}"), 200, 414, id="long target"),
        pytest.param(read_close_code("/raise"), None, 1011, id="raising WebSocket handler"),
        pytest.param(read_close_code("/return"), None, 1000, id="returning WebSocket handler"),
        pytest.param(leave_without_closing, "1005", "1006", id="unclean end of a WebSocket"),
        pytest.param(read_body("/task"), "true", "false", id="task factory"),
    ],
)
def test_servers_differ(
    ports: tuple[int, int], ask: Callable[[int], object], theirs: object, ours: object
) -> None:
    """Each row of the page's table that needs a server to be seen."""
    assert [ask(port) for port in ports] == [theirs, ours]


def test_second_host_header_is_refused(ports: tuple[int, int]) -> None:
    """Uvicorn takes it or not, as the parser that it finds."""
    assert read_status("/files/x", "Host: y")(ports[1]) == 400
