import json
from pathlib import Path

import pytest
from bench.command import parse_options
from bench.document import MODELS
from bench.environments import Environments
from bench.failure import BenchmarkError
from bench.paths import PEERS as PEERS_FOLDER
from bench.payloads import JSON_TYPE
from bench.peers import OURS, PEERS, REFERENCE, UNIT, Peer, find_peer
from bench.rounds import Plan, select_routes
from bench.routes import ROUTES, Route, find_route
from bench.sources import SHARED_APPS, translate_source, write_sixlane_apps


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_has_an_app_for_each_of_its_routes(peer: Peer) -> None:
    apps = {find_route(name).app for name in peer.routes}
    # What is asked for the document alone has no route that is loaded.
    assert apps == set(peer.launches) - {MODELS}
    assert len(set(peer.routes)) == len(peer.routes)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_expected_answer_is_of_its_type_and_has_a_peer(route: Route) -> None:
    if route.answer_type == JSON_TYPE:
        assert isinstance(json.loads(route.answer), dict)
    if route.is_error:
        assert route.refused_name.encode() in route.answer
    assert [peer.name for peer in PEERS if route.name in peer.routes]


def test_sixlane_is_asked_for_everything() -> None:
    assert set(find_peer(OURS).routes) == {route.name for route in ROUTES}


def test_sixlane_serves_the_source_of_fastapi(tmp_path: Path) -> None:
    write_sixlane_apps(PEERS_FOLDER, tmp_path)
    for app in SHARED_APPS:
        theirs = (PEERS_FOLDER / f"fastapi_{app}.py").read_text().splitlines()
        ours = (tmp_path / f"sixlane_{app}.py").read_text().splitlines()
        changed = [pair for pair in zip(theirs, ours, strict=True) if pair[0] != pair[1]]
        assert changed
        for left, right in changed:
            assert left.startswith("from fastapi")
            assert right == left.replace("fastapi", "sixlane", 1)


@pytest.mark.parametrize(
    "source",
    [
        "import fastapi\n",
        "from fastapi import FastAPI\nimport fastapi.responses\n",
        "print(1)\n",
    ],
)
def test_a_source_that_needs_another_change_is_refused(source: str) -> None:
    with pytest.raises(BenchmarkError, match="must import from fastapi"):
        translate_source(source)


def test_a_plan_gives_each_server_once_and_leaves_out_what_is_absent() -> None:
    peers = [find_peer(REFERENCE)]
    plan = Plan(peers, select_routes(["json", "first", "last"]), Environments(), server_core=1)
    plan.absent["fastapi"] = {"first": "a reason"}
    servers = [(app, [route.name for route in routes]) for _, app, routes in plan.servers()]
    assert servers == [("api", ["json"]), ("many", ["last"])]


def test_nginx_is_measured_whatever_the_choice_of_routes() -> None:
    plan = Plan([find_peer(UNIT)], select_routes(["deps"]), Environments(), server_core=1)
    assert [[route.name for route in routes] for _, _, routes in plan.servers()] == [["json"]]


@pytest.mark.parametrize(
    ("arguments", "file_name"),
    [
        ([], "comparison"),
        (["--rounds", "5"], "comparison"),
        (["--only", "json"], "narrowed"),
        (["--peers", "sixlane", "fastapi"], "narrowed"),
        (["--quick", "--only", "json"], "quick"),
    ],
)
def test_only_a_run_of_everything_is_published(arguments: list[str], file_name: str) -> None:
    assert parse_options(arguments).file_name == file_name


def test_a_quick_run_is_one_round_of_a_second() -> None:
    options = parse_options(["--quick", "--rounds", "9", "--seconds", "9"])
    assert (options.rounds, options.seconds) == (1, 1)
