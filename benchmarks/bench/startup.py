"""Before the first request: the time an import takes, and 500 routes until they can answer.

Both are CPU times: on a machine that others share, the time that passes measures them.
"""

import dataclasses
import os
import re
import subprocess
from typing import NamedTuple

from bench.answers import ask
from bench.environments import Environments
from bench.failure import Absent
from bench.peers import OURS, REFERENCE, find_peer
from bench.processes import read_cpu_time_ns
from bench.routes import MANY, Route, find_route
from bench.server import running
from bench.summary import summarize

_IMPORTS = {"package": "import {module}", "name": "from {module} import FastAPI"}
_TIMED = "import time; start = time.process_time(); {statement}"
_TIMED += "; print((time.process_time() - start) * 1000)"
_DECLARING = re.compile(r"declaring after (\d+) ns of CPU")
"""What the app of many routes writes before the first one."""


def measure_imports(environments: Environments, core: int, repeats: int) -> dict[str, object]:
    """Time the imports in fresh interpreters: ms of CPU, Sixlane and FastAPI in turn.

    "package" is `import sixlane`, which imports each public name when it is first used; "name" is
    `from sixlane import FastAPI`, which every application needs.

    Raises:
        Absent: One of the two is not there.
    """
    times: dict[str, dict[str, list[float]]] = {
        name: {key: [] for key in _IMPORTS} for name in (OURS, REFERENCE)
    }
    for _ in range(repeats + 1):
        for name, by_statement in times.items():
            for key, values in by_statement.items():
                statement = _IMPORTS[key].format(module=name)
                values.append(_time_import(name, statement, environments, core))
    # The first of each wrote the byte code.
    return {
        name: {key: summarize(values[1:]) for key, values in by_statement.items()}
        for name, by_statement in times.items()
    }


def measure_routes(environments: Environments, core: int, repeats: int) -> dict[str, object]:
    """Time a server from its start to an answer of its last route: ms of CPU, 500 routes and 1.

    The difference is what declaring and compiling 499 routes takes. It is that of the times from
    the first declaration on: the import before it takes far longer, and not always the same.

    Raises:
        Absent: One of the two is not there.
    """
    times: dict[str, dict[int, list[_Start]]] = {
        name: {MANY: [], 1: []} for name in (OURS, REFERENCE)
    }
    for _ in range(repeats + 1):
        for name, by_count in times.items():
            for count, starts in by_count.items():
                starts.append(_time_start(name, count, environments, core))
    for by_count in times.values():
        for starts in by_count.values():
            del starts[0]  # it wrote the byte code
    return {
        name: {
            "many": summarize([start.whole_ms for start in by_count[MANY]]),
            "one": summarize([start.whole_ms for start in by_count[1]]),
            "difference": summarize(
                [
                    many.declaring_ms - one.declaring_ms
                    for many, one in zip(by_count[MANY], by_count[1], strict=True)
                ]
            ),
        }
        for name, by_count in times.items()
    }


def _time_import(name: str, statement: str, environments: Environments, core: int) -> float:
    python = environments.program(find_peer(name).launches["api"].program)
    command = ["taskset", "-c", str(core), python, "-c", _TIMED.format(statement=statement)]
    variables = os.environ | environments.variables
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    if done.returncode:
        raise Absent(f"{name} cannot be imported: {done.stderr.strip()[-200:]}")
    return float(done.stdout)


class _Start(NamedTuple):
    """CPU time up to the first answer: from the process's start, and from the first declaration."""

    whole_ms: float
    declaring_ms: float


def _time_start(name: str, count: int, environments: Environments, core: int) -> _Start:
    launch = find_peer(name).launches["many"]
    launch = dataclasses.replace(launch, environment={"BENCH_ROUTES": str(count)})
    with running(f"{name}-start", launch, environments, core) as server:
        answer = ask(server.port, _last_route(count))
        cpu_ns = read_cpu_time_ns(server.processes)
        declared = _DECLARING.search(server.log.read_text())
    if declared is None:
        raise Absent(f"{name} did not tell when it began to declare routes")
    if answer.status != 200:
        raise Absent(f"{name} with {count} routes answered {answer.status}")
    return _Start(cpu_ns / 1e6, (cpu_ns - int(declared[1])) / 1e6)


def _last_route(count: int) -> Route:
    return find_route("first" if count == 1 else "last")
