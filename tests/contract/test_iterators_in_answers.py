"""Iterators in answers: read once, whatever comes of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel, PrivateAttr, computed_field
from support.client import OpenClient

from sixlane import FastAPI, Response


class Page(BaseModel):
    """Is made of rows as they are read, typed or not."""

    rows: Iterable[str] | None = None
    more: Any = None


@dataclass
class Leaf:
    """Holds rows too, and is no model."""

    rows: Iterator[str]


class Keeper(BaseModel):
    """Shows rows that are no field of it."""

    _rows: Iterator[str] = PrivateAttr(default_factory=lambda: iter(()))

    @classmethod
    def holding(cls, rows: Iterator[str]) -> "Keeper":
        """Make one that keeps these rows."""
        keeper = cls()
        keeper._rows = rows
        return keeper

    @computed_field
    def rows(self) -> Any:
        """The rows, as they are."""
        return self._rows


def fail_after_two() -> Iterator[str]:
    """Rows whose source breaks down."""
    yield "a"
    yield "b"
    raise ValueError("the source is gone")


HOLDERS: dict[str, tuple[Any, Callable[[Iterator[str]], object]]] = {
    "typed": (Page, lambda rows: Page(rows=rows)),
    "not validated yet": (Page, lambda rows: {"rows": rows}),
    "untyped": (Page, lambda rows: Page(more=rows)),
    "deep": (Page, lambda rows: Page(more=[{"a": (1, {"b": rows})}])),
    "within a model": (Page, lambda rows: Page(more={"page": Page(rows=rows)})),
    "within a list": (list[Page], lambda rows: [Page(), Page(rows=rows)]),
    "within a mapping": (dict[str, Any], lambda rows: {"a": rows}),
    "within a dataclass": (Page, lambda rows: Page(more=Leaf(rows))),
    "handed out": (Keeper, Keeper.holding),
}


@pytest.mark.parametrize("value", [(1, "x"), (1, 2)])
def test_an_iterator_is_validated_once(open_client: OpenClient, value: tuple[object, ...]) -> None:
    """What does not fit is an error, not an answer made of what validation has left over."""
    app = FastAPI()

    @app.get("/", response_model=list[int])
    async def read() -> object:
        return iter(value)

    client = open_client(app, raise_server_exceptions=False)
    answer = client.get("/")
    assert (answer.status_code, answer.text) == (
        (200, "[1,2]") if value == (1, 2) else (500, "Internal Server Error")
    )


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("injected", [False, True], ids=["plain", "with a Response"])
def test_an_iterator_in_a_value_is_encoded_once(
    open_client: OpenClient, holder: str, *, injected: bool
) -> None:
    """An encoding that fails is not tried again on what the first attempt has left over."""
    app = FastAPI()
    model, hold = HOLDERS[holder]
    rows: dict[str, Iterator[str]] = {}

    if injected:

        @app.get("/{kind}", response_model=model)
        async def read(kind: str, _response: Response) -> object:
            return hold(rows[kind])
    else:

        @app.get("/{kind}", response_model=model)
        async def read_plain(kind: str) -> object:
            return hold(rows[kind])

    client = open_client(app, raise_server_exceptions=False)
    rows["fine"] = iter(["a", "b"])
    assert '["a","b"]' in client.get("/fine").text
    rows["cut"] = iter(["a", "\ud800", "b"])
    rows["broken"] = fail_after_two()
    for kind, left in (("cut", ["b"]), ("broken", [])):
        answer = client.get(f"/{kind}")
        assert (answer.status_code, answer.text) == (500, "Internal Server Error")
        assert list(rows[kind]) == left


def test_an_iterator_without_a_model_is_encoded_whole(open_client: OpenClient) -> None:
    """What the native encoder leaves to the renderer has not been read."""
    app = FastAPI()

    @app.get("/")
    async def read():  # type: ignore[no-untyped-def]
        return {"before": 1, "rows": (row for row in "ab"), "after": 2}

    assert open_client(app).get("/").json() == {"before": 1, "rows": ["a", "b"], "after": 2}


def test_a_value_that_holds_itself_is_a_server_error(open_client: OpenClient) -> None:
    """It is looked through for iterators, and that comes to an end."""
    app = FastAPI()

    @app.get("/", response_model=Page)
    async def read() -> object:
        page = Page()
        page.more = [page]
        return page

    answer = open_client(app, raise_server_exceptions=False).get("/")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
