"""Chapters "Query, Header and Cookie Parameter Models"."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field
from support.client import OpenClient

from sixlane import Cookie, FastAPI, Header, Query


class Filter(BaseModel):
    """Query parameters that belong together."""

    limit: int = Field(100, gt=0, le=100)
    order_by: Literal["created", "updated"] = "created"
    tags: list[str] = []


class StrictFilter(BaseModel):
    """Query parameters, and no others."""

    model_config = {"extra": "forbid"}

    limit: int = 1


class Agent(BaseModel):
    """Headers that belong together."""

    host: str
    save_data: bool
    if_modified_since: str | None = None
    x_tag: list[str] = []


class Session(BaseModel):
    """Cookies that belong together."""

    model_config = {"extra": "forbid"}

    session_id: str
    tracker: int | None = None


def make_app() -> FastAPI:
    """An app whose parameters are fields of models."""
    app = FastAPI()

    @app.get("/query")
    async def query(filter_query: Annotated[Filter, Query()]) -> Any:
        return filter_query

    @app.get("/strict")
    async def strict(filter_query: Annotated[StrictFilter, Query()]) -> Any:
        return filter_query

    @app.get("/header")
    async def header(agent: Annotated[Agent, Header()]) -> Any:
        return agent

    @app.get("/cookie")
    def cookie(session: Annotated[Session, Cookie()]) -> Any:
        return session

    @app.get("/mixed")
    async def mixed(filter_query: Annotated[Filter, Query()], page: int) -> Any:
        return [filter_query.limit, page]

    return app


@pytest.mark.parametrize(
    ("path", "headers", "value"),
    [
        ("/query", {}, {"limit": 100, "order_by": "created", "tags": []}),
        (
            "/query?limit=5&tags=a&tags=b&order_by=updated&other=1",
            {},
            {"limit": 5, "order_by": "updated", "tags": ["a", "b"]},
        ),
        ("/strict?limit=3", {}, {"limit": 3}),
        (
            "/header",
            {"save-data": "true", "x-tag": "one"},
            {"host": "testserver", "save_data": True, "if_modified_since": None, "x_tag": ["one"]},
        ),
        ("/cookie", {"cookie": "session_id=s; tracker=3"}, {"session_id": "s", "tracker": 3}),
        ("/mixed?limit=2&page=3", {}, [2, 3]),
    ],
)
def test_fields_of_the_model_are_parameters(
    open_client: OpenClient, path: str, headers: dict[str, str], value: object
) -> None:
    """Each field is read as a parameter of its own would be."""
    answer = open_client(make_app()).get(path, headers=headers)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "headers", "kind", "location"),
    [
        ("/query?limit=0", {}, "greater_than", ["query", "limit"]),
        ("/query?order_by=x", {}, "literal_error", ["query", "order_by"]),
        ("/strict?limit=1&tool=plumbus", {}, "extra_forbidden", ["query", "tool"]),
        ("/header", {}, "missing", ["header", "save-data"]),
        ("/cookie", {}, "missing", ["cookie", "session_id"]),
        ("/cookie", {"cookie": "session_id=s; other=1"}, "extra_forbidden", ["cookie", "other"]),
        ("/mixed", {}, "missing", ["query", "page"]),
    ],
)
def test_wrong_field_is_located_by_its_name(
    open_client: OpenClient, path: str, headers: dict[str, str], kind: str, location: list[str]
) -> None:
    """The location is the kind of parameter and the field."""
    answer = open_client(make_app()).get(path, headers=headers)

    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert (error["type"], error["loc"]) == (kind, location)
