"""The result of a run as JSON: what was measured, on what, with what, and what is missing."""

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

from bench.measure import Measurement, MeasureSettings
from bench.peers import Peer
from bench.rounds import OURS_PER_ROUND, Plan
from bench.summary import summarize_measurements

SCHEMA = 1
FULL = "comparison"
"""File name of a run of every peer on every route; the README's table is made from it."""

Result = dict[str, Any]


def build_result(
    plan: Plan, settings: MeasureSettings, measurements: list[Measurement], rounds: int
) -> Result:
    """Put together everything but machine, versions and the figures taken apart from the rounds."""
    return {
        "schema": SCHEMA,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "settings": {
            "rounds": rounds,
            "ours_per_round": OURS_PER_ROUND,
            "seconds": settings.seconds,
            "warm_up_seconds": settings.warm_up_seconds,
            "connections": settings.load.connections,
            "server_core": plan.server_core,
            "load_core": settings.load.core,
        },
        "peers": [_describe_peer(peer) for peer in plan.peers],
        "routes": [{"name": route.name, "title": route.title} for route in plan.routes],
        "absent": plan.absent,
        "answers": {
            peer: {
                route: {
                    "status": answer.status,
                    "headers": sorted(answer.headers),
                    "body_bytes": len(answer.body),
                }
                for route, answer in answers.items()
            }
            for peer, answers in plan.answers.items()
        },
        "summary": summarize_measurements(measurements),
        "measurements": [dataclasses.asdict(measurement) for measurement in measurements],
    }


def write_result(result: Result, path: Path) -> None:
    """Write a result, readable for people too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


def read_result(path: Path) -> Result:
    """Read a result that `write_result` wrote.

    Raises:
        ValueError: It was written by another release of the benchmark.
    """
    result: Result = json.loads(path.read_text())
    if result.get("schema") != SCHEMA:
        raise ValueError(f"{path.name} has schema {result.get('schema')}, not {SCHEMA}")
    return result


def _describe_peer(peer: Peer) -> dict[str, str]:
    return {"name": peer.name, "title": peer.title, "settings": peer.settings}
