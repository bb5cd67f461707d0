"""SIGHUP replaces the workers of a server one by one, as process managers ask for new code."""

import os
import pty
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.server import ServerProcess

APP = """
import asyncio
import os
from pathlib import Path

from sixlane import Sixlane

app = Sixlane()


@app.get("/")
async def tell():
    return "old"


@app.get("/wait")
async def wait():
    print("waiting", flush=True)
    while not Path("go").exists():
        await asyncio.sleep(0.01)
    return "waited"
"""

WAITING = {
    "module": APP
    + """
import time

print("loading", flush=True)
time.sleep(3600)
""",
    "lifespan": APP.replace("Sixlane()", "Sixlane(lifespan=lambda app: Lifespan())")
    + """

class Lifespan:
    async def __aenter__(self):
        print("loading", flush=True)
        await asyncio.sleep(3600)

    async def __aexit__(self, *details):
        pass
""",
}
"""What does not come so far as to serve, by where it waits."""

STARTED = r"Started server process \[(\d+)\]"
FINISHED = r"Finished server process \[(\d+)\]"
WORDS = ("run", "main.py", "--host", "127.0.0.1", "--port", "0", "--workers", "2")


@pytest.fixture(autouse=True)
def hang_ups() -> Iterator[None]:
    """Have servers notice SIGHUP where the tests run under `nohup`, which children inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def main(tmp_path: Path) -> Path:
    """The file of an application."""
    file = tmp_path / "main.py"
    file.write_text(APP, encoding="utf-8")
    return file


def start(main: Path, standard_input: int | None = subprocess.DEVNULL) -> ServerProcess:
    """Start two workers of it."""
    arguments = ("-m", "sixlane", *WORDS)
    return ServerProcess(*arguments, folder=main.parent, standard_input=standard_input)


def test_new_code_is_served_without_a_gap(main: Path) -> None:
    """Each worker is asked to stop when its successor serves, and answers what it has begun."""
    with start(main) as server:
        old = {server.wait_for(STARTED, count=number)[1] for number in (1, 2)}
        assert server.get("/").json() == "old"
        port = int(server.wait_until_running().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /wait HTTP/1.0\r\n\r\n")
            server.wait_for("waiting")
            main.write_text(APP.replace("old", "new"), encoding="utf-8")
            os.kill(server.pid, signal.SIGHUP)
            while len(re.findall(STARTED, server.output)) < 4:
                assert server.get("/").json() in ("old", "new")
            first_end = server.wait_for(FINISHED)[1]
            (main.parent / "go").touch()
            assert connection.makefile("rb").read().endswith(b'"waited"')
        ends = {first_end, server.wait_for(FINISHED, count=2)[1]}
        assert ends == old
        assert server.get("/").json() == "new"
        assert server.stop() == 0
    assert "died" not in server.output


def test_code_that_does_not_load_leaves_the_workers(main: Path) -> None:
    """What serves goes on; mended code is taken at the next signal."""
    with start(main) as server:
        server.wait_for(STARTED, count=2)
        main.write_text("x = (\n", encoding="utf-8")
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for(r"^ERROR:    Worker \[\d+\] did not start, so the others go on$")
        assert server.get("/").json() == "old"
        main.write_text(APP.replace("old", "new"), encoding="utf-8")
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for(FINISHED, count=2)
        assert server.get("/").json() == "new"
        assert server.stop() == 0


@pytest.mark.parametrize("place", ["module", "lifespan"])
def test_another_signal_starts_a_successor_anew(main: Path, place: str) -> None:
    """The one before it may have read older code, and may wait for ever."""
    with start(main) as server:
        old = [server.wait_for(STARTED, count=number)[1] for number in (1, 2)]
        main.write_text(WAITING[place], encoding="utf-8")
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for("^loading$")
        main.write_text(APP.replace("old", "new"), encoding="utf-8")
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for("Received SIGHUP, replacing 2 workers", count=2)
        server.wait_for(r"^INFO:     Worker \[\d+\] has not started yet, stopping it$")
        for pid in old:
            server.wait_for(rf"Finished server process \[{pid}\]")
        assert server.get("/").json() == "new"
        assert server.stop() == 0
    assert "died" not in server.output
    assert "did not start" not in server.output


def test_a_stop_ends_a_renewal(main: Path) -> None:
    """Whoever is being started or replaced by then ends with the others."""
    with start(main) as server:
        server.wait_for(STARTED, count=2)
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for("Received SIGHUP, replacing 2 workers")
        assert server.stop() == 0


def test_the_signal_stays_ignored_under_nohup(main: Path) -> None:
    """Whoever starts a server so does not want it to be noticed."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with start(main) as server:
        server.wait_for(STARTED, count=2)
        os.kill(server.pid, signal.SIGHUP)
        assert server.get("/").json() == "old"
        assert server.stop() == 0
    assert "SIGHUP" not in server.output


def test_a_terminal_that_is_gone_stops_the_server(main: Path) -> None:
    """Closing it sends the same signal, and nobody could stop the server any more."""
    master, terminal = pty.openpty()
    with start(main, terminal) as server:
        os.close(terminal)
        server.wait_for(STARTED, count=2)
        os.close(master)
        assert server.stop(signal.SIGHUP) == 0
    assert "replacing" not in server.output
