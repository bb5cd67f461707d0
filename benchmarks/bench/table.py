"""The table for people, in Markdown: multiples of nginx, and the figures beside them."""

from collections.abc import Iterable
from typing import Any

from bench.peers import OURS, REFERENCE, UNIT
from bench.results import Result
from bench.summary import Spread
from bench.targets import DOCUMENT, START_FIGURES, Outcome, compare_with_targets

_NO_EQUIVALENT = "-"
_ABSENT = "absent"
_CAPTION = (
    "CPU time per request as a multiple of what nginx took for `return 200` when it was last"
    " measured before, median (least and greatest); less is better."
)


def render_report(result: Result, *, chart: str | None = None) -> str:
    """Write all that a reader of the README is told.

    Args:
        result: As `read_result` gives it.
        chart: Path of the bar chart, relative to where the report is shown.
    """
    parts = [
        _CAPTION,
        _multiples(result),
        _ours(result),
        _targets(result),
        _sentences(result),
    ]
    if chart is not None:
        parts.append(f"![CPU time per request, Sixlane beside its peers]({chart})")
    return "\n\n".join(part for part in parts if part)


def format_number(value: float) -> str:
    """Write a figure with as many digits as it deserves: 0.97, 12.3, 456, 12,345."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def format_spread(spread: Spread) -> str:
    """Write a median with its least and greatest, or alone where there was one round."""
    median = format_number(spread["median"])
    if spread["min"] == spread["max"]:
        return median
    return f"{median} ({format_number(spread['min'])}–{format_number(spread['max'])})"  # noqa: RUF001


def route_title(route: dict[str, str], versions: dict[str, str]) -> str:
    """Name a route with the Python releases of this result."""
    second = versions.get("second_python", "another Python")
    return route["title"].format(
        python=_release(versions["python"]), second_python=_release(second)
    )


def _release(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _multiples(result: Result) -> str:
    peers = [peer for peer in result["peers"] if peer["name"] != UNIT]
    heading = ["", *(_peer_heading(peer, result["versions"]) for peer in peers)]
    rows = []
    for route in result["routes"]:
        by_peer = result["summary"].get(route["name"], {})
        cells = [
            _multiple(by_peer.get(peer["name"]), peer["name"], route["name"], result)
            for peer in peers
        ]
        rows.append([route_title(route, result["versions"]), *cells])
    return _markdown(heading, rows)


def _peer_heading(peer: dict[str, str], versions: dict[str, str]) -> str:
    version = versions.get(peer["name"])
    return f"{peer['title']} {version}" if version else peer["title"]


def _multiple(figures: dict[str, Spread] | None, peer: str, route: str, result: Result) -> str:
    if figures is None:
        return _ABSENT if route in result["absent"].get(peer, {}) else _NO_EQUIVALENT
    spread = figures.get("times_nginx")
    if spread is None:
        return f"{format_number(figures['cpu_us']['median'])} µs"
    text = format_spread(spread) if peer in (OURS, REFERENCE) else format_number(spread["median"])
    return f"**{text}**" if peer == OURS else text


def _ours(result: Result) -> str:
    rows = []
    for route in result["routes"]:
        figures = result["summary"].get(route["name"], {}).get(OURS)
        if figures is None:
            continue
        instructions = figures.get("instructions")
        rows.append(
            [
                route_title(route, result["versions"]),
                format_spread(figures["cpu_us"]),
                format_spread(instructions) if instructions else "not counted",
                format_spread(figures["requests_per_s"]),
                format_number(figures["p50_us"]["median"] / 1000),
                format_number(figures["p99_us"]["median"] / 1000),
                format_number(figures["resident_mib"]["median"]),
            ]
        )
    if not rows:
        return ""
    heading = ["Sixlane", "CPU µs", "instructions", "requests/s", "p50 ms", "p99 ms", "RSS MiB"]
    return _markdown(heading, rows)


def _targets(result: Result) -> str:
    outcomes = list(compare_with_targets(result))
    if not outcomes:
        return ""
    titles = {route["name"]: route_title(route, result["versions"]) for route in result["routes"]}
    titles.update({name: figure.title for name, figure in START_FIGURES.items()})
    rows = [_target_row(outcome, titles, result) for outcome in outcomes]
    return _markdown(["To reach", "beside", "at most", "measured", ""], rows)


def _target_row(outcome: Outcome, titles: dict[str, str], result: Result) -> list[str]:
    target = outcome.target
    beside = _title(target.beside, result)
    if target.beside_route is not None:
        beside = f"{beside}, {titles.get(target.beside_route, target.beside_route)}"
    if outcome.figure is None:
        measured, verdict = "not measured", ""
    else:
        measured = format_number(outcome.figure)
        verdict = "reached" if outcome.is_reached else "**not reached**"
    return [titles[target.route], beside, format_number(target.at_most), measured, verdict]


def _sentences(result: Result) -> str:
    lines = [*_start_lines(result.get("startup", {})), *_system_call_lines(result)]
    lines += [
        f"{_title(peer, result)} is absent ({', '.join(routes)}): {reason}"
        for peer, by_route in result["absent"].items()
        for reason, routes in _by_reason(by_route)
    ]
    if isinstance(result.get("instructions"), str):
        lines.append(f"Instructions are not counted: {result['instructions']}")
    machine, settings = result["machine"], result["settings"]
    lines.append(
        f"Measured {result['created'][:10]} at {result['commit']} on {machine['cpu']},"
        f" {machine['cores']} cores, Linux {machine['kernel']}; each server on one core, wrk with"
        f" {settings['connections']} keep-alive connections on another;"
        f" {settings['rounds']} interleaved rounds of {settings['seconds']} s, Sixlane measured"
        f" {settings['ours_per_round']} times in each,"
        f" Python {result['versions']['python']}."
    )
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)


def _start_lines(startup: dict[str, Any]) -> Iterable[str]:
    imports, routes = startup.get("imports"), startup.get("routes")
    document = startup.get(DOCUMENT)
    if isinstance(imports, dict):
        for key, ours_first, theirs_first in (
            ("package", "`import sixlane`", "`import fastapi`"),
            ("name", "`from sixlane import FastAPI`", "from fastapi"),
        ):
            ours, theirs = imports[OURS][key], imports[REFERENCE][key]
            yield (
                f"{ours_first} takes {format_spread(ours)} ms,"
                f" {theirs_first} {format_spread(theirs)} ms:"
                f" {ours['median'] / theirs['median']:.2f} of it."
            )
    if isinstance(routes, dict):
        ours, theirs = routes[OURS], routes[REFERENCE]
        share = ours["difference"]["median"] / theirs["difference"]["median"]
        yield (
            "From process start to an answer of the last of 500 routes:"
            f" {format_spread(ours['many'])} ms, FastAPI {format_spread(theirs['many'])} ms;"
            f" of that for the routes {format_number(ours['difference']['median'])} and"
            f" {format_number(theirs['difference']['median'])} ms: {share:.2f} of it."
        )
    if isinstance(document, dict):
        ours, theirs = document[OURS], document[REFERENCE]
        yield (
            "The first answer of `/openapi.json` with 500 routes over 100 models takes"
            f" {format_spread(ours['first'])} ms, FastAPI {format_spread(theirs['first'])} ms:"
            f" {ours['first']['median'] / theirs['first']['median']:.2f} of it; each further one"
            f" {format_spread(ours['further'])} and {format_spread(theirs['further'])} ms."
        )
    for reason in dict.fromkeys(one for one in (imports, routes, document) if isinstance(one, str)):
        yield f"Start-up was not measured: {reason}"


def _system_call_lines(result: Result) -> Iterable[str]:
    counted = result.get("system_calls", [])
    if isinstance(counted, str):
        yield f"System calls were not counted: {counted}"
        return
    for one in counted:
        calls = ", ".join(f"{name} {count:g}" for name, count in list(one["calls"].items())[:4])
        yield (
            f"System calls for a keep-alive request under load, {_title(one['peer'], result)},"
            f" {one['route']}: {one['per_request']:g} ({calls})."
        )


def _title(name: str, result: Result) -> str:
    return next((peer["title"] for peer in result["peers"] if peer["name"] == name), name)


def _by_reason(by_route: dict[str, str]) -> list[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = {}
    for route, reason in by_route.items():
        grouped.setdefault(reason, []).append(route)
    return list(grouped.items())


def _markdown(heading: list[str], rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [heading, *rows]
    ]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines.insert(1, "| " + " | ".join(rule) + " |")
    return "\n".join(lines)
