"""Sixlane's own: `msgspec.Struct` as body and answer, with errors in FastAPI's form."""

from typing import Annotated, Any

import msgspec
import pytest
from support.client import OpenClient

from sixlane import FastAPI


class Tag(msgspec.Struct):
    """Inside an item."""

    name: str


class Item(msgspec.Struct):
    """A body, and an answer."""

    name: str
    price: Annotated[float, msgspec.Meta(gt=0)]
    tags: list[Tag] = []
    tax: float | None = None


def make_app() -> FastAPI:
    """An app that takes and gives structs."""
    app = FastAPI()

    @app.post("/items")
    async def create(item: Item) -> Item:
        return item

    @app.post("/lists")
    def lists(items: list[Item]) -> list[Item]:
        return items

    @app.put("/two")
    async def two(item: Item, tag: Tag, q: int = 1) -> Any:
        return {"name": item.name, "tag": tag.name, "q": q}

    @app.get("/answer")
    async def answer() -> Item:
        return Item("a", 1.5, [Tag("t")])

    return app


ITEM = {"name": "a", "price": 1.5, "tags": [{"name": "t"}], "tax": None}


@pytest.mark.parametrize(
    ("method", "path", "body", "value"),
    [
        ("POST", "/items", {"name": "a", "price": 1.5, "tags": [{"name": "t"}]}, ITEM),
        ("POST", "/items", {**ITEM, "other": 1}, ITEM),
        ("POST", "/lists", [ITEM, ITEM], [ITEM, ITEM]),
        (
            "PUT",
            "/two?q=2",
            {"item": ITEM, "tag": {"name": "t"}},
            {"name": "a", "tag": "t", "q": 2},
        ),
        ("GET", "/answer", None, ITEM),
    ],
)
def test_structs_are_bodies_and_answers(
    open_client: OpenClient, method: str, path: str, body: object, value: object
) -> None:
    """Decoded into the struct, encoded from it."""
    answer = open_client(make_app()).request(method, path, json=body)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "body", "location"),
    [
        ("/items", {"price": 1}, ["body", "name"]),
        ("/items", {"name": "a", "price": "x"}, ["body", "price"]),
        ("/items", {"name": "a", "price": 0}, ["body", "price"]),
        ("/items", {"name": "a", "price": 1, "tags": [{}]}, ["body", "tags", 0, "name"]),
        ("/items", [], ["body"]),
        ("/lists", [{"name": "a", "price": 1}, {"name": 1, "price": 1}], ["body", 1, "name"]),
    ],
)
def test_mistakes_are_in_the_form_of_the_others(
    open_client: OpenClient, path: str, body: object, location: list[str | int]
) -> None:
    """422 with type, location, message and input."""
    answer = open_client(make_app()).post(path, json=body)

    assert answer.status_code == 422
    error = answer.json()["detail"][0]
    assert set(error) >= {"type", "loc", "msg", "input"}
    assert error["loc"] == location


def test_broken_json_and_missing_body_are_answered_as_ever(open_client: OpenClient) -> None:
    """What has nothing to do with the struct is FastAPI's answer."""
    client = open_client(make_app())
    headers = {"content-type": "application/json"}

    broken = client.post("/items", content="{", headers=headers).json()["detail"]
    assert [(error["type"], error["loc"]) for error in broken] == [("json_invalid", ["body", 1])]
    missing = client.post("/items").json()["detail"]
    assert missing == [{"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}]


def test_structs_are_described(open_client: OpenClient) -> None:
    """The document has their schemas, and refers to them."""
    document = open_client(make_app()).get("/openapi.json").json()

    operation = document["paths"]["/items"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["$ref"].startswith("#/components/schemas/Item")
    item = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    assert item["required"] == ["name", "price"]
    assert item["properties"]["price"]["exclusiveMinimum"] == 0
