"""A signal while the app starts: the start-up is cancelled, cleans up, and the process ends."""

import os
import signal
from pathlib import Path

import pytest
from support.gate import Gate
from support.server import ServerProcess

APPLICATION = Path(__file__).parents[2] / "support" / "stopping_application.py"

ARRANGEMENTS = {
    "one process": ["run"],
    "workers": ["run", "--workers", "2"],
    "reload": ["dev"],
}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("words", ARRANGEMENTS.values(), ids=ARRANGEMENTS)
def test_a_start_that_is_interrupted_is_cancelled(
    tmp_path: Path, words: list[str], number: signal.Signals
) -> None:
    """The lifespan's `finally` runs, and the status is 128 and the signal's number."""
    with Gate() as gate:
        environment = {"GATE": str(gate.port), "HOLD": "start"}
        command = ("-m", "sixlane", *words, str(APPLICATION), "--port", "0")
        with ServerProcess(*command, folder=tmp_path, environment=environment) as server:
            gate.wait_for_handler()
            assert server.stop(number) == 128 + number
    ends = ["start-up: cancelled", "lifespan: finally"]
    assert [line for line in server.lines if line in ends] == ends
    assert "Application startup complete" not in server.output
    assert "Traceback" not in server.output


STUBBORN = """
import asyncio


async def app(scope, receive, send):
    await receive()
    print("waits", flush=True)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await send({"type": "lifespan.startup.complete"})
    print((await receive())["type"], flush=True)
    await send({"type": "lifespan.shutdown.complete"})

"""


def test_a_start_that_takes_no_notice_is_shut_down(tmp_path: Path) -> None:
    """An app that starts although it was cancelled is told to shut down, not left standing."""
    (tmp_path / "main.py").write_text(STUBBORN, encoding="utf-8")
    command = ("-m", "sixlane", "run", "main:app", "--port", "0")
    with ServerProcess(*command, folder=tmp_path) as server:
        server.wait_for("waits")
        assert server.stop() == 128 + signal.SIGTERM
    assert "lifespan.shutdown" in server.lines


def test_two_signals_to_a_start_are_not_too_many(tmp_path: Path) -> None:
    """A second signal while the start-up cleans up changes nothing; three end the process."""
    with Gate() as gate:
        environment = {"GATE": str(gate.port), "HOLD": "start"}
        command = ("-m", "sixlane", "run", str(APPLICATION), "--port", "0")
        with ServerProcess(*command, folder=tmp_path, environment=environment) as server:
            gate.wait_for_handler()
            os.kill(server.pid, signal.SIGINT)
            server.stop(signal.SIGTERM)
    assert "lifespan: finally" in server.lines
