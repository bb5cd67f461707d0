"""`routes` is one flat list, which users may edit."""

import pytest

from sixlane import APIRouter, FastAPI
from sixlane.routing import APIRoute, Route
from sixlane.testclient import TestClient


def make_app() -> tuple[FastAPI, APIRouter]:
    """Make an application with routes before, in and after an included router."""
    app = FastAPI(openapi_url=None)
    router = APIRouter(prefix="/router")
    app.get("/first")(lambda: "first")
    router.get("/one")(lambda: "one")
    router.get("/two")(lambda: "two")
    app.include_router(router, prefix="/api")
    app.get("/last")(lambda: "last")
    return app, router


def paths(app: FastAPI) -> list[str]:
    """List the paths of an application's routes."""
    return [route.path for route in app.routes]  # type: ignore[attr-defined]


def test_every_route_has_its_whole_path() -> None:
    """Included routes are in the list themselves, in matching order."""
    app, _ = make_app()

    assert paths(app) == ["/first", "/api/router/one", "/api/router/two", "/last"]
    assert app.routes is app.router.routes


def test_appended_route_is_served() -> None:
    """A route put on the list by hand works like a declared one."""
    app, _ = make_app()

    app.routes.append(APIRoute("/by-hand", lambda: "by hand"))

    assert TestClient(app).get("/by-hand").json() == "by hand"
    assert paths(app)[-1] == "/by-hand"


def test_removed_route_is_no_longer_served() -> None:
    """A route taken off the list is gone, and its neighbours are not."""
    app, _ = make_app()
    client = TestClient(app)
    assert client.get("/first").status_code == 200

    app.router.routes.remove(app.routes[0])

    assert client.get("/first").status_code == 404
    assert client.get("/api/router/one").json() == "one"


def test_removing_an_included_route_spares_the_other_inclusions() -> None:
    """An edit inside an included router's routes is an edit of this application only."""
    app, router = make_app()
    other = FastAPI(openapi_url=None)
    other.include_router(router)

    del app.routes[1]

    assert paths(app) == ["/first", "/api/router/two", "/last"]
    assert paths(other) == ["/router/one", "/router/two"]


def test_included_router_stays_live_after_an_edit_elsewhere() -> None:
    """Reordering routes keeps what is included, included."""
    app, router = make_app()
    empty = APIRouter(prefix="/empty")
    app.include_router(empty)

    app.router.routes.insert(0, app.router.routes.pop())
    router.get("/three")(lambda: "three")
    empty.get("/four")(lambda: "four")

    assert paths(app) == [
        "/last",
        "/first",
        "/api/router/one",
        "/api/router/two",
        "/api/router/three",
        "/empty/four",
    ]


@pytest.mark.parametrize("edit", ["assign", "slice", "clear", "extend"])
def test_list_can_be_replaced(edit: str) -> None:
    """However the list is edited, the router follows."""
    app, _ = make_app()
    kept = [route for route in app.routes if "api" not in route.path]  # type: ignore[attr-defined]
    if edit == "assign":
        app.router.routes = kept
    elif edit == "slice":
        app.router.routes[:] = kept
    elif edit == "clear":
        app.router.routes.clear()
        app.router.routes.extend(kept)
    else:
        app.router.routes.clear()
        app.router.routes += kept

    assert paths(app) == ["/first", "/last"]
    client = TestClient(app)
    assert client.get("/last").json() == "last"
    assert client.get("/api/router/one").status_code == 404


def test_sorted_list_is_matched_in_its_order() -> None:
    """Sorting the list is a way to put fixed paths before patterns."""
    app = FastAPI(openapi_url=None)
    app.get("/items/{name}")(lambda: "pattern")
    app.get("/items/latest")(lambda: "fixed")

    app.routes.sort(key=lambda route: "{" in route.path)  # type: ignore[attr-defined]

    assert TestClient(app).get("/items/latest").json() == "fixed"
    app.routes.reverse()
    assert TestClient(app).get("/items/latest").json() == "pattern"


def test_listed_routes_keep_their_identity() -> None:
    """What a user sets on a listed route stays when further routes are declared."""
    app, router = make_app()
    app.routes[1].include_in_schema = False  # type: ignore[attr-defined]

    router.get("/three")(lambda: "three")

    assert app.routes[1].include_in_schema is False  # type: ignore[attr-defined]


def test_routes_given_to_the_application_come_first() -> None:
    """The `routes` option is where the list begins."""
    app = FastAPI(routes=[Route("/given", lambda request: None)], openapi_url=None)
    app.get("/declared")(lambda: "declared")

    assert paths(app) == ["/given", "/declared"]
