"""A server that is told to stop: what it still answers, what it cancels, and in which order."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.engine import PATIENCE_S, RunningEngine, both_loops
from support.gate import Gate
from support.raw_client import Client, request
from support.server import ServerProcess

from .applications import planned

APPLICATION = Path(__file__).parents[1] / "support" / "stopping_application.py"

# Whatever would be waited for although nothing is in flight takes longer than any test's patience.
PATIENT = {
    "graceful_timeout_s": 600,
    "limits": {"linger_idle": 600, "linger_total": 600, "drain_grace": 600},
}


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A gate for the handlers of the test's server."""
    with Gate() as opened:
        yield opened


def start(folder: Path, gate: Gate, hold: str = "", **options: Any) -> ServerProcess:
    """Start the application by `sixlane.run` with these options."""
    environment = {"GATE": str(gate.port), "HOLD": hold, "OPTIONS": json.dumps(options)}
    return ServerProcess(str(APPLICATION), folder=folder, environment=environment)


def start_command(*words: str, folder: Path, gate: Gate) -> ServerProcess:
    """Start the application by `python -m sixlane` with these words."""
    return ServerProcess(
        "-m",
        "sixlane",
        *words,
        str(APPLICATION),
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        folder=folder,
        environment={"GATE": str(gate.port)},
    )


def port_of(server: ServerProcess) -> int:
    """Wait until the server runs, and return its port."""
    return int(server.wait_until_running().rpartition(":")[2])


