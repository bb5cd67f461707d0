"""Chapter "Using Dataclasses", and dictionaries with declared keys."""

from dataclasses import dataclass, field
from typing import Any, NotRequired

import pytest
from support.client import OpenClient
from typing_extensions import TypedDict

from sixlane import FastAPI


@dataclass
class Tag:
    """Inside an item."""

    name: str


@dataclass
class Item:
    """A body, and an answer."""

    name: str
    price: float
    tags: list[Tag] = field(default_factory=list)
    tax: float | None = None


@dataclass
class Summary:
    """Less than an item."""

    name: str
    count: int = 0


class Movie(TypedDict):
    """A dictionary with these keys."""

    title: str
    year: NotRequired[int]


def make_app() -> FastAPI:
    """An app that takes and gives both."""
    app = FastAPI()

    @app.post("/items")
    async def create(item: Item) -> Item:
        return item

    @app.post("/types")
    def types(items: list[Item]) -> Any:
        return [type(item).__name__ + type(item.tags[0]).__name__ for item in items]

    @app.get("/summary", response_model=Summary)
    async def summary() -> Any:
        return {"name": "a", "price": 1}

    @app.get("/from-object")
    async def from_object() -> list[Summary]:
        return [Summary("a", 1)]

    @app.post("/movies")
    async def movie(movie: Movie) -> Movie:
        return movie

    return app


@pytest.mark.parametrize(
    ("method", "path", "body", "value"),
    [
        (
            "POST",
            "/items",
            {"name": "a", "price": "1.5", "tags": [{"name": "t"}]},
            {"name": "a", "price": 1.5, "tags": [{"name": "t"}], "tax": None},
        ),
        ("POST", "/types", [{"name": "a", "price": 1, "tags": [{"name": "t"}]}], ["ItemTag"]),
        ("GET", "/summary", None, {"name": "a", "count": 0}),
        ("GET", "/from-object", None, [{"name": "a", "count": 1}]),
        ("POST", "/movies", {"title": "a"}, {"title": "a"}),
        ("POST", "/movies", {"title": "a", "year": "1999"}, {"title": "a", "year": 1999}),
        ("POST", "/movies", {"title": "a", "other": 1}, {"title": "a"}),
    ],
)
def test_they_are_bodies_and_answers(
    open_client: OpenClient, method: str, path: str, body: object, value: object
) -> None:
    """Converted and filtered as models are."""
    answer = open_client(make_app()).request(method, path, json=body)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "body", "kind", "location"),
    [
        ("/items", {"name": "a"}, "missing", ["body", "price"]),
        ("/items", {"name": "a", "price": 1, "tags": [{}]}, "missing", ["body", "tags", 0, "name"]),
        ("/items", [1], "dataclass_type", ["body"]),
        ("/movies", {}, "missing", ["body", "title"]),
        ("/movies", {"title": "a", "year": "x"}, "int_parsing", ["body", "year"]),
        ("/movies", "a", "dict_type", ["body"]),
    ],
)
def test_mistakes_in_them_are_located(
    open_client: OpenClient, path: str, body: object, kind: str, location: list[str | int]
) -> None:
    """422 as for models."""
    answer = open_client(make_app()).post(path, json=body)

    assert answer.status_code == 422
    error = answer.json()["detail"][0]
    assert (error["type"], error["loc"]) == (kind, location)
