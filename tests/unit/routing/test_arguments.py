"""Declarations that are given what cannot work fail where they are written."""

import importlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path as FilePath
from typing import Any

import pytest
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from sixlane import APIRouter, Depends, FastAPI, Path, Query
from sixlane.exceptions import DeclarationError
from sixlane.testclient import TestClient


async def handler() -> None:
    """Stand in for a handler; never called."""


async def endless(app: Any) -> None:
    """Look like a lifespan."""


@asynccontextmanager
async def without_app() -> AsyncIterator[None]:
    """Look like a lifespan, without its parameter."""
    yield


def takes_one(value: int) -> None:
    """Look like a handler of an event, with a parameter."""


def pathless() -> APIRouter:
    """Make a router of a path operation without a path."""
    router = APIRouter()
    router.get("")(handler)
    return router


class NeedsTwo:
    """Middleware with an option that must be given."""

    def __init__(self, app: Any, option: int) -> None:
        self.app = app


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda app: app.get("/", status_code="abc")(handler), "status_code='abc' is not an HTTP"),
        (lambda app: app.get("/", status_code=True)(handler), "status_code=True is not an HTTP"),
        (lambda app: app.get("/", status_code=99)(handler), "status_code=99 is not an HTTP"),
        (lambda app: app.get("/", status_code=1000)(handler), "status_code=1000 is not an HTTP"),
        (lambda app: app.get("/", response_class=3)(handler), "response_class got 3"),
        (
            lambda app: app.get("/", response_class=int)(handler),
            "response_class=int is not a",
        ),
        (lambda app: app.api_route("/", methods=[])(handler), r"methods=\[\] is no list of HTTP"),
        (lambda app: app.api_route("/", methods="GET")(handler), "methods='GET' is no list"),
        (lambda app: app.api_route("/", methods=["GE T"])(handler), r"methods=\['GE T'\] is no"),
        (lambda app: app.middleware("http")(lambda request, call: None), "that is not awaited"),
        (lambda app: app.middleware("http")(handler), r"does not take \(request, call_next\)"),
        (lambda app: app.exception_handler(404)(handler), r"does not take \(request, error\)"),
        (lambda app: app.exception_handler("x"), "handler cannot be declared for 'x'"),
        (lambda app: app.exception_handler(int), "cannot be declared for <class 'int'>"),
        (lambda app: app.add_exception_handler("x", handler), "cannot be declared for 'x'"),
        (lambda app: app.add_exception_handler(404, 3), r"add_exception_handler\(\) got 3"),
        (lambda app: FastAPI(exception_handlers={"x": handler}), "cannot be declared for 'x'"),
        (lambda app: app.include_router(app), "which is not an APIRouter"),
        (lambda app: app.include_router(None), "got None, which is not an APIRouter"),
        (lambda app: app.mount("/sub", 3), r"mount\(\) got 3, which cannot be called"),
        (lambda app: APIRouter().mount("/sub", None), r"mount\(\) got None"),
        (lambda app: app.mount("sub", FastAPI()), r"must start with '/': mount\(\) got 'sub'"),
        (lambda app: APIRouter(prefix="items"), "prefix must start with '/': 'items'"),
        (lambda app: APIRouter(prefix="/items/"), "prefix must not end with '/'.*: '/items/'"),
        (lambda app: app.include_router(APIRouter(), prefix="x"), "prefix must start with '/'"),
        (lambda app: app.include_router(pathless()), r"both empty \(path operation: handler\)"),
        (lambda app: app.include_router(app.router), "same APIRouter instance into itself"),
        (lambda app: Path(default=3), "Path parameters cannot have a default value"),
        (lambda app: app.host("other.test", 3), r"host\(\) got 3"),
        (lambda app: FastAPI(lifespan=3), "lifespan got 3, which cannot be called"),
        (lambda app: FastAPI(lifespan=without_app), r"lifespan .* does not take \(app\)"),
        (
            lambda app: app.router.add_event_handler("startup", takes_one),
            r"on_event\('startup'\) .* \(\)",
        ),
        (
            lambda app: app.router.add_event_handler("shutdown", takes_one),
            r"on_event\('shutdown'\) .*missing",
        ),
        (lambda app: app.router.add_event_handler("startup", 3), r"on_event\('startup'\) got 3"),
        (lambda app: app.add_middleware(3), r"add_middleware\(\) got 3"),
        (lambda app: app.add_middleware(NeedsTwo), "NeedsTwo does not take .*missing a required"),
        (lambda app: app.add_middleware(CORSMiddleware, origin="*"), "unexpected keyword argument"),
        (
            lambda app: FastAPI(middleware=[Middleware(CORSMiddleware, origin="*")]),
            "unexpected keyword argument 'origin'",
        ),
    ],
)
def test_wrong_argument_names_its_place_and_the_fix(declare: Any, message: str) -> None:
    """Not at the first request, and not in a traceback through the framework."""
    with pytest.raises(
        DeclarationError, match=rf"(?s){message}.*where: {__file__}, line \d+\n  fix: \w"
    ):
        declare(FastAPI())


