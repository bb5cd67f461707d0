"""What wrk, perf and strace write, and what is read from it."""

import pytest
from bench.failure import Absent, BenchmarkError
from bench.instructions import parse_count
from bench.load import Load, body_path, check_load, parse_report, render_script
from bench.routes import find_route
from bench.syscalls import parse_summary

REPORT = (
    "Running 1s test @ http://127.0.0.1:1/json\n"
    'REPORT {"requests": 5000, "duration_us": 2000000, "bytes": 700000, "broken": 0,'
    ' "refused": 0, "p50_us": 400, "p99_us": 900}\n'
)
STRACE = """\
strace: Process 12 attached
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 60.00    0.012000           6      2000           sendto
 38.00    0.009000           4      2000        12 recvfrom
  2.00    0.000500           5       100           epoll_wait
------ ----------- ----------- --------- --------- ----------------
100.00    0.021500           5      4100        12 total
"""


def load(**changes: int) -> Load:
    figures = {
        "requests": 10,
        "duration_us": 1_000_000,
        "bytes": 900,
        "broken": 0,
        "refused": 0,
        "p50_us": 1,
        "p99_us": 2,
    }
    return Load(**(figures | changes))


def test_the_report_of_wrk_is_read() -> None:
    report = parse_report(REPORT)
    assert (report.requests, report.p99_us, report.requests_per_s) == (5000, 900, 2500)


def test_a_run_without_report_is_an_error() -> None:
    with pytest.raises(BenchmarkError, match="unable to connect"):
        parse_report("unable to connect to 127.0.0.1")


def test_the_script_carries_method_header_and_body() -> None:
    route = find_route("create")
    script = render_script(route)
    assert 'wrk.method = "POST"' in script
    assert 'wrk.headers["content-type"] = "application/json"' in script
    assert f'wrk.body = assert(io.open("{body_path(route)}", "rb")):read("*a")' in script


def test_the_script_carries_further_headers() -> None:
    script = render_script(find_route("cors"))
    assert 'wrk.headers["origin"] = "https://shop.example"' in script


def test_right_answers_pass() -> None:
    check_load(find_route("json"), load())
    check_load(find_route("invalid"), load(refused=10))


@pytest.mark.parametrize(
    ("route", "wrong"),
    [
        pytest.param("json", load(refused=1), id="a refusal where an answer was due"),
        pytest.param("json", load(broken=1), id="a broken connection"),
        pytest.param("json", load(requests=0), id="no answer"),
        pytest.param("invalid", load(refused=9), id="an answer where a refusal was due"),
    ],
)
def test_wrong_answers_are_an_error(route: str, wrong: Load) -> None:
    with pytest.raises(BenchmarkError, match=route):
        check_load(find_route(route), wrong)


def test_instructions_are_read() -> None:
    assert parse_count("123456,,instructions,1000,100.00,,\n") == 123456


def test_instructions_of_two_kinds_of_cores_are_added() -> None:
    assert (
        parse_count("100,,cpu_core/instructions/,1,50,,\n11,,cpu_atom/instructions/,1,50,,") == 111
    )


@pytest.mark.parametrize("word", ["not supported", "not counted"])
def test_a_machine_that_does_not_count_is_named_as_reason(word: str) -> None:
    with pytest.raises(Absent, match=word):
        parse_count(f"<{word}>,,instructions,0,100.00,,\n")


def test_the_own_words_of_perf_are_the_reason() -> None:
    with pytest.raises(Absent, match="No permission"):
        parse_count("Error:\nNo permission to enable instructions event.\n")


def test_the_table_of_strace_is_read() -> None:
    assert parse_summary(STRACE) == {"sendto": 2000, "recvfrom": 2000, "epoll_wait": 100}
