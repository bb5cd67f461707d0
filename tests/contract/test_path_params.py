"""Chapter "Path Parameters"."""

from enum import StrEnum
from typing import Any

import pytest
from support.client import OpenClient

from sixlane import FastAPI, Request
from sixlane.responses import JSONResponse


class Model(StrEnum):
    """Choices of a path parameter."""

    ALEXNET = "alexnet"
    LENET = "lenet"


def make_app() -> FastAPI:
    """An app with path parameters of several types."""
    app = FastAPI()

    @app.get("/text/{value}")
    async def text(value: str) -> str:
        return value

    @app.get("/untyped/{value}")
    async def untyped(value) -> Any:  # type: ignore[no-untyped-def]
        return value

    @app.get("/integer/{value}")
    async def integer(value: int) -> int:
        return value

    @app.get("/float/{value}")
    def number(value: float) -> float:
        return value

    @app.get("/bool/{value}")
    async def boolean(value: bool) -> bool:
        return value

    @app.get("/model/{value}")
    async def model(value: Model) -> Model:
        return value

    @app.get("/file/{value:path}")
    async def file(value: str) -> str:
        return value

    @app.get("/two/{first}/of/{second}")
    async def two(second: int, first: str) -> list[Any]:
        return [first, second]

    return app


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/text/foo", "foo"),
        ("/text/two%20words", "two words"),
        ("/text/caf%C3%A9", "caf\u00e9"),
        ("/text/a+b", "a+b"),
        ("/text/a%2Bb%25", "a+b%"),
        ("/untyped/3", "3"),
        ("/integer/3", 3),
        ("/integer/-3", -3),
        ("/integer/+3", 3),
        ("/integer/%203", 3),
        ("/integer/1_000", 1000),
        ("/integer/3.0", 3),
        ("/integer/" + "9" * 40, int("9" * 40)),
        ("/float/2.5", 2.5),
        ("/float/1e3", 1000.0),
        ("/bool/1", True),
        ("/bool/off", False),
        ("/bool/Yes", True),
        ("/model/lenet", "lenet"),
        ("/file/home/a/b.txt", "home/a/b.txt"),
        ("/file//absolute", "/absolute"),
        ("/file/", ""),
        ("/two/a/of/2", ["a", 2]),
    ],
)
def test_path_parameter_has_its_declared_type(
    open_client: OpenClient, path: str, value: object
) -> None:
    """The text of the path becomes the declared type, by Pydantic's rules."""
    answer = open_client(make_app()).get(path)

    assert (answer.status_code, answer.json()) == (200, value)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (
            "/integer/foo",
            {
                "type": "int_parsing",
                "loc": ["path", "value"],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "foo",
            },
        ),
        (
            "/integer/4.2",
            {
                "type": "int_parsing",
                "loc": ["path", "value"],
                "msg": "Input should be a valid integer, unable to parse string as an integer",
                "input": "4.2",
            },
        ),
        (
            "/float/x",
            {
                "type": "float_parsing",
                "loc": ["path", "value"],
                "msg": "Input should be a valid number, unable to parse string as a number",
                "input": "x",
            },
        ),
        (
            "/bool/2",
            {
                "type": "bool_parsing",
                "loc": ["path", "value"],
                "msg": "Input should be a valid boolean, unable to interpret input",
                "input": "2",
            },
        ),
        (
            "/model/vgg",
            {
                "type": "enum",
                "loc": ["path", "value"],
                "msg": "Input should be 'alexnet' or 'lenet'",
                "input": "vgg",
                "ctx": {"expected": "'alexnet' or 'lenet'"},
            },
        ),
    ],
)
def test_wrong_path_parameter_is_unprocessable(
    open_client: OpenClient, path: str, error: dict[str, Any]
) -> None:
    """422 says where, what and why."""
    answer = open_client(make_app()).get(path)

    assert (answer.status_code, answer.json()) == (422, {"detail": [error]})


def test_first_declared_path_wins(open_client: OpenClient) -> None:
    """A fixed path must stand before a parameter that takes it too."""
    app = FastAPI()

    @app.get("/users/me")
    async def me() -> str:
        return "me"

    @app.get("/users/{name}")
    async def user(name: str) -> str:
        return f"user {name}"

    @app.get("/users/you")
    async def you() -> str:
        return "never"

    client = open_client(app)
    answers = [client.get(f"/users/{name}").json() for name in ("me", "you", "rick")]
    assert answers == ["me", "user you", "user rick"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/int/12", 200),
        ("/int/x", 404),
        ("/float/1.5", 200),
        ("/float/x", 404),
        ("/uuid/12345678-1234-5678-1234-567812345678", 200),
        ("/uuid/1234", 404),
    ],
)
def test_convertor_decides_whether_a_path_matches(
    open_client: OpenClient, path: str, status: int
) -> None:
    """With `{x:int}` a text that is no number is another path: 404, not 422."""
    app = FastAPI()
    for convertor in ("int", "float", "uuid"):

        @app.get(f"/{convertor}/{{value:{convertor}}}")
        async def read(value: Any) -> str:
            return str(value)

    assert open_client(app).get(path).status_code == status


def test_parameter_does_not_cross_a_slash(open_client: OpenClient) -> None:
    """`{name}` ends at the next slash, an escaped one included."""
    client = open_client(make_app())

    assert client.get("/text/a/b").status_code == 404
    assert client.get("/text/a%2Fb").status_code == 404
    assert client.get("/text/").status_code == 404


@pytest.mark.parametrize(
    ("path", "location"),
    [("/items/", "/items"), ("/users", "/users/"), ("/items/?a=b", "/items?a=b")],
)
def test_path_with_the_wrong_slash_is_redirected(
    open_client: OpenClient, path: str, location: str
) -> None:
    """307 to the path with, or without, the slash at its end; the query is kept."""
    app = FastAPI()

    @app.get("/items")
    async def items() -> None: ...

    @app.get("/users/")
    async def users() -> None: ...

    answer = open_client(app).get(path, follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"http://testserver{location}"


def test_slash_redirects_can_be_turned_off(open_client: OpenClient) -> None:
    """`redirect_slashes=False` leaves 404."""
    app = FastAPI(redirect_slashes=False)

    @app.get("/items")
    async def items() -> None: ...

    assert open_client(app).get("/items/").status_code == 404


def test_request_shows_converted_path_parameters(open_client: OpenClient) -> None:
    """A request has the values of the convertors, and those of the mounts above its route."""
    app, child = FastAPI(), FastAPI()

    @child.get("/{number:int}/{ratio:float}")
    async def read(number: int, request: Request) -> Any:
        return request.path_params

    @child.exception_handler(KeyError)
    async def explain(request: Request, error: KeyError) -> JSONResponse:
        return JSONResponse(request.path_params, 404)

    @child.get("/missing/{number:int}")
    async def fail(number: int) -> None:
        raise KeyError(number)

    app.mount("/tenants/{tenant}", child)
    client, inner = open_client(app), open_client(child)
    assert inner.get("/1/1.5").json() == {"number": 1, "ratio": 1.5}
    assert inner.get("/missing/1").json() == {"number": 1}
    assert client.get("/tenants/a/1/2").json() == {"tenant": "a", "number": 1, "ratio": 2}
    assert client.get("/tenants/a/missing/1").json() == {"tenant": "a", "number": 1}
