"""Chapter "Frontend"."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.client import OpenClient

from sixlane import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Response
from sixlane.exceptions import DeclarationError, StarletteHTTPException
from sixlane.routing import iter_route_contexts

PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
"""What a browser sends when it loads a page."""


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A built front end, beside a file that is not part of it."""
    files = ("dist/index.html", "dist/app.js", "dist/about/index.html", "dist/empty/.keep")
    for name in (*files, "secret.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "dist" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return tmp_path / "dist"


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        pytest.param("GET", "/app/", 200, "dist/index.html", id="index"),
        pytest.param("GET", "/app/app.js", 200, "dist/app.js", id="file"),
        pytest.param("GET", "/app/app.js/", 200, "dist/app.js", id="file with slash"),
        pytest.param("GET", "/app/about/", 200, "dist/about/index.html", id="directory"),
        pytest.param("HEAD", "/app/app.js", 200, "", id="head"),
        pytest.param("GET", "/app", 307, "", id="prefix without slash"),
        pytest.param("GET", "/app/about", 307, "", id="directory without slash"),
        pytest.param("GET", "/app/empty/", 404, '{"detail":"Not Found"}', id="no index"),
        pytest.param("GET", "/app/none.js", 404, '{"detail":"Not Found"}', id="no file"),
        pytest.param("GET", "/apple", 404, '{"detail":"Not Found"}', id="another segment"),
        pytest.param("GET", "/app/link.txt", 404, '{"detail":"Not Found"}', id="link outside"),
        pytest.param("GET", "/app/%2e%2e/secret.txt", 404, '{"detail":"Not Found"}', id="outside"),
        pytest.param("GET", "/app/..%5csecret.txt", 404, '{"detail":"Not Found"}', id="backslash"),
        pytest.param("GET", "/app/%ff", 404, '{"detail":"Not Found"}', id="no text"),
        pytest.param("GET", "/app/" + "n" * 300, 404, '{"detail":"Not Found"}', id="long name"),
        pytest.param("POST", "/app/app.js", 405, '{"detail":"Method Not Allowed"}', id="post file"),
        pytest.param("POST", "/app/none.js", 404, '{"detail":"Not Found"}', id="post no file"),
    ],
)
def test_path_below_the_prefix_is_a_file(
    open_client: OpenClient, dist: Path, method: str, path: str, status: int, text: str
) -> None:
    """Files, and the index of directories, of the directory only."""
    app = FastAPI()
    app.frontend("/app", directory=dist)

    answer = open_client(app, follow_redirects=False).request(method, path)
    assert (answer.status_code, answer.text) == (status, text)


@pytest.mark.parametrize(
    ("fallback", "accept", "expected"),
    [
        ("index.html", PAGE["accept"], (200, "dist/index.html")),
        ("index.html", "text/html; charset=utf-8; q=0.8", (200, "dist/index.html")),
        ("index.html", "application/xhtml+xml", (200, "dist/index.html")),
        ("index.html", 'text/html;a="b,c;q=0"', (200, "dist/index.html")),
        ("index.html", "text/html;q=wrong", (200, "dist/index.html")),
        ("index.html", "text/html;q=0.0, */*", (404, '{"detail":"Not Found"}')),
        ("index.html", "*/*", (404, '{"detail":"Not Found"}')),
        ("index.html", "", (404, '{"detail":"Not Found"}')),
        ("404.html", "image/png", (404, "missing")),
        ("auto", PAGE["accept"], (404, "missing")),
        (None, PAGE["accept"], (404, '{"detail":"Not Found"}')),
    ],
)
def test_fallback_answers_where_there_is_no_file(
    open_client: OpenClient, dist: Path, fallback: Any, accept: str, expected: tuple[int, str]
) -> None:
    """The index answers page loads, the page for missing files answers everything."""
    (dist / "404.html").write_text("missing")
    app = FastAPI()
    app.frontend("/", directory=dist, fallback=fallback)

    answer = open_client(app).get("/users/jane.doe", headers={"accept": accept})
    assert (answer.status_code, answer.text) == expected


