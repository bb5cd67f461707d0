"""Which route answers a request, and what answers when none does."""

from types import SimpleNamespace

import pytest


def test_first_declared_route_wins_where_patterns_overlap(framework: SimpleNamespace) -> None:
    """The order of declaration decides, not how specific a pattern is."""
    app = framework.FastAPI()

    @app.get("/items/{name}")
    def by_name() -> str:
        return "pattern"

    @app.get("/items/latest")
    def latest() -> str:
        return "fixed"

    assert framework.TestClient(app).get("/items/latest").json() == "pattern"


def test_fixed_path_before_a_pattern_wins(framework: SimpleNamespace) -> None:
    """A path without parameters that comes first is chosen first."""
    app = framework.FastAPI()

    @app.get("/items/latest")
    def latest() -> str:
        return "fixed"

    @app.get("/items/{name}")
    def by_name() -> str:
        return "pattern"

    client = framework.TestClient(app)
    assert client.get("/items/latest").json() == "fixed"
    assert client.get("/items/other").json() == "pattern"


def test_method_of_a_later_route_is_found_behind_a_path_match(framework: SimpleNamespace) -> None:
    """A route that only matches by path does not hide one that matches whole."""
    app = framework.FastAPI()

    @app.get("/items/{name}")
    def read() -> str:
        return "read"

    @app.put("/items/latest")
    def write() -> str:
        return "write"

    client = framework.TestClient(app)
    assert client.put("/items/latest").json() == "write"
    assert client.get("/items/latest").json() == "read"


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "allow"),
    [
        ("GET", "/nothing", 404, b'{"detail":"Not Found"}', None),
        ("POST", "/items", 405, b'{"detail":"Method Not Allowed"}', "GET"),
        ("HEAD", "/items", 405, b"", "GET"),
        ("OPTIONS", "/items", 405, b'{"detail":"Method Not Allowed"}', "GET"),
        ("DELETE", "/both", 405, b'{"detail":"Method Not Allowed"}', "POST"),
        ("GET", "/inner/nothing", 404, b'{"detail":"Not Found"}', None),
        ("POST", "/inner/items", 405, b'{"detail":"Method Not Allowed"}', "GET"),
    ],
)
def test_unmatched_request_is_answered(
    framework: SimpleNamespace,
    method: str,
    path: str,
    status: int,
    body: bytes,
    allow: str | None,
) -> None:
    """404 for an unknown path, 405 with the first path match's methods for a known one."""
    app = framework.FastAPI()
    router = framework.APIRouter(prefix="/inner")
    app.get("/items")(lambda: "items")
    app.post("/both")(lambda: "first")
    app.get("/both")(lambda: "second")
    router.get("/items")(lambda: "inner")
    app.include_router(router)

    response = framework.TestClient(app).request(method, path)

    assert (response.status_code, response.headers.get("allow")) == (status, allow)
    if method != "HEAD":
        assert response.content == body


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/items/", "http://testserver/items"),
        ("/users?page=2", "http://testserver/users/?page=2"),
        ("/users", "http://testserver/users/"),
        ("/inner/items/", "http://testserver/inner/items"),
    ],
)
def test_slash_more_or_less_is_redirected(
    framework: SimpleNamespace, path: str, location: str
) -> None:
    """A path that has a route but for a slash at its end is redirected with 307."""
    app = framework.FastAPI()
    router = framework.APIRouter(prefix="/inner", redirect_slashes=False)
    app.get("/items")(lambda: "items")
    app.get("/users/")(lambda: "users")
    router.get("/items")(lambda: "inner")
    app.include_router(router)

    response = framework.TestClient(app, follow_redirects=False).get(path)

    assert (response.status_code, response.headers["location"]) == (307, location)


def test_slash_redirect_can_be_turned_off(framework: SimpleNamespace) -> None:
    """`redirect_slashes=False` makes the path with a slash more a 404."""
    app = framework.FastAPI(redirect_slashes=False)
    app.get("/items")(lambda: "items")

    assert framework.TestClient(app).get("/items/").status_code == 404


