"""Requests on their way into an application that is observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import propagate
from opentelemetry.propagators.textmap import Getter
from starlette.types import ASGIApp, Receive, Scope, Send

from sixlane._run.observation import OBSERVATION_SCOPE_KEY
from sixlane.telemetry._api import OBSERVATION_CONTEXT_KEY
from sixlane.telemetry._attributes import read_known_methods
from sixlane.telemetry._observation import (
    Observation,
    RequestObservation,
    WebSocketObservation,
)
from sixlane.telemetry._signals import SignalFinder, Signals

_EXCLUDED_SCOPE_KEY = "sixlane.unobserved"
"""Set for a request that is not observed, for the applications mounted inside."""


class NativeTelemetry:
    """Observes the connections of an application.

    Args:
        config: The application's settings, complete; see `TelemetryConfig`.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._finder = SignalFinder(config)
        self._exclude = config["exclude"]
        self._operation_spans = bool(config["operation_spans"])
        self._known_methods = read_known_methods()
        self._stack: ASGIApp | None = None
        self._has_instrumentation = False

    async def __call__(self, *, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection; see `serve`."""
        await self.serve(app, scope, receive, send)

    def find_signals(self, stack: ASGIApp) -> Signals | None:
        """Return what connections are observed with at the moment.

        Args:
            stack: The application with its middleware.

        Returns:
            None if nothing is configured, or if the stack has an instrumentation of its own.
        """
        signals = self._finder.find()
        if signals is None:
            return None
        if stack is not self._stack:
            self._stack, self._has_instrumentation = stack, _has_instrumentation(stack)
        return None if self._has_instrumentation else signals

    async def serve(
        self,
        app: ASGIApp,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        call: ASGIApp | None = None,
    ) -> None:
        """Serve a connection by `app`: observed, unless the user excludes it.

        Inside of another application that is observed, that one's settings are what counts.

        Args:
            app: The application with its middleware.
            scope: The connection's scope.
            receive: Its messages.
            send: The application's.
            call: What calls `app`, where a tool watches that; else it is called itself.
        """
        call = call or app
        signals = self.find_signals(app)
        if signals is None or not _is_observable(scope, signals):
            await call(scope, receive, send)
            return
        if self._exclude is not None and self._exclude(scope):
            scope[_EXCLUDED_SCOPE_KEY] = True
            with _hidden_observation():
                await call(scope, receive, send)
            return
        observation: Observation
        context = _calling_context(scope, signals)
        if scope["type"] == "http":
            observation = request = RequestObservation(
                scope,
                signals,
                operation_spans=self._operation_spans,
                context=context,
                known_methods=self._known_methods,
            )
            receive, send = request.watch_receive(receive), request.watch_send(send)
        else:
            observation = WebSocketObservation(
                scope, signals, operation_spans=self._operation_spans, context=context
            )
        with _observed_by(observation, scope):
            await call(scope, receive, send)


def _is_observable(scope: Scope, signals: Signals) -> bool:
    if OBSERVATION_SCOPE_KEY in scope or _EXCLUDED_SCOPE_KEY in scope:
        return False
    if scope["type"] == "websocket":
        return signals.tracer is not None or signals.logger is not None
    is_request: bool = scope["type"] == "http"
    return is_request


@contextmanager
def _observed_by(observation: Observation, scope: Scope) -> Iterator[None]:
    scope[OBSERVATION_SCOPE_KEY] = observation
    token = otel_context.attach(observation.context)
    try:
        yield
    except BaseException as error:
        observation.note_failure(error)
        raise
    finally:
        observation.close()
        scope.pop(OBSERVATION_SCOPE_KEY, None)
        otel_context.detach(token)


@contextmanager
def _hidden_observation() -> Iterator[None]:
    """Hide the observation of the request that this one is made by, inside the same process."""
    if otel_context.get_value(OBSERVATION_CONTEXT_KEY) is None:
        yield
        return
    token = otel_context.attach(otel_context.set_value(OBSERVATION_CONTEXT_KEY, None))
    try:
        yield
    finally:
        otel_context.detach(token)


def _calling_context(scope: Scope, signals: Signals) -> otel_context.Context:
    """Return the context that the client sent; without tracing, the current one goes on."""
    if signals.tracer is None:
        return otel_context.get_current()
    return propagate.extract(scope.get("headers") or (), getter=_HEADERS)


class _HeaderGetter(Getter[Any]):
    """Reads headers for propagators."""

    def get(self, carrier: Any, key: str) -> list[str] | None:
        wanted = key.lower().encode("latin-1")
        values = [value.decode("latin-1") for name, value in carrier if name.lower() == wanted]
        if wanted == b"baggage":
            # Its propagator reads the first value only; a header in parts is one list.
            values = [",".join(values)] if values else values
        return values or None

    def keys(self, carrier: Any) -> list[str]:
        return [name.decode("latin-1").lower() for name, _ in carrier]


_HEADERS = _HeaderGetter()


def _has_instrumentation(stack: Any) -> bool:
    """Tell whether OpenTelemetry's own middleware is in the stack: spans would come twice."""
    while stack is not None:
        cls = type(stack)
        if (
            cls.__name__ == "OpenTelemetryMiddleware"
            and cls.__module__ == "opentelemetry.instrumentation.asgi"
        ):
            return True
        stack = getattr(stack, "app", None)
    return False
