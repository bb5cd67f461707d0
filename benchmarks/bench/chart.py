"""The bar chart: CPU time per request of every peer, one panel for each of four routes."""

from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

from bench.peers import OURS, UNIT
from bench.results import Result
from bench.table import format_number, route_title

_PANELS = ("json", "items", "create", "deps", "sync", "wait")
_COLOURS = {OURS: "#d1495b", UNIT: "#8d99ae"}
_OTHER_COLOUR = "#30638e"


def draw_chart(result: Result, path: Path) -> None:
    """Draw a result as PNG; panels without a figure are left out."""
    routes = [
        route
        for route in result["routes"]
        if route["name"] in _PANELS and result["summary"].get(route["name"])
    ]
    if not routes:
        return
    columns = min(2, len(routes))
    rows = -(-len(routes) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(6.5 * columns, 3.2 * rows), squeeze=False)
    panels = list(grid.flat)
    for panel, route in zip(panels, routes, strict=False):
        _draw_panel(panel, route, result)
    for panel in panels[len(routes) :]:
        panel.remove()
    figure.suptitle("CPU time per request, µs; less is better")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def _draw_panel(panel: Any, route: dict[str, str], result: Result) -> None:
    titles = {peer["name"]: peer["title"] for peer in result["peers"]}
    figures = sorted(
        (
            (name, by_figure["cpu_us"])
            for name, by_figure in result["summary"][route["name"]].items()
        ),
        key=lambda item: item[1]["median"],
        reverse=True,
    )
    medians = [spread["median"] for _, spread in figures]
    below = [spread["median"] - spread["min"] for _, spread in figures]
    above = [spread["max"] - spread["median"] for _, spread in figures]
    bars = panel.barh(
        [titles[name] for name, _ in figures],
        medians,
        xerr=[below, above],
        color=[_COLOURS.get(name, _OTHER_COLOUR) for name, _ in figures],
        error_kw={"ecolor": "#555555", "lw": 1, "capsize": 2},
    )
    panel.bar_label(bars, [f" {format_number(median)}" for median in medians], fontsize=8)
    panel.set_title(route_title(route, result["versions"]), fontsize=10)
    panel.margins(x=0.15)
    panel.spines[["top", "right"]].set_visible(False)
    panel.tick_params(labelsize=8)