def begin_stop(server: ServerProcess, number: signal.Signals = signal.SIGTERM) -> None:
    """Send a signal and wait until the server, which has open connections, has begun to stop."""
    os.kill(server.pid, number)
    server.wait_for("Waiting for connections to close. .CTRL.C to force quit.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("path", ["/async", "/dependency", "/def", "/anyio"])
def test_a_request_in_flight_is_answered(
    tmp_path: Path, gate: Gate, path: str, number: signal.Signals
) -> None:
    """It ends as if nothing had happened, and its answer says that the connection ends."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        client.send(request(path))
        gate.wait_for_handler()
        begin_stop(server, number)
        gate.open()
        answer = client.read_answer()
        assert (answer.status, answer.body) == (200, b'"done"')
        assert answer.headers["connection"] == "close"
        assert client.read_to_end() == b""
        client.close()
        assert server.wait() == 0
    assert server.lines[-1] == "returned"


def test_a_streamed_answer_goes_on_to_its_end(tmp_path: Path, gate: Gate) -> None:
    """Its head is out already; the connection ends with it all the same."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        client.send(request("/stream"))
        gate.wait_for_handler()
        begin_stop(server)
        gate.open()
        answer = client.read_answer()
        assert (answer.body, answer.complete) == (b"done", True)
        assert client.read_to_end() == b""
        client.close()
        assert server.wait() == 0


def test_a_body_on_its_way_is_received(tmp_path: Path, gate: Gate) -> None:
    """A request whose body is not whole yet gets the time to send it."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        head = request("/body", "Content-Length: 10", "Expect: 100-continue", method="POST")
        client.send(head)
        assert client.read_answer().status == 100
        client.send(b"12345")
        begin_stop(server)
        client.send(b"67890")
        answer = client.read_answer()
        assert (answer.body, answer.headers["connection"]) == (b"10", "close")
        client.close()
        assert server.wait() == 0


def test_pipelined_requests_that_have_arrived_are_answered(tmp_path: Path, gate: Gate) -> None:
    """Only the last answer says that the connection ends; a later request gets none."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        client.send(request("/async") + request("/fast") + request("/fast"))
        gate.wait_for_handler()
        begin_stop(server)
        client.send(request("/fast"))
        gate.open()
        answers = client.read_answers()
        assert [answer.body for answer in answers] == [b'"done"', b'"fast"', b'"fast"']
        ends = [answer.headers.get("connection") for answer in answers]
        assert ends == [None, None, "close"]
        client.close()
        assert server.wait() == 0


def test_new_connections_are_refused(tmp_path: Path, gate: Gate) -> None:
    """The port is free while requests in flight are finished."""
    with start(tmp_path, gate, **PATIENT) as server:
        port = port_of(server)
        with Client(port) as client:
            client.send(request("/async"))
            gate.wait_for_handler()
            begin_stop(server)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
            gate.open()
            assert client.read_answer().status == 200


def takes_connections(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    except ConnectionResetError:
        pass  # the last listener was closed while this one waited to be accepted
    return True


@pytest.mark.parametrize("words", [["run", "--workers", "2"], ["dev"]])
def test_new_connections_are_refused_by_every_arrangement(
    tmp_path: Path, gate: Gate, words: list[str]
) -> None:
    """No process keeps a socket open on which nobody accepts: a client would wait on it."""
    with start_command(*words, folder=tmp_path, gate=gate) as server:
        port = port_of(server)
        with Client(port) as client:
            client.send(request("/async"))
            gate.wait_for_handler()
            begin_stop(server)
            # Every process takes its own moment to stop listening.
            deadline = time.monotonic() + PATIENCE_S
            while takes_connections(port) and time.monotonic() < deadline:
                pass
            assert not takes_connections(port)
            gate.open()
            assert client.read_answer().status == 200
        assert server.wait() == 0


def test_an_idle_connection_is_closed_at_once(tmp_path: Path, gate: Gate) -> None:
    """No time runs for a connection that has had its answers, even if the client keeps it open."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        assert client.ask("/fast").status == 200
        assert server.stop() == 0
        assert client.read_to_end() == b""


def test_a_request_in_the_kernel_is_answered(tmp_path: Path, gate: Gate) -> None:
    """A request that has arrived, but was not read before the signal, is not lost."""
    with (
        start(tmp_path, gate, **PATIENT) as server,
        Client(port_of(server)) as idle,
        Client(port_of(server)) as busy,
    ):
        assert idle.ask("/fast").status == 200
        busy.send(request("/block"))
        gate.wait_for_handler()
        idle.send(request("/fast"))
        os.kill(server.pid, signal.SIGTERM)
        gate.open()
        assert idle.read_answer().body == b'"fast"'
        assert busy.read_answer().body == b'"done"'
        idle.close()
        busy.close()
        assert server.wait() == 0


def test_a_request_that_no_event_has_told_of_is_answered() -> None:
    """Draining looks into the kernel itself, and runs handlers as any turn of the engine does."""
    with RunningEngine(planned([])) as engine, Client(engine.port) as client:
        assert client.ask("/1").status == 200
        engine.call(engine.host._loop.remove_reader, engine.host._engine.fileno())
        client.send(request("/1"))
        engine.run(engine.host.drain())
        answer = client.read_answer()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert engine.failures == []


def test_what_outlasts_the_grace_time_is_cancelled_before_the_shut_down(
    tmp_path: Path, gate: Gate
) -> None:
    """Handlers, `yield` dependencies, streams and background tasks clean up while the app lives."""
    with start(tmp_path, gate, graceful_timeout_s=0.2) as server:
        port = port_of(server)
        with Client(port) as one, Client(port) as two, Client(port) as three:
            for client, path in [(one, "/dependency"), (two, "/stream"), (three, "/background")]:
                client.send(request(path))
                gate.wait_for_handler()
            assert server.stop() == 0
            assert three.read_answer().body == b'"done"'
            assert not two.read_answer().complete
            assert one.read_answer().status == 500
    ends = {"handler: cancelled", "dependency: exit", "stream: cancelled"}
    ends.add("background task: cancelled")
    at = server.lines.index("lifespan: finally")
    assert ends <= set(server.lines[:at])
    assert "ERROR:    Cancel 3 running task(s), timeout graceful shutdown exceeded" in server.lines
    assert "Traceback" not in server.output


def test_a_request_that_waits_behind_a_cancelled_one_is_not_begun(
    tmp_path: Path, gate: Gate
) -> None:
    """Once requests are cancelled none is begun, not even one that has arrived."""
    with start(tmp_path, gate, graceful_timeout_s=0.2) as server, Client(port_of(server)) as client:
        client.send(request("/async") + request("/async"))
        gate.wait_for_handler()
        assert server.stop() == 0
        assert [answer.status for answer in client.read_answers()] == [500]
    assert server.lines.count("handler: cancelled") == 1


def test_a_worker_thread_is_left(tmp_path: Path, gate: Gate) -> None:
    """A `def` handler cannot be cancelled: a line says so, and the process ends without it."""
    with start(tmp_path, gate, graceful_timeout_s=0.2) as server, Client(port_of(server)) as client:
        client.send(request("/def"))
        gate.wait_for_handler()
        assert server.stop() == 0
    left = "WARNING:  1 call(s) in threads cannot be cancelled and are left"
    assert server.lines.index(left) < server.lines.index("lifespan: finally")
    assert server.lines[-1] == "returned"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@both_loops
def test_a_second_signal_ends_the_grace_time(
    tmp_path: Path, gate: Gate, loop: str, number: signal.Signals
) -> None:
    """What runs is cancelled, then the app is shut down, and the status is still 0."""
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    with start(tmp_path, gate, loop=loop, **PATIENT) as server, Client(port_of(server)) as client:
        client.send(request("/dependency"))
        gate.wait_for_handler()
        begin_stop(server, number)
        assert server.stop(number) == 0
    ends = ["handler: cancelled", "dependency: exit", "lifespan: finally"]
    assert [line for line in server.lines if line in ends] == ends
    assert "ERROR:    Cancel 1 running task(s), forced" in server.lines
    assert "Traceback" not in server.output


def test_a_third_signal_ends_the_process(tmp_path: Path, gate: Gate) -> None:
    """A shut-down that hangs does not hold the process; its status tells of the signal."""
    with start(tmp_path, gate, hold="shut-down", **PATIENT) as server:
        port_of(server)
        os.kill(server.pid, signal.SIGTERM)
        gate.wait_for_handler()
        os.kill(server.pid, signal.SIGTERM)
        assert server.stop(signal.SIGINT) in (-signal.SIGINT, -signal.SIGTERM)
    assert "Finished server process" not in server.output


def test_a_third_signal_ends_a_blocked_loop(tmp_path: Path, gate: Gate) -> None:
    """Even where the event loop does not turn, three signals are enough."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        client.send(request("/block"))
        gate.wait_for_handler()
        # Signals that are pending together count once, so three may have to be more.
        while server.is_running():
            os.kill(server.pid, signal.SIGTERM)
        assert server.wait() == -signal.SIGTERM


def test_a_thread_does_not_hold_the_command(tmp_path: Path, gate: Gate) -> None:
    """The interpreter would wait for one of anyio's threads; the command ends without it."""
    with (
        start_command("run", folder=tmp_path, gate=gate) as server,
        Client(port_of(server)) as client,
    ):
        client.send(request("/anyio"))
        gate.wait_for_handler()
        begin_stop(server)
        assert server.stop() == 0
    assert "lifespan: finally" in server.lines
    assert "The process ends while threads run: AnyIO worker thread" in server.lines[-1]


@pytest.mark.parametrize("words", [["run"], ["run", "--workers", "2"], ["dev"]])
@pytest.mark.parametrize("path", ["/async", "/def"])
def test_every_arrangement_of_processes_stops_gracefully(
    tmp_path: Path, gate: Gate, words: list[str], path: str
) -> None:
    """A signal to the process that was started has all of them answer what is in flight."""
    with (
        start_command(*words, folder=tmp_path, gate=gate) as server,
        Client(port_of(server)) as client,
    ):
        client.send(request(path))
        gate.wait_for_handler()
        begin_stop(server)
        gate.open()
        answer = client.read_answer()
        assert (answer.body, answer.headers["connection"]) == (b'"done"', "close")
        assert server.wait() == 0
    assert "lifespan: finally" in server.lines
    assert "Traceback" not in server.output


@pytest.mark.parametrize("words", [["run", "--workers", "2"], ["dev"]])
def test_a_second_signal_reaches_the_workers(tmp_path: Path, gate: Gate, words: list[str]) -> None:
    """They cancel what runs and shut the app down; nothing is killed."""
    with (
        start_command(*words, folder=tmp_path, gate=gate) as server,
        Client(port_of(server)) as client,
    ):
        client.send(request("/dependency"))
        gate.wait_for_handler()
        begin_stop(server)
        assert server.stop(signal.SIGINT) == 0
    ends = ["handler: cancelled", "dependency: exit", "lifespan: finally"]
    assert [line for line in server.lines if line in ends][-3:] == ends
    assert "killing" not in server.output


@pytest.mark.parametrize("words", [["run", "--workers", "2"], ["dev"]])
def test_one_interrupt_to_all_processes_is_one(
    tmp_path: Path, gate: Gate, words: list[str]
) -> None:
    """Ctrl+C reaches the worker too; what its parent says then is not the second signal."""
    with start_command(*words, folder=tmp_path, gate=gate) as server:
        with Client(port_of(server)) as client:
            client.send(request("/async"))
            gate.wait_for_handler()
            workers = 2 if "--workers" in words else 1
            for number in range(1, workers + 1):
                started = server.wait_for(r"Started server process \[(\d+)\]", count=number)
                os.kill(int(started[1]), signal.SIGINT)
            begin_stop(server, signal.SIGINT)
            gate.open()
            assert client.read_answer().status == 200
        assert server.wait() == 0
    assert "Traceback" not in server.output


def test_the_steps_are_told_as_uvicorn_tells_them(tmp_path: Path, gate: Gate) -> None:
    """What reads a server's log for the end of a process finds the lines it knows."""
    with start(tmp_path, gate, **PATIENT) as server, Client(port_of(server)) as client:
        client.send(request("/background", "Connection: close"))
        gate.wait_for_handler()
        assert client.read_answer().status == 200
        client.close()
        os.kill(server.pid, signal.SIGTERM)
        server.wait_for("Waiting for background tasks to complete. .CTRL.C to force quit.")
        gate.open()
        assert server.wait() == 0
    told = [line for line in server.lines if line.startswith("INFO: ") and "HTTP" not in line]
    assert told[:2] == [
        f"INFO:     Started server process [{server.pid}]",
        "INFO:     Waiting for application startup.",
    ]
    assert told[-4:] == [
        "INFO:     Waiting for background tasks to complete. (CTRL+C to force quit)",
        "INFO:     Waiting for application shutdown.",
        "INFO:     Application shutdown complete.",
        f"INFO:     Finished server process [{server.pid}]",
    ]
