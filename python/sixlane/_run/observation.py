"""What serving a request tells to those who observe it; see `sixlane.telemetry`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

OBSERVATION_SCOPE_KEY = "fastapi.telemetry"
"""Where the scope of an observed request has its observation.

Absent from all others, or None: a tool that observes by itself says so by that.
"""


class ObservedData(Protocol):
    """What is known of a request; see `TelemetryData`."""

    request: Any
    websocket: Any
    body: Any
    values: dict[str, Any] | None
    errors: Sequence[Any] | None


class Observation(Protocol):
    """What an observed request is told about; see `sixlane.telemetry._observation`."""

    data: ObservedData

    def operation(self, name: str, function: Callable[..., Any]) -> AbstractContextManager[Any]:
        """Observe one step: "dependencies", "endpoint" or "serialization" of a handler."""

    def enter_route(self, route: Any) -> None:
        """Note which route takes the request."""

    def note_invalid(self, errors: Sequence[Any]) -> None:
        """Note that the request is refused for these errors."""

    def note_failure(self, error: BaseException) -> None:
        """Note an exception that nobody handled."""
