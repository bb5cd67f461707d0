"""Requests, functions and exceptions in the words of OpenTelemetry's semantic conventions 1.44."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.types import Scope

SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0"

_METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_SECRETS = frozenset(
    {"X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Signature", "X-Goog-Signature", "sig"}
)
"""Query parameters that give access to something; their names are compared with their case."""

Attributes = dict[str, Any]


def read_known_methods() -> frozenset[str]:
    """Read which methods are named in telemetry; all others are "_OTHER"."""
    listed = os.environ.get("OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS", "").split(",")
    return frozenset(name.strip() for name in listed if name.strip()) or _METHODS


def request_attributes(scope: Scope, known_methods: frozenset[str]) -> Attributes:
    """Tell of a request what its metrics have: a bounded number of values."""
    method = scope.get("method", "")
    attributes = {
        "url.scheme": scope.get("scheme", "http"),
        "http.request.method": method if method in known_methods else "_OTHER",
    }
    version = scope.get("http_version")
    if version:
        attributes["network.protocol.version"] = version
    return attributes


def request_span_attributes(scope: Scope, shared: Attributes) -> Attributes:
    """Tell of a request what only its span has, besides what it shares with the metrics."""
    attributes = {**shared, **_server_attributes(scope, shared["url.scheme"])}
    attributes["url.path"] = scope["path"]
    query = _redact_query(scope.get("query_string", b""))
    if query:
        attributes["url.query"] = query
    if shared["http.request.method"] == "_OTHER":
        attributes["http.request.method_original"] = scope.get("method", "")
    return attributes


def websocket_span_attributes(scope: Scope) -> Attributes:
    """Tell of a WebSocket what its span has."""
    scheme = scope.get("scheme", "ws")
    return {
        "url.scheme": scheme,
        "network.protocol.name": "websocket",
        **_server_attributes(scope, scheme),
    }


def name_function(function: Any) -> str:
    """Name a function by its module; what else is called, by its class."""
    cls = type(function)
    module = getattr(function, "__module__", cls.__module__)
    return f"{module}.{getattr(function, '__qualname__', cls.__qualname__)}"


def name_error(error: BaseException) -> str:
    """Name an exception's class by its module, one of Sixlane's by its name in FastAPI."""
    module, name = type(error).__module__, type(error).__qualname__
    if module == "builtins":
        return name
    if module.partition(".")[0] == "sixlane":
        module = "fastapi" + module.removeprefix("sixlane")
    return f"{module}.{name}"


def _server_attributes(scope: Scope, scheme: str) -> Attributes:
    """Tell what the client called the server; without a `host` header, where it listens."""
    for name, value in scope.get("headers") or ():
        if name == b"host":
            return _authority_attributes(value.decode("latin-1"), scheme)
    server = scope.get("server")
    if not server:
        return {}
    attributes = {"server.address": server[0]}
    if server[1] is not None:
        attributes["server.port"] = server[1]
    return attributes


def _authority_attributes(authority: str, scheme: str) -> Attributes:
    """Take a `host` header apart; nothing where it is anything else than a host and a port."""
    try:
        parts = urlsplit(f"//{authority}")
        address, port = parts.hostname, parts.port
    except ValueError:
        return {}
    has_more = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if not address or has_more or parts.netloc != authority:
        return {}
    attributes: Attributes = {"server.address": address}
    if port is None:
        port = _PORTS.get(scheme)
    if port is not None:
        attributes["server.port"] = port
    return attributes


def _redact_query(query: bytes) -> str:
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode([(name, "REDACTED" if name in _SECRETS else value) for name, value in pairs])
