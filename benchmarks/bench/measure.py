"""One measurement: load on one route of a running server, and what the kernel counted meanwhile."""

import contextlib
import time
from dataclasses import dataclass

from bench.instructions import InstructionCounter
from bench.load import LoadSettings, make_load
from bench.processes import read_cpu_time_ns, read_resident_bytes
from bench.routes import Route
from bench.server import Server


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """The figures of one peer on one route in one round.

    Attributes:
        cpu_us: CPU time for a request, or a part of it (`Route.parts`), user and kernel, of all
            processes of the server.
        busy: Share of its core that the server used; well below 1, the load was the limit and
            requests_per_s says nothing about the server.
        instructions: For the same, user and kernel; None where they are not counted.
        p50_us: Half of the answers came sooner, with every connection always asking.
        resident_mib: Memory after the load.
        answer_bytes: Of one answer, head included.
    """

    peer: str
    route: str
    round: int
    requests: int
    cpu_us: float
    busy: float
    instructions: float | None
    requests_per_s: float
    p50_us: int
    p99_us: int
    resident_mib: float
    answer_bytes: float


@dataclass(frozen=True)
class MeasureSettings:
    """How long and with what load each figure is taken."""

    seconds: int
    warm_up_seconds: int
    load: LoadSettings
    counter: InstructionCounter | None


@dataclass(frozen=True)
class Subject:
    """What is measured: a peer on a route, in a round counted from 1."""

    peer: str
    route: Route
    round: int


def warm_up(route: Route, server: Server, settings: MeasureSettings) -> None:
    """Put a server under load before it is measured.

    Raises:
        BenchmarkError: The answers were not as they should be.
    """
    make_load(server.port, route, settings.warm_up_seconds, settings.load)


def measure(subject: Subject, server: Server, settings: MeasureSettings) -> Measurement:
    """Measure a route of a server that is warm.

    Raises:
        BenchmarkError: The answers under load were not as they should be.
    """
    route = subject.route
    processes = server.processes
    counting = (
        settings.counter.counting(processes) if settings.counter else contextlib.nullcontext()
    )
    started_ns, cpu_before_ns = time.monotonic_ns(), read_cpu_time_ns(processes)
    with counting as count:
        load = make_load(server.port, route, settings.seconds, settings.load)
    cpu_ns = read_cpu_time_ns(server.processes) - cpu_before_ns
    answered = load.requests * route.parts
    elapsed_ns = time.monotonic_ns() - started_ns
    return Measurement(
        peer=subject.peer,
        route=route.name,
        round=subject.round,
        requests=load.requests,
        cpu_us=cpu_ns / 1000 / answered,
        busy=cpu_ns / elapsed_ns,
        instructions=count.total / answered if count else None,
        requests_per_s=load.requests_per_s,
        p50_us=load.p50_us,
        p99_us=load.p99_us,
        resident_mib=read_resident_bytes(server.processes) / 2**20,
        answer_bytes=load.bytes / load.requests,
    )
