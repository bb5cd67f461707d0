"""The apps that are compared: one module per theme, each built on the package it is told."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from differential.exchange import Request

from . import (
    bodies,
    dependencies,
    errors,
    forms,
    limits,
    middleware,
    parameters,
    responses,
    routing,
    security,
    stock_middleware,
    streams,
    suspending,
    uploads,
    validation,
)

Build = Callable[[str, list[str]], Any]
"""Takes "fastapi" or "sixlane" and the list to record events in; returns the app."""


@dataclass(frozen=True)
class Theme:
    """One app, and what its requests often carry.

    Attributes:
        name: Short, for the test's name.
        build: Makes the app.
        headers: Values by header name, worth sending to any of its paths.
        strange_paths: How many of a hundred requests get their path or method changed.
        always: Makes the requests that chance must not leave out.
    """

    name: str
    build: Build
    headers: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    strange_paths: int = 8
    always: Callable[[], Iterable[Request]] = tuple


_RANGES = (b"bytes=0-9", b"bytes=-5", b"bytes=100-", b"bytes=9-1", b"bytes=a", b"lines=1-2", b"")

THEMES = (
    Theme("parameters", parameters.build),
    Theme("bodies", bodies.build),
    Theme("validation", validation.build, always=validation.requests),
    Theme("dependencies", dependencies.build, always=dependencies.requests),
    Theme("responses", responses.build, {"range": _RANGES}, always=responses.requests),
    Theme("routing", routing.build, strange_paths=60),
    Theme("errors", errors.build, always=errors.requests),
    Theme(
        "security",
        security.build,
        {"authorization": security.AUTHORIZATIONS},
        always=security.requests,
    ),
    Theme("forms", forms.build, always=forms.requests),
    Theme("uploads", uploads.build, always=uploads.requests),
    *(Theme(name, build, always=limits.requests) for name, build in limits.APPS.items()),
    Theme("streams", streams.build, always=streams.requests),
    Theme("suspending", suspending.build),
    Theme("http middleware", middleware.build_http),
    Theme("asgi middleware", middleware.build_asgi),
    Theme(
        "cors",
        middleware.build_cors,
        {
            "origin": (b"https://good.example", b"https://a.trusted.example", b"https://bad", b""),
            "access-control-request-method": (b"GET", b"PUT", b"BREW"),
            "access-control-request-headers": (b"x-token", b"x-other, x-token"),
            "cookie": (b"a=b",),
        },
        strange_paths=40,
    ),
    Theme("gzip", middleware.build_gzip, {"accept-encoding": (b"gzip", b"br", b"gzip, br", b"")}),
    *(
        Theme(name, build, always=stock_middleware.requests)
        for name, build in stock_middleware.APPS.items()
    ),
)
