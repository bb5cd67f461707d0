"""Providers that keep in memory what they are told."""

import time
from collections.abc import Callable
from typing import Any

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind


class Recorder:
    """One provider of each kind.

    Attributes:
        config: What an application is given to be observed by them; may be added to.
    """

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self.tracer_provider = TracerProvider(shutdown_on_exit=False)
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self._reader = InMemoryMetricReader()
        self.meter_provider = MeterProvider(metric_readers=[self._reader], shutdown_on_exit=False)
        self._logs = InMemoryLogRecordExporter()
        self.logger_provider = LoggerProvider(shutdown_on_exit=False)
        self.logger_provider.add_log_record_processor(SimpleLogRecordProcessor(self._logs))
        self.config: Any = {
            "tracer_provider": self.tracer_provider,
            "meter_provider": self.meter_provider,
            "logger_provider": self.logger_provider,
        }

    def spans(self) -> list[ReadableSpan]:
        """Every span that has ended, in the order of the ends."""
        return list(self._spans.get_finished_spans())

    def names(self) -> list[str]:
        """The names of these spans."""
        return [span.name for span in self.spans()]

    def server_span(self) -> ReadableSpan:
        """The span of the only request."""
        (span,) = [span for span in self.spans() if span.kind is SpanKind.SERVER]
        return span

    def attributes(self) -> dict[str, Any]:
        """The attributes of that span."""
        return dict(self.server_span().attributes or {})

    def points(self, metric: str = "http.server.request.duration") -> list[Any]:
        """The data points of a metric."""
        data = self._reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for found in scope.metrics
            if found.name == metric
            for point in found.data.data_points
        ]

    def logs(self) -> list[Any]:
        """Every log record."""
        return [each.log_record for each in self._logs.get_finished_logs()]

    def has_nothing(self) -> bool:
        """Whether nobody has told anything."""
        return not (self.spans() or self.logs() or self.points())


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for what other threads do, and have no event for, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()
