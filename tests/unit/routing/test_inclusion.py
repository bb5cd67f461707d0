"""What included routers hand down, and that they stay live."""

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.routing import Match


def listed(framework: SimpleNamespace, app: Any) -> list[str]:
    """List the paths of an application's own routes, without those of the documentation."""
    contexts = framework.iter_route_contexts(app.routes)
    return [each.path for each in contexts if isinstance(each.original_route, framework.APIRoute)]


def only_context(framework: SimpleNamespace, app: Any) -> Any:
    """Return the only path operation of an application."""
    contexts = framework.iter_route_contexts(app.routes)
    (found,) = [each for each in contexts if isinstance(each.original_route, framework.APIRoute)]
    return found


def test_options_combine_from_the_outside_in(framework: SimpleNamespace) -> None:
    """Prefixes, tags, responses and callbacks concatenate; flags spread."""
    app = framework.FastAPI(responses={418: {"description": "app"}, 409: {"description": "app"}})
    callbacks = framework.APIRouter()
    callbacks.post("/called")(lambda: None)
    outer = framework.APIRouter(prefix="/outer", tags=["outer"], deprecated=True)
    inner = framework.APIRouter(
        prefix="/inner", tags=["inner"], responses={409: {"description": "inner"}}
    )
    inner.get(
        "/items",
        tags=["route"],
        responses={404: {"description": "route"}},
        callbacks=callbacks.routes,
    )(lambda: None)
    outer.include_router(inner, prefix="/middle", tags=["middle"], callbacks=callbacks.routes)
    app.include_router(outer, prefix="/api", tags=["api"], include_in_schema=False)

    context = only_context(framework, app)

    assert context.path == "/api/outer/middle/inner/items"
    assert context.tags == ["api", "outer", "middle", "inner", "route"]
    assert context.responses == {
        418: {"description": "app"},
        409: {"description": "inner"},
        404: {"description": "route"},
    }
    assert list(context.responses) == [418, 409, 404]
    assert len(context.callbacks) == 2
    assert context.deprecated is True
    assert context.include_in_schema is False
    assert context.unique_id == "_lambda__api_outer_middle_inner_items_get"


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"app": "app"}, "app"),
        ({"app": "app", "include": "include"}, "include"),
        ({"app": "app", "include": "include", "router": "router"}, "router"),
        ({"app": "app", "router": "router", "route": "route"}, "route"),
    ],
    ids=["the application's", "the inclusion's", "the router's", "the route's"],
)
def test_innermost_operation_id_function_and_response_class_win(
    framework: SimpleNamespace, levels: dict[str, str], expected: str
) -> None:
    """Of options that cannot combine, the explicit one nearest to the route counts."""
    classes = {
        name: type(name, (framework.JSONResponse,), {"media_type": f"application/{name}"})
        for name in ("app", "include", "router", "route")
    }

    def options(level: str, keyword: str) -> dict[str, Any]:
        if level not in levels:
            return {}
        return {
            "generate_unique_id_function": lambda route: f"{level}-{route.name}",
            keyword: classes[level],
        }

    app = framework.FastAPI(**options("app", "default_response_class"))
    router = framework.APIRouter(**options("router", "default_response_class"))

    @router.get("/items", **options("route", "response_class"))
    def items() -> None: ...

    app.include_router(router, **options("include", "default_response_class"))

    context = only_context(framework, app)
    assert context.unique_id == f"{expected}-items"
    assert context.response_class is classes[expected]
    response = framework.TestClient(app).get("/items")
    assert response.headers["content-type"] == f"application/{expected}"


def test_context_leads_to_the_route_as_declared(framework: SimpleNamespace) -> None:
    """It tells the whole path itself, and hands out the router's own object."""
    app, router = framework.FastAPI(openapi_url=None), framework.APIRouter()
    router.get("/items/{number:int}")(lambda number: number)
    app.include_router(router, prefix="/api")

    (context,) = framework.iter_route_contexts(app.routes)

    assert context.route is context.original_route is router.routes[0]
    assert (context.path, context.route.path) == ("/api/items/{number:int}", "/items/{number:int}")
    assert context.path_format == "/api/items/{number}"


def test_context_of_an_included_route_matches_by_path_and_method(
    framework: SimpleNamespace,
) -> None:
    """A tool may ask before the middleware has run that the route's own class counts on."""

    class Route(framework.APIRoute):  # type: ignore[misc]
        def matches(self, scope: Any) -> Any:
            assert "seen" in scope
            return super().matches(scope)

    app, router = framework.FastAPI(openapi_url=None), framework.APIRouter(route_class=Route)
    router.get("/items/{number}")(lambda number: number)
    app.include_router(router, prefix="/api")
    scope = {"type": "http", "method": "GET", "path": "/api/items/7", "root_path": ""}

    (context,) = framework.iter_route_contexts(app.routes)
    match, added = context.matches(scope)

    assert (match, added["path_params"]) == (Match.FULL, {"number": "7"})
    assert context.matches({**scope, "method": "POST"})[0] is Match.PARTIAL
    assert context.matches({**scope, "path": "/items/7"})[0] is Match.NONE
    with pytest.raises(AssertionError):
        framework.TestClient(app).get("/api/items/7")


