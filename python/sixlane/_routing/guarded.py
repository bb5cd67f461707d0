"""Routes inside routers that decide themselves which requests they take, or how."""

from __future__ import annotations

from typing import Any, Protocol

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from sixlane._routing.included import IncludedRoute

_SCOPE_KEY = "sixlane.guarded_route"


class GuardingRouter(Protocol):
    """A router whose class overrides `matches` or `handle`."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]: ...
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class GuardedRoute(BaseRoute):
    """A route together with the routers that are asked before it.

    Each router's `matches` and `handle` call, through `super()`, those of the next router inside,
    and the innermost router's call the route's.

    Attributes:
        route: The route.
        routers: The routers, outermost first; not empty.
    """

    def __init__(self, route: BaseRoute, routers: tuple[GuardingRouter, ...]) -> None:
        self.route = route
        self.routers = routers

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Ask the routers about a request for the route's path."""
        match, found = self.route.matches(scope)
        if match is Match.NONE:
            return match, {}
        match, added = self.routers[0].matches({**scope, _SCOPE_KEY: self})
        # A router that decides by itself need not tell what the path's parameters are.
        route = found.get("route", self.route)
        return match, {**found, **added, "route": route, _SCOPE_KEY: self}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the routers handle a request, and the route where they have it do so."""
        await self.routers[0].handle(scope, receive, send)

    def inside(self, router: GuardingRouter) -> GuardingRouter | BaseRoute:
        """Return what is asked after a router."""
        rest = self.routers[self.routers.index(router) + 1 :]
        return rest[0] if rest else self.route


def find_guarded(scope: Scope, router: GuardingRouter) -> GuardedRoute | None:
    """Return the route that a router is asked about; None where it is not asked about one."""
    guarded: GuardedRoute | None = scope.get(_SCOPE_KEY)
    return guarded if guarded is not None and router in guarded.routers else None


def guard_route(route: Any) -> BaseRoute:
    """Put in front of a route what wants to be asked: the routers around it, and its own class."""
    routers: tuple[GuardingRouter, ...] = getattr(route, "guarding_routers", ())
    is_copy = getattr(route, "original_route", route) is not route
    is_asked = is_copy and getattr(route, "is_asked", False)
    asked: BaseRoute = IncludedRoute(route) if is_asked else route
    return GuardedRoute(asked, routers) if routers else asked
