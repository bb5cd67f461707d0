"""`max_body_size`: the innermost limit counts, and what is larger is answered 413."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest


def reading_application(framework: SimpleNamespace, **limits: int | None) -> Any:
    """Make an application whose path operation reads its body, with limits by level."""

    class ReadingRoute(framework.APIRoute):  # type: ignore[name-defined, misc]
        def get_route_handler(self) -> Any:
            async def handle(request: Any) -> Any:
                return framework.PlainTextResponse(str(len(await request.body())))

            return handle

    def options(level: str) -> dict[str, Any]:
        return {"max_body_size": limits[level]} if level in limits else {}

    app = framework.FastAPI(**options("app"))
    router = framework.APIRouter(route_class=ReadingRoute, **options("router"))
    router.post("/items", **options("route"))(lambda: None)
    app.include_router(router, **options("include"))
    return app


@pytest.mark.parametrize(
    ("limits", "size", "fits"),
    [
        ({}, 100, True),
        ({"app": 10}, 10, True),
        ({"app": 10}, 11, False),
        ({"app": 10, "include": 20}, 20, True),
        ({"app": 10, "include": 20}, 21, False),
        ({"include": 20, "router": 5}, 6, False),
        ({"app": 10, "router": 5, "route": 30}, 30, True),
        ({"app": 10, "router": 5, "route": 30}, 31, False),
        ({"route": 0}, 0, True),
        ({"route": 0}, 1, False),
    ],
)
@pytest.mark.parametrize("chunked", [False, True], ids=["of known length", "in chunks"])
def test_innermost_limit_counts(
    framework: SimpleNamespace,
    limits: dict[str, int | None],
    size: int,
    *,
    fits: bool,
    chunked: bool,
) -> None:
    """Route, router, inclusion, application: the first that says a number."""

    def chunks() -> Iterator[bytes]:
        yield b"x" * size

    client = framework.TestClient(reading_application(framework, **limits))

    response = client.post("/items", content=chunks() if chunked else b"x" * size)

    if fits:
        assert (response.status_code, response.text) == (200, str(size))
    elif chunked:
        # Found out while the path operation reads, and answered as its exception.
        assert (response.status_code, response.json()) == (413, {"detail": "Content Too Large"})
    else:
        assert (response.status_code, response.text) == (413, "Content Too Large")
        assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_limit_reaches_plain_routes_and_mounts(framework: SimpleNamespace) -> None:
    """Starlette's kinds of route inherit the limit of their inclusion."""
    app = framework.FastAPI()
    router = framework.APIRouter(max_body_size=3)

    async def read(request: Any) -> Any:
        return framework.PlainTextResponse(await request.body())

    inner = framework.FastAPI()
    inner.add_route("/read", read, methods=["POST"])
    router.add_route("/plain", read, methods=["POST"])
    router.mount("/mounted", inner)
    app.include_router(router)
    client = framework.TestClient(app)

    for path in ("/plain", "/mounted/read"):
        assert client.post(path, content=b"abc").text == "abc"
        assert client.post(path, content=b"abcd").status_code == 413


@pytest.mark.parametrize("size", [-1, True, "10", 1.5])
def test_limit_must_be_a_number_of_bytes(framework: SimpleNamespace, size: Any) -> None:
    """A wrong limit fails where it is declared."""
    router = framework.APIRouter()
    calls = [
        lambda: framework.FastAPI(max_body_size=size),
        lambda: framework.APIRouter(max_body_size=size),
        lambda: framework.FastAPI().include_router(router, max_body_size=size),
        lambda: router.get("/", max_body_size=size)(lambda: None),
    ]

    for call in calls:
        with pytest.raises(ValueError, match="max_body_size must be a non-negative integer"):
            call()


@pytest.mark.parametrize("limited", ["parent", "child"])
@pytest.mark.parametrize("reader", ["parent", "child"])
def test_middleware_that_reads_a_body_keeps_the_limit(
    framework: SimpleNamespace, limited: str, reader: str
) -> None:
    """What is too large is 413 wherever it is noticed, in an application below another one too."""
    parent = framework.FastAPI(max_body_size=5 if limited == "parent" else None)
    child = framework.FastAPI(max_body_size=5 if limited == "child" else None)
    parent.mount("/child", child)

    @(parent if reader == "parent" else child).middleware("http")
    async def read_body(request: Any, call_next: Any) -> Any:
        await request.body()
        return await call_next(request)

    @child.post("/")
    async def count(request: framework.Request) -> int:  # type: ignore[name-defined]
        return len(await request.body())

    def in_parts(size: int) -> Iterator[bytes]:
        yield from (b"a" for _ in range(size))

    client = framework.TestClient(parent)
    assert client.post("/child/", content=in_parts(5)).json() == 5
    assert client.post("/child/", content=in_parts(6)).status_code == 413