def test_automatic_fallback_is_the_file_that_exists(open_client: OpenClient, dist: Path) -> None:
    """Without a page for missing files it is the index."""
    app = FastAPI()
    app.frontend("/", directory=dist)

    assert open_client(app).get("/settings", headers=PAGE).text == "dist/index.html"


def test_routes_go_before_front_ends(open_client: OpenClient, dist: Path) -> None:
    """Wherever they are declared: their errors, methods and slashes too."""
    app = FastAPI()
    app.frontend("/", directory=dist)

    @app.post("/app.js")
    async def create() -> str:
        return "route"

    @app.get("/about/")
    async def read_about() -> None:
        raise HTTPException(404, "nothing about")

    client = open_client(app)
    assert client.get("/app.js").status_code == 405
    assert client.get("/about", headers=PAGE).json() == {"detail": "nothing about"}
    assert client.get("/index.html").text == "dist/index.html"


def test_longest_path_answers(open_client: OpenClient, dist: Path, tmp_path: Path) -> None:
    """Also where it lacks the file; of equal paths it is the one of the outer router."""
    app, router = FastAPI(), APIRouter(prefix="/admin")
    router.frontend("/", directory=dist / "about")
    router.frontend("/users", directory=dist / "about")
    app.include_router(router)
    app.frontend("/", directory=dist)
    app.frontend("/admin/users", directory=tmp_path)

    client = open_client(app)
    assert client.get("/admin/").text == "dist/about/index.html"
    assert client.get("/admin/app.js").status_code == 404
    assert client.get("/admin/users/secret.txt").text == "secret.txt"


def test_router_with_a_front_end_stays_live(open_client: OpenClient, dist: Path) -> None:
    """What it gets after it was included appears below all prefixes."""
    app, middle, router = FastAPI(), APIRouter(prefix="/middle"), APIRouter(prefix="/leaf")
    middle.include_router(router, prefix="/in")
    app.include_router(middle, prefix="/out")
    client = open_client(app)
    assert client.get("/out/middle/in/leaf/ui/app.js").status_code == 404

    router.frontend("/ui", directory=dist)
    assert client.get("/out/middle/in/leaf/ui/app.js").text == "dist/app.js"


def test_dependencies_run_before_files(open_client: OpenClient, dist: Path) -> None:
    """Outer ones first, and for what is a file or could be; other methods are refused at once."""
    calls: list[str] = []

    def note(name: str) -> Any:
        return Depends(lambda: calls.append(name))

    app, router = FastAPI(dependencies=[note("app")]), APIRouter(dependencies=[note("router")])
    router.frontend("/", directory=dist)
    app.include_router(router, prefix="/ui", dependencies=[note("include")])

    client = open_client(app)
    assert client.get("/ui/app.js").text == "dist/app.js"
    assert client.get("/ui/none.js").status_code == 404
    assert client.post("/ui/app.js").status_code == 405
    assert client.get("/other").status_code == 404
    assert calls == ["app", "include", "router"] * 2


def test_dependency_of_a_front_end_is_a_dependency(open_client: OpenClient, dist: Path) -> None:
    """It takes parameters, adds headers and tasks, sees the error, and can be overridden."""
    calls: list[str] = []

    def log_in(token: str, response: Response, tasks: BackgroundTasks) -> Iterator[None]:
        response.headers["x-token"] = token
        tasks.add_task(calls.append, "task")
        try:
            yield
        except StarletteHTTPException as error:
            calls.append(error.detail)
            raise

    app = FastAPI(dependencies=[Depends(log_in)])
    app.frontend("/", directory=dist)

    client = open_client(app)
    assert client.get("/app.js?token=a").headers["x-token"] == "a"
    assert client.get("/app.js").json()["detail"][0]["loc"] == ["query", "token"]
    assert client.get("/none.js?token=a").status_code == 404
    app.dependency_overrides[log_in] = lambda: None
    assert client.get("/app.js").text == "dist/app.js"
    assert calls == ["task", "Not Found"]


