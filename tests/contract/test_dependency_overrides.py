"""Chapter "Testing Dependencies with Overrides"."""

import sys
from collections.abc import AsyncIterator
from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import APIRouter, Depends, FastAPI


async def original(q: str) -> str:
    """What is replaced."""
    return f"original {q}"


async def above(value: Annotated[str, Depends(original)]) -> str:
    """What stands on it."""
    return f"above {value}"


def make_app() -> FastAPI:
    """An app that depends on it in several ways."""
    app = FastAPI()
    router = APIRouter()

    @app.get("/direct")
    async def direct(value: Annotated[str, Depends(original)]) -> str:
        return value

    @app.get("/below")
    def below(value: Annotated[str, Depends(above)]) -> str:
        return value

    @app.get("/decorator", dependencies=[Depends(original)])
    async def decorator() -> str:
        return "decorator"

    @router.get("/router")
    async def in_router(value: Annotated[str, Depends(original)]) -> str:
        return value

    app.include_router(router)
    return app


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/direct", "replaced x"),
        ("/below", "above replaced x"),
        ("/decorator", "decorator"),
        ("/router", "replaced x"),
    ],
)
def test_override_is_called_instead(open_client: OpenClient, path: str, value: str) -> None:
    """With its own parameters; those of the original are not asked for any more."""
    app = make_app()

    def replacement(k: str = "x") -> str:
        return f"replaced {k}"

    app.dependency_overrides[original] = replacement
    assert open_client(app).get(path).json() == value


def test_override_works_from_one_request_to_the_next(open_client: OpenClient) -> None:
    """It can be set and taken away while the app is in use."""
    app = make_app()
    client = open_client(app)

    assert client.get("/direct?q=a").json() == "original a"
    app.dependency_overrides[original] = lambda: "replaced"
    assert client.get("/direct?q=a").json() == "replaced"
    app.dependency_overrides = {}
    assert client.get("/direct?q=a").json() == "original a"


def test_override_may_have_dependencies_and_yield(open_client: OpenClient) -> None:
    """A replacement is a dependency like any other."""
    app = make_app()
    events: list[str] = []

    async def number(n: int) -> int:
        return n

    async def replacement(n: Annotated[int, Depends(number)]) -> AsyncIterator[Any]:
        yield str(n)
        events.append("closed")

    app.dependency_overrides[original] = replacement
    client = open_client(app)
    assert client.get("/direct?n=3").json() == "3"
    assert events == ["closed"]
    assert client.get("/direct?n=x").json()["detail"][0]["loc"] == ["query", "n"]


def test_override_of_something_else_changes_nothing(open_client: OpenClient) -> None:
    """A route that does not use it is called the same way as without."""
    app = FastAPI()
    callers: list[str] = []

    async def used() -> str:
        callers.append(sys._getframe(1).f_code.co_filename)
        return "used"

    async def unused() -> str:
        return "unused"

    @app.get("/")
    async def read(value: Annotated[str, Depends(used)]) -> str:
        return value

    client = open_client(app)
    assert client.get("/").json() == "used"
    app.dependency_overrides[unused] = lambda: "replaced"
    assert client.get("/").json() == "used"
    assert callers[0] == callers[1]
    app.dependency_overrides[used] = lambda: "replaced"
    assert client.get("/").json() == "replaced"
