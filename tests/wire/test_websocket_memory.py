"""Hostile WebSocket messages W27 to W30: refused with 1009, at a memory that is bounded.

The server is a process of its own, at the default limits, so that its highest memory counts and
not the client's. The other rows of the table are in `test_websocket_table.py`.
"""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from support.server import ServerProcess
from support.websocket_client import BINARY, DEFLATE, MORE, TEXT, WebSocketClient, frame

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")

MEBIBYTE = 1 << 20
KIBIBYTE = 1 << 10
LIMIT = 16 * MEBIBYTE
"""Of a message, after inflation."""

APP = """
from sixlane import FastAPI, WebSocket

app = FastAPI()

@app.websocket("/")
async def echo(websocket: WebSocket):
    await websocket.accept()
    while (message := await websocket.receive())["type"] == "websocket.receive":
        await websocket.send_text(message["text"])
    print("told", message["code"])
"""


class Server(NamedTuple):
    """A server process that serves `APP`."""

    process: ServerProcess
    port: int

    def memory(self, which: str) -> int:
        """Bytes that it holds ("VmRSS"), or held at most since it began ("VmHWM")."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        (line,) = [each for each in lines if each.startswith(which)]
        return int(line.split()[1]) * KIBIBYTE

    def echoes(self) -> bool:
        """Whether it serves another connection."""
        with WebSocketClient(self.port) as client:
            client.send_text("hi")
            return str(client.read_frame()) == "text:hi"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Serve, after a first connection."""
    (tmp_path / "main.py").write_text(APP, encoding="utf-8")
    words = ("-m", "sixlane", "run", "--host", "127.0.0.1", "--port", "0")
    with ServerProcess(*words, folder=tmp_path) as process:
        server = Server(process, int(process.wait_until_running().rpartition(":")[2]))
        assert server.echoes()
        process.wait_for("told")
        yield server


def announced() -> bytes:
    """The header of a frame of 2^40 bytes, and two of them."""
    return b"\x82\xff" + (1 << 40).to_bytes(8, "big") + bytes(4) + b"hi"


def long_text() -> bytes:
    """A text of one frame."""
    return frame(TEXT, b"a" * (17 * MEBIBYTE))


def fragments() -> bytes:
    """A text in frames that are each within the limit."""
    part = b"a" * MEBIBYTE
    return frame(TEXT - MORE, part) + frame(0, part) * 15 + frame(MORE, part)


def bomb() -> bytes:
    """Forty MiB of zeros in as many KiB."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -12)
    payload = compressor.compress(bytes(40 * MEBIBYTE)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert len(payload) < 60 * KIBIBYTE
    return frame(BINARY | 0x40, payload[:-4])


@pytest.mark.parametrize(
    ("make", "most"),
    [
        pytest.param(announced, 2 * MEBIBYTE, id="W27 2^40 bytes announced"),
        pytest.param(long_text, 2 * MEBIBYTE, id="W28 a text of 17 MiB"),
        pytest.param(fragments, LIMIT + 8 * MEBIBYTE, id="W29 17 fragments of a MiB"),
        pytest.param(bomb, LIMIT + 8 * MEBIBYTE, id="W30 a bomb of 40 MiB"),
    ],
)
def test_too_big_a_message(server: Server, make: Callable[[], bytes], most: int) -> None:
    """Nothing is held for what its header refuses, else one message, however many come."""
    sent, before = make(), server.memory("VmRSS")
    for count in range(1, 4):
        with WebSocketClient(server.port, "/", DEFLATE) as client:
            client.send(sent)
            assert client.read_close()[0] == 1009
        server.process.wait_for("told 1009", count=count)
    assert server.memory("VmHWM") - before < most
    assert server.echoes()
