"""Settings of telemetry: what a user may declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sixlane._routing.arguments import check_callable, wrong_argument

_DEFAULTS: Final[dict[str, Any]] = {
    "tracer_provider": None,
    "meter_provider": None,
    "logger_provider": None,
    "tracing": True,
    "metrics": True,
    "logs": True,
    "operation_spans": True,
    "auto_configure": None,
    "exclude": None,
}

_GETTERS = {
    "tracer_provider": "get_tracer",
    "meter_provider": "get_meter",
    "logger_provider": "get_logger",
}


def complete_telemetry(telemetry: Mapping[str, Any] | None) -> dict[str, Any]:
    """Copy the settings, with what is said where nobody says otherwise.

    Raises:
        DeclarationError: They are no mapping, name something unknown, or hold what cannot be used.
    """
    if telemetry is None:
        return _DEFAULTS.copy()
    if not isinstance(telemetry, Mapping):
        raise wrong_argument(
            f"telemetry={telemetry!r} is not a mapping of settings",
            "write them as telemetry={'tracer_provider': ...}; see TelemetryConfig",
        )
    unknown = sorted(telemetry.keys() - _DEFAULTS.keys())
    if unknown:
        raise wrong_argument(
            f"telemetry has no setting {unknown[0]!r}", f"write one of {', '.join(_DEFAULTS)}"
        )
    for name, getter in _GETTERS.items():
        provider = telemetry.get(name)
        if provider is not None and not hasattr(provider, getter):
            raise wrong_argument(
                f"telemetry's {name} got {provider!r}, which has no {getter}()",
                "pass a provider of OpenTelemetry's, such as those of opentelemetry.sdk",
            )
    if telemetry.get("exclude") is not None:
        check_callable(
            "telemetry's exclude", telemetry["exclude"], "pass a function of the ASGI scope"
        )
    return {**_DEFAULTS, **telemetry}
