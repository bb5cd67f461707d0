"""Applications and routers are copied, and sent to other processes, as model servers do."""

import copy
import pickle
from collections.abc import Callable
from typing import Annotated, Any

import cloudpickle
import pytest
from pydantic import BaseModel
from support.client import OpenClient

from sixlane import APIRouter, Depends, FastAPI


class Item(BaseModel):
    """An item."""

    name: str


def keep(page: int = 1) -> int:
    """Give a dependency's value."""
    return page


async def read(item: Item, page: Annotated[int, Depends(keep)]) -> dict[str, Any]:
    """Give back what came."""
    return {"item": item.name, "page": page}


def answer() -> str:
    """Answer."""
    return "late"


def make_app() -> tuple[FastAPI, APIRouter]:
    """Make an application with an included router."""
    inner, outer, app = APIRouter(), APIRouter(prefix="/outer"), FastAPI()
    inner.add_api_route("/items", read, methods=["POST"])
    outer.include_router(inner, prefix="/inner")
    app.add_api_route("/items", read, methods=["POST"])
    app.include_router(outer)
    app.state.name = "kept"
    return app, inner


def ask(app: FastAPI, open_client: OpenClient) -> list[Any]:
    """Ask for all that the application has."""
    client = open_client(app)
    paths = ("/items", "/outer/inner/items")
    answers = [client.post(f"{path}?page=2", json={"name": "a"}).json() for path in paths]
    return [*answers, client.get("/openapi.json").json()]


COPIES: dict[str, Callable[[Any], Any]] = {
    "deep copy": copy.deepcopy,
    "pickle": lambda app: pickle.loads(cloudpickle.dumps(app)),
}

every_copy = pytest.mark.parametrize("make_copy", COPIES.values(), ids=COPIES)


@every_copy
@pytest.mark.parametrize("used", [False, True], ids=["fresh", "used"])
def test_a_copy_of_an_application_answers_as_it_does(
    make_copy: Callable[[Any], Any], used: bool, open_client: OpenClient
) -> None:
    """Whether it has served before or not."""
    app, _ = make_app()
    expected = ask(make_app()[0], open_client)
    if used:
        assert ask(app, open_client) == expected
    copied = make_copy(app)
    assert ask(copied, open_client) == expected
    assert copied.state.name == "kept"
    copied.state.name = "changed"
    assert app.state.name == "kept"


@every_copy
def test_what_a_copied_application_includes_stays_included(
    make_copy: Callable[[Any], Any], open_client: OpenClient
) -> None:
    """Routes that the copy of an inner router gets later appear in the copy, and only there."""
    app, inner = make_app()
    copied, copied_inner = make_copy((app, inner))
    ask(copied, open_client)
    copied_inner.add_api_route("/late", answer)
    assert open_client(copied).get("/outer/inner/late").json() == "late"
    assert open_client(app).get("/outer/inner/late").status_code == 404


@every_copy
def test_a_copied_router_is_included_nowhere(
    make_copy: Callable[[Any], Any], open_client: OpenClient
) -> None:
    """It may be included elsewhere; the application that has the original is not copied with it."""
    app, inner = make_app()
    copied = make_copy(inner)
    copied.add_api_route("/late", answer)
    other = FastAPI()
    other.include_router(copied)
    assert open_client(other).get("/late").json() == "late"
    assert open_client(app).get("/outer/inner/late").status_code == 404
