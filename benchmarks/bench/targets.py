"""The figures to reach: what CPU time Sixlane may take, and beside what."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.peers import OURS, REFERENCE, UNIT

PACKAGE = "package"
DOCUMENT = "document"
MANY_ROUTES = "many-routes"


@dataclass(frozen=True)
class StartFigure:
    """A figure that is measured apart from the rounds, and stands in a target for a route.

    Attributes:
        section: Where in the result's `startup` it is.
        key: Which of the times of a peer there.
        title: What it is, for the report.
    """

    section: str
    key: str
    title: str


START_FIGURES = {
    PACKAGE: StartFigure("imports", "package", "`import sixlane`"),
    MANY_ROUTES: StartFigure("routes", "difference", "the start of 500 routes"),
    DOCUMENT: StartFigure("document", "first", "the OpenAPI document of 500 routes"),
}


@dataclass(frozen=True)
class Target:
    """One figure to reach.

    Attributes:
        route: Where Sixlane is measured, or one of `START_FIGURES`.
        at_most: How many times the CPU time of `beside` it may take.
        beside: A peer on the same route; nginx: its `return 200`.
        beside_route: Another route of that peer, where it is another.
    """

    route: str
    at_most: float
    beside: str
    beside_route: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A target and the figure that stands against it, None where it was not measured."""

    target: Target
    figure: float | None

    @property
    def is_reached(self) -> bool:
        """Whether the figure is within the target, as exactly as it is shown."""
        return self.figure is not None and round(self.figure, 2) <= self.target.at_most


TARGETS = (
    Target("json", 1.1, UNIT),
    Target("items", 1.2, UNIT),
    Target("create", 2.7, UNIT),
    Target("structs", 1.45, UNIT),
    Target("deps", 1.3, UNIT),
    Target("wait-asyncio", 3, UNIT),
    Target("wait-asyncio-second", 1.9, UNIT),
    Target("sync", 2.5, UNIT),
    Target("asgi", 1.7, UNIT),
    Target("middleware", 2.5, UNIT),
    Target("last", 1.05, OURS, "first"),
    Target(PACKAGE, 1 / 3, REFERENCE),
    Target(MANY_ROUTES, 1 / 5, REFERENCE),
    Target("form", 2.2, UNIT),
    Target("upload", 1 / 5, REFERENCE),
    Target("echo", 1 / 2, REFERENCE),
    Target("echo-asgi", 1 / 2, "uvicorn"),
    Target("events", 1 / 5, REFERENCE),
    Target("cors", 1.5, UNIT),
    Target("function", 1 / 3, REFERENCE),
    Target("invalid-body", 1 / 4, REFERENCE),
    Target(DOCUMENT, 1 / 4, REFERENCE),
    # "As fast as without": 5 % is what two measurements of the same thing differ by.
    Target("overridden", 1.05, OURS, "dependencies"),
)


def compare_with_targets(result: dict[str, Any]) -> Iterator[Outcome]:
    """Hold a result against the targets of all that was asked for in it."""
    asked = {route["name"] for route in result["routes"]}
    startup = result.get("startup", {})
    asked.update(name for name, figure in START_FIGURES.items() if figure.section in startup)
    for target in TARGETS:
        if target.route in asked:
            yield Outcome(target, _figure(target, result["summary"], startup))


def _figure(target: Target, summary: dict[str, Any], startup: dict[str, Any]) -> float | None:
    if target.route in START_FIGURES:
        figure = START_FIGURES[target.route]
        times = startup[figure.section]
        if not isinstance(times, dict):
            return None
        return float(times[OURS][figure.key]["median"] / times[target.beside][figure.key]["median"])
    ours = summary.get(target.route, {}).get(OURS)
    if ours is None:
        return None
    if target.beside == UNIT:
        return float(ours["times_nginx"]["median"]) if "times_nginx" in ours else None
    theirs = summary.get(target.beside_route or target.route, {}).get(target.beside)
    return None if theirs is None else float(ours["cpu_us"]["median"] / theirs["cpu_us"]["median"])