def test_route_declared_after_the_inclusion_appears(framework: SimpleNamespace) -> None:
    """An included router is kept, not copied, at every depth."""
    app = framework.FastAPI()
    outer = framework.APIRouter(prefix="/outer")
    inner = framework.APIRouter(prefix="/inner")
    app.include_router(outer)
    outer.include_router(inner)
    client = framework.TestClient(app)
    assert client.get("/outer/inner/late").status_code == 404

    inner.get("/late")(lambda: "late")

    assert client.get("/outer/inner/late").json() == "late"
    assert listed(framework, app) == ["/outer/inner/late"]


def test_late_route_keeps_the_place_of_its_router(framework: SimpleNamespace) -> None:
    """Routes of an included router match where it was included, whenever they were declared."""
    app = framework.FastAPI()
    router = framework.APIRouter()
    app.include_router(router)
    app.get("/items")(lambda: "application")
    router.get("/items")(lambda: "router")

    assert framework.TestClient(app).get("/items").json() == "router"


def test_router_may_be_included_more_than_once(framework: SimpleNamespace) -> None:
    """Each inclusion makes routes of its own."""
    app = framework.FastAPI()
    router = framework.APIRouter()
    router.get("/items")(lambda: "items")
    app.include_router(router, prefix="/v1", tags=["one"])
    app.include_router(router, prefix="/v2", tags=["two"])
    client = framework.TestClient(app)

    assert listed(framework, app) == ["/v1/items", "/v2/items"]
    assert client.get("/v1/items").json() == client.get("/v2/items").json() == "items"
    contexts = [
        each
        for each in framework.iter_route_contexts(app.routes)
        if isinstance(each.original_route, framework.APIRoute)
    ]
    assert [each.tags for each in contexts] == [["one"], ["two"]]
    assert contexts[0].original_route is contexts[1].original_route
    assert contexts[0].original_route.path == "/items"


def test_router_cannot_include_itself(framework: SimpleNamespace) -> None:
    """A circle of inclusions is refused where it would close."""
    outer = framework.APIRouter()
    middle = framework.APIRouter()
    inner = framework.APIRouter()
    outer.include_router(middle)
    middle.include_router(inner)

    with pytest.raises(AssertionError, match="same APIRouter instance into itself"):
        outer.include_router(outer)
    with pytest.raises(AssertionError, match="already includes this router"):
        inner.include_router(outer)


@pytest.mark.parametrize("prefix", ["items", "/items/"])
def test_malformed_prefix_is_refused(framework: SimpleNamespace, prefix: str) -> None:
    """A prefix begins with a slash and does not end with one."""
    with pytest.raises(AssertionError, match="A path prefix must"):
        framework.APIRouter(prefix=prefix)
    with pytest.raises(AssertionError, match="A path prefix must"):
        framework.APIRouter().include_router(framework.APIRouter(), prefix=prefix)


def test_empty_path_needs_a_prefix(framework: SimpleNamespace) -> None:
    """A route without a path of its own is the prefix itself."""
    router = framework.APIRouter()
    router.get("")(lambda: "root")

    with pytest.raises(framework.FastAPIError, match="cannot be both empty"):
        framework.FastAPI().include_router(router)

    app = framework.FastAPI()
    app.include_router(router, prefix="/items")
    assert framework.TestClient(app).get("/items").json() == "root"


def test_plain_routes_and_mounts_take_the_prefix(framework: SimpleNamespace) -> None:
    """Starlette's own kinds of route work inside included routers."""
    app = framework.FastAPI()
    router = framework.APIRouter()
    inner = framework.FastAPI()
    inner.get("/deep")(lambda: "deep")

    async def plain(request: framework.Request) -> framework.PlainTextResponse:
        return framework.PlainTextResponse("plain")

    router.add_route("/plain", plain, methods=["GET"])
    router.mount("/mounted", inner)
    app.include_router(router, prefix="/api")
    client = framework.TestClient(app)

    assert client.get("/api/plain").text == "plain"
    assert client.get("/api/mounted/deep").json() == "deep"
    assert client.get("/plain").status_code == 404


