"""Chapter "Body: Nested Models"."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, HttpUrl
from support.client import OpenClient

from sixlane import FastAPI


class Image(BaseModel):
    """Inside an item."""

    url: HttpUrl
    name: str


class Item(BaseModel):
    """Inside an offer."""

    name: str
    tags: set[str] = set()
    images: list[Image] | None = None


class Offer(BaseModel):
    """The body."""

    price: float
    items: list[Item]


class Cat(BaseModel):
    """A pet that meows."""

    kind: Literal["cat"]
    meows: int


class Dog(BaseModel):
    """A pet that barks."""

    kind: Literal["dog"]
    barks: float


class Owner(BaseModel):
    """Has one of several kinds of pets."""

    pet: Cat | Dog = Field(discriminator="kind")


class Node(BaseModel):
    """A tree."""

    value: int
    children: list["Node"] = []


def make_app() -> FastAPI:
    """An app with deep bodies."""
    app = FastAPI()

    @app.post("/offers")
    async def offer(offer: Offer) -> Any:
        return offer

    @app.post("/images")
    async def images(images: list[Image]) -> Any:
        return images

    @app.post("/weights")
    async def weights(weights: dict[int, float]) -> Any:
        return weights

    @app.post("/owners")
    async def owner(owner: Owner) -> Any:
        return owner

    @app.post("/trees")
    def tree(node: Node) -> Any:
        return node

    return app


@pytest.mark.parametrize(
    ("path", "body", "value"),
    [
        (
            "/offers",
            {"price": 1, "items": [{"name": "a", "tags": ["x", "x"], "images": []}]},
            {"price": 1.0, "items": [{"name": "a", "tags": ["x"], "images": []}]},
        ),
        (
            "/images",
            [{"url": "http://example.com", "name": "i"}],
            [{"url": "http://example.com/", "name": "i"}],
        ),
        ("/weights", {"1": 2, "3": "4.5"}, {"1": 2.0, "3": 4.5}),
        ("/owners", {"pet": {"kind": "dog", "barks": 1}}, {"pet": {"kind": "dog", "barks": 1.0}}),
        (
            "/trees",
            {"value": 1, "children": [{"value": 2}]},
            {"value": 1, "children": [{"value": 2, "children": []}]},
        ),
    ],
)
def test_nested_body_becomes_nested_models(
    open_client: OpenClient, path: str, body: object, value: object
) -> None:
    """Lists, sets, dictionaries and models nest to any depth."""
    answer = open_client(make_app()).post(path, json=body)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "body", "kind", "location"),
    [
        (
            "/offers",
            {"price": 1, "items": [{"name": "a"}, {"images": [{"url": "x", "name": "n"}]}]},
            "missing",
            ["body", "items", 1, "name"],
        ),
        (
            "/offers",
            {"price": 1, "items": [{"name": "a", "images": [{"url": "x", "name": "n"}]}]},
            "url_parsing",
            ["body", "items", 0, "images", 0, "url"],
        ),
        ("/images", {"url": "http://a", "name": "b"}, "list_type", ["body"]),
        ("/images", [{"name": "b"}], "missing", ["body", 0, "url"]),
        ("/weights", {"a": 1}, "int_parsing", ["body", "a", "[key]"]),
        ("/weights", {"1": "x"}, "float_parsing", ["body", "1"]),
        ("/owners", {"pet": {"kind": "cow"}}, "union_tag_invalid", ["body", "pet"]),
        ("/owners", {"pet": {"kind": "cat"}}, "missing", ["body", "pet", "cat", "meows"]),
        ("/trees", {"value": 1, "children": [{}]}, "missing", ["body", "children", 0, "value"]),
    ],
)
def test_mistake_is_located_by_its_way_through_the_body(
    open_client: OpenClient, path: str, body: object, kind: str, location: list[str | int]
) -> None:
    """The location names each field and index on the way."""
    answer = open_client(make_app()).post(path, json=body)

    assert answer.status_code == 422
    error = answer.json()["detail"][0]
    assert (error["type"], error["loc"]) == (kind, location)
