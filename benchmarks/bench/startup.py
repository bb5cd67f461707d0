"""Before the first request: the time an import takes, and 500 routes until they can answer."""

import dataclasses
import os
import subprocess
import time

from bench.answers import ask
from bench.environments import Environments
from bench.failure import Absent
from bench.peers import OURS, REFERENCE, find_peer
from bench.routes import MANY, Route, find_route
from bench.server import running
from bench.summary import summarize

_IMPORT = "import time; start = time.perf_counter(); from {module} import FastAPI;"
_IMPORT += " print((time.perf_counter() - start) * 1000)"


def measure_imports(environments: Environments, core: int, repeats: int) -> dict[str, object]:
    """Time `from ... import FastAPI` in a fresh interpreter, in ms, Sixlane and FastAPI in turn.

    The name is part of what is timed: a package that imports it only when asked gains nothing.

    Raises:
        Absent: One of the two is not there.
    """
    times: dict[str, list[float]] = {OURS: [], REFERENCE: []}
    for _ in range(repeats + 1):
        for name, values in times.items():
            values.append(_time_import(name, environments, core))
    # The first of each wrote the byte code.
    return {name: summarize(values[1:]) for name, values in times.items()}


def measure_routes(environments: Environments, core: int, repeats: int) -> dict[str, object]:
    """Time a server from its start to an answer of its last route, in ms, with 500 routes and one.

    The difference is what declaring and compiling 499 routes takes.

    Raises:
        Absent: One of the two is not there.
    """
    times: dict[str, dict[int, list[float]]] = {
        name: {MANY: [], 1: []} for name in (OURS, REFERENCE)
    }
    for _ in range(repeats):
        for name, by_count in times.items():
            for count, values in by_count.items():
                values.append(_time_start(name, count, environments, core))
    return {
        name: {
            "many": summarize(by_count[MANY]),
            "one": summarize(by_count[1]),
            "difference": summarize(
                [many - one for many, one in zip(by_count[MANY], by_count[1], strict=True)]
            ),
        }
        for name, by_count in times.items()
    }


def _time_import(name: str, environments: Environments, core: int) -> float:
    python = environments.program(find_peer(name).launches["api"].program)
    command = ["taskset", "-c", str(core), python, "-c", _IMPORT.format(module=name)]
    variables = os.environ | environments.variables
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if done.returncode:
        raise Absent(f"{name} cannot be imported: {done.stderr.strip()[-200:]}")
    return float(done.stdout)


def _time_start(name: str, count: int, environments: Environments, core: int) -> float:
    launch = find_peer(name).launches["many"]
    launch = dataclasses.replace(launch, environment={"BENCH_ROUTES": str(count)})
    start = time.perf_counter()
    with running(f"{name}-start", launch, environments, core) as server:
        answer = ask(server.port, _last_route(count))
        elapsed_ms = (time.perf_counter() - start) * 1000
    if answer.status != 200:
        raise Absent(f"{name} with {count} routes answered {answer.status}")
    return elapsed_ms


def _last_route(count: int) -> Route:
    return find_route("first" if count == 1 else "last")
