"""One observed request or WebSocket: its span, its measurements and its logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter, time_ns
from typing import Any, ClassVar

from opentelemetry import context as otel_context
from opentelemetry._logs import SeverityNumber
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context
from starlette.exceptions import HTTPException, WebSocketException
from starlette.routing import Host, Mount
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from sixlane.exceptions import RequestValidationError, WebSocketRequestValidationError
from sixlane.logger import logger
from sixlane.telemetry._api import OBSERVATION_CONTEXT_KEY, TelemetryData
from sixlane.telemetry._attributes import (
    Attributes,
    name_error,
    name_function,
    request_attributes,
    request_span_attributes,
    websocket_span_attributes,
)
from sixlane.telemetry._signals import Signals

_MOUNTED = "/{path}"
"""What the pattern of a mount has behind its path."""

_ANSWERS = (
    HTTPException,
    WebSocketException,
    RequestValidationError,
    WebSocketRequestValidationError,
)
"""Exceptions that are a way to answer, not a failure of the handler that raises them."""

_GOOD_BYES = (1000, 1001)
"""The codes of a client that closes a WebSocket as it should: done, and going away."""


class Observation:
    """What requests and WebSockets have in common.

    Args:
        scope: The connection's scope.
        signals: What it is observed with.
        operation_spans: Whether its steps have spans of their own.
        context: The context of the caller, as its headers tell, or the current one.
        name: The span's name, until the route is known.
        attributes: The span's attributes at its start, for samplers.

    Attributes:
        context: The context everything about the connection happens in.
        data: What users' processors may ask; None when the connection is over.
        route: Pattern of the path, with that of the mounts around; None until a route is found.
    """

    event: ClassVar[str]
    event_text: ClassVar[str]

    def __init__(
        self,
        scope: Scope,
        signals: Signals,
        *,
        operation_spans: bool,
        context: otel_context.Context,
        name: str,
        attributes: Attributes,
    ) -> None:
        self.data: TelemetryData | None = TelemetryData()
        self.route: str | None = None
        # The part of the root path that a mount has added belongs to no route known here.
        self._prefix: str = scope.get("app_root_path", scope.get("root_path", "")).rstrip("/")
        self._name = name
        self._signals = signals
        self._span: Span | None = None
        self._error_type: str | None = None
        self._logged: BaseException | None = None
        self._finished = False
        tracer = signals.tracer
        if tracer is not None:
            self._span = tracer.start_span(
                name, context, kind=SpanKind.SERVER, attributes=attributes
            )
            context = set_span_in_context(self._span, context)
        self.context = otel_context.set_value(OBSERVATION_CONTEXT_KEY, self, context)
        self._tracer = tracer if operation_spans else None

    @contextmanager
    def operation(
        self, name: str, function: Callable[..., Any], *, may_answer: bool = True
    ) -> Iterator[None]:
        """Give a step of the work a span.

        Args:
            name: What is done, such as "dependencies".
            function: The user's function that it is done for.
            may_answer: Whether an exception that is a way to answer is no error here.
        """
        if self._tracer is None:
            yield
            return
        with self._tracer.start_as_current_span(
            f"fastapi.{name}",
            attributes={"code.function.name": name_function(function)},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                if not (may_answer and (isinstance(error, _ANSWERS) or _is_good_bye(error))):
                    _mark_failed(span, name_error(error))
                raise

    def enter_route(self, route: Any) -> None:
        """Note which route takes the request; of routes within each other, one after the other."""
        if isinstance(route, Host):
            return
        pattern = getattr(route, "path_format", None)
        if pattern is None:
            return
        self.route = self._prefix + pattern
        if isinstance(route, Mount):
            self._prefix = self.route.removesuffix(_MOUNTED)
        if self._span is not None:
            self._span.update_name(f"{self._name} {self.route}")
            self._span.set_attribute("http.route", self.route)

    def note_invalid(self, errors: Sequence[Any]) -> None:
        """Log that the request is refused for these errors, but not what they say."""
        self._log(
            "fastapi.validation.failed",
            "Request validation failed",
            SeverityNumber.WARN,
            attributes={"fastapi.validation.error_count": len(errors)},
        )

    def note_failure(self, error: BaseException) -> None:
        """Log an exception that nobody handled, once; the span fails by it if it has not ended."""
        if _is_good_bye(error):
            return
        self._error_type = name_error(error)
        if not isinstance(error, Exception) or error is self._logged:
            return
        self._logged = error
        self._log(
            self.event,
            self.event_text,
            SeverityNumber.ERROR,
            attributes={"exception.type": self._error_type},
            exception=error,
        )

    def close(self) -> None:
        """End what has not ended, and let go of everything of the user's."""
        self.finish()
        self.data = None
        self._logged = None

    def finish(self) -> None:
        """End the span and the measurement; nothing if they have ended."""
        if not self._finished:
            self._finished = True
            self._end_span(self._error_type, {})

    def _end_span(self, error_type: str | None, attributes: Attributes) -> None:
        span = self._span
        if span is None:
            return
        span.set_attributes(attributes)
        if error_type is not None:
            _mark_failed(span, error_type)
        span.end()

    def _log(
        self,
        event: str,
        text: str,
        severity: SeverityNumber,
        *,
        attributes: Attributes,
        exception: Exception | None = None,
    ) -> None:
        if self._signals.logger is None:
            return
        if self.route is not None:
            attributes["http.route"] = self.route
        try:
            self._signals.logger.emit(
                timestamp=time_ns(),
                context=self.context,
                severity_number=severity,
                severity_text=severity.name,
                body=text,
                attributes=attributes,
                event_name=event,
                exception=exception,
            )
        except Exception:  # noqa: BLE001  a message may not be to be had; the request goes on
            logger.exception("The log event %s could not be emitted", event)


