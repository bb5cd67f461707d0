"""System calls for each keep-alive request under load, by strace, in a run of its own."""

import shutil
import signal
import subprocess
import time
from dataclasses import asdict, dataclass

from bench.environments import Environments
from bench.failure import Absent
from bench.load import LoadSettings, make_load
from bench.peers import find_peer
from bench.routes import find_route
from bench.server import Server, running

_ATTACH_TIMEOUT_S = 5.0
_TRACED_SECONDS = 5
"""Long enough that what opening 64 connections takes does not show."""


@dataclass(frozen=True)
class SystemCalls:
    """What strace counted while wrk asked one route over connections that stay open.

    Attributes:
        per_request: All calls divided by the requests answered.
        calls: Calls for each request, the most frequent first; those below 0.001 are left out.
    """

    peer: str
    route: str
    requests: int
    per_request: float
    calls: dict[str, float]


def parse_summary(summary: str) -> dict[str, int]:
    """Read the table of `strace -c`: name of a call to how often it was made."""
    counts: dict[str, int] = {}
    for line in summary.splitlines():
        fields = line.split()
        if len(fields) < 5 or not fields[0].replace(".", "").isdigit() or fields[-1] == "total":
            continue
        counts[fields[-1]] = counts.get(fields[-1], 0) + int(fields[3])
    return counts


def count_system_calls(
    peer_name: str,
    route_name: str,
    environments: Environments,
    server_core: int,
    load_settings: LoadSettings,
) -> dict[str, object]:
    """Trace a server under load.

    Raises:
        Absent: strace is missing or may not trace.
    """
    if shutil.which("strace") is None:
        raise Absent("strace is not installed (`apt-get install strace`)")
    route = find_route(route_name)
    launch = find_peer(peer_name).launches[route.app]
    with running(f"{peer_name}-traced", launch, environments, server_core) as server:
        make_load(server.port, route, 1, load_settings)
        tracer = _attach(server, load_settings.core)
        load = make_load(server.port, route, _TRACED_SECONDS, load_settings)
        tracer.send_signal(signal.SIGINT)
        _, output = tracer.communicate()
    counts = parse_summary(output)
    calls = {
        name: round(count / load.requests, 3)
        for name, count in sorted(counts.items(), key=lambda item: -item[1])
        if count / load.requests >= 0.001
    }
    per_request = sum(counts.values()) / load.requests
    return asdict(SystemCalls(peer_name, route_name, load.requests, round(per_request, 3), calls))


def _attach(server: Server, core: int) -> subprocess.Popen[str]:
    processes = [argument for process in server.processes for argument in ("-p", str(process))]
    tracer = subprocess.Popen(
        ["taskset", "-c", str(core), "strace", "-c", "-f", *processes],
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + _ATTACH_TIMEOUT_S
    while not all(_is_traced(process) for process in server.processes):
        if tracer.poll() is not None or time.monotonic() > deadline:
            tracer.kill()
            raise Absent(f"strace: {tracer.communicate()[1].strip()[-200:]}")
        time.sleep(0.01)
    return tracer


def _is_traced(process: int) -> bool:
    with open(f"/proc/{process}/status") as status:  # noqa: PTH123  a path of the kernel's
        return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in status)
