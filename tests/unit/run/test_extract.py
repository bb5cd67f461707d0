"""Values of parameters, out of queries, headers, cookies and bodies."""

# ruff: noqa: B006, D103

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, Json

from sixlane import Body, Cookie, Header, Path, Query

from .conftest import Solver, make_request

pytestmark = pytest.mark.anyio


class Color(Enum):
    RED = "red"


class Filter(BaseModel):
    limit: int = 10
    tags: list[str] = []


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: int = 10


class Loose(BaseModel):
    model_config = ConfigDict(extra="allow")
    limit: int = 10


class Common(BaseModel):
    x_token: str
    save_data: bool = False
    x_tag: list[str] = []


class ByName(BaseModel):
    model_config = ConfigDict(validate_by_name=True)
    limit: int = Field(default=10, alias="max")


class Item(BaseModel):
    name: str


ErrorPlace = tuple[str, tuple[Any, ...], Any]


def scalars(n: int, q: str = "-", flag: bool = False, color: Color | None = None) -> None: ...
def lists(
    q: Annotated[list[int], Query()], r: Annotated[set[str] | None, Query()] = None
) -> None: ...
def others(t: Annotated[tuple[int, str], Query()], d: Annotated[deque[int], Query()]) -> None: ...
def aliased(q: Annotated[str, Query(alias="item-query")]) -> None: ...
def choices(q: Annotated[int, Query(validation_alias=AliasChoices("a", "b"))]) -> None: ...
def bounded(n: Annotated[int, Query(gt=1, le=5)]) -> None: ...
def literal(q: Literal["a", "b"]) -> None: ...
def json_text(q: Annotated[Json[list[int]], Query()]) -> None: ...
def in_headers(
    x_token: Annotated[str, Header()], x_n: Annotated[list[int], Header()] = []
) -> None: ...
def raw_header(x_token: Annotated[str, Header(convert_underscores=False)]) -> None: ...
def in_cookies(
    session: Annotated[int, Cookie()], other: Annotated[str | None, Cookie()] = None
) -> None: ...
def in_path(item: Annotated[int, Path(ge=1)]) -> None: ...
def model(f: Annotated[Filter, Query()], q: str = "-") -> None: ...
def strict_model(f: Annotated[Strict, Query()]) -> None: ...
def loose_model(f: Annotated[Loose, Query()]) -> None: ...
def optional_model(f: Annotated[Filter | None, Query()] = None) -> None: ...
def by_name(f: Annotated[ByName, Query()]) -> None: ...
def header_model(h: Annotated[Common, Header()]) -> None: ...


READ = [
    (scalars, "n=1&q=&flag=on&color=red", {"n": 1, "q": "", "flag": True, "color": Color.RED}),
    (scalars, "n=1&n=2", {"n": 2, "q": "-", "flag": False, "color": None}),
    (lists, "q=1&q=2&r=a&r=a", {"q": [1, 2], "r": {"a"}}),
    (lists, "q=1", {"q": [1], "r": None}),
    (others, "t=1&t=a&d=3", {"t": (1, "a"), "d": deque([3])}),
    (aliased, "item-query=x", {"q": "x"}),
    (choices, "b=2", {"q": 2}),
    (choices, "b=2&a=1", {"q": 1}),
    (json_text, "q=[1,2]", {"q": [1, 2]}),
    (model, "limit=3&tags=a&tags=b&q=x", {"f": Filter(limit=3, tags=["a", "b"]), "q": "x"}),
    (model, "", {"f": Filter(), "q": "-"}),
    (loose_model, "extra=1&extra=2", {"f": Loose(extra=["1", "2"])}),
    (optional_model, "", {"f": None}),
    (optional_model, "limit=3", {"f": Filter(limit=3)}),
    (by_name, "limit=3", {"f": ByName(max=3)}),
    (by_name, "max=4&limit=3", {"f": ByName(max=4)}),
]


@pytest.mark.parametrize(("handler", "query", "expected"), READ)
async def test_query_is_read(
    solver: Solver, handler: Callable[..., Any], query: str, expected: dict[str, Any]
) -> None:
    """The last of repeated values counts, unless the type is a sequence."""
    assert await solver(handler, make_request(query)) == expected
    assert solver.errors == []


WRONG: list[tuple[Callable[..., Any], str, list[ErrorPlace]]] = [
    (scalars, "", [("missing", ("query", "n"), None)]),
    (scalars, "n=", [("int_parsing", ("query", "n"), "")]),
    (scalars, "n=1&color=blue", [("enum", ("query", "color"), "blue")]),
    (
        lists,
        "q=1&q=x&q=y",
        [("int_parsing", ("query", "q", 1), "x"), ("int_parsing", ("query", "q", 2), "y")],
    ),
    (lists, "", [("missing", ("query", "q"), None)]),
    (aliased, "q=x", [("missing", ("query", "item-query"), None)]),
    (choices, "q=1", [("missing", ("query", "a"), None)]),
    (choices, "b=x", [("int_parsing", ("query", "b"), "x")]),
    (bounded, "n=1", [("greater_than", ("query", "n"), "1")]),
    (literal, "q=c", [("literal_error", ("query", "q"), "c")]),
    (json_text, "q=[", [("json_invalid", ("query", "q"), "[")]),
    (model, "limit=x", [("int_parsing", ("query", "limit"), "x")]),
    (strict_model, "other=1&limit=2", [("extra_forbidden", ("query", "other"), "1")]),
]


