"""Chapter "Body: Multiple Parameters"."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import Body, FastAPI


class Item(BaseModel):
    """One part of the body."""

    name: str


class User(BaseModel):
    """Another part of the body."""

    username: str


def make_app() -> FastAPI:
    """An app whose bodies have several parts."""
    app = FastAPI()

    @app.put("/two")
    async def two(item: Item, user: User) -> Any:
        return [item, user]

    @app.put("/three")
    async def three(
        item: Item,
        importance: Annotated[int, Body(gt=0)],
        user: User | None = None,
        q: str | None = None,
    ) -> Any:
        return [item, importance, user, q]

    @app.put("/embed")
    def embed(item: Annotated[Item, Body(embed=True)]) -> Any:
        return item

    @app.put("/scalar")
    async def scalar(importance: Annotated[int, Body()]) -> Any:
        return importance

    return app


ITEM = {"name": "Foo"}
USER = {"username": "dave"}


@pytest.mark.parametrize(
    ("path", "body", "value"),
    [
        ("/two", {"item": ITEM, "user": USER}, [ITEM, USER]),
        ("/three", {"item": ITEM, "importance": 5}, [ITEM, 5, None, None]),
        ("/three?q=x", {"item": ITEM, "user": USER, "importance": "5"}, [ITEM, 5, USER, "x"]),
        ("/embed", {"item": ITEM}, ITEM),
        ("/scalar", 5, 5),
    ],
)
def test_several_parts_are_keyed_by_name(
    open_client: OpenClient, path: str, body: object, value: object
) -> None:
    """With several body parameters, or `embed`, the body is an object of them."""
    answer = open_client(make_app()).put(path, json=body)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("/two", {"item": ITEM}, [("missing", ["body", "user"])]),
        ("/two", {"item": {}, "user": {}}, [
            ("missing", ["body", "item", "name"]),
            ("missing", ["body", "user", "username"]),
        ]),
        ("/two", ITEM, [("missing", ["body", "item"]), ("missing", ["body", "user"])]),
        ("/two", [], [("missing", ["body", "item"]), ("missing", ["body", "user"])]),
        ("/three", {"item": ITEM, "importance": 0}, [("greater_than", ["body", "importance"])]),
        ("/embed", ITEM, [("missing", ["body", "item"])]),
        ("/scalar", {"importance": 5}, [("int_type", ["body"])]),
    ],
)  # fmt: skip
def test_wrong_part_is_located_by_its_name(
    open_client: OpenClient, path: str, body: object, errors: list[tuple[str, list[str]]]
) -> None:
    """The location leads through the part's name."""
    answer = open_client(make_app()).put(path, json=body)

    assert answer.status_code == 422
    assert [(error["type"], error["loc"]) for error in answer.json()["detail"]] == errors
