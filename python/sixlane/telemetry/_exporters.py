"""How each kind of telemetry is exported: by OTLP over HTTP, in batches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from opentelemetry import _logs, metrics, trace

from sixlane._lazy import lazy_module
from sixlane.exceptions import FastAPIError
from sixlane.telemetry._providers import GLOBAL_PROVIDERS, is_placeholder

# The SDK and its exporters are an optional extra; what is missing shows at the first use.
_log_exporter: Any = lazy_module("opentelemetry.exporter.otlp.proto.http._log_exporter")
_metric_exporter: Any = lazy_module("opentelemetry.exporter.otlp.proto.http.metric_exporter")
_trace_exporter: Any = lazy_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
_sdk_logs: Any = lazy_module("opentelemetry.sdk._logs")
_sdk_logs_export: Any = lazy_module("opentelemetry.sdk._logs.export")
_sdk_metrics: Any = lazy_module("opentelemetry.sdk.metrics")
_sdk_metrics_export: Any = lazy_module("opentelemetry.sdk.metrics.export")
_sdk_trace: Any = lazy_module("opentelemetry.sdk.trace")
_sdk_trace_export: Any = lazy_module("opentelemetry.sdk.trace.export")


class Export(ABC):
    """How one kind of telemetry is exported.

    A component is what stands between provider and exporter; ending it ends its exporter.
    """

    kind: ClassVar[str]
    adder: ClassVar[str]

    def find_provider(self, config: Mapping[str, Any]) -> Any:
        """Return the application's provider, or the global one; None where there is none."""
        provider = config[f"{self.kind}_provider"]
        if provider is None or is_placeholder(provider):
            provider = GLOBAL_PROVIDERS[self.kind].get()
        return provider

    def add_exporter(self, provider: Any, endpoint: str) -> Any:
        """Add an exporter to a provider that is there.

        Returns:
            The component.

        Raises:
            FastAPIError: Nothing can be added to this provider.
        """
        if not hasattr(provider, self.adder):
            message = (
                f"{type(provider).__name__} does not support adding an OTLP exporter; pass another "
                f"{self.kind}_provider, or telemetry={{'auto_configure': False}}"
            )
            raise FastAPIError(message)
        component = self.make_component(endpoint)
        try:
            getattr(provider, self.adder)(component)
        except BaseException:
            component.shutdown()
            raise
        return component

    @abstractmethod
    def make_component(self, endpoint: str) -> Any:
        """Make an exporter, and what hands it the telemetry."""

    @abstractmethod
    def make_provider(self, endpoint: str) -> Any:
        """Make a provider with an exporter."""

    @abstractmethod
    def publish(self, provider: Any) -> Any:
        """Make a provider the global one, unless there is one; return the one there is."""


class TraceExport(Export):
    """How spans are exported."""

    kind = "tracer"
    adder = "add_span_processor"

    def make_component(self, endpoint: str) -> Any:
        exporter = _trace_exporter.OTLPSpanExporter(endpoint=endpoint)
        return _sdk_trace_export.BatchSpanProcessor(exporter)

    def make_provider(self, endpoint: str) -> Any:
        provider = _sdk_trace.TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(self.make_component(endpoint))
        return provider

    def publish(self, provider: Any) -> Any:
        trace.set_tracer_provider(provider)
        return trace.get_tracer_provider()


class MetricExport(Export):
    """How metrics are exported."""

    kind = "meter"
    adder = "add_metric_reader"

    def make_component(self, endpoint: str) -> Any:
        exporter = _metric_exporter.OTLPMetricExporter(endpoint=endpoint)
        return _sdk_metrics_export.PeriodicExportingMetricReader(exporter)

    def make_provider(self, endpoint: str) -> Any:
        reader = self.make_component(endpoint)
        return _sdk_metrics.MeterProvider(metric_readers=[reader], shutdown_on_exit=False)

    def publish(self, provider: Any) -> Any:
        metrics.set_meter_provider(provider)
        return metrics.get_meter_provider()


class LogExport(Export):
    """How logs are exported."""

    kind = "logger"
    adder = "add_log_record_processor"

    def make_component(self, endpoint: str) -> Any:
        exporter = _log_exporter.OTLPLogExporter(endpoint=endpoint)
        return _sdk_logs_export.BatchLogRecordProcessor(exporter)

    def make_provider(self, endpoint: str) -> Any:
        provider = _sdk_logs.LoggerProvider(shutdown_on_exit=False)
        provider.add_log_record_processor(self.make_component(endpoint))
        return provider

    def publish(self, provider: Any) -> Any:
        _logs.set_logger_provider(provider)
        return _logs.get_logger_provider()


EXPORTS: dict[str, Export] = {
    "TRACES": TraceExport(),
    "METRICS": MetricExport(),
    "LOGS": LogExport(),
}
"""The kinds of telemetry, by the names that environment variables have for them."""
