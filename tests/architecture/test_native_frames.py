"""How far the engine is from a handler, counted in Python frames."""

import sys
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from sixlane import Depends, FastAPI
from sixlane.testclient import TestClient

BUDGET = 6


class Item(BaseModel):
    name: str


def count_frames(stop: str = "run_forever") -> int:
    """Count the frames of Sixlane and of what it generated above the caller."""
    frame: Any = sys._getframe(1)
    count = 0
    while frame is not None and frame.f_code.co_name != stop:
        name = frame.f_code.co_filename
        count += "/sixlane/" in name or name.startswith("<sixlane")
        frame = frame.f_back
    return count


def make_app() -> FastAPI:
    """Make an app with one route of each planned kind."""
    app = FastAPI()

    async def read_first() -> int:
        return 1

    async def read_second(first: Annotated[int, Depends(read_first)], extra: int = 0) -> int:
        return first + extra

    @app.get("/plain/{number}")
    async def plain(number: int, text: str = "") -> int:
        return count_frames()

    @app.get("/dependencies")
    async def dependencies(second: Annotated[int, Depends(read_second)]) -> int:
        return count_frames()

    @app.post("/body")
    async def body(item: Item) -> int:
        return count_frames()

    @app.get("/thread")
    def thread() -> int:
        return count_frames()

    return app


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/plain/1"), ("GET", "/dependencies"), ("POST", "/body"), ("GET", "/thread")],
)
def test_the_engine_calls_a_handler_within_its_budget(method: str, path: str) -> None:
    """A planned call passes through at most six frames on its way from the engine."""
    client = TestClient(make_app(), transport="engine")
    answer = client.request(method, path, json={"name": "x"} if method == "POST" else None)
    assert answer.status_code == 200
    assert answer.json() <= BUDGET
