"""Wrong declarations: refused at start-up, naming what, where and how to fix it."""

# What is declared wrongly here is the documentation.
# ruff: noqa: B008, D103

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pytest
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from sixlane import (
    APIRouter,
    Body,
    Depends,
    Path,
    Query,
)
from sixlane.exceptions import DeclarationError, DependencyScopeError, FastAPIError


class Model(BaseModel):
    x: int


class Struct(msgspec.Struct):
    x: int


class Contradictory(BaseModel):
    kind: str


class Unknown:
    """A class that neither Pydantic nor msgspec knows."""


def yielding() -> Iterator[int]:
    yield 1


async def ends_late(early: Annotated[int, Depends(yielding, scope="function")]) -> Any:
    yield early


@dataclass
class Unhashable:
    x: int = 0

    def __call__(self) -> int:
        return self.x


def path_with_default(item: Annotated[int, Path()] = 3) -> None: ...
def path_as_query(item: int = Query()) -> None: ...
def path_as_model(item: Model) -> None: ...
def path_as_list(item: list[int]) -> None: ...
def query_of_models(q: list[Model] = Query()) -> None: ...
def query_of_a_mapping(q: dict[str, int] = Query()) -> None: ...
def default_in_annotated(q: Annotated[int, Query(3)]) -> None: ...
def declared_twice(q: Annotated[int, Query()] = Query()) -> None: ...
def depends_twice(q: Annotated[int, Depends(yielding)] = Depends(yielding)) -> None: ...
def depends_and_query(q: Annotated[int, Query()] = Depends(yielding)) -> None: ...
def depends_on_nothing(q=Depends()) -> None: ...  # type: ignore[no-untyped-def]
def depends_on_a_value(q: int = Depends(yielding())) -> None: ...
def request_as_query(request: Annotated[Request, Query()]) -> None: ...
def response_with_default(response: Response = Body()) -> None: ...
def unknown_type(q: Unknown) -> None: ...
def discriminated(
    q: Annotated[Contradictory | Model, Body(discriminator="kind")],
) -> None: ...
def unknown_answer() -> Unknown: ...
def union_with_response() -> Response | dict[str, int]: ...
def wrong_lifetime(value: Annotated[int, Depends(ends_late)]) -> None: ...
def unhashable(value: Annotated[int, Depends(Unhashable())]) -> None: ...
def websocket(connection: WebSocket) -> None: ...
async def request(request: Request) -> None: ...
async def needs_request(value: Annotated[None, Depends(request)]) -> None: ...
def blocking(connection: WebSocket) -> None: ...
async def streaming(connection: WebSocket) -> AsyncIterator[int]:
    yield 1


def positional(q: int, /) -> None: ...
def factory(q: Annotated[list[int], Query(default_factory=lambda data: [])]) -> None: ...
def nested_mistake(value: Annotated[None, Depends(factory)]) -> None: ...
def answers(x: int) -> Model: ...
def answers_struct() -> Struct: ...


ASSERTED = [
    (path_with_default, "Path parameters cannot have default values"),
    (path_as_query, "Cannot use `Query` for path param 'item'"),
    (path_as_model, "Path params must be of one of the supported types"),
    (path_as_list, "Path params must be of one of the supported types"),
    (query_of_models, "Query parameter 'q' must be one of the supported types"),
    (query_of_a_mapping, "Query parameter 'q' must be one of the supported types"),
    (default_in_annotated, "`Query` default value cannot be set in `Annotated` for 'q'"),
    (declared_twice, "Cannot specify FastAPI annotations in `Annotated` and default value"),
    (depends_twice, "Cannot specify `Depends` in `Annotated` and default value together for 'q'"),
    (
        depends_and_query,
        "Cannot specify a FastAPI annotation in `Annotated` and `Depends` as a default value",
    ),
    (depends_on_nothing, "`Depends()` without a dependency for 'q'"),
    (depends_on_a_value, "the dependency of 'q' is not callable"),
    (request_as_query, "Cannot specify FastAPI annotation for type"),
    (response_with_default, "Cannot specify FastAPI annotation for type"),
    (positional, "the parameter 'q' can only be given by position"),
]
"""Handlers and messages, where FastAPI fails an assertion (or, for the last, in each request)."""


def number_bound_on_text(q: Annotated[str, Query(gt=3)]) -> None: ...
def length_of_a_number(q: Annotated[int | None, Query(max_length=3)] = None) -> None: ...
def pattern_of_a_list(q: Annotated[list[str], Query(pattern="a")]) -> None: ...
def text_bound_on_a_number(q: Annotated[int, Query(gt="a")]) -> None: ...  # type: ignore[arg-type]
def circular(q: Any = None) -> None: ...
def needs_circular(q: Annotated[Any, Depends(circular)]) -> None: ...


circular.__defaults__ = (Depends(needs_circular),)


TWICE = "cannot specify both default and default_factory for 'q'"


def query_default_twice(
    q: Annotated[list[int], Query(default_factory=lambda: [9])] = [1],  # noqa: B006
) -> None: ...
def body_default_twice(q: Annotated[int, Body(default_factory=lambda: 9)] = 1) -> None: ...
def none_beside_a_factory(
    q: Annotated[int | None, Field(default_factory=lambda: 9)] = None,
) -> None: ...


DEFAULT_TWICE = [
    query_default_twice,
    body_default_twice,
    none_beside_a_factory,
]
"""Handlers with two defaults for one parameter, of which one would be dropped silently."""


