"""The peers, each at the settings that its own documentation recommends, in one process."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

REFERENCE = "fastapi"
"""Sixlane must answer everything that this peer answers, to the byte."""
OURS = "sixlane"
UNIT = "nginx"
"""The peer that the multiples are multiples of."""

_TYPICAL = ("json", "items", "create", "wait", "invalid")
_DECLARED = (
    *("invalid-body", "function", "cors", "dependencies", "overridden"),
    *("form", "upload", "events", "echo"),
)
"""What FastAPI's other declarations are for."""
_NODE_APPS = ("api", "many", "middleware", "cors", "forms")
_OVERRIDE = {"BENCH_OVERRIDE": "1"}
_MANY = ("first", "last")
_WAITS = ("wait-asyncio", "wait-asyncio-second")


@dataclass(frozen=True)
class Launch:
    """How one app of a peer is started.

    Attributes:
        program: What `Environments.program` looks up: the Python of an environment ("main",
            "second", "robyn", "sixlane", "sixlane-second"), or "nginx", "node", "npm" (Node with
            the packages installed).
        arguments: What follows the executable. "{port}" and "{generated}" are filled in.
        environment: Added to the environment of the process.
    """

    program: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    """A server, or a framework in its usual server.

    Attributes:
        launches: One launch for each app of `Route.app` that the peer can serve.
        routes: Names of the routes that have an honest equivalent in the peer.
        settings: What the table of settings says about it.
        distribution: Its name on PyPI or npm, to find its version; None: a program.
        exact: Whether its answers are those of `Route.answer` to the byte.
    """

    name: str
    title: str
    launches: Mapping[str, Launch]
    routes: tuple[str, ...]
    settings: str
    distribution: str | None = None
    exact: bool = False


def _uvicorn(module: str, program: str = "main", loop: str = "uvloop") -> Launch:
    options = f"--loop {loop} --http httptools --no-access-log --log-level warning"
    address = ("--host", "127.0.0.1", "--port", "{port}")
    return Launch(program, ("-m", "uvicorn", f"{module}:app", *address, *options.split()))


def _sixlane(module: str, program: str = "sixlane", loop: str = "auto") -> Launch:
    address = ("--host", "127.0.0.1", "--port", "{port}")
    options = ("--loop", loop, "--no-access-log", "--log-level", "warning")
    return Launch(program, ("-m", "sixlane", "run", f"{module}:app", *address, *options))


def _gunicorn(module: str) -> Launch:
    # gthread keeps connections alive, the default worker does not; 4 threads: 2 to 4 for each core.
    options = "--workers 1 --worker-class gthread --threads 4 --keep-alive 60 --log-level warning"
    bind = ("--bind", "127.0.0.1:{port}")
    return Launch("main", ("-m", "gunicorn", f"{module}:app", *bind, *options.split()))


def _node(script: str, app: str, program: str = "npm") -> Launch:
    return Launch(program, (script, app, "{port}"), {"NODE_ENV": "production"})


def _robyn(app: str) -> Launch:
    options = ["--processes", "1", "--workers", "1", "--log-level", "WARN", "--disable-openapi"]
    return Launch("robyn", ("robyn_app.py", app, "{port}", *options))


def _granian(module: str) -> Launch:
    address = ("--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning")
    options = "--interface asgi --http 1 --no-ws --workers 1 --runtime-threads 1 --loop uvloop"
    return Launch("main", ("-m", "granian", f"{module}:app", *address, *options.split()))


