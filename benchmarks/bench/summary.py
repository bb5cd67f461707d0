"""Medians over the rounds, and multiples of what nginx took just before."""

import statistics
from collections.abc import Iterable, Sequence

from bench.measure import Measurement
from bench.peers import UNIT
from bench.routes import BASELINE

_FIGURES = (
    "cpu_us",
    "instructions",
    "requests_per_s",
    "p50_us",
    "p99_us",
    "resident_mib",
    "answer_bytes",
    "busy",
)
Spread = dict[str, float]
"""The keys median, min and max."""
Summary = dict[str, dict[str, dict[str, Spread]]]
"""Route, then peer, then figure."""


def summarize(values: Sequence[float]) -> Spread:
    """Take median, least and greatest of at least one value."""
    return {
        "median": _rounded(statistics.median(values)),
        "min": _rounded(min(values)),
        "max": _rounded(max(values)),
    }


def summarize_measurements(measurements: Iterable[Measurement]) -> Summary:
    """Summarize every figure of every peer on every route.

    Besides the figures measured there is "times_nginx": CPU time as a multiple of what nginx took
    for its `return 200` when it was last measured before, where it was.

    Args:
        measurements: In the order in which they were taken.
    """
    unit_us: float | None = None
    grouped: dict[str, dict[str, list[Measurement]]] = {}
    multiples: dict[tuple[str, str], list[float]] = {}
    for measurement in measurements:
        if (measurement.peer, measurement.route) == (UNIT, BASELINE):
            unit_us = measurement.cpu_us
        by_peer = grouped.setdefault(measurement.route, {})
        by_peer.setdefault(measurement.peer, []).append(measurement)
        if unit_us is not None:
            times_nginx = multiples.setdefault((measurement.route, measurement.peer), [])
            times_nginx.append(measurement.cpu_us / unit_us)
    return {
        route: {
            peer: _summarize_rounds(rounds, multiples.get((route, peer)))
            for peer, rounds in by_peer.items()
        }
        for route, by_peer in grouped.items()
    }


def _summarize_rounds(
    rounds: Sequence[Measurement], multiples: Sequence[float] | None
) -> dict[str, Spread]:
    figures = {}
    for name in _FIGURES:
        values = [value for one in rounds if (value := getattr(one, name)) is not None]
        if values:
            figures[name] = summarize(values)
    if multiples:
        figures["times_nginx"] = summarize(multiples)
    return figures


def _rounded(value: float) -> float:
    return float(f"{value:.4g}") if abs(value) < 1000 else round(value)
