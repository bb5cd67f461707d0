"""The flat list of an application's routes in matching order, and the search in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from functools import cached_property
from heapq import merge
from re import Pattern
from typing import Any, NamedTuple, Protocol

from starlette._utils import get_route_path
from starlette.convertors import (
    FloatConvertor,
    IntegerConvertor,
    PathConvertor,
    StringConvertor,
    UUIDConvertor,
)
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute, compile_path
from starlette.types import Receive, Scope, Send

from sixlane._routing.form_limited import FormLimitedRoute
from sixlane._routing.guarded import GuardedRoute
from sixlane._routing.included import IncludedRoute
from sixlane._routing.route import APIRoute

_CATCH_ALL = "/{path:path}"
_BY_PATH_AND_METHOD = (Route.matches, APIRoute.matches)
_NATIVE_CONVERTORS = frozenset(
    {StringConvertor, PathConvertor, IntegerConvertor, FloatConvertor, UUIDConvertor}
)


class Outcome(Enum):
    """How a search in the table ended."""

    ROUTE = 0
    """The route takes the request: path and method match."""
    OPAQUE = 1
    """The route may take the request; only its own `matches` can tell."""
    METHOD_NOT_ALLOWED = 2
    """The path is known, the method is not; this is the first route with the path."""
    NOT_FOUND = 3


class RouteSpec(NamedTuple):
    """One route as a router needs it.

    Attributes:
        pattern: Path with parameters in Starlette's notation, such as "/items/{id:int}".
        methods: Upper-case methods; empty for any method.
        opaque: Whether the pattern only narrows the choice, and the route's `matches` decides.
    """

    pattern: str
    methods: frozenset[str]
    opaque: bool


class PrefixedRoute(Protocol):
    """What the table needs of a front end."""

    path: str

    def matches(self, scope: Scope) -> tuple[Match, Scope]: ...
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class Finder(Protocol):
    """A search for the first route, at or after an index, that takes a path and a method."""

    def find(self, path: str, method: str, start: int) -> tuple[Outcome, int]: ...


class LinearFinder:
    """A search that tries one pattern after the other, of those with the right first segment."""

    def __init__(self, specs: Sequence[RouteSpec]) -> None:
        self._specs = specs
        self._regexes: dict[int, Pattern[str]] = {}
        self._fixed: dict[str, list[int]] = {}
        self._anywhere: list[int] = []
        self._below: dict[str, list[int]] = {}
        for index, spec in enumerate(specs):
            _, segment, rest = f"{spec.pattern}/".split("/", 2)
            if "{" not in spec.pattern:
                self._fixed.setdefault(spec.pattern, []).append(index)
            elif "{" in segment or not rest:
                self._anywhere.append(index)
            else:
                self._below.setdefault(segment, []).append(index)
        for segment, own in self._below.items():
            self._below[segment] = list(merge(own, self._anywhere))

    def find(self, path: str, method: str, start: int) -> tuple[Outcome, int]:
        """Find the first route with index >= `start` that takes `method` on `path`."""
        first_path_match: int | None = None
        for index in self._candidates(path):
            spec = self._specs[index]
            if index < start or not self._is_path_match(index, path):
                continue
            if spec.opaque:
                return Outcome.OPAQUE, index
            if not spec.methods or method in spec.methods:
                return Outcome.ROUTE, index
            if first_path_match is None:
                first_path_match = index
        if first_path_match is None:
            return Outcome.NOT_FOUND, len(self._specs)
        return Outcome.METHOD_NOT_ALLOWED, first_path_match

    def _candidates(self, path: str) -> Iterable[int]:
        """List the routes whose path may match, in order."""
        segment = path.split("/", 2)[1]
        patterns = self._below.get(segment, self._anywhere)
        fixed = self._fixed.get(path)
        return patterns if fixed is None else merge(fixed, patterns)

    def _is_path_match(self, index: int, path: str) -> bool:
        pattern = self._specs[index].pattern
        if "{" not in pattern:
            return True
        regex = self._regexes.get(index)
        if regex is None:
            regex = self._regexes[index] = compile_path(pattern)[0]
        return regex.match(path) is not None


class Selection(NamedTuple):
    """The route chosen for a request.

    Attributes:
        route: The first route that takes the request, else the first whose path matches.
        scope: What the match adds to the ASGI scope.
    """

    route: BaseRoute
    scope: Scope


class RouteTable:
    """An application's routes, compiled at one version of its router.

    Attributes:
        version: The router's version this was compiled at.
        routes: Every route in matching order, included ones in place, but for those of WebSockets,
            which take no request.
        websocket_routes: Those, likewise.
        specs: What a router is built from, by the index of the route.
        frontends: What answers where no route does, the longest paths first.
    """

    def __init__(
        self,
        routes: Iterable[BaseRoute],
        version: int,
        make_finder: Callable[[Sequence[RouteSpec]], Finder] = LinearFinder,
        frontends: Iterable[PrefixedRoute] = (),
    ) -> None:
        self.version = version
        self._all_routes = list(routes)
        self.routes: list[BaseRoute] = [
            each for each in self._all_routes if not _takes_websockets_only(each)
        ]
        self.websocket_routes: list[BaseRoute] = [
            each for each in self._all_routes if _takes_websockets_only(each)
        ]
        self.specs: list[RouteSpec] = [compile_spec(route) for route in self.routes]
        self.frontends: list[PrefixedRoute] = sorted(
            frontends, key=lambda frontend: -len(frontend.path)
        )
        self._make_finder = make_finder

    @cached_property
    def _finder(self) -> Finder:
        return self._make_finder(self.specs)

    def select(self, scope: Scope) -> Selection | None:
        """Choose the route for a request, FastAPI's first match; None for 404.

        A route that matches by path only is chosen if no other matches whole: its `handle` answers
        405.
        """
        path, start = get_route_path(scope), 0
        if scope["type"] != "http" or not path.startswith("/"):
            # Patterns all begin with a slash; a path may be empty below a mount, or "*".
            return self._scan(scope)
        while True:
            outcome, index = self._finder.find(path, scope["method"], start)
            if outcome is Outcome.NOT_FOUND and start == 0:
                return None
            if outcome in (Outcome.NOT_FOUND, Outcome.METHOD_NOT_ALLOWED) and start:
                # A path match before an opaque route may have been passed over.
                return self._scan(scope)
            match, added = self.routes[index].matches(scope)
            if match is Match.FULL or outcome is Outcome.METHOD_NOT_ALLOWED:
                return Selection(self.routes[index], added)
            start = index + 1

    def select_frontend(self, scope: Scope) -> PrefixedRoute | None:
        """Choose what answers a request that no route takes; None for 404."""
        for frontend in self.frontends:
            if frontend.matches(scope)[0] is Match.FULL:
                return frontend
        return None

    def _scan(self, scope: Scope) -> Selection | None:
        partial: Selection | None = None
        for route in self._all_routes:
            match, added = route.matches(scope)
            if match is Match.FULL:
                return Selection(route, added)
            if match is Match.PARTIAL and partial is None:
                partial = Selection(route, added)
        return partial


def _takes_websockets_only(route: BaseRoute) -> bool:
    return isinstance(route, WebSocketRoute) and type(route).matches is WebSocketRoute.matches


def compile_spec(route: Any) -> RouteSpec:
    """Describe a route to a router; what a router cannot decide becomes opaque."""
    if isinstance(route, GuardedRoute):
        return compile_spec(route.route)._replace(opaque=True)
    if isinstance(route, IncludedRoute | FormLimitedRoute):
        return compile_spec(route.route)
    if isinstance(route, Route) and type(route).matches in _BY_PATH_AND_METHOD:
        native = all(type(each) in _NATIVE_CONVERTORS for each in route.param_convertors.values())
        methods = frozenset(route.methods or ())
        return RouteSpec(route.path, methods, opaque=not native)
    if isinstance(route, Mount) and type(route).matches is Mount.matches:
        pattern = route.path + _CATCH_ALL
        return RouteSpec(pattern, frozenset(), opaque=True)
    return RouteSpec(_CATCH_ALL, frozenset(), opaque=True)