class RequestObservation(Observation):
    """One HTTP request; it ends with its answer, what comes after that is not part of it.

    Args:
        scope: The request's scope.
        signals: What it is observed with.
        operation_spans: Whether its steps have spans of their own.
        context: The context of the caller, as its headers tell, or the current one.
        known_methods: The methods that are named; see `read_known_methods`.
    """

    event = "http.server.request.exception"
    event_text = "Unhandled exception in FastAPI request"

    def __init__(
        self,
        scope: Scope,
        signals: Signals,
        *,
        operation_spans: bool,
        context: otel_context.Context,
        known_methods: frozenset[str],
    ) -> None:
        self._started_s = perf_counter()
        self._shared = request_attributes(scope, known_methods)
        method = self._shared["http.request.method"]
        super().__init__(
            scope,
            signals,
            operation_spans=operation_spans,
            context=context,
            name="HTTP" if method == "_OTHER" else method,
            attributes=request_span_attributes(scope, self._shared),
        )
        self._status: int | None = None
        self._has_left = False
        self._sends_trailers = False
        self._counted = {name: self._shared[name] for name in ("url.scheme", "http.request.method")}
        if signals.meters is not None:
            signals.meters.active.add(1, self._counted, self.context)

    def watch_receive(self, receive: Receive) -> Receive:
        """Wrap `receive`, to know of a client that leaves."""

        async def watch() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                self._has_left = True
            return message

        return watch

    def watch_send(self, send: Send) -> Send:
        """Wrap `send`, to know the status, and the end of the answer once it has been sent."""

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._status = message["status"]
                self._sends_trailers = message.get("trailers", False)
            await send(message)
            if self._is_last(message):
                self.finish()

        return watch

    def close(self) -> None:
        """End what has not ended: without an exception, it lacks the end of the answer."""
        if not self._finished and self._error_type is None:
            self._error_type = "ConnectionError" if self._has_left else "RuntimeError"
        super().close()

    def finish(self) -> None:
        """End the span and the measurements; nothing if they have ended."""
        if self._finished:
            return
        self._finished = True
        outcome: Attributes = {}
        if self._status is not None:
            outcome["http.response.status_code"] = self._status
        error_type = self._error_type
        if error_type is None and self._status is not None and self._status >= 500:
            error_type = str(self._status)
        self._measure(error_type, outcome)
        self._end_span(error_type, outcome)

    def _is_last(self, message: Message) -> bool:
        match message["type"]:
            case "http.response.body" | "http.response.zerocopysend":
                return not (message.get("more_body", False) or self._sends_trailers)
            case "http.response.pathsend":
                return not self._sends_trailers
            case "http.response.trailers":
                return not message.get("more_trailers", False)
        return False

    def _measure(self, error_type: str | None, outcome: Attributes) -> None:
        meters = self._signals.meters
        if meters is None:
            return
        attributes = {**self._shared, **outcome}
        if self.route is not None:
            attributes["http.route"] = self.route
        if error_type is not None:
            attributes["error.type"] = error_type
        meters.active.add(-1, self._counted, self.context)
        meters.duration.record(perf_counter() - self._started_s, attributes, self.context)


class WebSocketObservation(Observation):
    """One WebSocket, from its handshake to its end.

    Args:
        scope: The WebSocket's scope.
        signals: What it is observed with.
        operation_spans: Whether its steps have spans of their own.
        context: The context of the caller, as its headers tell, or the current one.
    """

    event = "fastapi.websocket.exception"
    event_text = "Unhandled exception in FastAPI WebSocket connection"

    def __init__(
        self,
        scope: Scope,
        signals: Signals,
        *,
        operation_spans: bool,
        context: otel_context.Context,
    ) -> None:
        super().__init__(
            scope,
            signals,
            operation_spans=operation_spans,
            context=context,
            name="WS",
            attributes=websocket_span_attributes(scope),
        )


def _mark_failed(span: Span, error_type: str) -> None:
    span.set_attribute("error.type", error_type)
    span.set_status(StatusCode.ERROR)


def _is_good_bye(error: BaseException) -> bool:
    return isinstance(error, WebSocketDisconnect) and error.code in _GOOD_BYES
