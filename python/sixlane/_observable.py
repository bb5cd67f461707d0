"""How an application comes to be observed; what observes it is in `sixlane.telemetry`."""

from __future__ import annotations

import sys
from collections.abc import Awaitable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from sixlane._lazy import lazy_module
from sixlane._run.observation import OBSERVATION_SCOPE_KEY

if TYPE_CHECKING:
    from sixlane.telemetry import _asgi as _native
    from sixlane.telemetry import _runtime
else:
    _native = lazy_module("sixlane.telemetry._asgi")
    _runtime = lazy_module("sixlane.telemetry._runtime")

OPENTELEMETRY: Final = "opentelemetry.context"
"""The module without which nobody can have configured a provider.

Whether it is loaded is all that a request of an application without telemetry asks.
"""


class Observable:
    """An application that is observed once a provider of OpenTelemetry's is configured.

    Providers may come at any time. With the first one, plans are given up: their steps cannot be
    observed one by one, so that requests go through the interpreter from then on.

    Attributes:
        is_observed: Whether requests go through the interpreter, for its steps to be observed.
    """

    is_observed: bool = False
    router: Any
    middleware_stack: ASGIApp | None
    _telemetry: dict[str, Any]

    @cached_property
    def native_telemetry(self) -> _native.NativeTelemetry:
        """What observes the application's requests; needs OpenTelemetry."""
        return _native.NativeTelemetry(self._telemetry)

    def observes(self, scope: Scope) -> bool:
        """Tell whether a connection is observed, or could be: by this application or one outside.

        The first time, the plans are given up.
        """
        observes = OBSERVATION_SCOPE_KEY in scope or self._has_signals()
        if observes:
            self._give_up_plans()
        return observes

    def look_for_telemetry(self) -> None:
        """Give up the plans if a provider has been configured.

        The engine does not ask the application for planned requests, so it has it look now and
        then.
        """
        if not self.is_observed and OPENTELEMETRY in sys.modules and self._has_signals():
            self._give_up_plans()

    def _has_signals(self) -> bool:
        stack = self.middleware_stack
        return stack is not None and self.native_telemetry.find_signals(stack) is not None

    def _give_up_plans(self) -> None:
        if not self.is_observed:
            self.is_observed = True
            self.router.tree.mark_changed()

    def run_lifespan(
        self, router: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]:
        """Run the lifespan, with the exporters that the environment asks for around it.

        What is no lifespan, and no request either, is the router's alone.
        """
        if scope["type"] != "lifespan":
            return router(scope, receive, send)
        return _runtime.lifespan(
            config=self._telemetry, app=router, scope=scope, receive=receive, send=send
        )
