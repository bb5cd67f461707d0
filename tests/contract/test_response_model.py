"""Chapter "Response Model - Return Type"."""

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, Field, computed_field
from support.client import OpenClient

from sixlane import FastAPI, Response
from sixlane.exceptions import ResponseValidationError
from sixlane.responses import JSONResponse, RedirectResponse


class PublicUser(BaseModel):
    """What is shown of a user."""

    name: str
    age: int | None = None


class User(PublicUser):
    """What is kept of a user."""

    password: str = "secret"


class Item(BaseModel):
    """Has defaults and an alias."""

    name: str
    description: str | None = None
    price: float = 10.5
    tags: list[str] = Field(default_factory=list, alias="labels")


@dataclass
class Row:
    """Not a model."""

    name: str
    password: str


def test_return_type_filters_the_answer(open_client: OpenClient) -> None:
    """Fields that the declared type does not have are left out, a subclass's too."""
    app = FastAPI()

    @app.get("/annotated")
    async def annotated() -> PublicUser:
        return User(name="a")

    @app.get("/model", response_model=PublicUser)
    def model() -> Any:
        return {"name": "a", "password": "x"}

    @app.get("/list", response_model=list[PublicUser])
    async def many() -> Any:
        return [User(name="a"), Row("b", "x")]

    client = open_client(app)
    assert client.get("/annotated").json() == {"name": "a", "age": None}
    assert client.get("/model").json() == {"name": "a", "age": None}
    assert client.get("/list").json() == [{"name": "a", "age": None}, {"name": "b", "age": None}]


def test_response_model_goes_before_the_annotation(open_client: OpenClient) -> None:
    """The keyword wins, and None turns the model off."""
    app = FastAPI()

    @app.get("/other", response_model=PublicUser)
    async def other() -> User:
        return User(name="a")

    @app.get("/none", response_model=None)
    async def none() -> int:
        return "text"  # type: ignore[return-value]

    client = open_client(app)
    assert client.get("/other").json() == {"name": "a", "age": None}
    assert client.get("/none").json() == "text"


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({}, {"name": "a", "description": None, "price": 10.5, "labels": ["x"]}),
        ({"response_model_exclude_unset": True}, {"name": "a", "labels": ["x"]}),
        ({"response_model_exclude_defaults": True}, {"name": "a", "labels": ["x"]}),
        ({"response_model_exclude_none": True}, {"name": "a", "price": 10.5, "labels": ["x"]}),
        ({"response_model_include": {"name", "price"}}, {"name": "a", "price": 10.5}),
        ({"response_model_include": ["name"]}, {"name": "a"}),
        ({"response_model_exclude": {"tags", "description"}}, {"name": "a", "price": 10.5}),
        (
            {"response_model_by_alias": False, "response_model_exclude_unset": True},
            {"name": "a", "tags": ["x"]},
        ),
    ],
)
def test_options_choose_what_is_shown(
    open_client: OpenClient, options: dict[str, Any], value: object
) -> None:
    """Each `response_model_...` option leaves out what it says."""
    app = FastAPI()

    @app.get("/", response_model=Item, **options)
    async def read() -> Any:
        return {"name": "a", "labels": ["x"]}

    assert open_client(app).get("/").json() == value


def test_value_of_the_wrong_type_is_a_server_error(open_client: OpenClient) -> None:
    """A handler that breaks its promise raises in the server, and tells the client nothing."""
    app = FastAPI()

    @app.get("/")
    async def read() -> PublicUser:
        return {"age": "old"}  # type: ignore[return-value]

    with pytest.raises(ResponseValidationError):
        open_client(app).get("/")
    answer = open_client(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_returned_value_is_converted(open_client: OpenClient) -> None:
    """The answer is what the declared type makes of the value."""
    app = FastAPI()

    @app.get("/")
    async def read() -> dict[str, float]:
        return {"a": "1.5"}  # type: ignore[dict-item]

    assert open_client(app).get("/").json() == {"a": 1.5}


def test_computed_fields_are_part_of_the_answer(open_client: OpenClient) -> None:
    """What the model computes is shown like a field."""
    app = FastAPI()

    class Square(BaseModel):
        width: int

        @computed_field
        def area(self) -> int:
            return self.width**2

    @app.get("/")
    async def read(width: int) -> Square:
        return Square(width=width)

    assert open_client(app).get("/?width=3").json() == {"width": 3, "area": 9}


def test_response_may_be_the_return_type(open_client: OpenClient) -> None:
    """A `Response`, or a subclass, as return type is no model."""
    app = FastAPI()

    @app.get("/")
    async def either(teleport: bool = False) -> Response:
        if teleport:
            return RedirectResponse("/elsewhere")
        return JSONResponse({"message": "here"})

    client = open_client(app, follow_redirects=False)
    assert client.get("/").json() == {"message": "here"}
    assert client.get("/?teleport=true").headers["location"] == "/elsewhere"


def test_type_that_is_no_field_is_refused() -> None:
    """A return type that can be no model fails where the route is declared."""
    app = FastAPI()

    class Plain:
        pass

    with pytest.raises(Exception, match="Plain"):

        @app.get("/")
        async def read() -> Plain | None: ...


class Anything(BaseModel):
    """Can be made of every object."""

    status_code: int | None = None
    other: str | None = None


@pytest.mark.parametrize("declared", [Anything, Anything | None, Anything | Row])
def test_a_returned_response_is_the_answer_whatever_the_model(
    declared: Any, open_client: OpenClient
) -> None:
    """Although a model of its attributes could be made of it."""
    app = FastAPI()

    @app.get("/json", response_model=declared)
    def refuse() -> Any:
        return JSONResponse({"id": 7}, 404, {"x-own": "1"})

    @app.get("/redirect", response_model=declared)
    async def redirect() -> Any:
        return RedirectResponse("/elsewhere")

    client = open_client(app, follow_redirects=False)
    answer = client.get("/json")
    assert (answer.status_code, answer.json()) == (404, {"id": 7})
    assert answer.headers["x-own"] == "1"
    assert client.get("/redirect").status_code == 307
