"""OpenTelemetry: spans, metrics and logs of requests, without any instrumentation package."""

from sixlane.telemetry._api import TelemetryConfig, TelemetryData, get_telemetry_data

__all__ = ["TelemetryConfig", "TelemetryData", "get_telemetry_data"]
