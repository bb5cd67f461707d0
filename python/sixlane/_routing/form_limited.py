"""Routes that do not know the limits for forms of the router they are in."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.routing import BaseRoute, Match, WebSocketRoute
from starlette.types import Receive, Scope, Send

from sixlane._routing.route import APIRoute
from sixlane._run.form_limits import FORM_LIMITS_SCOPE_KEY, find_form_limits


class FormLimitedRoute(BaseRoute):
    """A route whose requests are told of limits for forms.

    What is mounted has limits of its own, which go before these, and so has a path operation that
    was put into a router's list of routes without one of its decorators.

    Attributes:
        route: The route.
        limits: The limits around it.
    """

    def __init__(self, route: BaseRoute, limits: Mapping[str, int]) -> None:
        self.route = route
        self.limits = limits

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether the route takes a request."""
        match, added = self.route.matches(scope)
        return match, {"route": self.route, **added}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the route handle a request, and tell it the limits."""
        scope[FORM_LIMITS_SCOPE_KEY] = find_form_limits(self.limits, scope)
        await self.route.handle(scope, receive, send)


def limit_forms(route: BaseRoute, asked: BaseRoute, limits: Mapping[str, int]) -> BaseRoute:
    """Have a route be told of the limits of its router unless they are among its own.

    Args:
        route: The route; in an included router it has what reaches it from the routers around.
        asked: The same, with what is asked before it.
        limits: The limits of the router.
    """
    own: dict[str, int] = getattr(route, "form_limits", {})
    if not (own or limits) or isinstance(route, WebSocketRoute):
        return asked
    around = {**limits, **own}
    knows = isinstance(route, APIRoute) and around == own
    return asked if knows else FormLimitedRoute(asked, around)
