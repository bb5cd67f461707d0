"""What users say about telemetry, and what their span and log processors may ask it."""

from __future__ import annotations

import sys
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    from opentelemetry import context as _context
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.context import Context
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider
    from starlette.requests import Request
    from starlette.websockets import WebSocket
else:
    _context = lazy_module("opentelemetry.context")

OBSERVATION_CONTEXT_KEY = "sixlane.observation"
"""Where OpenTelemetry's context has the observation of the request; see `_observation`."""


class TelemetryConfig(TypedDict, total=False):
    """What `FastAPI(telemetry=...)` accepts.

    Attributes:
        tracer_provider: Where spans go; the global provider if absent or None.
        meter_provider: Where metrics go; likewise.
        logger_provider: Where logs go; likewise.
        tracing: Whether requests and WebSockets have spans; they do if absent.
        metrics: Whether requests are counted and timed; they are if absent.
        logs: Whether refused requests and unhandled exceptions are logged, the latter with their
            messages and tracebacks; they are if absent.
        operation_spans: Whether dependencies, handlers, serialization and background tasks have
            spans of their own; they do if absent.
        auto_configure: Whether exporters are added as the environment says. If absent, only where
            the variable `FASTAPI_OTEL_AUTO_CONFIGURE` is "true".
        exclude: Called with the ASGI scope; what it says True to is not observed.
    """

    tracer_provider: TracerProvider | None
    meter_provider: MeterProvider | None
    logger_provider: LoggerProvider | None
    tracing: bool
    metrics: bool
    logs: bool
    operation_spans: bool
    auto_configure: bool
    exclude: Callable[[MutableMapping[str, Any]], bool] | None


@dataclass(kw_only=True)
class TelemetryData:
    """What is known of a request or WebSocket so far; none of it is exported.

    Attributes:
        request: The request, once its path operation runs; None for a WebSocket.
        websocket: The WebSocket, likewise; None for a request.
        body: The body as read, before it is validated.
        values: The handler's arguments, once its dependencies are solved.
        errors: What is wrong with the request, with the values that are; empty if nothing is.
    """

    request: Request | None = None
    websocket: WebSocket | None = None
    body: Any = None
    values: dict[str, Any] | None = None
    errors: Sequence[Any] | None = None


def get_telemetry_data(context: Context | None = None) -> TelemetryData | None:
    """Return what is known of the request that is being served.

    Args:
        context: The context a span or log processor was given; the current one if None.

    Returns:
        The data, the same object throughout a request; None outside of requests, after them, and
        for those that are not observed.
    """
    if "opentelemetry.context" not in sys.modules:
        return None
    observation: Any = _context.get_value(OBSERVATION_CONTEXT_KEY, context)
    data: TelemetryData | None = getattr(observation, "data", None)
    return data