def test_unchanged_file_is_not_sent_again(open_client: OpenClient, dist: Path) -> None:
    """Neither is a fallback."""
    app = FastAPI()
    app.frontend("/", directory=dist)
    client = open_client(app)

    for path in ("/app.js", "/settings"):
        tag = client.get(path, headers=PAGE).headers["etag"]
        again = client.get(path, headers={**PAGE, "if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")


def test_front_end_is_no_route(dist: Path) -> None:
    """Neither the document nor tools that read routes see it."""
    app = FastAPI(openapi_url=None)
    app.frontend("/", directory=dist)

    assert app.routes == list(iter_route_contexts(app.routes)) == []


def test_front_end_outlives_an_edit_of_the_routes(open_client: OpenClient, dist: Path) -> None:
    """Taking a route of an included router away takes nothing else away."""
    app, router = FastAPI(openapi_url=None), APIRouter(prefix="/api")
    router.frontend("/", directory=dist)
    for path in ("/one", "/two"):
        router.add_api_route(path, lambda: "route")
    app.include_router(router)
    del app.routes[0]

    client = open_client(app)
    assert client.get("/api/one", headers=PAGE).text == "dist/index.html"
    assert client.get("/api/two").json() == "route"


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("", {}, "must start with '/'"),
        ("app", {}, "must start with '/'"),
        ("//", {}, "must start with '/'"),
        ("/", {"fallback": "other.html"}, "fallback must be"),
        ("/", {"directory": "no-such-directory"}, "'no-such-directory' does not exist"),
        ("/", {"directory": ""}, "'' does not exist"),
        ("/", {"directory": 3}, "directory=3, which is not a path"),
        ("/", {"fallback": "404.html"}, "'404.html' does not exist in directory '.*dist'"),
    ],
)
@pytest.mark.parametrize("make", [FastAPI, APIRouter])
def test_wrong_front_end_is_refused(
    dist: Path, make: Any, path: str, options: dict[str, Any], message: str
) -> None:
    """At once, naming the line; FastAPI's classes are `AssertionError` and `RuntimeError`."""
    with pytest.raises(DeclarationError, match=message) as refusal:
        make().frontend(path, **{"directory": dist, **options})
    assert f"{__file__}, line " in str(refusal.value)


def test_front_end_may_be_missing_in_development(
    monkeypatch: pytest.MonkeyPatch, open_client: OpenClient, tmp_path: Path
) -> None:
    """There it is only warned of, at the user's line, and served once it is built."""
    monkeypatch.setenv("FASTAPI_ENV", "development")
    app = FastAPI()
    with pytest.warns(UserWarning, match="does not exist") as warned:
        app.frontend("/", directory=tmp_path / "dist")
    assert warned[0].filename == __file__
    with pytest.raises(DeclarationError):
        app.frontend("/", directory=tmp_path / "dist", check_dir=True)

    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "app.js").write_text("built")
    assert open_client(app).get("/app.js").text == "built"


@pytest.mark.parametrize(
    ("directory", "message"),
    [("none", "'.*none' does not exist"), ("dist", "'404.html' does not exist in directory")],
)
def test_unchecked_front_end_fails_when_it_is_asked(
    open_client: OpenClient, dist: Path, directory: str, message: str
) -> None:
    """With `check_dir=False` nothing is looked at before."""
    app = FastAPI()
    app.frontend("/", directory=dist.parent / directory, fallback="404.html", check_dir=False)

    with pytest.raises(RuntimeError, match=message):
        open_client(app).get("/none.js")


def test_body_limit_is_that_of_each_inclusion(open_client: OpenClient, dist: Path) -> None:
    """A request for a file may have a body, which nobody reads, as long as it is not too long."""
    router = APIRouter()
    router.frontend("/", directory=dist)
    app = FastAPI()
    app.include_router(router, prefix="/none", max_body_size=0)
    app.include_router(router, prefix="/some", max_body_size=1)

    client = open_client(app)
    statuses = [
        client.request("GET", f"{prefix}/app.js", content=body).status_code
        for prefix in ("/none", "/some")
        for body in (b"", b"1", b"12")
    ]
    assert statuses == [200, 413, 413, 200, 200, 413]
