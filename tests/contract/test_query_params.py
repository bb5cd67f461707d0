"""Chapter "Query Parameters"."""

from typing import Any

import pytest
from support.client import OpenClient

from sixlane import FastAPI

MISSING = {"type": "missing", "loc": ["query", "needy"], "msg": "Field required", "input": None}


def make_app() -> FastAPI:
    """An app with required, optional and defaulted query parameters."""
    app = FastAPI()

    @app.get("/page")
    async def page(skip: int = 0, limit: int = 10) -> list[int]:
        return [skip, limit]

    @app.get("/optional")
    async def optional(q: str | None = None) -> str | None:
        return q

    @app.get("/flag")
    def flag(short: bool = False) -> bool:
        return short

    @app.get("/items/{item_id}")
    async def item(item_id: str, needy: str, skip: int = 0, limit: int | None = None) -> Any:
        return [item_id, needy, skip, limit]

    return app


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/page", [0, 10]),
        ("/page?skip=20", [20, 10]),
        ("/page?limit=1&skip=2", [2, 1]),
        ("/page?skip=1&skip=2", [2, 10]),
        ("/page?unknown=1", [0, 10]),
        ("/optional", None),
        ("/optional?q=", ""),
        ("/optional?q", ""),
        ("/optional?q=two+words%21", "two words!"),
        ("/optional?q=a%2Bb", "a+b"),
        ("/optional?q=caf%C3%A9", "caf\u00e9"),
        ("/optional?q=%FF", "\ufffd"),
        ("/optional?q=a=b", "a=b"),
        ("/optional?q=a;b", "a;b"),
        ("/optional?q=%zz", "%zz"),
        ("/optional?%71=named", "named"),
        ("/optional?&&q=1&&", "1"),
        ("/items/foo?needy=yes", ["foo", "yes", 0, None]),
        ("/items/foo?needy=yes&skip=2&limit=3", ["foo", "yes", 2, 3]),
    ],
)
def test_query_parameter_is_read(open_client: OpenClient, path: str, value: object) -> None:
    """Names and values are decoded as forms encode them; the last of several counts."""
    answer = open_client(make_app()).get(path)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", True), ("true", True), ("True", True), ("on", True), ("YES", True), ("t", True),
        ("0", False), ("false", False), ("off", False), ("no", False), ("n", False),
    ],
)  # fmt: skip
def test_boolean_has_many_spellings(open_client: OpenClient, text: str, value: bool) -> None:
    """1, true, on and yes are true in any case; their opposites are false."""
    assert open_client(make_app()).get("/flag", params={"short": text}).json() is value


def test_missing_parameter_is_unprocessable(open_client: OpenClient) -> None:
    """A parameter without default is required."""
    answer = open_client(make_app()).get("/items/foo")

    assert (answer.status_code, answer.json()) == (422, {"detail": [MISSING]})


def test_all_mistakes_are_reported_at_once(open_client: OpenClient) -> None:
    """Every wrong parameter has its entry, in the order of declaration by location."""
    answer = open_client(make_app()).get("/items/foo?skip=x&limit=1.5")

    assert answer.status_code == 422
    assert [(error["type"], error["loc"]) for error in answer.json()["detail"]] == [
        ("missing", ["query", "needy"]),
        ("int_parsing", ["query", "skip"]),
        ("int_parsing", ["query", "limit"]),
    ]


def test_wrong_value_is_echoed(open_client: OpenClient) -> None:
    """The error shows the input as it was decoded."""
    (error,) = open_client(make_app()).get("/page?skip=a%20b").json()["detail"]

    assert error == {
        "type": "int_parsing",
        "loc": ["query", "skip"],
        "msg": "Input should be a valid integer, unable to parse string as an integer",
        "input": "a b",
    }
