"""Stock middleware, as the engine applies it by itself.

Only the very classes of Starlette's are planned, with nothing put around their methods: what a
subclass does is not known. Their options are read from an instance, as their constructors have
understood them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from sixlane._compile.plan import (
    CorsLayer,
    GzipLayer,
    HttpsRedirectLayer,
    MiddlewareLayer,
    RoutePlan,
    TrustedHostLayer,
)
from sixlane._run.layered import LayeredRoute, resume

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.types import ASGIApp

    from sixlane._run.failure import HandlingApplication

_ANSWERS = frozenset({"application/json", "application/*"})
"""How middleware names the type of all answers that the engine writes."""


class SurroundedApplication(Protocol):
    """What the plan of middleware needs of an application."""

    user_middleware: list[Middleware]
    max_body_size: int | None

    def surround(self, app: ASGIApp) -> ASGIApp: ...


class MiddlewarePlan(NamedTuple):
    """An application's middleware, all of it stock.

    Attributes:
        stack: It, around `resume`.
        layers: What the engine does in its place, innermost first.
    """

    stack: ASGIApp
    layers: Sequence[MiddlewareLayer]

    def surround(self, app: HandlingApplication, plan: RoutePlan) -> RoutePlan:
        """Have what a plan leaves to Python go through the middleware."""
        inside = LayeredRoute(app, plan.route, self.stack, plan.reply.status)
        reply = plan.reply._replace(render=inside.render, send=inside.send)
        return plan._replace(reply=reply, solve=inside.solve, fail=inside.fail)


def plan_middleware(app: SurroundedApplication) -> MiddlewarePlan | None:
    """Plan the user's middleware; None where there is none, or some that only Python can run."""
    classes: list[Any] = [middleware.cls for middleware in app.user_middleware]
    stock = [each for each in classes if any(each is one for one in _PLANNERS)]
    if not classes or len(stock) < len(classes) or len(set(stock)) < len(stock):
        return None
    if app.max_body_size is not None:  # a layer of its own around them
        return None
    if not all(map(_is_untouched, stock)):
        return None
    stack = app.surround(resume)
    layers: list[MiddlewareLayer] = []
    for layer in _walk(stack):
        planned = _PLANNERS[type(layer)](app, layer)
        if planned is None:
            return None
        layers.extend(planned)
    return MiddlewarePlan(stack, layers[::-1])


def _walk(stack: Any) -> Iterable[Any]:
    layer = stack.app
    while layer is not resume:
        yield layer
        layer = layer.app


def _is_untouched(cls: Any) -> bool:
    """Tell whether no tool has wrapped what the class does with a request."""
    call = cls.__call__
    return call.__module__ == cls.__module__ and not hasattr(call, "__wrapped__")


def _plan_cors(_app: Any, cors: CORSMiddleware) -> list[MiddlewareLayer] | None:
    if not _is_list_of_text(cors.allow_origins):
        return None
    reflects_all = cors.allow_all_origins and cors.allow_credentials
    lines = [
        f"{name.lower()}: {value}"
        for name, value in cors.simple_headers.items()
        if not (reflects_all and name == "Access-Control-Allow-Origin")
    ]
    if not all(line.isprintable() and line.isascii() for line in lines):
        return None
    origins = () if cors.allow_all_origins else cors.allow_origins
    return [
        CorsLayer(
            headers="".join(f"{line}\r\n" for line in lines).encode(),
            # Others are never equal to what a header says.
            origins={origin.encode() for origin in origins if origin.isascii()},
            reflects_all=reflects_all,
            has_pattern=not cors.allow_all_origins and cors.allow_origin_regex is not None,
        )
    ]


def _plan_gzip(_app: Any, gzip: GZipMiddleware) -> list[MiddlewareLayer] | None:
    if type(gzip.minimum_size) is not int:
        return None
    if not _ANSWERS.isdisjoint(gzip.exclude_content_types):
        return []
    return [GzipLayer(max(gzip.minimum_size, 0))]


def _plan_trusted_host(_app: Any, hosts: TrustedHostMiddleware) -> list[MiddlewareLayer]:
    if hosts.allow_any:
        return []
    names = [pattern for pattern in hosts.allowed_hosts if not pattern.startswith("*")]
    ends = [pattern[1:] for pattern in hosts.allowed_hosts if pattern.startswith("*")]
    return [TrustedHostLayer(names, ends)]


def _plan_https_redirect(app: Any, _redirect: HTTPSRedirectMiddleware) -> list[MiddlewareLayer]:
    return [HttpsRedirectLayer(partial(_trusts, app))]


def _trusts(app: HandlingApplication, client: str) -> bool:
    # Asked at each request: the engine sets the proxies after the plan was made.
    return app.trusted_proxies is not None and app.trusted_proxies.trusts(client)


def _is_list_of_text(value: object) -> bool:
    is_list = type(value) in (list, tuple, set, frozenset)
    return is_list and all(type(each) is str for each in value)  # type: ignore[attr-defined]


_PLANNERS: dict[type[Any], Callable[[Any, Any], list[MiddlewareLayer] | None]] = {
    CORSMiddleware: _plan_cors,
    GZipMiddleware: _plan_gzip,
    TrustedHostMiddleware: _plan_trusted_host,
    HTTPSRedirectMiddleware: _plan_https_redirect,
}
