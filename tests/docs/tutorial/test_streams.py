"""What goes on longer than an answer: streams and WebSockets."""

import json
from pathlib import Path

import pytest
from starlette.websockets import WebSocketDisconnect
from support.client import OpenClient
from support.server import ServerProcess
from tutorial import chat, streams
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sixlane.testclient import TestClient

TUTORIAL = Path(chat.__file__).parent


def test_json_lines(open_client: OpenClient) -> None:
    """Each model is a line."""
    answer = open_client(streams.app).get("/readings")
    assert answer.text == '{"celsius":20.5}\n{"celsius":21.0}\n'
    assert answer.headers["content-type"] == "application/jsonl"


def test_server_sent_events(open_client: OpenClient) -> None:
    """Events have names, numbers and data."""
    answer = open_client(streams.app).get("/events")
    assert answer.text == ('event: reading\ndata: {"celsius":20.5}\nid: 1\n\ndata: done\n\n')
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"


def test_text(open_client: OpenClient) -> None:
    """Text goes out as it is."""
    assert open_client(streams.app).get("/table.csv").text == "celsius\n20.5\n"


def test_chat_in_process() -> None:
    """The client of the tests speaks WebSocket over ASGI."""
    chat.left.clear()
    with TestClient(chat.app) as client, client.websocket_connect("/rooms/a?name=ada") as socket:
        assert socket.receive_json() == {"welcome": "ada", "room": "a"}
        socket.send_text("hello")
        assert socket.receive_text() == "ada: hello"
        socket.close()
    assert chat.left == ["ada"]
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        TestClient(chat.app).websocket_connect("/rooms/closed"),
    ):
        pass
    assert refused.value.code == 1008


def test_chat_on_the_engine(tmp_path: Path) -> None:
    """A client that is not ours gets the same over a connection."""
    words = (
        "-m",
        "sixlane",
        "run",
        str(TUTORIAL / "chat.py"),
        "--host",
        "127.0.0.1",
        "--port",
        "0",
    )
    with ServerProcess(*words, folder=tmp_path) as server:
        url = server.wait_until_running().replace("http:", "ws:")
        with connect(f"{url}/rooms/a") as socket:
            assert json.loads(socket.recv()) == {"welcome": "guest", "room": "a"}
            socket.send("hello")
            assert socket.recv() == "guest: hello"
        with pytest.raises(InvalidStatus) as refused:
            connect(f"{url}/rooms/closed")
        assert refused.value.response.status_code == 403