def test_convertors_narrow_a_pattern(framework: SimpleNamespace) -> None:
    """`int` takes digits only, `path` takes slashes, a literal may follow a parameter."""
    app = framework.FastAPI()
    app.get("/numbers/{value:int}")(lambda: "int")
    app.get("/numbers/{value:float}")(lambda: "float")
    app.get("/numbers/{value}")(lambda: "str")
    app.get("/files/{rest:path}")(lambda: "path")
    app.get("/reports/{name}.pdf")(lambda: "suffix")
    client = framework.TestClient(app)

    found = {
        path: client.get(path).json()
        for path in (
            "/numbers/12",
            "/numbers/1.5",
            "/numbers/-1",
            "/files/a/b/c",
            "/files/",
            "/reports/may.pdf",
            "/reports/may.txt",
        )
    }

    assert found == {
        "/numbers/12": "int",
        "/numbers/1.5": "float",
        "/numbers/-1": "str",
        "/files/a/b/c": "path",
        "/files/": "path",
        "/reports/may.pdf": "suffix",
        "/reports/may.txt": {"detail": "Not Found"},
    }


def test_path_parameters_reach_the_request_converted(framework: SimpleNamespace) -> None:
    """`request.path_params` holds what the convertors made of the path."""
    app = framework.FastAPI()

    async def read(request: framework.Request) -> framework.JSONResponse:
        return framework.JSONResponse(request.path_params)

    app.add_route("/{number:int}/{rest:path}", read)

    assert framework.TestClient(app).get("/7/a%20b/c").json() == {"number": 7, "rest": "a b/c"}


def test_mounted_application_gets_what_is_below_its_path(framework: SimpleNamespace) -> None:
    """A mount strips its path; a later route is reached where the mount does not match."""
    app = framework.FastAPI()
    inner = framework.FastAPI()
    inner.get("/items")(lambda: "inner")
    app.mount("/sub", inner, name="sub")
    app.get("/subway")(lambda: "outer")
    client = framework.TestClient(app)

    assert client.get("/sub/items").json() == "inner"
    assert client.get("/sub/nothing").json() == {"detail": "Not Found"}
    assert client.get("/subway").json() == "outer"
    assert app.url_path_for("sub", path="/items") == "/sub/items"


def test_host_routes_by_name(framework: SimpleNamespace) -> None:
    """`app.host` hands requests for one host to another application."""
    app = framework.FastAPI()
    inner = framework.FastAPI()
    inner.get("/who")(lambda: "inner")
    app.host("api.example.org", inner, name="api")
    app.get("/who")(lambda: "outer")

    assert framework.TestClient(app).get("/who").json() == "outer"
    client = framework.TestClient(app, base_url="http://api.example.org")
    assert client.get("/who").json() == "inner"


def test_path_match_before_an_opaque_route_still_makes_405(framework: SimpleNamespace) -> None:
    """A host route in between does not turn a 405 into a 404."""
    app = framework.FastAPI()
    app.get("/who")(lambda: "outer")
    app.host("api.example.org", framework.FastAPI(), name="api")

    response = framework.TestClient(app).post("/who")

    assert (response.status_code, response.headers["allow"]) == (405, "GET")


def test_url_path_for_reverses_names(framework: SimpleNamespace) -> None:
    """Routes are named after their handler, included ones with their prefixes."""
    app = framework.FastAPI()
    router = framework.APIRouter(prefix="/users")

    @router.get("/{user_id}")
    def read_user() -> None: ...

    @router.get("/{user_id}/avatar", name="avatar")
    def read_avatar() -> None: ...

    app.include_router(router, prefix="/api")

    assert app.url_path_for("read_user", user_id="7") == "/api/users/7"
    assert app.url_path_for("avatar", user_id="7") == "/api/users/7/avatar"
