"""From a request's body to the answer, by the interpreter alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask, BackgroundTasks
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from typing_extensions import TypedDict

from sixlane import Body, HTTPException
from sixlane._run.endpoint import run_route
from sixlane.exceptions import RequestValidationError, ResponseValidationError
from sixlane.routing import APIRoute

from .conftest import Header, make_request

pytestmark = pytest.mark.anyio

JSON = [("content-type", "application/json")]


class Item(BaseModel):
    name: str
    price: float = Field(default=1.0, alias="cost")
    note: str | None = None


class Named(TypedDict):
    name: str


@dataclass
class Point:
    x: int
    y: int = 0


async def answer(
    handler: Callable[..., Any],
    body: bytes = b"",
    headers: list[Header] | None = None,
    **options: Any,
) -> Response:
    """Declare a path operation and ask it once."""
    route = APIRoute("/items", handler, methods=["POST"], **options)
    request = make_request(body=body, headers=JSON if headers is None else headers)
    return await run_route(route, request)


async def echo(body: Annotated[Any, Body()]) -> Any:
    """Answer with the body."""
    return body if not isinstance(body, bytes) else {"bytes": body.decode()}


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/vnd.api+json", True),
        ("application/geo+json-seq", False),
        ("text/json", False),
        ("text/plain", False),
        ("application/jsonp", False),
        ("nonsense", False),
        ("", False),
    ],
)
async def test_body_is_json_where_its_content_type_says_so(
    content_type: str, is_json: bool
) -> None:
    """Anything else reaches the handler as bytes."""
    response = await answer(echo, b"[1]", [("content-type", content_type)])
    assert json.loads(response.body) == ([1] if is_json else {"bytes": "[1]"})


async def test_body_without_content_type_is_json_where_that_is_allowed() -> None:
    """A content type that says otherwise still counts."""
    loose = {"strict_content_type": False}
    assert (await answer(echo, b"[1]", [], **loose)).body == b"[1]"
    plain = await answer(echo, b"[1]", [("content-type", "text/plain")], **loose)
    assert plain.body == b'{"bytes":"[1]"}'
    assert (await answer(echo, b"[1]", [])).body == b'{"bytes":"[1]"}'


async def test_broken_json_is_told_with_its_position() -> None:
    """The exception carries the text, and where the handler is written."""
    with pytest.raises(RequestValidationError) as caught:
        await answer(echo, b'{"a": }')
    error = {
        "type": "json_invalid",
        "loc": ("body", 6),
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": "Expecting value"},
    }
    assert caught.value.errors() == [error]
    assert caught.value.body == '{"a": }'
    assert caught.value.endpoint_file == __file__
    assert caught.value.endpoint_path == "POST /items"
    assert caught.value.endpoint_function == "echo"


@pytest.mark.parametrize("body", [b'"\xff"', b"[" * 100_000], ids=["encoding", "depth"])
async def test_body_that_cannot_be_decoded_is_a_bad_request(body: bytes) -> None:
    """A client's bytes never are a server error."""
    with pytest.raises(HTTPException) as caught:
        await answer(echo, body)
    assert (caught.value.status_code, caught.value.detail) == (
        400,
        "There was an error parsing the body",
    )


async def test_validation_error_carries_the_body() -> None:
    """An exception handler can show what was sent."""

    async def create(item: Item) -> None:
        """Take an item."""

    with pytest.raises(RequestValidationError) as caught:
        await answer(create, b"{}")
    assert caught.value.body == {}
    with pytest.raises(RequestValidationError) as caught:
        await answer(create)
    assert caught.value.body is None


RENDERED = [
    (None, {"a": (1, 2)}, {}, b'{"a":[1,2]}'),
    (Item, {"name": "a", "other": 1}, {}, b'{"name":"a","cost":1.0,"note":null}'),
    (Item, Item(name="a", cost=2), {"exclude_unset": True}, b'{"name":"a","cost":2.0}'),
    (Item, {"name": "a"}, {"exclude_defaults": True}, b'{"name":"a"}'),
    (Item, {"name": "a"}, {"exclude_none": True}, b'{"name":"a","cost":1.0}'),
    (Item, {"name": "a"}, {"by_alias": False}, b'{"name":"a","price":1.0,"note":null}'),
    (Item, {"name": "a"}, {"include": {"name"}}, b'{"name":"a"}'),
    (Item, {"name": "a"}, {"exclude": ["note", "price"]}, b'{"name":"a"}'),
    (list[Item], [{"name": "a"}], {"include": {0: {"name"}}}, b'[{"name":"a"}]'),
    (Named, {"name": "a"}, {}, b'{"name":"a"}'),
    (Point, Point(1), {}, b'{"x":1,"y":0}'),
    (int, "3", {}, b"3"),
]