def test_custom_route_class_handles_included_requests(framework: SimpleNamespace) -> None:
    """`get_route_handler` of a subclass is around the handler wherever the route is included."""

    class MarkedRoute(framework.APIRoute):  # type: ignore[name-defined, misc]
        def get_route_handler(self) -> Any:
            original = super().get_route_handler()

            async def handle(request: Any) -> Any:
                response = await original(request)
                response.headers["x-marked"] = "yes"
                return response

            return handle

    app = framework.FastAPI()
    router = framework.APIRouter(route_class=MarkedRoute)
    router.get("/items")(lambda: "items")
    app.include_router(router, prefix="/api")

    response = framework.TestClient(app).get("/api/items")

    assert (response.json(), response.headers["x-marked"]) == ("items", "yes")


def test_router_class_may_change_what_is_declared(framework: SimpleNamespace) -> None:
    """Every decorator goes through `add_api_route`, with all options filled in."""
    seen: list[Any] = []

    class TaggingRouter(framework.APIRouter):  # type: ignore[name-defined, misc]
        def add_api_route(self, path: str, endpoint: Any, **options: Any) -> None:
            seen.append(options["response_description"])
            options["tags"] = ["all", *(options["tags"] or [])]
            super().add_api_route(path, endpoint, **options)

    app = framework.FastAPI()
    router = TaggingRouter()
    router.get("/items", tags=["own"])(lambda: "items")
    app.include_router(router)

    assert only_context(framework, app).tags == ["all", "own"]
    assert seen == ["Successful Response"]


def test_decorators_return_the_handler(framework: SimpleNamespace) -> None:
    """A decorated handler is still the plain function."""
    app = framework.FastAPI()
    router = framework.APIRouter()

    def handler() -> None: ...

    for owner in (app, router):
        for verb in ("get", "put", "post", "delete", "options", "head", "patch", "trace"):
            assert getattr(owner, verb)(f"/{verb}")(handler) is handler
        assert owner.api_route("/api", methods=["get", "post"])(handler) is handler


def test_unknown_options_are_refused(framework: SimpleNamespace) -> None:
    """A misspelt option fails where it is written."""
    app = framework.FastAPI()
    calls = [
        lambda: framework.FastAPI(titel="API"),
        lambda: framework.APIRouter(prefixes="/"),
        lambda: app.get("/", respons_model=int),
        lambda: app.get("/", methods=["GET"]),
        lambda: app.api_route("/", route_class_override=None),
        lambda: app.include_router(framework.APIRouter(), path="/"),
        lambda: framework.APIRoute("/", lambda: None, tag="x"),
    ]

    for call in calls:
        with pytest.raises(TypeError, match="got an unexpected keyword argument"):
            call()


def test_router_class_may_choose_and_handle_requests(framework: SimpleNamespace) -> None:
    """What it does not take is looked for further on; routers around it are asked first."""

    class Versioned(framework.APIRouter):  # type: ignore[name-defined, misc]
        async def handle(self, scope: Any, receive: Any, send: Any) -> None:
            events.append(self.prefix)
            await super().handle(scope, receive, send)

        def matches(self, scope: Any) -> Any:
            match, added = super().matches(scope)
            if dict(scope["headers"]).get(b"x-version") == b"1":
                return match.__class__.NONE, {}
            return match, added

    events: list[str] = []
    app, outer, inner = framework.FastAPI(), Versioned(prefix="/outer"), Versioned(prefix="/inner")
    inner.get("/{number}")(_number)
    outer.include_router(inner)
    app.include_router(outer)
    app.get("/{rest:path}")(lambda rest: rest)
    client = framework.TestClient(app)

    assert client.get("/outer/inner/1").json() == 1
    assert client.get("/outer/inner/one").status_code == 422
    assert client.post("/outer/inner/1").status_code == 405
    assert events == ["/outer", "/inner"] * 3
    headers = {"x-version": "1"}
    assert client.get("/outer/inner/1", headers=headers).json() == "outer/inner/1"
    assert len(events) == 6


def test_router_may_take_a_request_without_naming_the_route(framework: SimpleNamespace) -> None:
    """The parameters of the path are found nevertheless."""

    class Always(framework.APIRouter):  # type: ignore[name-defined, misc]
        def matches(self, scope: Any) -> Any:
            return super().matches(scope)[0].__class__.FULL, {}

    app, router = framework.FastAPI(), Always()
    router.get("/{number}")(_number)
    app.include_router(router, prefix="/api")

    assert framework.TestClient(app).get("/api/1").json() == 1


def test_router_that_is_not_included_matches_nothing(framework: SimpleNamespace) -> None:
    """As an application it serves its routes all the same."""
    router = framework.APIRouter()
    router.add_route("/plain", framework.PlainTextResponse("plain"), methods=["GET"])

    match, added = router.matches({"type": "http", "method": "GET", "path": "/plain"})
    assert (match.name, added) == ("NONE", {})
    assert framework.TestClient(router.handle).get("/plain").text == "plain"


def _number(number: int) -> int:
    return number
