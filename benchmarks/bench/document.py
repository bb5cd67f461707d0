"""The OpenAPI document of 500 routes: the CPU time of its answers, the first in a fresh server."""

import http.client

from bench.environments import Environments
from bench.failure import Absent, BenchmarkError
from bench.peers import OURS, REFERENCE, find_peer
from bench.processes import read_cpu_time_ns
from bench.server import Server, running
from bench.summary import summarize

MODELS = "models"
"""The app whose document is asked for."""

_TARGET = "/openapi.json"

_FURTHER = 10
"""Answers after the first, whose mean counts."""


def measure_document(environments: Environments, core: int, repeats: int) -> dict[str, object]:
    """Ask fresh servers for their document: ms of CPU, Sixlane and FastAPI in turn.

    Raises:
        Absent: One of the two is not there or does not answer.
        BenchmarkError: Their documents differ.
    """
    times: dict[str, list[tuple[float, float]]] = {OURS: [], REFERENCE: []}
    documents = {}
    for _ in range(repeats + 1):
        for name, values in times.items():
            first, further, documents[name] = _time_document(name, environments, core)
            values.append((first, further))
        if documents[OURS] != documents[REFERENCE]:
            raise BenchmarkError("Sixlane's document of 500 routes is not FastAPI's.")
    # The first of each wrote the byte code.
    return {
        name: {
            "first": summarize([first for first, _ in values[1:]]),
            "further": summarize([further for _, further in values[1:]]),
        }
        for name, values in times.items()
    }


def _time_document(name: str, environments: Environments, core: int) -> tuple[float, float, bytes]:
    launch = find_peer(name).launches[MODELS]
    with running(f"{name}-document", launch, environments, core) as server:
        body, first_ms = _ask(name, server, 1)
        _, further_ms = _ask(name, server, _FURTHER)
    return first_ms, further_ms / _FURTHER, body


def _ask(name: str, server: Server, count: int) -> tuple[bytes, float]:
    before_ns = read_cpu_time_ns(server.processes)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        for _ in range(count):
            connection.request("GET", _TARGET)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise Absent(f"{name} answered {_TARGET} with {answer.status}")
    finally:
        connection.close()
    return body, (read_cpu_time_ns(server.processes) - before_ns) / 1e6
