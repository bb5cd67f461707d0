"""Exporters that the environment asks for, from the application's start-up to the process's end.

They are added to the providers that are there; where there is none, one is made. The variables are
OpenTelemetry's: `OTEL_EXPORTER_OTLP_ENDPOINT` and those around it.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sixlane._lazy import lazy_module
from sixlane.exceptions import FastAPIError
from sixlane.logger import logger

if TYPE_CHECKING:
    from sixlane.telemetry import _exporters
else:
    _exporters = lazy_module("sixlane.telemetry._exporters")

_PROTOCOL = "http/protobuf"
_SIGNALS = ("TRACES", "METRICS", "LOGS")
_ENDINGS = frozenset(
    {"lifespan.startup.failed", "lifespan.shutdown.failed", "lifespan.shutdown.complete"}
)

_owned: list[Any] = []
"""What was made here and is ended here: providers, and what was added to those of others."""
_configured: list[tuple[str, Any]] = []
"""What exports already: the signal, and its provider."""
_lock = threading.Lock()


def is_auto_configured(config: Mapping[str, Any]) -> bool:
    """Tell whether an application wants the exporters that the environment asks for."""
    wanted: bool | None = config["auto_configure"]
    if wanted is None:
        return os.environ.get("FASTAPI_OTEL_AUTO_CONFIGURE", "").lower() == "true"
    return wanted


async def lifespan(
    *, config: Mapping[str, Any], app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Run an application's lifespan: exporters are there before it, and flushed at its end.

    Args:
        config: The application's settings, complete; see `TelemetryConfig`.
        app: What runs the lifespan.
        scope: The lifespan's scope.
        receive: Its messages.
        send: The application's answers.
    """

    async def send_flushed(message: Message) -> None:
        if message["type"] in _ENDINGS and _owned:
            # A flush waits for the network.
            await run_in_threadpool(_flush)
        await send(message)

    if is_auto_configured(config):
        _configure_or_warn(config)
    await app(scope, receive, send_flushed)


def _configure_or_warn(config: Mapping[str, Any]) -> None:
    """Add the exporters; an application serves whether or not anybody can watch it."""
    try:
        _configure_from_environment(config)
    except ImportError as missing:
        logger.warning(
            "Telemetry is not exported: %s. Install what exports it: "
            'pip install "sixlane[opentelemetry]"',
            missing,
        )
    except Exception as error:  # noqa: BLE001
        logger.warning("Telemetry is not exported: %s", error)


def _configure_from_environment(config: Mapping[str, Any]) -> None:
    """Add an exporter for each signal that has an endpoint, unless its provider has one from here.

    Raises:
        FastAPIError: The environment, or a provider, asks for what cannot be done.
        ImportError: OpenTelemetry's SDK or its exporter is not installed.
    """
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return
    with _lock:
        endpoints = {
            signal: _export_endpoint(signal)
            for signal in _SIGNALS
            if config[_exporters_switch(signal)]
        }
        for signal, endpoint in endpoints.items():
            if endpoint is not None:
                _export(signal, endpoint, config)


def _exporters_switch(signal: str) -> str:
    return {"TRACES": "tracing", "METRICS": "metrics", "LOGS": "logs"}[signal]


def _export_endpoint(signal: str) -> str | None:
    """Read where a signal is exported to.

    Args:
        signal: "TRACES", "METRICS" or "LOGS".

    Returns:
        The URL; None if it is not exported.

    Raises:
        FastAPIError: The environment asks for an exporter, a protocol or a URL of another kind.
    """
    exporter = os.environ.get(f"OTEL_{signal}_EXPORTER", "").strip().lower() or "otlp"
    endpoint = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")
    if not endpoint:
        base = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT")
        endpoint = f"{base.removesuffix('/')}/v1/{signal.lower()}" if base else None
    if exporter == "none" or endpoint is None:
        return None
    if exporter != "otlp":
        raise _unsupported(f"OTEL_{signal}_EXPORTER is {exporter!r}, not otlp or none")
    protocol = (
        os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL")
        or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
        or _PROTOCOL
    )
    if protocol != _PROTOCOL:
        raise _unsupported(f"the OTLP protocol is {protocol!r}, not {_PROTOCOL}")
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        # The URL itself may hold a password.
        raise _unsupported(f"the OTLP endpoint for {signal.lower()} is not an absolute HTTP URL")
    return endpoint


def _unsupported(what: str) -> FastAPIError:
    return FastAPIError(
        f"{what}; mend the environment, or configure providers yourself and pass "
        "telemetry={'auto_configure': False}"
    )


def _export(signal: str, endpoint: str, config: Mapping[str, Any]) -> None:
    """Add an exporter to the signal's provider, making one where there is none."""
    kind = _exporters.EXPORTS[signal]
    provider = kind.find_provider(config)
    if provider is None:
        made = kind.make_provider(endpoint)
        provider = kind.publish(made)
        if provider is made:
            _own(signal, provider, made)
            return
        # Somebody else was faster; theirs it is.
        made.shutdown()
    provider = _registration_provider(provider)
    if any(name == signal and known is provider for name, known in _configured):
        return
    _own(signal, provider, kind.add_exporter(provider, endpoint))


def _registration_provider(provider: Any) -> Any:
    """Return what takes exporters: the provider, or the one inside that a wrapper stands for."""
    if hasattr(provider, "add_metric_reader"):
        return provider
    return getattr(provider, "provider", provider)


def _own(signal: str, provider: Any, component: Any) -> None:
    if not _owned:
        atexit.register(_shutdown)
    _owned.append(component)
    _configured.append((signal, provider))


def _flush() -> None:
    _end_each("force_flush")


def _shutdown() -> None:
    """End everything that was made here; what others have made goes on."""
    try:
        _end_each("shutdown")
    finally:
        _owned.clear()
        _configured.clear()
        atexit.unregister(_shutdown)


def _end_each(method: str) -> None:
    for component in _owned:
        try:
            getattr(component, method)()
        except Exception:  # noqa: BLE001  the others are ended all the same
            logger.exception("Telemetry that is left could not be exported")