@pytest.mark.parametrize(("handler", "query", "expected"), WRONG)
async def test_wrong_query_is_told_with_place_and_input(
    solver: Solver, handler: Callable[..., Any], query: str, expected: list[ErrorPlace]
) -> None:
    """The place is the name on the wire, the input what was sent."""
    await solver(handler, make_request(query))
    found = [(error["type"], error["loc"], error["input"]) for error in solver.errors]
    assert found == expected


async def test_headers_are_read_with_hyphens(solver: Solver) -> None:
    """A spelling with underscores, which proxies may let past, is not read."""
    headers = [("X-Token", "a"), ("x-n", "1"), ("X-N", "2")]
    assert await solver(in_headers, make_request(headers=headers)) == {
        "x_token": "a",
        "x_n": [1, 2],
    }
    await solver(in_headers, make_request(headers=[("x_token", "a")]))
    assert solver.errors[0]["loc"] == ("header", "x-token")
    assert await solver(raw_header, make_request(headers=[("x_token", "a")])) == {"x_token": "a"}


async def test_header_model_names_headers_in_errors(solver: Solver) -> None:
    """Its fields are headers with hyphens, and so are the places of errors."""
    headers = [("x-token", "a"), ("save-data", "1"), ("x-tag", "b"), ("x-tag", "c")]
    values = await solver(header_model, make_request(headers=headers))
    assert values == {"h": Common(x_token="a", save_data=True, x_tag=["b", "c"])}
    await solver(header_model, make_request(headers=[("save-data", "x"), ("x_token", "a")]))
    assert [error["loc"] for error in solver.errors] == [
        ("header", "x-token"),
        ("header", "save-data"),
    ]


async def test_cookies_and_path_are_read(solver: Solver) -> None:
    """A path parameter may come converted already."""
    request = make_request(headers=[("cookie", "session=7; unrelated=1")])
    assert await solver(in_cookies, request) == {"session": 7, "other": None}
    for given in ("3", 3):
        request = make_request(path={"item": given})
        assert await solver(in_path, request, path="/{item}") == {"item": 3}
    await solver(in_path, make_request(path={"item": "0"}), path="/{item}")
    assert solver.errors[0]["loc"] == ("path", "item")


def whole(item: Item) -> None: ...
def nullable(item: Item | None) -> None: ...
def defaulted(item: Item | None = None) -> None: ...
def embedded(item: Annotated[Item, Body(embed=True)]) -> None: ...
def several(item: Item, count: Annotated[int, Body()] = 1) -> None: ...


@pytest.mark.parametrize(
    ("handler", "body", "expected"),
    [
        (whole, {"name": "a"}, {"item": Item(name="a")}),
        (nullable, None, {"item": None}),
        (defaulted, None, {"item": None}),
        (embedded, {"item": {"name": "a"}}, {"item": Item(name="a")}),
        (several, {"item": {"name": "a"}}, {"item": Item(name="a"), "count": 1}),
        (several, {"item": {"name": "a"}, "count": "2"}, {"item": Item(name="a"), "count": 2}),
    ],
)
async def test_body_is_read(
    solver: Solver, handler: Callable[..., Any], body: Any, expected: dict[str, Any]
) -> None:
    """One parameter is the whole body; several, or an embedded one, are its members."""
    assert await solver(handler, body=body) == expected


@pytest.mark.parametrize(
    ("handler", "body", "expected"),
    [
        (whole, None, [("model_attributes_type", ("body",), None)]),
        (whole, b"raw", [("model_attributes_type", ("body",), b"raw")]),
        (whole, {}, [("missing", ("body", "name"), {})]),
        (embedded, {"name": "a"}, [("missing", ("body", "item"), None)]),
        (embedded, [1], [("missing", ("body", "item"), None)]),
        (
            several,
            None,
            [("missing", ("body", "item"), None), ("missing", ("body", "count"), None)],
        ),
        (several, b"raw", [("missing", ("body", "item"), None)]),
        (
            several,
            {"item": {}, "count": "x"},
            [("missing", ("body", "item", "name"), {}), ("int_parsing", ("body", "count"), "x")],
        ),
    ],
)
async def test_wrong_body_is_told_with_place_and_input(
    solver: Solver, handler: Callable[..., Any], body: Any, expected: list[ErrorPlace]
) -> None:
    """A body that is no object has no members, not even those with a default."""
    await solver(handler, body=body)
    found = [(error["type"], error["loc"], error["input"]) for error in solver.errors]
    assert found == expected


async def test_absent_body_leaves_the_default(solver: Solver) -> None:
    """An empty body is not JSON null."""
    assert await solver(defaulted) == {"item": None}
    await solver(nullable)
    assert [(error["type"], error["loc"]) for error in solver.errors] == [("missing", ("body",))]
