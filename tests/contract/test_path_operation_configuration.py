"""Chapters "Path Operation Configuration" and "Path Operation Advanced Configuration"."""

from enum import Enum
from typing import Any

import pytest
from support.client import OpenClient

from sixlane import APIRouter, FastAPI


class Tag(Enum):
    """Tags by name."""

    ITEMS = "items"


def describe(open_client: OpenClient, app: FastAPI, path: str = "/items") -> dict[str, Any]:
    """The description of an app's GET operation."""
    operation: dict[str, Any] = open_client(app).get("/openapi.json").json()["paths"][path]["get"]
    return operation


def test_options_describe_the_operation(open_client: OpenClient) -> None:
    """Tags, summary, description and so on appear in the document."""
    app = FastAPI()

    @app.get(
        "/items",
        tags=[Tag.ITEMS, "other"],
        summary="Read items",
        description="All of **them**.",
        response_description="The items",
        deprecated=True,
        operation_id="read_them",
    )
    async def items() -> None: ...

    assert describe(open_client, app) == {
        "tags": ["items", "other"],
        "summary": "Read items",
        "description": "All of **them**.",
        "operationId": "read_them",
        "responses": {
            "200": {
                "description": "The items",
                "content": {"application/json": {"schema": {}}},
            }
        },
        "deprecated": True,
    }


def test_docstring_is_the_description(open_client: OpenClient) -> None:
    """Up to a form feed, its indentation removed; the summary comes from the name."""
    app = FastAPI()

    async def read_all_items() -> None: ...

    read_all_items.__doc__ = "Read all items.\n\n    - one\n    \f\n    Not for readers."
    app.get("/items")(read_all_items)

    operation = describe(open_client, app)
    assert operation["description"] == "Read all items.\n\n- one"
    assert operation["summary"] == "Read All Items"
    assert operation["operationId"] == "read_all_items_items_get"


@pytest.mark.parametrize("shown", [False, None, 0, ""])
@pytest.mark.parametrize("level", ["route", "router", "inclusion"])
def test_operation_may_be_left_out_of_the_document(
    open_client: OpenClient, level: str, shown: Any
) -> None:
    """A false `include_in_schema`, wherever it is given, hides it, and does not disable it."""
    given = {name: shown if name == level else True for name in ("route", "router", "inclusion")}
    router = APIRouter(include_in_schema=given["router"])

    @router.get("/hidden", include_in_schema=given["route"])
    async def hidden() -> str:
        return "here"

    app = FastAPI()
    app.include_router(router, include_in_schema=given["inclusion"])
    client = open_client(app)
    assert client.get("/openapi.json").json()["paths"] == {}
    assert client.get("/hidden").json() == "here"


def test_document_may_be_extended(open_client: OpenClient) -> None:
    """`openapi_extra` is merged into the operation."""
    app = FastAPI()

    @app.get("/items", openapi_extra={"x-own": {"a": 1}})
    async def items() -> None: ...

    assert describe(open_client, app)["x-own"] == {"a": 1}


def test_operation_ids_may_be_made_otherwise(open_client: OpenClient) -> None:
    """`generate_unique_id_function` gets the route; the nearest one counts."""
    app = FastAPI(generate_unique_id_function=lambda route: f"app-{route.name}")
    router = APIRouter(generate_unique_id_function=lambda route: f"router-{route.name}")

    @app.get("/items")
    async def items() -> None: ...

    @router.get("/users")
    async def users() -> None: ...

    app.include_router(router)
    assert describe(open_client, app)["operationId"] == "app-items"
    assert describe(open_client, app, "/users")["operationId"] == "router-users"


def test_name_of_an_operation_leads_to_its_path() -> None:
    """`url_path_for` takes the operation's name, the function's unless another is given."""
    app = FastAPI()

    @app.get("/items/{item_id}")
    async def item(item_id: int) -> None: ...

    @app.get("/users/{name}", name="the user")
    async def user(name: str) -> None: ...

    assert app.url_path_for("item", item_id=3) == "/items/3"
    assert app.url_path_for("the user", name="a") == "/users/a"
