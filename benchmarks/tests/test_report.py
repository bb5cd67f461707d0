from typing import Any

import pytest
from bench.failure import BenchmarkError
from bench.measure import Measurement
from bench.readme import END, START, replace_block
from bench.summary import summarize, summarize_measurements
from bench.table import format_number, format_spread, render_report


def measurement(peer: str, number: int, cpu_us: float, route: str = "json") -> Measurement:
    return Measurement(
        peer=peer,
        route=route,
        round=number,
        requests=1000,
        cpu_us=cpu_us,
        busy=0.99,
        instructions=None,
        requests_per_s=1e6 / cpu_us,
        p50_us=600,
        p99_us=1300,
        resident_mib=40.0,
        answer_bytes=150.0,
    )


MEASUREMENTS = [
    measurement("nginx", 1, 10.0),
    measurement("sixlane", 1, 11.0),
    measurement("robyn", 1, 80.0),
    measurement("nginx", 2, 15.0),
    measurement("robyn", 2, 90.0),
    measurement("nginx", 2, 20.0),
    measurement("sixlane", 2, 24.0),
    measurement("nginx", 3, 10.0),
    measurement("sixlane", 3, 10.0),
    measurement("robyn", 3, 100.0),
]


def result() -> dict[str, Any]:
    return {
        "schema": 1,
        "created": "2030-01-02T03:04:05+00:00",
        "commit": "0123456789",
        "machine": {"cpu": "A CPU", "cores": 2, "kernel": "6.1"},
        "versions": {"python": "3.11.7", "second_python": "3.13.0", "robyn": "0.88.0"},
        "settings": {"rounds": 3, "seconds": 4, "ours_per_round": 3, "connections": 64},
        "peers": [
            {"name": name, "title": title, "settings": ""}
            for name, title in (("nginx", "nginx"), ("sixlane", "Sixlane"), ("robyn", "Robyn"))
        ],
        "routes": [
            {"name": "json", "title": "GET /json"},
            {"name": "wait-asyncio-second", "title": "GET /wait, {second_python}"},
            {"name": "deps", "title": "GET /deps"},
        ],
        "absent": {"sixlane": {"wait-asyncio-second": "no second Python"}},
        "summary": summarize_measurements(MEASUREMENTS),
        "instructions": "perf: not supported",
        "startup": {
            "imports": {
                "sixlane": {"package": summarize([10.0]), "name": summarize([100.0])},
                "fastapi": {"package": summarize([400.0]), "name": summarize([400.0])},
            },
            "routes": "FastAPI is not installed",
        },
        "system_calls": [
            {"peer": "sixlane", "route": "json", "per_request": 2.04, "calls": {"sendto": 1.0}}
        ],
    }


def test_multiples_are_of_what_nginx_took_just_before() -> None:
    multiples = summarize_measurements(MEASUREMENTS)["json"]["sixlane"]["times_nginx"]
    assert multiples == {"median": 1.1, "min": 1.0, "max": 1.2}


def test_without_nginx_there_are_no_multiples() -> None:
    alone = summarize_measurements([measurement("sixlane", 1, 11.0)])["json"]["sixlane"]
    assert "times_nginx" not in alone
    assert alone["cpu_us"] == {"median": 11.0, "min": 11.0, "max": 11.0}


def test_a_figure_that_was_not_taken_is_left_out() -> None:
    assert "instructions" not in summarize_measurements(MEASUREMENTS)["json"]["robyn"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.974, "0.97"), (12.34, "12.3"), (456.4, "456"), (12345.0, "12,345")]
)
def test_a_number_has_the_digits_it_deserves(value: float, text: str) -> None:
    assert format_number(value) == text


def test_a_spread_of_one_round_is_one_number() -> None:
    assert format_spread({"median": 2.0, "min": 2.0, "max": 2.0}) == "2.00"


def test_the_report_shows_every_figure_and_every_gap() -> None:
    report = render_report(result(), chart="results/comparison.png")
    rows = {
        line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]]
        for line in report.split("\n\n")[1].splitlines()
    }
    assert rows[""] == ["Sixlane", "Robyn 0.88.0"]
    assert rows["GET /json"] == ["**1.10 (1.00–1.20)**", "8.00"]  # noqa: RUF001
    assert rows["GET /wait, 3.13"] == ["absent", "-"]
    assert rows["GET /deps"] == ["-", "-"]
    for sentence in (
        "Sixlane is absent (wait-asyncio-second): no second Python",
        "Instructions are not counted: perf: not supported",
        "takes 10.0 ms, `import fastapi` 400 ms: 0.03 of it",
        "takes 100 ms, from fastapi 400 ms: 0.25 of it",
        "Start-up was not measured: FastAPI is not installed",
        "Sixlane, json: 2.04 (sendto 1)",
        "Measured 2030-01-02 at 0123456789 on A CPU, 2 cores",
        "![CPU time per request, Sixlane beside its peers](results/comparison.png)",
    ):
        assert sentence in report


def test_the_block_is_replaced_and_nothing_else() -> None:
    readme = f"# Title\n\n{START}\nold\n{END}\n\nrest\n"
    replaced = replace_block(readme, "new")
    assert replaced == f"# Title\n\n{START}\n\nnew\n\n{END}\n\nrest\n"
    assert replace_block(replaced, "new") == replaced


@pytest.mark.parametrize("readme", ["", START, f"{END}\n{START}", f"{START}{START}{END}"])
def test_a_readme_without_its_markers_is_an_error(readme: str) -> None:
    with pytest.raises(BenchmarkError, match=r"README\.md needs"):
        replace_block(readme, "new")
