"""Which middleware the engine applies by itself."""

from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from support.engine import RunningEngine
from support.raw_client import Client

from sixlane import FastAPI, Request
from sixlane._compile.middleware import plan_middleware
from sixlane._run.forwarding import TrustedProxies
from sixlane.middleware.cors import CORSMiddleware
from sixlane.middleware.gzip import GZipMiddleware
from sixlane.middleware.httpsredirect import HTTPSRedirectMiddleware
from sixlane.middleware.trustedhost import TrustedHostMiddleware


class OwnCORSMiddleware(CORSMiddleware):
    """A class of the user's."""


class Passing:
    """Middleware that does nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self.app(scope, receive, send)


def _app(*layers: tuple[Any, dict[str, Any]]) -> FastAPI:
    app = FastAPI()
    for cls, options in layers:
        app.add_middleware(cls, **options)
    return app


STOCK: dict[str, tuple[tuple[Any, dict[str, Any]], ...]] = {
    "cors": ((CORSMiddleware, {"allow_origins": ["*"]}),),
    "gzip": ((GZipMiddleware, {"minimum_size": 10}),),
    "trusted host": ((TrustedHostMiddleware, {"allowed_hosts": ["a"]}),),
    "https redirect": ((HTTPSRedirectMiddleware, {}),),
    "all": (
        (CORSMiddleware, {"allow_origin_regex": "x"}),
        (GZipMiddleware, {}),
        (TrustedHostMiddleware, {}),
        (HTTPSRedirectMiddleware, {}),
    ),
}


@pytest.mark.parametrize("name", STOCK)
def test_stock_middleware_is_planned(name: str) -> None:
    """Each class, and all of them together."""
    assert _app(*STOCK[name]).allows_native


UNPLANNED: dict[str, tuple[tuple[Any, dict[str, Any]], ...]] = {
    "a subclass": ((OwnCORSMiddleware, {}),),
    "another class": ((Passing, {}),),
    "a mixture": ((CORSMiddleware, {}), (Passing, {})),
    "the same twice": ((GZipMiddleware, {}), (GZipMiddleware, {})),
    "origins in one text": ((CORSMiddleware, {"allow_origins": "https://a"}),),
    "a name that is no ASCII": ((CORSMiddleware, {"expose_headers": ["é"]}),),
    "a size that is no integer": ((GZipMiddleware, {"minimum_size": 1.5}),),
}


@pytest.mark.parametrize("name", UNPLANNED)
def test_other_middleware_is_left_to_python(name: str) -> None:
    """Nothing is done by halves: one layer that cannot be planned is enough."""
    app = _app(*UNPLANNED[name])
    assert plan_middleware(app) is None
    assert not app.allows_native


def test_class_that_a_tool_has_wrapped_is_left_to_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is around its call must see every request."""

    async def watched(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    monkeypatch.setattr(CORSMiddleware, "__call__", watched)
    assert not _app((CORSMiddleware, {})).allows_native


@pytest.mark.parametrize(
    ("trusted", "status"),
    [(None, 307), ("127.0.0.1", 200), ("*", 200), ("192.0.2.1", 307)],
)
def test_redirect_believes_trusted_proxies(trusted: str | None, status: int) -> None:
    """A request that has come over TLS to a trusted proxy is served."""
    app = _app((HTTPSRedirectMiddleware, {}))

    @app.get("/")
    async def read() -> int:
        return 1

    with RunningEngine(app) as engine:
        app.trusted_proxies = None if trusted is None else TrustedProxies(trusted)
        with Client(engine.port) as client:
            assert client.ask("/", "x-forwarded-proto: https").status == status


def test_handler_behind_planned_middleware_has_its_request() -> None:
    """The scope, the handler's failure and the log are those of any other planned call."""
    app = _app(*STOCK["cors"])
    seen: list[Any] = []

    @app.get("/{name}")
    async def read(name: str, request: Request) -> None:
        seen.append((request.scope["route"].path, request.path_params, name))
        raise ZeroDivisionError

    with RunningEngine(app) as engine, Client(engine.port) as client:
        answer = client.ask("/x", "origin: https://a")
        assert answer.status == 500
        assert "access-control-allow-origin" not in dict(answer.headers)
        assert seen == [("/{name}", {"name": "x"}, "x")]
        assert [type(failure.error) for failure in engine.failures] == [ZeroDivisionError]
