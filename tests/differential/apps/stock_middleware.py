"""Apps behind nothing but stock middleware, asked from many origins, hosts and encodings."""

from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

from pydantic import BaseModel

from differential.exchange import HOST, Header, Request

SMALLEST_COMPRESSED = 100

ORIGINS = (
    None,
    b"https://good.example",
    b"https://a.trusted.example",
    b"https://bad",
    b"null",
    b"",
)
ENCODINGS = (None, b"gzip", b"br;q=1, gzip;q=0", b"identity")
HOSTS = (
    HOST.encode(), b"API.example:8080", b"x.test", b"a.X.TEST:1", b"test", b"plain.example",
    b"[::1]", b"api.example.evil", b"under_score.test", b"127.0.0.1:65535",
)  # fmt: skip
SCHEMES = (None, b"https", b"http")
PREFLIGHTS: tuple[tuple[Header, ...], ...] = (
    (),
    (("access-control-request-method", b"PUT"),),
    (("access-control-request-method", b"BREW"), ("access-control-request-headers", b"x-token")),
)

JSON: tuple[Header, ...] = (("content-type", b"application/json"),)
ASKED = (
    Request("GET", "/small"),
    Request("GET", "/large"),
    Request("GET", "/partial"),
    Request("GET", "/rendered"),
    Request("GET", "/numbers/x"),
    Request("GET", "/fail/http"),
    Request("GET", "/fail/zero"),
    Request("GET", "/fail/own"),
    Request("GET", "/nowhere"),
    Request("HEAD", "/large"),
    Request("PUT", "/small"),
    Request("POST", "/write", headers=JSON, body=b'{"name":1}'),
    Request("POST", "/write", headers=JSON, body=b'{"name":'),
    Request("POST", "/write", headers=JSON, body=b'{"name":""}'),
    Request("GET", "/threaded"),
    Request("GET", "/stream"),
    Request("OPTIONS", "/small"),
    Request("OPTIONS", "/options"),
)


class Thing(BaseModel):
    """Some body."""

    name: str


class OwnError(Exception):
    """It has a handler of its own."""


def with_cors(framework: str, _events: list[str]) -> Any:
    """Make an app that listed origins may call, and that shows a header."""
    cors = import_module(f"{framework}.middleware.cors").CORSMiddleware
    app = _make(framework)
    origins = ["https://good.example"]
    app.add_middleware(cors, origins, allow_credentials=True, expose_headers=["x-a", "x-b"])
    return app


def with_open_cors(framework: str, _events: list[str]) -> Any:
    """Make an app that any origin may call, and that compresses outside of it."""
    cors = import_module(f"{framework}.middleware.cors").CORSMiddleware
    gzip = import_module(f"{framework}.middleware.gzip").GZipMiddleware
    app = _make(framework)
    app.add_middleware(cors, allow_origins=("*",), allow_methods=["*"], allow_headers=["*"])
    app.add_middleware(gzip, minimum_size=SMALLEST_COMPRESSED, thread_minimum_size=300)
    return app


def with_pattern(framework: str, _events: list[str]) -> Any:
    """Make an app that origins of a pattern may call, on some hosts."""
    cors = import_module(f"{framework}.middleware.cors").CORSMiddleware
    hosts = import_module(f"{framework}.middleware.trustedhost").TrustedHostMiddleware
    gzip = import_module(f"{framework}.middleware.gzip").GZipMiddleware
    app = _make(framework)
    app.add_middleware(gzip, SMALLEST_COMPRESSED, 1)
    app.add_middleware(
        cors,
        allow_origins=["https://good.example", "null"],
        allow_origin_regex=r"https://\w+\.trusted\.example",
    )
    app.add_middleware(hosts, allowed_hosts=["API.example", "*.test", "www.plain.example"])
    return app


def with_redirect(framework: str, _events: list[str]) -> Any:
    """Make an app that leaves JSON uncompressed, and wants TLS."""
    https = import_module(f"{framework}.middleware.httpsredirect").HTTPSRedirectMiddleware
    gzip = import_module(f"{framework}.middleware.gzip").GZipMiddleware
    app = _make(framework)
    app.add_middleware(gzip, SMALLEST_COMPRESSED, exclude_content_types=("Application/JSON; x=y",))
    app.add_middleware(https)
    return app


APPS: dict[str, Callable[[str, list[str]], Any]] = {
    "stock cors": with_cors,
    "stock open cors": with_open_cors,
    "stock pattern": with_pattern,
    "stock redirect": with_redirect,
}


def requests() -> Iterator[Request]:
    """Ask every operation from all origins; the usual one also in all encodings, of all hosts."""
    for request, origin, encoding in product(ASKED, ORIGINS, ENCODINGS[:2]):
        preflights = PREFLIGHTS if request.method == "OPTIONS" else PREFLIGHTS[:1]
        for preflight in preflights:
            yield _from(request, origin, encoding, HOSTS[0], preflight)
    for request, encoding, host in product(ASKED[:2], ENCODINGS, HOSTS):
        yield _from(request, ORIGINS[1], encoding, host)
    for scheme in SCHEMES[1:]:
        yield _from(ASKED[0], None, None, HOSTS[0], (("x-forwarded-proto", scheme),))


def _from(
    request: Request,
    origin: bytes | None,
    encoding: bytes | None,
    host: bytes,
    further: tuple[Header, ...] = (),
) -> Request:
    headers = [("origin", origin), ("accept-encoding", encoding)]
    added = tuple((name, value) for name, value in headers if value is not None)
    return Request(
        request.method,
        request.path,
        headers=request.headers + added + further,
        body=request.body,
        host=host,
    )


def _make(framework: str) -> Any:
    web = import_module(framework)
    responses = import_module(f"{framework}.responses")

    async def refuse(_request: Any, _error: Exception) -> Any:
        return responses.PlainTextResponse("own", 409, {"vary": "x-own"})

    app = web.FastAPI(exception_handlers={OwnError: refuse})

    @app.get("/small")
    async def small() -> Any:
        return {"small": True}

    @app.get("/large")
    async def large() -> Any:
        return ["large"] * 100

    @app.get("/partial", status_code=206)
    async def partial() -> Any:
        return ["partial"] * 20

    @app.get("/numbers/{number}")
    async def number(number: int) -> Any:
        return number

    _add_failures(app, web)
    _add_rarer(app, responses)
    return app


def _add_failures(app: Any, web: Any) -> None:
    @app.get("/fail/{kind}")
    async def fail(kind: str) -> Any:
        if kind == "http":
            raise web.HTTPException(418, "teapot", {"vary": "x-tea"})
        raise OwnError if kind == "own" else ZeroDivisionError

    @app.post("/write")
    async def write(thing: Thing) -> Any:
        return thing


def _add_rarer(app: Any, responses: Any) -> None:
    @app.get("/threaded")
    def threaded() -> Any:
        return ["threaded"] * 20

    @app.get("/stream")
    async def stream() -> Any:
        return responses.StreamingResponse(iter([b"part "] * 40), media_type="text/plain")

    @app.options("/options")
    async def options() -> Any:
        return "options"

    @app.get("/rendered")
    async def rendered() -> Any:
        return responses.PlainTextResponse("text " * 30, headers={"vary": "accept"})
