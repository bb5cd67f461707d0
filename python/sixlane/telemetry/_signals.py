"""The three kinds of telemetry, and what they go to at the moment.

Providers may be configured at any time, so they are asked for with each request; what is made of
one is kept until there is another.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sixlane.telemetry._attributes import SCHEMA_URL
from sixlane.telemetry._providers import GLOBAL_PROVIDERS, is_idle, is_placeholder

if TYPE_CHECKING:
    from opentelemetry._logs import Logger, LoggerProvider
    from opentelemetry.metrics import Histogram, MeterProvider, UpDownCounter
    from opentelemetry.trace import Tracer, TracerProvider

T = TypeVar("T")

_SCOPE = "fastapi"
"""The instrumentation scope; users' views, filters and dashboards go by FastAPI's."""

_VERSION: str = sys.modules["sixlane"].__version__
"""The scope's version; read from the front door, which is above this module, so not imported."""

_DURATION_BOUNDS_S = (
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequestMeters:
    """What requests are measured with.

    Attributes:
        duration: Seconds from the request's arrival to the end of its answer.
        active: Requests whose answer has not ended.
    """

    duration: Histogram
    active: UpDownCounter


@dataclass(frozen=True, slots=True)
class Signals:
    """What a request is observed with: None for what nobody has configured or wants."""

    tracer: Tracer | None
    meters: RequestMeters | None
    logger: Logger | None


class SignalFinder:
    """Finds what the requests of an application are observed with.

    Args:
        config: The application's settings, complete; see `TelemetryConfig`.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._tracer = _Source(config, "tracing", "tracer", _make_tracer)
        self._meters = _Source(config, "metrics", "meter", _make_meters)
        self._logger = _Source(config, "logs", "logger", _make_logger)
        self._found = Signals(None, None, None)

    def find(self) -> Signals | None:
        """Return what is configured at the moment; None if nothing is."""
        tracer, meters, logger = self._tracer.get(), self._meters.get(), self._logger.get()
        if tracer is None and meters is None and logger is None:
            return None
        found = self._found
        if (found.tracer, found.meters, found.logger) != (tracer, meters, logger):
            found = self._found = Signals(tracer, meters, logger)
        return found


class _Source(Generic[T]):
    """One kind of telemetry."""

    def __init__(
        self, config: Mapping[str, Any], switch: str, kind: str, make: Callable[[Any], T]
    ) -> None:
        self._is_on = bool(config[switch])
        own = config[f"{kind}_provider"]
        self._own: Any = None if is_placeholder(own) else own
        self._global = GLOBAL_PROVIDERS[kind]
        self._make = make
        self._provider: Any = None
        self._made: T | None = None

    def get(self) -> T | None:
        if not self._is_on:
            return None
        provider = self._global.get() if self._own is None else self._own
        if provider is not self._provider:
            is_useless = provider is None or is_idle(provider)
            self._made = None if is_useless else self._make(provider)
            self._provider = provider
        return self._made


def _make_tracer(provider: TracerProvider) -> Tracer:
    return provider.get_tracer(_SCOPE, _VERSION, schema_url=SCHEMA_URL)


def _make_logger(provider: LoggerProvider) -> Logger:
    return provider.get_logger(_SCOPE, _VERSION, schema_url=SCHEMA_URL)


def _make_meters(provider: MeterProvider) -> RequestMeters:
    meter = provider.get_meter(_SCOPE, _VERSION, schema_url=SCHEMA_URL)
    return RequestMeters(
        duration=meter.create_histogram(
            "http.server.request.duration",
            unit="s",
            description="Duration of HTTP server requests.",
            explicit_bucket_boundaries_advisory=_DURATION_BOUNDS_S,
        ),
        active=meter.create_up_down_counter(
            "http.server.active_requests",
            unit="{request}",
            description="Number of active HTTP server requests.",
        ),
    )
