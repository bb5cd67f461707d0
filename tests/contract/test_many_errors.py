"""A body of mistakes costs no answer, and no memory, of many times its size."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError, WrapValidator, create_model
from support.client import OpenClient

from sixlane import Depends, FastAPI, Header
from sixlane._compile.bounded import MOST_ERROR_BYTES
from sixlane._compile.validator import MOST_ERRORS
from sixlane._run.refusal import MOST_BYTES
from sixlane.testclient import TestClient

TOO_MANY = MOST_ERROR_BYTES // 304 + 1
"""As many items of a list make more errors than there is room for."""


class Row(BaseModel):
    name: str
    sizes: list[int] = []
    below: list["Row"] = []


def keep_numbers(value: Any, validate: Callable[[Any], list[int]]) -> list[int]:
    """Leave out what is none."""
    try:
        return validate(value)
    except ValidationError as error:
        wrong = {each["loc"][0] for each in error.errors()}
        return [each for place, each in enumerate(value) if place not in wrong]


class Kept(BaseModel):
    numbers: Annotated[list[int], WrapValidator(keep_numbers)]


Wide: Any = create_model("Wide", **{f"field_{number}": (int, ...) for number in range(20)})


async def depend() -> None:
    """Have the solver validate."""


@pytest.fixture(params=["planned", "solved"])
def client(request: pytest.FixtureRequest, open_client: OpenClient) -> TestClient:
    """Path operations that differ in what they take; the engine plans only some by itself."""
    dependencies = [Depends(depend)] if request.param == "solved" else []
    app = FastAPI(dependencies=dependencies)

    @app.post("/numbers")
    async def add(numbers: list[int]) -> int:
        return sum(numbers)

    @app.post("/rows")
    async def count(rows: list[Row]) -> int:
        return len(rows)

    @app.post("/sizes")
    async def size(sizes: dict[str, list[int]]) -> int:
        return len(sizes)

    @app.post("/either")
    async def choose(rows: list[Row | Wide]) -> int:
        return len(rows)

    @app.post("/kept")
    async def keep(kept: Kept) -> list[int]:
        return kept.numbers

    @app.post("/wide")
    async def widen(wide: Wide, x_number: Annotated[int, Header()] = 1) -> int:
        return x_number

    return open_client(app)


def refuse(client: TestClient, path: str, body: Any, **options: Any) -> list[dict[str, Any]]:
    """Send what does not fit; return the errors."""
    answer = client.post(path, json=body, **options)
    assert answer.status_code == 422
    errors: list[dict[str, Any]] = answer.json()["detail"]
    return errors


def test_errors_without_number_are_counted(client: TestClient) -> None:
    """More than that many are not listed."""
    assert len(refuse(client, "/numbers", ["x"] * MOST_ERRORS)) == MOST_ERRORS
    assert refuse(client, "/numbers", ["x"] * (MOST_ERRORS + 1)) == [
        {
            "type": "too_many_errors",
            "loc": ["body"],
            "msg": "10001 errors, more than the 10000 that are listed",
            "input": None,
        }
    ]


def test_large_bodies_that_fit_are_taken(client: TestClient) -> None:
    """How they are validated does not show."""
    assert client.post("/numbers", json=[1] * TOO_MANY).json() == TOO_MANY
    rows = [{"name": "a", "below": [{"name": "b", "sizes": [1, 2]}]}] * 20_000
    assert client.post("/rows", json=rows).json() == 20_000
    assert client.post("/either", json=rows).json() == 20_000


def test_all_errors_of_a_large_body_are_listed(client: TestClient) -> None:
    """A table with some wrong rows is within the bounds."""
    rows: list[dict[str, Any]] = [{"name": "a", "sizes": [1, 2]} for _ in range(10_000)]
    for place in (7, 9_000):
        rows[place]["sizes"] = ["x", 1, "y"]
    assert [error["loc"] for error in refuse(client, "/rows", rows)] == [
        ["body", place, "sizes", index] for place in (7, 9_000) for index in (0, 2)
    ]


def test_of_too_many_mistakes_the_first_one_is_told(client: TestClient) -> None:
    """In a list whose items would make more errors than there is room for."""
    (error,) = refuse(client, "/numbers", [1, "x"] + ["y"] * TOO_MANY)
    assert (error["loc"], error["input"]) == (["body", 1], "x")


def test_inner_lists_end_at_their_first_mistake(client: TestClient) -> None:
    """The items of a list in a model, of a mapping, and those of a model in itself count alike."""
    assert [each["loc"] for each in refuse(client, "/sizes", {"a": ["x"] * TOO_MANY, "b": 1})] == [
        ["body", "a", 0]
    ]
    below = [{"name": "a", "sizes": ["x"] * TOO_MANY, "below": [{}, {}]}, {}]
    errors = refuse(client, "/rows", [{"name": "b", "below": below}])
    assert [each["loc"][1:] for each in errors] == [
        [0, "below", 0, "sizes", 0],
        [0, "below", 0, "below", 0, "name"],
    ]


def test_members_of_a_union_count_together(client: TestClient) -> None:
    """Each object here makes an error for each field of both."""
    errors = refuse(client, "/either", [{}] * (TOO_MANY // 10))
    assert {error["loc"][1] for error in errors} == {0}
    assert len(errors) == 21


def test_a_validator_that_catches_errors_is_told_all_of_them(client: TestClient) -> None:
    """Of a large body as of a small one."""
    sent = [1] * 10_000 + ["x", "y"] + [2] * 10_000
    answer = client.post("/kept", json={"numbers": sent})
    assert answer.json() == [1] * 10_000 + [2] * 10_000


def test_long_names_count_too(client: TestClient) -> None:
    """Each error repeats the names on the way to it."""
    errors = refuse(client, "/sizes", {"n" * 1_000_000: ["x"] * 100})
    assert [error["loc"][-1] for error in errors] == [0]


def test_what_was_sent_is_left_out_where_it_makes_the_answer_too_long(client: TestClient) -> None:
    """Each field that is missing repeats the whole object."""
    long = {"z": "x" * (MOST_BYTES // 20)}
    errors = refuse(client, "/wide", long, headers={"x-number": "a"})
    assert [error["loc"][-1] for error in errors] == [*Wide.model_fields, "x-number"] or [
        error["loc"][-1] for error in errors
    ] == ["x-number", *Wide.model_fields]
    assert all("input" not in error for error in errors)
    short = {"z": "x" * (MOST_BYTES // 22)}
    assert [error["input"] for error in refuse(client, "/wide", short)] == [short] * 20


def test_a_single_error_repeats_what_was_sent(client: TestClient) -> None:
    """That is no more than the body."""
    sent = "x" * (15 * 1024 * 1024)
    (error,) = refuse(client, "/rows", sent)
    assert error["input"] == sent


def test_where_names_alone_make_the_answer_too_long_errors_are_counted(client: TestClient) -> None:
    """Each error repeats them."""
    assert refuse(client, "/sizes", {"n" * 6_000_000: ["x", "y", "z"]}) == [
        {
            "type": "too_many_errors",
            "loc": [],
            "msg": "3 errors, too long to be listed",
            "input": None,
        }
    ]
