"""OpenTelemetry's global providers, which may be configured at any time."""

from __future__ import annotations

from sys import modules
from typing import Any

_PLACEHOLDERS = frozenset({"ProxyTracerProvider", "_ProxyMeterProvider", "ProxyLoggerProvider"})
_IDLE = frozenset({"NoOpTracerProvider", "NoOpMeterProvider", "NoOpLoggerProvider"})


def is_placeholder(provider: object) -> bool:
    """Tell whether a provider only stands for the global one, which is not configured yet."""
    return _is_one_of(provider, _PLACEHOLDERS)


def is_idle(provider: object) -> bool:
    """Tell whether a provider does nothing."""
    return _is_one_of(provider, _IDLE)


class GlobalProvider:
    """The global provider of one kind.

    Args:
        kind: "tracer", "meter" or "logger".
        api: The module that has it.
        store: The module that keeps it, None until it is configured. No part of the API: what is
            not there is asked for.
    """

    def __init__(self, kind: str, api: str, store: str) -> None:
        self._api = api
        self._getter = f"get_{kind}_provider"
        self._store = store
        self._variable = f"_{kind.upper()}_PROVIDER"
        self._known_unset: Any = None

    def get(self) -> Any:
        """Return the provider; None as long as it is not configured."""
        api = modules.get(self._api)
        if api is None:
            # What nobody has imported, nobody has configured; and it is not imported for that.
            return None
        ask = getattr(api, self._getter)
        # The getter reads the environment, which takes longer than to serve a planned request.
        is_known = ask is self._known_unset
        if is_known and getattr(modules.get(self._store), self._variable, self) is None:
            return None
        provider = ask()
        self._known_unset = ask if is_placeholder(provider) else None
        return provider if self._known_unset is None else None


GLOBAL_PROVIDERS = {
    "tracer": GlobalProvider("tracer", "opentelemetry.trace", "opentelemetry.trace"),
    "meter": GlobalProvider("meter", "opentelemetry.metrics", "opentelemetry.metrics._internal"),
    "logger": GlobalProvider("logger", "opentelemetry._logs", "opentelemetry._logs._internal"),
}
"""The three of them, by kind."""


def _is_one_of(provider: object, names: frozenset[str]) -> bool:
    """Tell whether a provider's class is one of OpenTelemetry's own; some of them are private."""
    cls = type(provider)
    return cls.__name__ in names and cls.__module__.partition(".")[0] == "opentelemetry"
