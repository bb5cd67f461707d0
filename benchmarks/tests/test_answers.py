import dataclasses

import pytest
from bench.answers import Answer, find_differences, find_shortfalls
from bench.routes import ROUTES, Route, find_route

HEADERS = {"content-type": "application/json", "content-length": "27", "date": "now"}


def right_answer(route: Route) -> Answer:
    marker = dict([route.marker]) if route.marker else {}
    headers = HEADERS | {"content-type": route.answer_type} | marker
    return Answer(route.status, headers, route.answer, keeps_alive=True)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_right_answer_has_no_difference(route: Route) -> None:
    assert find_differences(route, right_answer(route), exact=True) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": 500}, id="status"),
        pytest.param({"body": b'{"message":"Hello"}'}, id="body"),
        pytest.param({"body": b"Hello"}, id="no JSON"),
        pytest.param({"headers": {"content-type": "text/plain"}}, id="type"),
        pytest.param({"keeps_alive": False}, id="connection"),
    ],
)
@pytest.mark.parametrize("exact", [True, False])
def test_a_wrong_answer_differs(changes: dict[str, object], exact: bool) -> None:
    route = find_route("json")
    answer = dataclasses.replace(right_answer(route), **changes)  # type: ignore[arg-type]
    assert len(find_differences(route, answer, exact=exact)) == 1


def test_only_exact_peers_must_answer_to_the_byte() -> None:
    route = find_route("json")
    answer = dataclasses.replace(right_answer(route), body=b'{"message": "Hello, World!"}')
    assert find_differences(route, answer, exact=False) == []
    assert len(find_differences(route, answer, exact=True)) == 1


def test_a_refusal_may_have_its_own_words_but_names_the_parameter() -> None:
    route = find_route("invalid")
    refusal = Answer(400, {"content-type": "text/plain"}, b"limit is no integer", keeps_alive=True)
    assert find_differences(route, refusal, exact=False) == []
    assert find_differences(route, refusal, exact=True) != []
    for wrong in ({"status": 200}, {"status": 500}, {"body": b"Bad Request"}):
        changed = dataclasses.replace(refusal, **wrong)
        assert len(find_differences(route, changed, exact=False)) == 1


def test_a_stream_is_compared_to_the_byte_whoever_answers() -> None:
    route = find_route("events")
    answer = dataclasses.replace(right_answer(route), body=route.answer[:-1])
    assert len(find_differences(route, answer, exact=False)) == 1


def test_a_refused_handshake_differs() -> None:
    route = find_route("echo")
    refusal = Answer(403, {}, b"", keeps_alive=False)
    assert len(find_differences(route, refusal, exact=False)) == 3


def test_a_middleware_that_did_nothing_is_a_difference() -> None:
    route = find_route("middleware")
    answer = Answer(200, HEADERS, route.answer, keeps_alive=True)
    assert find_differences(route, answer, exact=True) == ["header x-served-by is missing"]


def test_we_may_not_answer_less_than_the_reference() -> None:
    reference = right_answer(find_route("json"))
    assert find_shortfalls(reference, reference) == []
    for name in HEADERS:
        fewer = {key: value for key, value in HEADERS.items() if key != name}
        ours = dataclasses.replace(reference, headers=fewer)
        assert len(find_shortfalls(ours, reference)) == 1
    ours = dataclasses.replace(reference, body=b"{}")
    assert find_shortfalls(ours, reference) == ["status or body differ"]


def test_a_handshake_needs_no_date() -> None:
    reference = Answer(101, {"date": "now"}, b"", keeps_alive=True)
    assert find_shortfalls(dataclasses.replace(reference, headers={}), reference) == []


def test_the_name_of_the_server_is_no_part_of_the_answer() -> None:
    ours = right_answer(find_route("json"))
    named = dataclasses.replace(ours, headers=HEADERS | {"server": "uvicorn", "date": "then"})
    assert find_shortfalls(ours, named) == []
