"""Load by wrk: its script for a route, its run, and what it reports; WebSockets have their own."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.failure import BenchmarkError
from bench.paths import BENCHMARKS, CACHE
from bench.routes import Route

_REPORT = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\nREPORT {"requests": %d, "duration_us": %d, "bytes": %d, "broken": %d, "refused": %d,' ..
    ' "p50_us": %d, "p99_us": %d}\\n',
    summary.requests, summary.duration, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99)))
end
"""

_TIMEOUT_S = 10
"""What takes longer counts as broken off; wrk's own 2 s are reached by a peer that strace stops."""


@dataclass(frozen=True)
class Load:
    """What wrk saw.

    Attributes:
        requests: Answers that were complete.
        refused: Those among them with a status above 399.
        broken: Connections that failed, reads and writes that failed, answers that timed out.
        bytes: Of all answers, heads included.
    """

    requests: int
    duration_us: int
    bytes: int
    broken: int
    refused: int
    p50_us: int
    p99_us: int

    @property
    def requests_per_s(self) -> float:
        """Answers in a second."""
        return self.requests * 1e6 / self.duration_us


@dataclass(frozen=True)
class LoadSettings:
    """How the load is made: the core that wrk has for itself, and its keep-alive connections."""

    core: int
    connections: int = 64


def render_script(route: Route) -> str:
    """Write the Lua script by which wrk sends a route's request and reports as JSON.

    A body is read from its file: a string in Lua would turn CR LF into LF.
    """
    lines = [f'wrk.method = "{route.method}"']
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in route.headers.items()]
    if route.body is not None:
        lines.append(f'wrk.body = assert(io.open("{body_path(route)}", "rb")):read("*a")')
    return "\n".join(lines) + _REPORT


def body_path(route: Route) -> Path:
    """Say where the file with the body of a route's request is."""
    return CACHE / "load" / f"{route.name}.body"


def parse_report(output: str) -> Load:
    """Read the line that the script of `render_script` wrote.

    Raises:
        BenchmarkError: There is none.
    """
    for line in output.splitlines():
        if line.startswith("REPORT "):
            return Load(**json.loads(line.removeprefix("REPORT ")))
    raise BenchmarkError(f"wrk reported nothing: {output[-300:]}")


def check_load(route: Route, load: Load) -> None:
    """Check that the answers under load were of the kind that was asked for.

    Raises:
        BenchmarkError: Some broke off, or had another status.
    """
    expected = load.requests if route.is_error else 0
    if load.requests == 0 or load.broken or load.refused != expected:
        raise BenchmarkError(
            f"{route.name}: of {load.requests} answers {load.refused} were refusals"
            f" instead of {expected}, {load.broken} broke off"
        )


def make_load(port: int, route: Route, seconds: float, settings: LoadSettings) -> Load:
    """Run wrk, or the load on a WebSocket, on its core for a time and return what it saw.

    Raises:
        BenchmarkError: It failed, or answers were not as they should be.
    """
    connections = str(route.connections or settings.connections)
    if route.is_websocket:
        program = [sys.executable, "-m", "bench.echo_load"]
        program += [str(port), route.name, str(seconds), connections]
    else:
        program = ["wrk", "--threads", "1", "--connections", connections]
        program += ["--duration", f"{max(1, round(seconds))}s", "--timeout", f"{_TIMEOUT_S}s"]
        program += ["--script", str(_write_script(route))]
        program += [f"http://127.0.0.1:{port}{route.target}"]
    command = ["taskset", "-c", str(settings.core), *program]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchmarkError(f"{program[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    load = parse_report(done.stdout)
    check_load(route, load)
    return load


def _write_script(route: Route) -> Path:
    script = CACHE / "load" / f"{route.name}.lua"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(render_script(route))
    if route.body is not None:
        body_path(route).write_bytes(route.body)
    return script
