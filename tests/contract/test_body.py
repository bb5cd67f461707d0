"""Chapter "Request Body"."""

import sys
from typing import Any

import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import FastAPI

MISSING_BODY = {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}

TRAILING_COMMA = (
    (14, "Illegal trailing comma before end of object")
    if sys.version_info >= (3, 13)
    else (16, "Expecting property name enclosed in double quotes")
)


class Item(BaseModel):
    """The body."""

    name: str
    description: str | None = None
    price: float
    tax: float | None = None


def make_app() -> FastAPI:
    """An app that takes an item."""
    app = FastAPI()

    @app.post("/items")
    async def create(item: Item) -> dict[str, Any]:
        return item.model_dump(exclude_unset=True)

    @app.put("/items/{item_id}")
    def replace(item_id: int, item: Item, q: str | None = None) -> Any:
        return {"item_id": item_id, "q": q, "name": item.name}

    @app.post("/optional")
    async def optional(item: Item | None = None) -> bool:
        return item is None

    return app


def test_body_becomes_the_model(open_client: OpenClient) -> None:
    """The handler gets an instance, its fields converted."""
    answer = open_client(make_app()).post("/items", json={"name": "Foo", "price": "50.5"})

    assert (answer.status_code, answer.json()) == (200, {"name": "Foo", "price": 50.5})


def test_body_path_and_query_go_together(open_client: OpenClient) -> None:
    """A model is the body, a name in the path a path parameter, the rest query parameters."""
    client = open_client(make_app())

    answer = client.put("/items/3?q=x", json={"name": "Foo", "price": 1})
    assert answer.json() == {"item_id": 3, "q": "x", "name": "Foo"}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            {"name": "Foo"},
            [
                {
                    "type": "missing",
                    "loc": ["body", "price"],
                    "msg": "Field required",
                    "input": {"name": "Foo"},
                }
            ],
        ),
        (
            {"name": 1, "price": "x"},
            [
                {
                    "type": "string_type",
                    "loc": ["body", "name"],
                    "msg": "Input should be a valid string",
                    "input": 1,
                },
                {
                    "type": "float_parsing",
                    "loc": ["body", "price"],
                    "msg": "Input should be a valid number, unable to parse string as a number",
                    "input": "x",
                },
            ],
        ),
        (
            ["Foo"],
            [
                {
                    "type": "model_attributes_type",
                    "loc": ["body"],
                    "msg": "Input should be a valid dictionary or object to extract fields from",
                    "input": ["Foo"],
                }
            ],
        ),
        (None, [MISSING_BODY]),
    ],
)
def test_wrong_body_is_unprocessable(
    open_client: OpenClient, body: object, errors: list[dict[str, Any]]
) -> None:
    """422 locates each mistake below "body"."""
    answer = open_client(make_app()).post("/items", json=body)

    assert (answer.status_code, answer.json()) == (422, {"detail": errors})


def test_required_body_may_not_be_left_out(open_client: OpenClient) -> None:
    """No body at all is a missing body."""
    answer = open_client(make_app()).post("/items")

    assert (answer.status_code, answer.json()) == (422, {"detail": [MISSING_BODY]})


def test_optional_body_may_be_left_out(open_client: OpenClient) -> None:
    """A body with a default is not required."""
    client = open_client(make_app())

    assert client.post("/optional").json() is True
    assert client.post("/optional", json={"name": "a", "price": 1}).json() is False


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("{", 1, "Expecting property name enclosed in double quotes"),
        ('{"name": "Foo" "price"}', 15, "Expecting ',' delimiter"),
        ('{"name": "Foo", }', *TRAILING_COMMA),
        ("nope", 0, "Expecting value"),
        ('{"a": 1} x', 9, "Extra data"),
        ('"open', 0, "Unterminated string starting at"),
    ],
)
def test_broken_json_is_located(
    open_client: OpenClient, text: str, position: int, reason: str
) -> None:
    """422 says at which character the text stops being JSON, as this Python's parser sees it."""
    answer = open_client(make_app()).post(
        "/items", content=text, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert error == {
        "type": "json_invalid",
        "loc": ["body", position],
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": reason},
    }


def test_body_that_is_no_text_is_a_bad_request(open_client: OpenClient) -> None:
    """Bytes that are in no encoding of JSON cannot be parsed at all: 400."""
    answer = open_client(make_app()).post(
        "/items", content=b'{"name": "\xff"}', headers={"content-type": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.json() == {"detail": "There was an error parsing the body"}


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/vnd.api+json", 200),
        ("application/geo+json-seq", 422),
        ("text/plain", 422),
        ("application/x-www-form-urlencoded", 422),
        ("application/not-json", 422),
        ("json", 422),
        (None, 422),
    ],
)
def test_only_declared_json_is_read_as_json(
    open_client: OpenClient, content_type: str | None, status: int
) -> None:
    """The content type has to say JSON; otherwise the text is validated, and is no object."""
    answer = open_client(make_app()).post(
        "/items",
        content='{"name": "Foo", "price": 1}',
        headers={} if content_type is None else {"content-type": content_type},
    )

    assert answer.status_code == status
    if status == 422:
        (error,) = answer.json()["detail"]
        assert error["type"] == "model_attributes_type"
        assert error["input"] == '{"name": "Foo", "price": 1}'


@pytest.mark.parametrize(("content_type", "status"), [(None, 200), ("text/plain", 422)])
def test_missing_content_type_can_be_accepted(
    open_client: OpenClient, content_type: str | None, status: int
) -> None:
    """`strict_content_type=False` forgives a missing content type, not a wrong one."""
    app = FastAPI(strict_content_type=False)

    @app.post("/")
    async def create(item: Item) -> str:
        return item.name

    headers = {} if content_type is None else {"content-type": content_type}
    answer = open_client(app).post("/", content='{"name": "a", "price": 1}', headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
def test_every_method_may_have_a_body(open_client: OpenClient, method: str) -> None:
    """A declared body is read whatever the method."""
    app = FastAPI()

    @app.api_route("/", methods=[method])
    async def take(item: Item) -> str:
        return item.name

    answer = open_client(app).request(method, "/", json={"name": "a", "price": 1})
    assert answer.json() == "a"
