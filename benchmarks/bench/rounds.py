"""Check every answer, then measure every peer on every route, round after round."""

import contextlib
import http.client
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.answers import Answer, ask, find_differences, find_shortfalls
from bench.environments import Environments
from bench.failure import Absent, BenchmarkError
from bench.measure import Measurement, MeasureSettings, Subject, measure, warm_up
from bench.peers import OURS, REFERENCE, UNIT, Peer
from bench.routes import BASELINE, ROUTES, Route, find_route
from bench.server import Server, running

OURS_PER_ROUND = 3
"""How often each of our servers is measured in a round: its figures are judged more closely."""


@dataclass
class Plan:
    """What is measured, and what turned out not to be measurable.

    Attributes:
        peers: In the order of the table.
        routes: Likewise.
        absent: Peer, then route, then the reason why there is no figure.
        answers: Peer, then route, then what was answered.
    """

    peers: list[Peer]
    routes: list[Route]
    environments: Environments
    server_core: int
    absent: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)

    def servers(self) -> Iterator[tuple[Peer, str, list[Route]]]:
        """Give every server once, with the routes that are asked of it.

        The unit of the multiples is asked for its own route, whatever the choice of routes.
        """
        for peer in self.peers:
            missing = self.absent.get(peer.name, {})
            asked = [find_route(BASELINE)] if peer.name == UNIT else self.routes
            for app in peer.launches:
                routes = [
                    route
                    for route in asked
                    if route.app == app and route.name in peer.routes and route.name not in missing
                ]
                if routes:
                    yield peer, app, routes

    def leave_out(self, peer: Peer, routes: list[Route], reason: str) -> None:
        """Note why a peer has no figure on these routes, and say so."""
        noted = self.absent.setdefault(peer.name, {})
        for route in routes:
            noted[route.name] = reason
        names = ", ".join(route.name for route in routes)
        _say(f"{peer.title} is absent on {names}: {reason}")


def select_routes(only: list[str] | None) -> list[Route]:
    """Take the routes that were asked for, in the order of the table."""
    return [route for route in ROUTES if only is None or route.name in only]


def check_answers(plan: Plan) -> None:
    """Ask every server for every route, and leave out what does not answer as it must.

    Raises:
        BenchmarkError: Sixlane answers otherwise than it must, or less than FastAPI does: nothing
            is worth measuring then.
    """
    for peer, app, routes in list(plan.servers()):
        try:
            with running(f"{peer.name}-{app}", peer.launches[app], *_where(plan)) as server:
                for route in routes:
                    _check_answer(plan, peer, route, server)
        except Absent as absent:
            plan.leave_out(peer, routes, str(absent))
    ours, reference = plan.answers.get(OURS, {}), plan.answers.get(REFERENCE, {})
    for name in ours.keys() & reference.keys():
        shortfalls = find_shortfalls(ours[name], reference[name])
        if shortfalls:
            raise BenchmarkError(f"Sixlane answers {name} less than FastAPI: {shortfalls}")


def measure_round(plan: Plan, number: int, settings: MeasureSettings) -> list[Measurement]:
    """Measure every server once, and each of ours `OURS_PER_ROUND` times.

    Every round starts at another peer, so that none is always first; a failure costs the peer this
    route for good. The unit of the multiples runs all the time, and is measured again right before
    each route of ours: the machine is not always as fast.
    """
    measurements: list[Measurement] = []
    with contextlib.ExitStack() as stack:
        unit = _start_unit(plan, number, settings, measurements, stack)
        for peer, app, routes in _order_servers(list(plan.servers()), number):
            try:
                with running(f"{peer.name}-{app}", peer.launches[app], *_where(plan)) as server:
                    for route in routes:
                        warm_up(route, server, settings)
                        if unit is not None and peer.name == OURS:
                            measurements.append(_measure_unit(unit, number, settings))
                        measurement = measure(Subject(peer.name, route, number), server, settings)
                        measurements.append(measurement)
                        _say_measurement(peer, route, measurement)
            except (Absent, BenchmarkError) as failure:
                done = {one.route for one in measurements if one.peer == peer.name}
                left = [route for route in routes if route.name not in done]
                plan.leave_out(peer, left, str(failure))
    return measurements


def _start_unit(
    plan: Plan,
    number: int,
    settings: MeasureSettings,
    measurements: list[Measurement],
    stack: contextlib.ExitStack,
) -> Server | None:
    """Start the unit of the multiples for a round, and measure it once; None if it is absent."""
    for peer, app, routes in plan.servers():
        if peer.name != UNIT:
            continue
        server = stack.enter_context(
            running(f"{peer.name}-{app}", peer.launches[app], *_where(plan))
        )
        warm_up(routes[0], server, settings)
        measurement = _measure_unit(server, number, settings)
        measurements.append(measurement)
        _say_measurement(peer, routes[0], measurement)
        return server
    return None


def _measure_unit(server: Server, number: int, settings: MeasureSettings) -> Measurement:
    return measure(Subject(UNIT, find_route(BASELINE), number), server, settings)


def _order_servers(
    servers: list[tuple[Peer, str, list[Route]]], number: int
) -> list[tuple[Peer, str, list[Route]]]:
    """Order the servers of a round, those of ours evenly among the others, again and again."""
    ours = [server for server in servers if server[0].name == OURS]
    others = [server for server in servers if server[0].name not in {OURS, UNIT}]
    turn = (number - 1) * len(others) // 3 % max(1, len(others))
    others = others[turn:] + others[:turn]
    order = []
    for part in range(OURS_PER_ROUND):
        begin, end = (len(others) * each // OURS_PER_ROUND for each in (part, part + 1))
        order += ours + others[begin:end]
    return order


def _where(plan: Plan) -> tuple[Environments, int]:
    return plan.environments, plan.server_core


def _check_answer(plan: Plan, peer: Peer, route: Route, server: Server) -> None:
    try:
        answer = ask(server.port, route)
    except (OSError, http.client.HTTPException) as error:
        plan.leave_out(peer, [route], f"no answer: {error!r}")
        return
    differences = find_differences(route, answer, exact=peer.exact)
    if differences and peer.name == OURS:
        raise BenchmarkError(f"Sixlane answers {route.name} wrongly: {'; '.join(differences)}")
    if differences:
        plan.leave_out(peer, [route], "; ".join(differences))
        return
    plan.answers.setdefault(peer.name, {})[route.name] = answer


def _say_measurement(peer: Peer, route: Route, measurement: Measurement) -> None:
    _say(
        f"round {measurement.round}  {peer.title:10} {route.name:20}"
        f" {measurement.cpu_us:8.1f} us CPU {measurement.requests_per_s:9,.0f} requests/s"
        f"  busy {measurement.busy:.0%}"
    )


def _say(line: str) -> None:
    print(f"* {line}", file=sys.stderr, flush=True)