@pytest.mark.parametrize(
    ("declare", "error", "message"),
    [
        (
            lambda app: app.get("/{a}/{a}")(handler),
            ValueError,
            "Duplicated param name a at path /{a}/{a}",
        ),
        (
            lambda app: app.websocket("/{a}/{a}")(handler),
            ValueError,
            "Duplicated param name a at path /{a}/{a}",
        ),
        (
            lambda app: app.get("/{a:number}")(handler),
            AssertionError,
            "Unknown path convertor 'number'",
        ),
        (lambda app: FastAPI(lifespan=endless), TypeError, "the lifespan endless does not yield"),
        (lambda app: APIRouter(lifespan=endless), TypeError, "the lifespan endless does not yield"),
    ],
)
def test_wrong_function_or_path_names_the_place_of_the_function(
    declare: Any, error: type[Exception], message: str
) -> None:
    """The class is also the one that FastAPI's applications may expect."""
    with pytest.raises(DeclarationError) as caught:
        declare(FastAPI())
    assert isinstance(caught.value, error)
    place = rf'File "{__file__}", line \d+'
    assert re.match(rf"{re.escape(message)}\n  where: {place}.*\n  fix: \w", str(caught.value))


@pytest.mark.parametrize("transport", ["asgi", "engine"])
def test_answers_of_no_status_fail_where_the_document_is_made(transport: Any) -> None:
    """The engine finds them before it serves; over ASGI, only the document is missing."""
    app = FastAPI()
    app.get("/", responses={"none": {"description": "None"}})(handler)
    app.get("/hidden", responses={"none": {}}, include_in_schema=False)(handler)

    with pytest.raises(ValueError, match=rf"'none' in responses is no .*\n.*{__file__}"):
        TestClient(app, transport=transport).get("/openapi.json")


def test_answers_of_no_status_may_be_where_there_is_no_document() -> None:
    """Nothing else reads them."""
    app = FastAPI(openapi_url=None)
    app.get("/", responses={"none": {}})(handler)
    app.check_declarations()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/{item-id}", "has braces around what is no parameter"),
        ("/{ item }", "has braces around what is no parameter"),
        ("/{item", "has braces around what is no parameter"),
        ("/items?limit={limit}", "has a query, which is no part of a path"),
    ],
)
def test_path_that_no_request_matches_stops_the_start(path: str, message: str) -> None:
    """The mistake is told with the handler's place."""
    app = FastAPI()
    app.get(path)(handler)

    with pytest.raises(DeclarationError, match=rf"{message}.* handler in {__file__}, line \d+"):
        app.check_declarations()


@pytest.mark.parametrize(
    ("declare", "error", "message"),
    [
        (lambda: Depends(handler, scope="app"), ValueError, "scope must be"),  # type: ignore[arg-type]
        (lambda: Query(alias=5), TypeError, "alias must be a string, not 5"),  # type: ignore[arg-type]
        (
            lambda: Query(validation_alias=5),  # type: ignore[arg-type]
            TypeError,
            "validation_alias must be a string",
        ),
    ],
)
def test_wrong_option_of_a_parameter_is_refused(
    declare: Any, error: type[Exception], message: str
) -> None:
    """Where it is written, not at the first request."""
    with pytest.raises(error, match=message):
        declare()


def test_middleware_of_any_callable_kind_is_taken() -> None:
    """A function that returns an application is middleware too, and one without a signature."""
    app = FastAPI()
    app.get("/")(handler)
    app.add_middleware(lambda inner, **options: inner, some="option")
    app.add_middleware(max, key=lambda inner: 1, default=None)

    assert app.user_middleware[0].cls is max


LATE = """
from __future__ import annotations
from pydantic import BaseModel
from sixlane import Depends, FastAPI

app = FastAPI()


@app.get("/other")
async def other(limit: int = 1):
    return limit


async def dependency(late: {dependency}):
    return late


@app.post("/late")
async def late(body: {body}, value=Depends(dependency)){returns}:
    return body


class Late(BaseModel):
    x: int
"""


@pytest.mark.parametrize(
    ("names", "place"),
    [
        ({"body": "Late"}, "line 18, in late (path '/late', parameter 'body')"),
        ({"returns": " -> Late"}, "line 18, in late (path '/late')"),
        ({"dependency": "list[Late]"}, "line 14, in dependency (path '/late', parameter 'late')"),
        ({"body": "Missing | None = None"}, "line 18, in late (path '/late', parameter 'body')"),
    ],
)
def test_type_that_is_not_defined_stops_the_start(
    names: dict[str, str], place: str, tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The annotation's name is looked up where the handler is; what is below it, is not there."""
    file = tmp_path / f"late_{tmp_path.name}.py"
    file.write_text(LATE.format(**{"body": "int", "returns": "", "dependency": "int", **names}))
    monkeypatch.syspath_prepend(str(tmp_path))
    app = importlib.import_module(file.stem).app

    with pytest.raises(DeclarationError, match="is not defined, or names one") as refusal:
        TestClient(app, transport="engine").get("/other")
    assert f'File "{file}", {place}' in str(refusal.value)
    # Over ASGI, as under FastAPI, the other routes are served.
    assert TestClient(app).get("/other").json() == 1


def test_undefined_type_of_a_websocket_handler_stops_the_start_of_the_engine() -> None:
    """The parameters of WebSockets are held to the same."""
    app = FastAPI()

    @app.websocket("/ws")
    async def handle(q: "Missing | None" = None) -> None:  # type: ignore[name-defined]  # noqa: F821
        """Never called."""

    with pytest.raises(DeclarationError, match="is not defined, or names one") as refusal:
        TestClient(app, transport="engine").get("/other")
    assert "in handle (path '/ws', parameter 'q')" in str(refusal.value)
