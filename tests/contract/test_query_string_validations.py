"""Chapter "Query Parameters and String Validations"."""

from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, Json
from support.client import OpenClient

from sixlane import FastAPI, Query


def check_prefix(value: str) -> str:
    """Refuse what is no ISBN."""
    if not value.startswith("isbn-"):
        raise ValueError('must start with "isbn-"')
    return value


def make_app() -> FastAPI:
    """An app with constrained query parameters."""
    app = FastAPI()

    @app.get("/length")
    async def length(
        q: Annotated[str | None, Query(min_length=3, max_length=5)] = None,
    ) -> str | None:
        return q

    @app.get("/pattern")
    async def pattern(q: Annotated[str, Query(pattern="^fixed$")] = "fixed") -> str:
        return q

    @app.get("/old-style")
    def old_style(q: str | None = Query(default=None, max_length=3)) -> str | None:
        return q

    @app.get("/list")
    async def many(q: Annotated[list[str] | None, Query()] = None) -> list[str] | None:
        return q

    @app.get("/default-list")
    async def default_list(q: Annotated[list[int], Query()] = [1, 2]) -> list[int]:  # noqa: B006
        q.append(0)
        return q

    @app.get("/alias")
    async def alias(q: Annotated[str, Query(alias="item-query")]) -> str:
        return q

    @app.get("/custom")
    async def custom(q: Annotated[str, AfterValidator(check_prefix)]) -> str:
        return q

    @app.get("/json")
    async def json(q: Annotated[Json[list[int]], Query()]) -> Any:
        return q

    return app


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/length", None),
        ("/length?q=four", "four"),
        ("/pattern", "fixed"),
        ("/pattern?q=fixed", "fixed"),
        ("/old-style?q=abc", "abc"),
        ("/list", None),
        ("/list?q=foo&q=bar", ["foo", "bar"]),
        ("/list?q=", [""]),
        ("/default-list", [1, 2, 0]),
        ("/default-list?q=5", [5, 0]),
        ("/alias?item-query=x", "x"),
        ("/custom?q=isbn-1", "isbn-1"),
        ("/json?q=[1,2]", [1, 2]),
    ],
)
def test_value_that_keeps_the_rules_is_taken(
    open_client: OpenClient, path: str, value: object
) -> None:
    """Constraints let the right values through."""
    answer = open_client(make_app()).get(path)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (
            "/length?q=ab",
            {
                "type": "string_too_short",
                "loc": ["query", "q"],
                "msg": "String should have at least 3 characters",
                "input": "ab",
                "ctx": {"min_length": 3},
            },
        ),
        (
            "/length?q=abcdef",
            {
                "type": "string_too_long",
                "loc": ["query", "q"],
                "msg": "String should have at most 5 characters",
                "input": "abcdef",
                "ctx": {"max_length": 5},
            },
        ),
        (
            "/pattern?q=loose",
            {
                "type": "string_pattern_mismatch",
                "loc": ["query", "q"],
                "msg": "String should match pattern '^fixed$'",
                "input": "loose",
                "ctx": {"pattern": "^fixed$"},
            },
        ),
        (
            "/default-list?q=1&q=x",
            {
                "type": "int_parsing",
                "loc": ["query", "q", 1],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "x",
            },
        ),
        (
            "/alias?q=x",
            {
                "type": "missing",
                "loc": ["query", "item-query"],
                "msg": "Field required",
                "input": None,
            },
        ),
        (
            "/custom?q=x",
            {
                "type": "value_error",
                "loc": ["query", "q"],
                "msg": 'Value error, must start with "isbn-"',
                "input": "x",
                "ctx": {"error": {}},
            },
        ),
    ],
)
def test_value_that_breaks_a_rule_is_unprocessable(
    open_client: OpenClient, path: str, error: dict[str, Any]
) -> None:
    """422 names the rule and its limit."""
    answer = open_client(make_app()).get(path)

    assert (answer.status_code, answer.json()) == (422, {"detail": [error]})


def test_default_list_is_fresh_each_time(open_client: OpenClient) -> None:
    """A handler that changes its default list changes it for itself only."""
    client = open_client(make_app())

    assert [client.get("/default-list").json() for _ in range(3)] == [[1, 2, 0]] * 3


def test_default_may_be_made_by_a_function(open_client: OpenClient) -> None:
    """`default_factory` is called for each request that leaves the parameter out."""
    app = FastAPI()
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    @app.get("/")
    async def read(number: Annotated[int, Query(default_factory=make)]) -> int:
        return number

    client = open_client(app)
    assert [client.get(path).json() for path in ("/", "/", "/?number=9", "/")] == [1, 2, 9, 3]


def test_unknown_option_of_a_parameter_is_refused() -> None:
    """A misspelt keyword is an error where the parameter is declared."""
    with pytest.raises(TypeError):
        Query(minimum_length=3)  # type: ignore[call-arg]