@pytest.mark.parametrize(("model", "result", "options", "expected"), RENDERED)
@pytest.mark.parametrize("response_class", [None, JSONResponse], ids=["default", "chosen"])
@pytest.mark.parametrize("blocking", [False, True], ids=["async", "def"])
async def test_result_is_validated_filtered_and_written(
    model: Any,
    result: Any,
    options: dict[str, Any],
    expected: bytes,
    response_class: Any,
    blocking: bool,
) -> None:
    """The same bytes, whether the model writes JSON itself or a response class does."""

    async def awaited() -> Any:
        return result

    named = {f"response_model_{name}": value for name, value in options.items()}
    if response_class is not None:
        named["response_class"] = response_class
    handler = (lambda: result) if blocking else awaited
    response = await answer(handler, response_model=model, **named)
    assert response.body == expected
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-length"] == str(len(expected))


async def test_result_that_does_not_fit_is_a_server_error() -> None:
    """The client sees nothing of it; the exception says what was returned and where."""
    with pytest.raises(ResponseValidationError) as caught:
        await answer(lambda: {"price": 1}, response_model=Item)
    assert caught.value.errors()[0]["loc"] == ("response", "name")
    assert caught.value.body == {"price": 1}
    assert f'File "{__file__}"' in str(caught.value)


async def test_response_is_answered_as_it_is() -> None:
    """Neither the model nor the injected headers apply; background tasks are its own, if any."""

    def handler(response: Response, tasks: BackgroundTasks, own: bool = False) -> Any:
        response.headers["x-injected"] = "1"
        background = BackgroundTask(print) if own else None
        return PlainTextResponse("x", background=background)

    route = APIRoute("/", handler, response_model=Item, status_code=201)
    plain = await run_route(route, make_request())
    assert (plain.body, plain.status_code) == (b"x", 200)
    assert "x-injected" not in plain.headers
    assert isinstance(plain.background, BackgroundTasks)
    owned = await run_route(route, make_request("own=1"))
    assert not isinstance(owned.background, BackgroundTasks)


@pytest.mark.parametrize(
    ("declared", "injected", "expected"), [(None, None, 200), (201, None, 201), (201, 202, 202)]
)
async def test_injected_response_is_merged(
    declared: int | None, injected: int | None, expected: int
) -> None:
    """Its headers and cookies are added; its status goes before the declared one."""

    def handler(response: Response) -> dict[str, int]:
        response.headers["x-a"] = "1"
        response.set_cookie("c", "2")
        if injected is not None:
            response.status_code = injected
        return {}

    response = await answer(handler, status_code=declared)
    assert response.status_code == expected
    assert response.headers["x-a"] == "1"
    assert response.headers["set-cookie"].startswith("c=2")
    assert response.headers["content-length"] == "2"


@pytest.mark.parametrize("status_code", [204, 205, 304])
async def test_status_without_body_drops_it(status_code: int) -> None:
    """Nor does the answer announce a length that it does not have."""
    response = await answer(lambda: {"a": 1}, status_code=status_code)
    assert response.body == b""
    assert response.headers.get("content-length") in (None, "0")


async def test_response_class_decides_about_its_own_status() -> None:
    """A redirect is 307 unless somebody says otherwise."""

    def handler() -> str:
        return "/there"

    options = {"response_class": RedirectResponse, "response_model": None}
    assert (await answer(handler, **options)).status_code == 307
    assert (await answer(handler, status_code=303, **options)).status_code == 303


async def test_overrides_come_from_the_provider() -> None:
    """A route belongs to the application whose overrides count."""

    def handler(q: str = "-") -> str:
        return q

    provider = SimpleNamespace(dependency_overrides={})
    response = await answer(handler, dependency_overrides_provider=provider)
    assert response.body == b'"-"'