PEERS = (
    Peer(
        "nginx",
        "nginx",
        {"api": Launch("nginx", ("-p", "{generated}", "-c", "nginx.conf", "-g", "daemon off;"))},
        ("json",),
        "`return 200`, one worker, no access log",
    ),
    Peer(
        "sixlane",
        "Sixlane",
        {
            "api": _sixlane("sixlane_api"),
            "api-asyncio": _sixlane("sixlane_api", loop="asyncio"),
            "api-asyncio-second": _sixlane("sixlane_api", "sixlane-second", "asyncio"),
            "structs": _sixlane("sixlane_structs"),
            "many": _sixlane("sixlane_many"),
            "models": _sixlane("sixlane_models"),
            "middleware": _sixlane("sixlane_middleware"),
            "function": _sixlane("sixlane_function"),
            "cors": _sixlane("sixlane_cors"),
            "dependencies": _sixlane("sixlane_dependencies"),
            "overridden": replace(_sixlane("sixlane_dependencies"), environment=_OVERRIDE),
            "forms": _sixlane("sixlane_forms"),
            "streams": _sixlane("sixlane_streams"),
            "raw": _sixlane("asgi_raw"),
        },
        (
            *(*_TYPICAL, *_MANY, *_WAITS, *_DECLARED),
            *("typed", "structs", "deps", "sync", "asgi", "middleware", "echo-asgi"),
        ),
        "`sixlane run --no-access-log`",
        distribution="sixlane",
        exact=True,
    ),
    Peer(
        "fastapi",
        "FastAPI",
        {
            "api": _uvicorn("fastapi_api"),
            "api-asyncio": _uvicorn("fastapi_api", loop="asyncio"),
            "api-asyncio-second": _uvicorn("fastapi_api", "second", "asyncio"),
            "many": _uvicorn("fastapi_many"),
            "models": _uvicorn("fastapi_models"),
            "middleware": _uvicorn("fastapi_middleware"),
            "function": _uvicorn("fastapi_function"),
            "cors": _uvicorn("fastapi_cors"),
            "dependencies": _uvicorn("fastapi_dependencies"),
            "overridden": replace(_uvicorn("fastapi_dependencies"), environment=_OVERRIDE),
            "forms": _uvicorn("fastapi_forms"),
            "streams": _uvicorn("fastapi_streams"),
        },
        (*_TYPICAL, *_MANY, *_WAITS, *_DECLARED, "typed", "deps", "sync", "middleware"),
        "uvicorn, uvloop, httptools, `websockets`, no access log",
        distribution="fastapi",
        exact=True,
    ),
    Peer(
        "starlette",
        "Starlette",
        {
            "api": _uvicorn("starlette_api"),
            "many": _uvicorn("starlette_many"),
            "middleware": _uvicorn("starlette_middleware"),
            "cors": _uvicorn("starlette_cors"),
            "forms": _uvicorn("starlette_forms"),
        },
        (*_TYPICAL, *_MANY, "sync", "middleware", "cors", "form", "upload"),
        "as FastAPI; values converted by hand, Pydantic for the body",
        distribution="starlette",
    ),
    Peer(
        "litestar",
        "Litestar",
        {
            "api": _uvicorn("litestar_api"),
            "structs": _uvicorn("litestar_api"),
            "many": _uvicorn("litestar_many"),
            "middleware": _uvicorn("litestar_middleware"),
        },
        (*_TYPICAL, *_MANY, "structs", "deps", "sync", "middleware"),
        "as FastAPI",
        distribution="litestar",
    ),
    Peer(
        "robyn",
        "Robyn",
        {"api": _robyn("api"), "many": _robyn("many")},
        (*_TYPICAL, *_MANY, "sync"),
        "one process, one worker, log level WARN, no `const` routes",
        distribution="robyn",
    ),
    Peer(
        "uvicorn",
        "uvicorn",
        {"raw": _uvicorn("asgi_raw")},
        ("asgi", "echo-asgi"),
        "a raw ASGI callable; uvloop, httptools, `websockets`, no access log",
        distribution="uvicorn",
    ),
    Peer(
        "granian",
        "Granian",
        {"raw": _granian("asgi_raw")},
        ("asgi",),
        "a raw ASGI callable; one worker, one runtime thread, uvloop, HTTP/1 only",
        distribution="granian",
    ),
    Peer(
        "flask",
        "Flask",
        {"api": _gunicorn("flask_api"), "many": _gunicorn("flask_many")},
        ("json", "items", "create", "sync", *_MANY),
        "gunicorn, gthread, 4 threads, keep-alive",
        distribution="flask",
    ),
    Peer(
        "django",
        "Django",
        {"api": _gunicorn("django_api"), "many": _gunicorn("django_many")},
        ("json", "items", "create", "sync", *_MANY),
        "as Flask; no middleware, no database",
        distribution="django",
    ),
    Peer(
        "node",
        "Node http",
        {"api": _node("node_http.js", "api", "node")},
        ("json",),
        "`node:http`",
    ),
    Peer(
        "fastify",
        "Fastify",
        {app: _node("fastify.js", app) for app in _NODE_APPS},
        (*_TYPICAL, *_MANY, "middleware", "cors", "form"),
        "request and response schemas, no logger",
        distribution="fastify",
    ),
    Peer(
        "express",
        "Express",
        {app: _node("express.js", app) for app in _NODE_APPS},
        (*_TYPICAL, *_MANY, "middleware", "cors", "form"),
        "NODE_ENV=production, Ajv for validation, no etag",
        distribution="express",
    ),
)


def find_peer(name: str) -> Peer:
    """Look up a peer by its name.

    Raises:
        KeyError: No peer has this name.
    """
    for peer in PEERS:
        if peer.name == name:
            return peer
    raise KeyError(name)
