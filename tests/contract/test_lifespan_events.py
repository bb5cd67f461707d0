"""Chapter "Lifespan Events"."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from support.client import OpenClient

from sixlane import APIRouter, FastAPI, Request


def test_lifespan_goes_around_all_requests(open_client: OpenClient) -> None:
    """What is before `yield` runs at the start, what is after it at the end."""
    events: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        events.append(f"start {app.title}")
        yield
        events.append("stop")

    app = FastAPI(lifespan=lifespan, title="Shop")

    @app.get("/")
    async def read() -> None:
        events.append("request")

    with open_client(app) as client:
        client.get("/")
        client.get("/")
    assert events == ["start Shop", "request", "request", "stop"]


def test_what_the_lifespan_yields_is_the_state_of_requests(open_client: OpenClient) -> None:
    """Each request has its own copy, of the same objects."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"model": ["loaded"], "count": 1}

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    async def read(request: Request) -> Any:
        request.state.count += 1
        request.state.model.append("used")
        return [request.state.count, len(request.state.model)]

    with open_client(app) as client:
        assert client.get("/").json() == [2, 2]
        assert client.get("/").json() == [2, 3]


def test_lifespans_of_routers_are_run_too(open_client: OpenClient) -> None:
    """Inside the app's own."""
    events: list[str] = []

    def make(name: str) -> Any:
        @asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, str]]:
            events.append(f"{name} starts")
            yield {name: "here"}
            events.append(f"{name} stops")

        return lifespan

    app = FastAPI(lifespan=make("app"))
    router = APIRouter(lifespan=make("router"))

    @router.get("/")
    async def read(request: Request) -> Any:
        return [request.state.app, request.state.router]

    app.include_router(router)
    with open_client(app) as client:
        assert client.get("/").json() == ["here", "here"]
    assert events == ["app starts", "router starts", "router stops", "app stops"]


def test_failing_start_is_raised(open_client: OpenClient) -> None:
    """An app that cannot start does not serve."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        raise RuntimeError("no database")
        yield

    with pytest.raises(RuntimeError, match="no database"), open_client(FastAPI(lifespan=lifespan)):
        pass


def test_old_style_events_still_work(open_client: OpenClient) -> None:
    """`on_startup`, `on_shutdown` and `on_event`, which warns that it is old."""
    events: list[str] = []
    app = FastAPI(
        on_startup=[lambda: events.append("start")], on_shutdown=[lambda: events.append("stop")]
    )
    with pytest.warns(DeprecationWarning, match="on_event is deprecated"):

        @app.on_event("startup")
        async def start() -> None:
            events.append("start 2")

    with open_client(app):
        assert events == ["start", "start 2"]
    assert events == ["start", "start 2", "stop"]


def test_lifespan_of_a_mounted_app_is_not_run(open_client: OpenClient) -> None:
    """Only the outermost app has one."""
    events: list[str] = []
    app = FastAPI()
    app.mount("/child", FastAPI(on_startup=[lambda: events.append("child")]))

    with open_client(app):
        pass
    assert events == []
