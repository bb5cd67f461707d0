"""Worker threads of `def` handlers, when they come and when they go."""

import signal
import socket
import threading
from pathlib import Path

import pytest
from anyio import to_thread
from support.engine import RunningEngine
from support.raw_client import Client, request
from support.server import RUNNING, ServerProcess

from sixlane import FastAPI

BLOCKED = r"""
import os
import sys
import time

import sixlane

app = sixlane.FastAPI()
reader, writer = os.pipe()


@app.get("/")
def blocked() -> str:
    print("handler called", flush=True)
    return os.read(reader, 1).decode()


class Last:
    # Runs when the interpreter clears the modules: nothing can be waited for any more, so that a
    # pause is what gives the handler's thread time to come back.
    def __del__(self, write=os.write, end=writer, pause=time.sleep) -> None:
        write(1, b"interpreter ends\n")
        write(end, b"x")
        pause(0.3)


# Not in this module: the handler's frame keeps the module's variables alive.
sys.last = Last()

if __name__ == "__main__":
    sixlane.run(app, port=0, graceful_timeout_s=0.05)
"""


def test_a_handler_that_outlives_the_interpreter(tmp_path: Path) -> None:
    """Its thread ends with the interpreter, and takes nothing else with it."""
    (tmp_path / "main.py").write_text(BLOCKED)
    with ServerProcess("main.py", folder=tmp_path) as server:
        port = int(server.wait_until_running().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(request("/"))
            server.wait_for("handler called")
            status = server.stop(signal.SIGTERM)
        assert "interpreter ends" in server.output
        assert status >= 0, f"ended by a signal:\n{server.output}"
        assert "Fatal" not in server.output
    assert RUNNING.search(server.output)


def make_blocking() -> tuple[FastAPI, threading.Barrier]:
    """Make an app whose handler waits until three of it run at once."""
    app = FastAPI()
    together = threading.Barrier(3)

    @app.get("/")
    def meet() -> str:
        together.wait(20)
        return threading.current_thread().name

    return app, together


def test_blocked_handlers_get_more_threads() -> None:
    """Handlers that wait for each other all run, each in a thread of its own."""
    app, together = make_blocking()
    with RunningEngine(app) as engine:
        clients = [Client(engine.port) for _ in range(together.parties)]
        for client in clients:
            client.send(request("/"))
        names = {client.read_answer().body for client in clients}
        for client in clients:
            client.close()
    assert len(names) == together.parties


def test_threads_end_with_the_engine() -> None:
    """An engine that has stopped leaves no worker behind."""
    app = FastAPI()

    @app.get("/")
    def name() -> str:
        return threading.current_thread().name

    with RunningEngine(app) as engine, Client(engine.port) as client:
        worker = client.ask("/").body.decode().strip('"')
        thread = next(each for each in threading.enumerate() if each.name == worker)
    thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("tokens", [1, 3, 60])
def test_the_limiter_bounds_the_threads(tokens: int) -> None:
    """As many `def` handlers run at once as anyio's default limiter has tokens."""
    go_on = threading.Event()
    running: list[str] = []
    app = FastAPI()

    @app.get("/")
    def block() -> None:
        running.append(threading.current_thread().name)
        go_on.wait(20)

    @app.get("/tokens/{count}")
    async def change(count: int) -> None:
        to_thread.current_default_thread_limiter().total_tokens = count

    with RunningEngine(app) as engine:
        with Client(engine.port) as client:
            client.ask(f"/tokens/{tokens}")
        clients = [Client(engine.port) for _ in range(tokens + 5)]
        for client in clients:
            client.send(request("/"))
        engine.wait_until(lambda: len(running) == tokens)
        engine.wait_until_still(lambda: len(running))
        assert len(set(running)) == len(running) == tokens
        go_on.set()
        assert [client.read_answer().status for client in clients] == [200] * len(clients)
        for client in clients:
            client.close()
