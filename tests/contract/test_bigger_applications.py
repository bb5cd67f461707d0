"""Chapter "Bigger Applications - Multiple Files": routers within routers."""

from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import APIRouter, Depends, FastAPI, Header, HTTPException


async def require_token(x_token: Annotated[str, Header()]) -> None:
    """A guard for a router."""
    if x_token != "secret":
        raise HTTPException(400, "X-Token header invalid")


def make_app() -> FastAPI:
    """An app made of routers."""
    app = FastAPI()
    users = APIRouter()
    items = APIRouter(
        prefix="/items",
        tags=["items"],
        dependencies=[Depends(require_token)],
        responses={404: {"description": "Not found"}},
    )
    admin = APIRouter()

    @users.get("/users/{name}", tags=["users"])
    async def user(name: str) -> Any:
        return {"name": name}

    @items.get("/")
    async def all_items() -> Any:
        return ["plumbus"]

    @items.get("/{item_id}", tags=["custom"], responses={403: {"description": "Forbidden"}})
    async def item(item_id: str) -> Any:
        if item_id != "plumbus":
            raise HTTPException(404, "Item not found")
        return item_id

    @admin.post("/")
    async def update() -> Any:
        return "admin"

    app.include_router(users)
    app.include_router(items)
    app.include_router(
        admin, prefix="/admin", tags=["admin"], responses={418: {"description": "I'm a teapot"}}
    )
    return app


TOKEN = {"x-token": "secret"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "value"),
    [
        ("GET", "/users/rick", {}, 200, {"name": "rick"}),
        ("GET", "/items/", TOKEN, 200, ["plumbus"]),
        ("GET", "/items", TOKEN, 200, ["plumbus"]),
        ("GET", "/items/plumbus", TOKEN, 200, "plumbus"),
        ("GET", "/items/x", TOKEN, 404, {"detail": "Item not found"}),
        ("GET", "/items/x", {"x-token": "y"}, 400, {"detail": "X-Token header invalid"}),
        ("POST", "/admin/", {}, 200, "admin"),
        ("GET", "/admin/", {}, 405, {"detail": "Method Not Allowed"}),
        ("GET", "/plumbus", TOKEN, 404, {"detail": "Not Found"}),
    ],
)
def test_routes_of_routers_are_the_apps(
    open_client: OpenClient,
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
    value: object,
) -> None:
    """Prefixes go before paths, dependencies around operations."""
    answer = open_client(make_app()).request(method, path, headers=headers)

    assert (answer.status_code, answer.json()) == (status, value)


def test_settings_of_routers_are_put_together(open_client: OpenClient) -> None:
    """Tags and responses of router, inclusion and operation all describe the operation."""
    paths = open_client(make_app()).get("/openapi.json").json()["paths"]

    item = paths["/items/{item_id}"]["get"]
    assert item["tags"] == ["items", "custom"]
    assert set(item["responses"]) == {"200", "403", "404", "422"}
    assert [parameter["name"] for parameter in item["parameters"]] == ["item_id", "x-token"]
    assert paths["/admin/"]["post"]["tags"] == ["admin"]
    assert "418" in paths["/admin/"]["post"]["responses"]


def test_routers_nest_and_may_be_included_twice(open_client: OpenClient) -> None:
    """Each inclusion has its own prefix, which may hold parameters."""
    leaf = APIRouter()

    @leaf.get("/leaf")
    async def read(tenant: str = "none") -> str:
        return tenant

    middle = APIRouter(prefix="/middle")
    middle.include_router(leaf)
    app = FastAPI()
    app.include_router(middle, prefix="/v1")
    app.include_router(middle, prefix="/{tenant}/v2")

    client = open_client(app)
    assert client.get("/v1/middle/leaf").json() == "none"
    assert client.get("/v1/middle/leaf?tenant=a").json() == "a"
    assert client.get("/acme/v2/middle/leaf").json() == "acme"


def test_route_added_after_inclusion_is_served(open_client: OpenClient) -> None:
    """An included router stays live."""
    app = FastAPI()
    router = APIRouter(prefix="/late")
    app.include_router(router)
    client = open_client(app)
    assert client.get("/late/route").status_code == 404

    @router.get("/route")
    async def late() -> str:
        return "late"

    assert client.get("/late/route").json() == "late"


@pytest.mark.parametrize("prefix", ["items", "/items/"])
def test_prefix_has_a_slash_before_and_none_after(prefix: str) -> None:
    """Anything else is refused where it is written."""
    with pytest.raises(AssertionError):
        APIRouter(prefix=prefix)
    with pytest.raises(AssertionError):
        FastAPI().include_router(APIRouter(), prefix=prefix)


def test_empty_path_needs_a_prefix() -> None:
    """A route with neither path nor prefix has no place."""
    router = APIRouter()

    @router.get("")
    async def read() -> None: ...

    app = FastAPI()
    with pytest.raises(Exception, match=r"(?i)prefix"):
        app.include_router(router)


def test_router_cannot_include_itself() -> None:
    """A circle is refused."""
    router = APIRouter()

    with pytest.raises(Exception, match=r"(?i)itself"):
        router.include_router(router)


def test_a_docstring_may_come_late_where_a_router_is_included(open_client: OpenClient) -> None:
    """As where it is made of a template; a route of the application itself has read it."""
    app, router = FastAPI(), APIRouter()

    def read() -> None: ...

    router.add_api_route("/included", read)
    app.add_api_route("/own", read)
    app.include_router(router)
    read.__doc__ = "Late."
    paths = open_client(app).get("/openapi.json").json()["paths"]
    assert paths["/included"]["get"]["description"] == "Late."
    assert "description" not in paths["/own"]["get"]
