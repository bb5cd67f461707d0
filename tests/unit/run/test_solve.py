"""The order in which dependencies are solved, what they share and what they are given."""

# ruff: noqa: D103

import threading
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import pytest
from starlette.background import BackgroundTasks
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from sixlane import Depends, Header, Query, Security
from sixlane.security.scopes import SecurityScopes

from .conftest import Solver, make_request

pytestmark = pytest.mark.anyio

Notes = list[str]


def noting(notes: Notes, name: str) -> Callable[[], str]:
    """Make a dependency that notes its call."""

    async def dependency() -> str:
        notes.append(name)
        return name

    return dependency


async def test_dependencies_are_solved_depth_first_and_in_order(solver: Solver) -> None:
    """A dependency comes after what it needs, and before its right neighbour."""
    notes: Notes = []
    leaf, right = noting(notes, "leaf"), noting(notes, "right")

    async def left(value: Annotated[str, Depends(leaf)]) -> str:
        notes.append(f"left after {value}")
        return "left"

    async def handler(a: Annotated[str, Depends(left)], b: Annotated[str, Depends(right)]) -> None:
        """Need two."""

    assert await solver(handler) == {"a": "left", "b": "right"}
    assert notes == ["leaf", "left after leaf", "right"]


async def test_result_is_shared_unless_told_otherwise(solver: Solver) -> None:
    """One call per request, however often a dependency is needed."""
    notes: Notes = []
    shared, fresh = noting(notes, "shared"), noting(notes, "fresh")

    async def handler(
        a: Annotated[str, Depends(shared)],
        b: Annotated[str, Depends(shared)],
        c: Annotated[str, Depends(fresh, use_cache=False)],
        d: Annotated[str, Depends(fresh, use_cache=False)],
    ) -> None:
        """Need each twice."""

    await solver(handler)
    assert notes == ["shared", "fresh", "fresh"]


async def test_result_is_not_shared_between_security_scopes(solver: Solver) -> None:
    """Whoever asks for the scopes gets a call for each combination of them."""
    seen: list[list[str]] = []

    async def user(scopes: SecurityScopes) -> str:
        seen.append(scopes.scopes)
        return scopes.scope_str

    async def admin(value: Annotated[str, Security(user, scopes=["write"])]) -> str:
        return value

    async def handler(
        reader: Annotated[str, Security(user, scopes=["read"])],
        writer: Annotated[str, Security(admin, scopes=["read"])],
        again: Annotated[str, Security(user, scopes=["read"])],
    ) -> None:
        """Need three times the same."""

    values = await solver(handler)
    assert values == {"reader": "read", "writer": "read write", "again": "read"}
    assert seen == [["read"], ["read", "write"]]


async def test_dependency_with_wrong_values_is_not_called_but_others_are(solver: Solver) -> None:
    """All errors are collected, in the order of the tree; side effects of the others happen."""
    notes: Notes = []
    other = noting(notes, "other")

    async def wrong(number: int) -> None:
        notes.append("wrong")

    async def needs_wrong(value: Annotated[None, Depends(wrong)]) -> None:
        notes.append("needs wrong")

    async def handler(
        limit: int,
        a: Annotated[None, Depends(needs_wrong)],
        b: Annotated[str, Depends(other)],
        x_count: Annotated[int, Header()],
    ) -> None:
        """Need all of them."""

    await solver(handler, make_request("number=x&limit=y"))
    assert notes == ["other"]
    places = [(error["type"], error["loc"]) for error in solver.errors]
    assert places == [
        ("int_parsing", ("query", "number")),
        ("int_parsing", ("query", "limit")),
        ("missing", ("header", "x-count")),
    ]


async def test_exception_of_a_dependency_goes_before_errors_found_earlier(solver: Solver) -> None:
    """A dependency may answer 401 although the request is also malformed."""

    async def wrong(number: int) -> None:
        """Take a number."""

    async def guard() -> None:
        raise HTTPException(401)

    async def handler(
        a: Annotated[None, Depends(wrong)], b: Annotated[None, Depends(guard)]
    ) -> None:
        """Need both."""

    with pytest.raises(HTTPException):
        await solver(handler, make_request("number=x"))


