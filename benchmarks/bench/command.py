"""The command line of the benchmark, top to bottom: install, check, measure, write, show."""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import environments as programs
from bench.document import measure_document
from bench.failure import Absent, BenchmarkError
from bench.instructions import InstructionCounter
from bench.load import LoadSettings
from bench.machine import describe_commit, describe_machine, describe_versions
from bench.measure import MeasureSettings
from bench.paths import RESULTS, ROOT
from bench.peers import OURS, PEERS, REFERENCE, UNIT
from bench.results import FULL, Result, build_result, write_result
from bench.rounds import Plan, check_answers, measure_round, select_routes
from bench.routes import ROUTES
from bench.sources import write_sixlane_apps
from bench.startup import measure_imports, measure_routes
from bench.syscalls import count_system_calls
from bench.table import render_report
from bench.targets import DOCUMENT

_QUIET_LOAD = 0.5
_TRACED = ((OURS, "json"), (OURS, "items"), (OURS, "create"), (REFERENCE, "json"), (UNIT, "json"))


@dataclass(frozen=True)
class Options:
    """What the command line asks for; None means all."""

    rounds: int
    seconds: int
    only: list[str] | None
    peers: list[str] | None
    quick: bool
    build: bool
    server_core: int
    load_core: int

    @property
    def file_name(self) -> str:
        """Where the result goes, without suffix: only a run of everything may be published."""
        if self.quick:
            return "quick"
        return "narrowed" if self.only or self.peers else FULL


def main() -> None:
    """Run the benchmark; a failure is one message and exit status 1."""
    options = parse_options(sys.argv[1:])
    try:
        programs.require_tools()
        programs.enter_main_environment()
        result = run(options)
    except BenchmarkError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    path = RESULTS / f"{options.file_name}.json"
    write_result(result, path)
    chart = _draw(result, path.with_suffix(".png"))
    print(render_report(result))
    print(f"\nWritten: {path.relative_to(ROOT)}, {chart.relative_to(ROOT)}")


def parse_options(arguments: list[str]) -> Options:
    """Read the command line; a wrong name is refused with the list of right ones."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/run.py", description="Sixlane beside its peers: one command, one table."
    )
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement (4)")
    parser.add_argument(
        "--only", nargs="+", choices=[route.name for route in ROUTES], help="routes to measure"
    )
    parser.add_argument(
        "--peers", nargs="+", choices=[peer.name for peer in PEERS], help="nginx is always added"
    )
    parser.add_argument("--quick", action="store_true", help="one round of one second: a trial")
    parser.add_argument(
        "--no-build", action="store_true", help="use the package in python/ with its built engine"
    )
    parser.add_argument("--server-core", type=int, default=1)
    parser.add_argument("--load-core", type=int, default=0)
    given = parser.parse_args(arguments)
    return Options(
        rounds=1 if given.quick else max(1, given.rounds),
        seconds=1 if given.quick else max(1, given.seconds),
        only=given.only,
        peers=given.peers,
        quick=given.quick,
        build=not given.no_build,
        server_core=given.server_core,
        load_core=given.load_core,
    )


def run(options: Options) -> Result:
    """Do all that the options ask for and return the result.

    Raises:
        BenchmarkError: Sixlane answers wrongly, or a tool is missing.
    """
    machine = describe_machine()
    if os.getloadavg()[0] > _QUIET_LOAD:
        _say(f"the machine is at work (load {os.getloadavg()[0]:.1f}): the figures will be noisy")
    peers = [peer for peer in PEERS if not options.peers or peer.name in {UNIT, *options.peers}]
    environments = programs.prepare({peer.name for peer in peers}, build=options.build)
    write_sixlane_apps()
    plan = Plan(peers, select_routes(options.only), environments, options.server_core)
    _say("checking the answers of every server")
    check_answers(plan)
    counter, no_counter = _find_counter()
    load_settings = LoadSettings(options.load_core)
    settings = MeasureSettings(
        seconds=options.seconds,
        warm_up_seconds=max(1, options.seconds // 2),
        load=load_settings,
        counter=counter,
    )
    measurements = []
    for number in range(1, options.rounds + 1):
        measurements += measure_round(plan, number, settings)
    result = build_result(plan, settings, measurements, options.rounds)
    result["machine"] = machine
    result["versions"] = describe_versions(peers, environments)
    result["commit"] = describe_commit()
    result["instructions"] = no_counter
    result["startup"] = _measure_startup(plan, options)
    result["system_calls"] = _count_system_calls(plan, load_settings)
    return result


def _find_counter() -> tuple[InstructionCounter | None, str | None]:
    try:
        return InstructionCounter(), None
    except Absent as absent:
        _say(f"instructions are not counted: {absent}")
        return None, str(absent)


def _measure_startup(plan: Plan, options: Options) -> dict[str, object]:
    if {OURS, REFERENCE} - {peer.name for peer in plan.peers}:
        return {}
    _say("measuring imports and the start-up of 500 routes and their document")
    repeats = 3 if options.quick else 10
    # A difference of two starts, of which it is a tenth.
    starts = 3 if options.quick else 24
    figures: dict[str, object] = {}
    for name, measure, count in (
        ("imports", measure_imports, repeats),
        ("routes", measure_routes, starts),
        (DOCUMENT, measure_document, repeats),
    ):
        try:
            figures[name] = measure(plan.environments, plan.server_core, count)
        except Absent as absent:
            figures[name] = str(absent)
    return figures


def _count_system_calls(plan: Plan, load_settings: LoadSettings) -> list[object] | str:
    counted: list[object] = []
    for peer, route in _TRACED:
        if route not in plan.answers.get(peer, {}):
            continue
        _say(f"counting system calls: {peer}, {route}")
        try:
            counted.append(
                count_system_calls(peer, route, plan.environments, plan.server_core, load_settings)
            )
        except Absent as absent:
            return str(absent)
    return counted


def _draw(result: Result, path: Path) -> Path:
    from bench.chart import draw_chart  # noqa: PLC0415  matplotlib is in this environment alone

    draw_chart(result, path)
    return path


def _say(line: str) -> None:
    print(f"* {line}", file=sys.stderr, flush=True)
