from typing import Any

import pytest
from bench.peers import PEERS, UNIT, find_peer
from bench.routes import find_route
from bench.table import render_report
from bench.targets import DOCUMENT, START_FIGURES, TARGETS, Target, compare_with_targets


def result(**figures: float) -> dict[str, Any]:
    """CPU times by PEER__ROUTE, with "_" for "-"; nginx takes 10."""
    summary: dict[str, Any] = {}
    for name, cpu_us in figures.items():
        peer, route = name.replace("_", "-").split("--")
        summary.setdefault(route, {})[peer] = {
            "cpu_us": {"median": cpu_us, "min": cpu_us, "max": cpu_us},
            "times_nginx": {"median": cpu_us / 10, "min": cpu_us / 10, "max": cpu_us / 10},
        }
    return {"routes": [{"name": name} for name in summary], "summary": summary}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.route)
def test_a_target_is_about_what_is_measured(target: Target) -> None:
    assert target.beside in {peer.name for peer in PEERS}
    if target.route in START_FIGURES or target.beside == UNIT:
        return
    route = target.beside_route or target.route
    assert find_route(route).name in find_peer(target.beside).routes


@pytest.mark.parametrize(
    ("figures", "figure", "is_reached"),
    [
        pytest.param({"sixlane__form": 21.0}, 2.1, True, id="beside nginx"),
        pytest.param({"sixlane__form": 23.0}, 2.3, False, id="beside nginx, missed"),
        pytest.param({"sixlane__events": 2.0, "fastapi__events": 11.0}, 2 / 11, True, id="a peer"),
        pytest.param({"sixlane__events": 2.0, "fastapi__events": 8.0}, 1 / 4, False, id="missed"),
        pytest.param({"fastapi__events": 8.0}, None, False, id="not measured"),
        pytest.param({"sixlane__events": 8.0}, None, False, id="nothing beside it"),
        pytest.param(
            {"sixlane__overridden": 10.2, "sixlane__dependencies": 10.0}, 1.02, True, id="a route"
        ),
    ],
)
def test_a_figure_is_held_against_its_target(
    figures: dict[str, float], figure: float | None, is_reached: bool
) -> None:
    (outcome,) = compare_with_targets(result(**figures))
    assert outcome.figure == pytest.approx(figure)
    assert outcome.is_reached == is_reached


def test_what_was_not_asked_for_has_no_outcome() -> None:
    assert list(compare_with_targets(result(sixlane__typed=9.0))) == []


def test_the_document_is_compared_apart_from_the_rounds() -> None:
    measured = result() | {
        "startup": {
            DOCUMENT: {
                "sixlane": {"first": {"median": 10.0}},
                "fastapi": {"first": {"median": 50.0}},
            }
        }
    }
    (outcome,) = compare_with_targets(measured)
    assert (outcome.figure, outcome.is_reached) == (0.2, True)
    (missing,) = compare_with_targets(result() | {"startup": {DOCUMENT: "a reason"}})
    assert missing.figure is None


def test_the_start_is_compared_by_what_is_asked_of_it() -> None:
    imports = {
        "sixlane": {"package": {"median": 10.0}, "name": {"median": 80.0}},
        "fastapi": {"package": {"median": 200.0}, "name": {"median": 200.0}},
    }
    routes = {
        "sixlane": {"difference": {"median": 30.0}},
        "fastapi": {"difference": {"median": 100.0}},
    }
    measured = result() | {"startup": {"imports": imports, "routes": routes}}
    outcomes = [(each.figure, each.is_reached) for each in compare_with_targets(measured)]
    assert outcomes == [(0.05, True), (0.3, False)]


def test_the_report_says_what_is_reached() -> None:
    spread = {"median": 20.0, "min": 20.0, "max": 20.0}
    measured = result(sixlane__form=21.0, sixlane__cors=40.0) | {
        "created": "2030-01-02T03:04:05+00:00",
        "commit": "0123456789",
        "machine": {"cpu": "A CPU", "cores": 2, "kernel": "6.1"},
        "versions": {"python": "3.11.7"},
        "settings": {"rounds": 1, "seconds": 1, "ours_per_round": 3, "connections": 64},
        "peers": [{"name": "nginx", "title": "nginx"}, {"name": "sixlane", "title": "Sixlane"}],
        "routes": [{"name": name, "title": name} for name in ("form", "cors", "upload")],
        "absent": {},
        "startup": {
            DOCUMENT: {
                "sixlane": {"first": spread, "further": spread},
                "fastapi": {"first": {**spread, "median": 100.0}, "further": spread},
            }
        },
    }
    for by_peer in measured["summary"].values():
        for name in ("requests_per_s", "p50_us", "p99_us", "resident_mib"):
            by_peer["sixlane"][name] = spread
    lines = [line.replace(" ", "") for line in render_report(measured).splitlines()]
    assert "|form|nginx|2.20|2.10|reached|" in lines
    assert "|cors|nginx|1.50|4.00|**notreached**|" in lines
    assert "|upload|fastapi|0.20|notmeasured||" in lines
    assert "|theOpenAPIdocumentof500routes|fastapi|0.25|0.20|reached|" in lines