async def test_override_applies_to_nested_dependencies_and_keeps_their_place(
    solver: Solver,
) -> None:
    """What is called in place of another has parameters of its own, and shares as the other did."""

    async def original() -> str:
        return "original"

    async def replacement(word: str = "replaced") -> str:
        return word

    async def needs(value: Annotated[str, Depends(original)]) -> str:
        return f"with {value}"

    async def handler(
        a: Annotated[str, Depends(needs)], b: Annotated[str, Depends(original)]
    ) -> None:
        """Need it twice."""

    overrides = {original: replacement}
    values = await solver(handler, make_request("word=other"), overrides=overrides)
    assert values == {"a": "with other", "b": "other"}


async def test_override_may_be_set_by_an_earlier_dependency(solver: Solver) -> None:
    """Overrides are read for each dependency, not once per request."""
    overrides: dict[Any, Any] = {"unrelated": None}

    async def original() -> str:
        return "original"

    async def switch() -> None:
        overrides[original] = lambda: "replaced"

    async def handler(
        a: Annotated[None, Depends(switch)], b: Annotated[str, Depends(original)]
    ) -> None:
        """Need both."""

    values = await solver(handler, overrides=overrides)
    assert values["b"] == "replaced"


class Pagination:
    """A class as a dependency."""

    def __init__(self, limit: int = 10) -> None:
        self.limit = limit


class Checker:
    """An instance as a dependency."""

    def __init__(self, word: str) -> None:
        self.word = word

    def __call__(self, q: str = "") -> bool:
        return self.word in q

    async def method(self, q: str) -> str:
        return q + self.word


def add(a: int, b: int) -> int:
    return a + b


async def test_any_callable_is_a_dependency(solver: Solver) -> None:
    """Classes, instances, methods and partials."""

    async def handler(
        page: Annotated[Pagination, Depends()],
        found: Annotated[bool, Depends(Checker("x"))],
        joined: Annotated[str, Depends(Checker("!").method)],
        total: Annotated[int, Depends(partial(add, b=3))],
    ) -> None:
        """Need one of each."""

    values = await solver(handler, make_request("limit=5&q=axb&a=4&b=2"))
    assert values["page"].limit == 5
    assert (values["found"], values["joined"], values["total"]) == (True, "axb!", 6)


async def test_functions_run_in_threads_and_coroutines_on_the_loop(solver: Solver) -> None:
    """A blocking dependency does not stop other requests."""

    def blocking() -> threading.Thread:
        return threading.current_thread()

    async def awaited() -> threading.Thread:
        return threading.current_thread()

    async def handler(
        a: Annotated[threading.Thread, Depends(blocking)],
        b: Annotated[threading.Thread, Depends(awaited)],
    ) -> None:
        """Need both."""

    values = await solver(handler)
    assert values["a"] is not values["b"] is threading.current_thread()


async def test_objects_of_the_request_are_injected_by_type(solver: Solver) -> None:
    """All of a request share one response and one list of tasks."""

    async def dependency(response: Response, tasks: BackgroundTasks) -> None:
        response.headers["x-dependency"] = "seen"
        tasks.add_task(print)

    async def handler(
        request: Request,
        connection: HTTPConnection,
        response: Response,
        tasks: BackgroundTasks,
        scopes: SecurityScopes,
        nothing: Annotated[None, Depends(dependency)],
    ) -> None:
        """Need everything there is."""

    request = make_request()
    values = await solver(handler, request)
    assert values["request"] is values["connection"] is request
    assert values["response"].headers["x-dependency"] == "seen"
    assert values["response"].status_code is None
    assert len(values["tasks"].tasks) == 1
    assert values["scopes"].scopes == []


async def test_mutable_default_is_not_shared_between_requests(solver: Solver) -> None:
    """Each request has its own copy, or its own call of the factory."""

    async def handler(
        made: Annotated[list[int], Query(default_factory=lambda: [2])],
        kept: Annotated[list[int], Query()] = [1],  # noqa: B006 - the subject of the test
    ) -> None:
        """Have two defaults."""

    first = await solver(handler)
    first["made"].append(3)
    first["kept"].append(3)
    assert await solver(handler) == {"made": [2], "kept": [1]}


async def test_default_is_validated_where_that_is_asked_for(solver: Solver) -> None:
    """A default is taken as it is otherwise."""

    async def handler(
        a: Annotated[int, Query()] = "1",  # type: ignore[assignment]
        b: Annotated[int, Query(validate_default=True)] = "2",  # type: ignore[assignment]
    ) -> None:
        """Have defaults of the wrong type."""

    assert await solver(handler) == {"a": "1", "b": 2}
