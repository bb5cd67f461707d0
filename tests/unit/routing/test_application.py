"""The application object itself."""

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette

import sixlane
from sixlane import FastAPI, Sixlane
from sixlane.routing import APIRoute
from sixlane.testclient import TestClient


def test_fastapi_is_another_name_of_sixlane() -> None:
    """One class, a subclass of Starlette's."""
    assert FastAPI is Sixlane
    assert issubclass(Sixlane, Starlette)


def test_front_door_has_every_name_of_fastapi() -> None:
    """What FastAPI's front door exports, Sixlane's does too."""
    fastapi = pytest.importorskip("fastapi")
    names = {name for name in vars(fastapi) if name[0].isupper()} | {"status"}

    assert {name for name in names if not hasattr(sixlane, name)} == set()
    assert names <= set(dir(sixlane))


def test_unknown_name_of_the_front_door_is_an_attribute_error() -> None:
    """A name nobody defines is reported as such."""
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        sixlane.Nothing  # noqa: B018


def test_settings_are_attributes(framework: SimpleNamespace) -> None:
    """What is given is kept; what is not has FastAPI's default."""
    app = framework.FastAPI(title="Shop", version="1.2", docs_url=None)

    assert {
        name: getattr(app, name)
        for name in (
            "title", "version", "docs_url", "redoc_url", "openapi_url", "summary", "description",
            "openapi_version", "servers", "openapi_tags", "root_path", "debug", "contact",
            "swagger_ui_oauth2_redirect_url", "separate_input_output_schemas", "max_body_size",
        )
    } == {
        "title": "Shop",
        "version": "1.2",
        "docs_url": None,
        "redoc_url": "/redoc",
        "openapi_url": "/openapi.json",
        "summary": None,
        "description": "",
        "openapi_version": "3.1.0",
        "servers": [],
        "openapi_tags": None,
        "root_path": "",
        "debug": False,
        "contact": None,
        "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
        "separate_input_output_schemas": True,
        "max_body_size": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        ({}, ["/openapi.json", "/docs", "/docs/oauth2-redirect", "/redoc"]),
        ({"openapi_url": None}, []),
        ({"docs_url": None}, ["/openapi.json", "/redoc"]),
        ({"redoc_url": None, "swagger_ui_oauth2_redirect_url": None}, ["/openapi.json", "/docs"]),
        ({"openapi_url": "/api.json", "docs_url": None, "redoc_url": None}, ["/api.json"]),
    ],
)
def test_documentation_routes_come_first(
    framework: SimpleNamespace, options: dict[str, Any], paths: list[str]
) -> None:
    """The document and its pages are routes, each of which can be turned off."""
    app = framework.FastAPI(**options)

    # FastAPI's pages load their files from another host.
    served = [route.path for route in app.routes]
    assert [path for path in served if not path.startswith("/docs-assets/")] == paths


def test_positional_arguments_are_refused(framework: SimpleNamespace) -> None:
    """Everything is said by keyword."""
    with pytest.raises(TypeError):
        framework.FastAPI("Shop")


def test_root_path_reaches_the_scope(framework: SimpleNamespace) -> None:
    """The prefix that a proxy strips is in every request's scope."""
    with pytest.warns(UserWarning, match="`root_path` parameter is deprecated"):
        app = framework.FastAPI(root_path="/api")

    async def read(request: Any) -> Any:
        return framework.PlainTextResponse(request.scope["root_path"])

    app.add_route("/root", read)
    assert framework.TestClient(app).get("/root").text == "/api"


def test_assigned_overrides_stay_the_callers(framework: SimpleNamespace) -> None:
    """A dictionary of overrides may be assigned, changed afterwards, and taken away with None."""
    app = framework.FastAPI()

    def original() -> str:
        return "original"

    @app.get("/value")
    def read(value: str = framework.Depends(original)) -> str:
        return value

    client = framework.TestClient(app)
    overrides: dict[Any, Any] = {}
    app.dependency_overrides = overrides
    assert client.get("/value").json() == "original"
    overrides[original] = lambda: "replaced"
    assert client.get("/value").json() == "replaced"
    app.dependency_overrides = None
    assert client.get("/value").json() == "original"


def test_scope_names_the_route() -> None:
    """Metrics and logs find the whole path of the route, included or not."""
    seen: list[Any] = []

    class NotingRoute(APIRoute):
        def get_route_handler(self) -> Any:
            handle = super().get_route_handler()

            async def note(request: Any) -> Any:
                seen.append(request.scope["route"].path)
                return await handle(request)  # type: ignore[misc]

            return note

    app = FastAPI()
    router = sixlane.APIRouter(route_class=NotingRoute)
    router.get("/items/{name}")(lambda: None)
    app.include_router(router, prefix="/api")

    TestClient(app).get("/api/items/x")
    assert seen == ["/api/items/{name}"]


def test_compiled_table_follows_the_routes() -> None:
    """The table is kept while nothing changes, and made anew when something does."""
    app = FastAPI(openapi_url=None)
    router = sixlane.APIRouter()
    app.include_router(router)
    table = app.compiled_table()
    assert app.compiled_table() is table

    router.get("/late/{number:int}", name="late")(lambda: None)

    (spec,) = app.compiled_table().specs
    assert (spec.pattern, spec.methods, spec.opaque) == (
        "/late/{number:int}", frozenset({"GET"}), False,
    )  # fmt: skip


def test_client_knows_its_transports() -> None:
    """A transport that does not exist is refused."""
    with pytest.raises(ValueError, match="transport 'smoke' does not exist"):
        TestClient(FastAPI(), transport="smoke")  # type: ignore[arg-type]
