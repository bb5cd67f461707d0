"""The OpenAPI document of 500 routes: the CPU time of its first answer in a fresh server."""

import http.client

from bench.environments import Environments
from bench.failure import Absent, BenchmarkError
from bench.peers import OURS, REFERENCE, find_peer
from bench.processes import read_cpu_time_ns
from bench.server import running
from bench.summary import summarize

_TARGET = "/openapi.json"


def measure_document(environments: Environments, core: int, repeats: int) -> dict[str, object]:
    """Ask fresh servers for their document: ms of CPU, Sixlane and FastAPI in turn.

    Raises:
        Absent: One of the two is not there or does not answer.
        BenchmarkError: Their documents differ.
    """
    times: dict[str, list[float]] = {OURS: [], REFERENCE: []}
    documents = {}
    for _ in range(repeats + 1):
        for name, values in times.items():
            cpu_ms, documents[name] = _time_document(name, environments, core)
            values.append(cpu_ms)
        if documents[OURS] != documents[REFERENCE]:
            raise BenchmarkError("Sixlane's document of 500 routes is not FastAPI's.")
    # The first of each wrote the byte code.
    return {name: summarize(values[1:]) for name, values in times.items()}


def _time_document(name: str, environments: Environments, core: int) -> tuple[float, bytes]:
    launch = find_peer(name).launches["many"]
    with running(f"{name}-document", launch, environments, core) as server:
        before_ns = read_cpu_time_ns(server.processes)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        try:
            connection.request("GET", _TARGET)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        cpu_ms = (read_cpu_time_ns(server.processes) - before_ns) / 1e6
    if answer.status != 200:
        raise Absent(f"{name} answered {_TARGET} with {answer.status}")
    return cpu_ms, body
