"""What runs before the first request and after the last."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from sixlane import APIRouter, FastAPI
from sixlane.testclient import TestClient


def test_lifespans_nest_and_share_their_state(framework: SimpleNamespace) -> None:
    """An included router's lifespan runs inside the application's; the outer state wins."""
    notes: list[str] = []

    def noting(name: str, state: dict[str, str]) -> Any:
        @asynccontextmanager
        async def lifespan(app: Any) -> AsyncIterator[dict[str, str]]:
            notes.append(f"start {name}")
            yield state
            notes.append(f"stop {name}")

        return lifespan

    app = framework.FastAPI(lifespan=noting("app", {"who": "app", "app": "yes"}))
    router = framework.APIRouter(lifespan=noting("router", {"who": "router", "router": "yes"}))
    app.include_router(router)

    async def read(request: Any) -> Any:
        return framework.JSONResponse(request.scope["state"])

    app.add_route("/state", read)

    with framework.TestClient(app) as client:
        assert client.get("/state").json() == {"who": "app", "app": "yes", "router": "yes"}
        assert notes == ["start app", "start router"]
    assert notes[2:] == ["stop router", "stop app"]


def test_lifespan_may_be_a_bare_generator(framework: SimpleNamespace) -> None:
    """Generators without the context manager decorator are accepted too."""
    notes: list[str] = []

    async def waiting(app: Any) -> AsyncIterator[None]:
        notes.append("start async")
        yield
        notes.append("stop async")

    def blocking(app: Any) -> Iterator[None]:
        notes.append("start")
        yield
        notes.append("stop")

    app = framework.FastAPI(lifespan=waiting)
    app.include_router(framework.APIRouter(lifespan=blocking))

    with framework.TestClient(app):
        pass
    assert notes == ["start async", "start", "stop", "stop async"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("router_lifespan", [False, True], ids=["events only", "with a lifespan"])
def test_events_of_routers_run_once(*, router_lifespan: bool) -> None:
    """Start-up and shutdown functions, blocking or not, however they were declared."""
    notes: list[str] = []

    async def waiting() -> None:
        notes.append("async")

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        yield

    app = FastAPI(on_startup=[waiting], on_shutdown=[lambda: notes.append("down")])
    router = APIRouter(
        on_startup=[lambda: notes.append("router")], lifespan=lifespan if router_lifespan else None
    )
    router.on_event("shutdown")(lambda: notes.append("router down"))
    app.on_event("startup")(lambda: notes.append("decorated"))
    app.router.add_event_handler("startup", lambda: notes.append("added"))
    app.include_router(router)

    with TestClient(app):
        assert notes == ["async", "decorated", "added", "router"]
    assert sorted(notes[4:]) == ["down", "router down"]


def test_event_of_an_unknown_type_is_refused(framework: SimpleNamespace) -> None:
    """Only start-up and shutdown exist."""
    with pytest.raises(AssertionError):
        framework.APIRouter().add_event_handler("reload", lambda: None)


def test_failing_start_up_is_reported(framework: SimpleNamespace) -> None:
    """The server learns why the application cannot start."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        message = "no database"
        raise RuntimeError(message)
        yield

    client = framework.TestClient(framework.FastAPI(lifespan=lifespan))
    with pytest.raises(RuntimeError, match="no database"):
        client.__enter__()


def test_mounted_applications_have_no_lifespan_of_their_own(framework: SimpleNamespace) -> None:
    """Only the outermost application's lifespan runs."""
    notes: list[str] = []
    app = framework.FastAPI()
    app.mount("/sub", framework.FastAPI(on_startup=[lambda: notes.append("started")]))

    with framework.TestClient(app):
        pass
    assert notes == []