RAISED = [
    (number_bound_on_text, "a constraint of 'q' does not fit its type <class 'str'>"),
    (length_of_a_number, "a constraint of 'q' does not fit its type"),
    (pattern_of_a_list, "a constraint of 'q' does not fit its type list[str]"),
    (text_bound_on_a_number, "is declared wrongly: "),
    (circular, "the dependency circular needs itself: circular needs needs_circular needs"),
    (unknown_type, "cannot be validated"),
    (discriminated, "is declared wrongly: "),
    (unknown_answer, "Invalid args for response field! Hint: check that"),
    (union_with_response, "Invalid args for response field! Hint: check that"),
    (unhashable, "is not hashable"),
    (nested_mistake, "the default_factory of 'q' has a parameter"),
    (websocket, "a WebSocket cannot be given to a handler of HTTP requests"),
    (factory, "the default_factory of 'q' has a parameter"),
    (wrong_lifetime, 'The dependency "ends_late" has a scope of "request", it cannot depend on'),
]


@pytest.mark.parametrize(("handler", "message"), ASSERTED)
def test_contradictory_declaration_fails_an_assertion(
    handler: Callable[..., Any], message: str
) -> None:
    """Code that catches FastAPI's assertions catches these too."""
    with pytest.raises(AssertionError, match=re.escape(message)) as caught:
        APIRouter().get("/items/{item}")(handler)
    check_explained(caught.value, handler)


@pytest.mark.parametrize("handler", DEFAULT_TWICE)
def test_a_default_beside_a_factory_is_a_type_error(handler: Callable[..., Any]) -> None:
    """Code that catches what Pydantic raises under FastAPI catches this too."""
    with pytest.raises(TypeError, match=re.escape(TWICE)) as caught:
        APIRouter().get("/items/")(handler)
    check_explained(caught.value, handler)


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (request, "a Request cannot be given to a handler of WebSockets"),
        (needs_request, "a Request cannot be given to a handler of WebSockets"),
        (blocking, "a handler of WebSockets must be a coroutine function"),
        (streaming, "a handler of WebSockets must be a coroutine function"),
        (wrong_lifetime, 'The dependency "ends_late" has a scope of "request", it cannot depend'),
    ],
)
def test_impossible_websocket_handler_raises_a_framework_error(
    handler: Callable[..., Any], message: str
) -> None:
    """FastAPI finds most of these when the first client connects."""
    with pytest.raises(FastAPIError, match=re.escape(message)) as caught:
        APIRouter().websocket("/")(handler)
    check_explained(caught.value, handler)


@pytest.mark.parametrize(("handler", "message"), RAISED)
def test_impossible_declaration_raises_a_framework_error(
    handler: Callable[..., Any], message: str
) -> None:
    """Code that catches `FastAPIError` catches these."""
    with pytest.raises(FastAPIError, match=re.escape(message)) as caught:
        APIRouter().post("/")(handler)
    check_explained(caught.value, handler)


def check_explained(error: BaseException, handler: Callable[..., Any]) -> None:
    """Check that an error tells where the mistake is, and what to write instead."""
    assert isinstance(error, DeclarationError)
    text = str(error)
    lines = set(re.findall(rf'where: File "{re.escape(__file__)}", line (\d+), in (\w+)', text))
    assert len(lines) == 1, text
    line, name = lines.pop()
    assert int(line) > 1
    assert name in (handler.__name__, "ends_late", "factory", "request", "Unhashable")
    assert re.search(r"\n  fix: \w+", text)


def test_wrong_lifetime_has_its_own_class() -> None:
    """A dependency that is over too early is a `DependencyScopeError`."""
    with pytest.raises(DependencyScopeError):
        APIRouter().get("/")(wrong_lifetime)


@pytest.mark.parametrize("status_code", [204, 205, 304])
def test_status_without_body_refuses_a_response_model(status_code: int) -> None:
    """An answer that cannot have a body cannot have a model."""
    with pytest.raises(AssertionError, match=f"Status code {status_code} must not have a response"):
        APIRouter().get("/", status_code=status_code)(answers)
    with pytest.raises(AssertionError, match=f"Status code {status_code} must not have a response"):
        APIRouter().get("/", responses={status_code: {"model": Model}})(lambda: None)


def test_additional_response_must_be_a_mapping() -> None:
    """A model alone does not describe an answer."""
    responses: Any = {404: Model}
    with pytest.raises(AssertionError, match="An additional response must be a dict"):
        APIRouter().get("/", responses=responses)(lambda: None)


@pytest.mark.parametrize(
    "options",
    [
        {"response_model_exclude_unset": True},
        {"response_model_exclude_defaults": True},
        {"response_model_by_alias": False},
    ],
    ids=lambda options: next(iter(options)),
)
def test_struct_refuses_what_msgspec_has_no_notion_of(options: dict[str, Any]) -> None:
    """An option that could not be followed is an error, not ignored."""
    with pytest.raises(DeclarationError, match=r"does not work with a msgspec\.Struct"):
        APIRouter().get("/", **options)(answers_struct)


@pytest.mark.parametrize("dependencies", [[yielding], [Depends()]], ids=["function", "nothing"])
def test_parameterless_dependency_must_name_a_callable(dependencies: list[Any]) -> None:
    """`dependencies=[function]` is a common slip."""
    with pytest.raises(AssertionError, match="must have a callable dependency"):
        APIRouter().get("/", dependencies=dependencies)(lambda: None)


def test_unknown_option_is_an_unexpected_keyword() -> None:
    """A misspelt option is refused by its name."""
    options: Any = {"minimum": 3}
    with pytest.raises(TypeError, match="unexpected keyword argument 'minimum'"):
        Query(**options)


def test_path_takes_no_default() -> None:
    """A path parameter is always there."""
    with pytest.raises(AssertionError, match="Path parameters cannot have a default value"):
        Path(3)
