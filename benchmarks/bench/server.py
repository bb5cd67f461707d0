"""Start one app of one peer on its core, wait until it answers, stop it."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.environments import Environments
from bench.failure import Absent
from bench.paths import GENERATED, LOGS, PEERS
from bench.peers import Launch
from bench.processes import find_session_processes

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 5.0
POLL_S = 0.002
_LOG_TAIL_CHARACTERS = 600


@dataclass(frozen=True)
class Server:
    """A running server: its port, its processes, the first one the leader, and its log."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def processes(self) -> list[int]:
        """All processes of the server now."""
        return find_session_processes(self.process.pid)


@contextlib.contextmanager
def running(name: str, launch: Launch, environments: Environments, core: int) -> Iterator[Server]:
    """Run a server, pinned to a core, until the block ends.

    Args:
        name: Of its log file.
        launch: How it is started.
        environments: The programs at hand.
        core: Where the server and all that it starts run.

    Raises:
        Absent: Its program is absent, or it ended or stayed silent instead of answering.
    """
    log = LOGS / f"{name}.log"
    port = _free_port()
    command = ["taskset", "-c", str(core), *command_line(launch, environments, port)]
    environment = os.environ | environments.variables | dict(launch.environment)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=PEERS,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_answering(process, port, log)
        yield Server(port, process, log)
    finally:
        _stop(process)


def command_line(launch: Launch, environments: Environments, port: int) -> list[str]:
    """Write the command; files that carry the port are rendered on the way.

    Raises:
        Absent: The program is not here.
    """
    if launch.program == "nginx":
        GENERATED.mkdir(parents=True, exist_ok=True)
        template = (PEERS / "nginx.conf").read_text()
        (GENERATED / "nginx.conf").write_text(template.replace("PORT", str(port)))
    values = {"port": port, "generated": GENERATED}
    arguments = [argument.format(**values) for argument in launch.arguments]
    return [environments.program(launch.program), *arguments]


def wait_until_answering(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until any HTTP answer comes, be it a 404.

    Raises:
        Absent: The process ended, or nothing came in `START_TIMEOUT_S`.
    """
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Absent(f"it ended at start: {_tail(log)}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(POLL_S)
        else:
            return
        finally:
            connection.close()
    raise Absent(f"no answer within {START_TIMEOUT_S:.0f} s: {_tail(log)}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _stop(process: subprocess.Popen[bytes]) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, ending)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while time.monotonic() < deadline:
            process.poll()
            if not find_session_processes(process.pid):
                process.wait()
                return
            time.sleep(POLL_S * 10)


def _tail(log: Path) -> str:
    text = log.read_text(errors="replace").strip()
    return text[-_LOG_TAIL_CHARACTERS:] or "it wrote nothing"
