"""A router's declarations: routes and included routers, and the flat list they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from weakref import WeakSet

from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from sixlane._routing.effective import effective_route
from sixlane._routing.flat import RouteList
from sixlane._routing.frontend import Frontend
from sixlane._routing.guarded import GuardingRouter
from sixlane._routing.inheritance import Inheritance

if TYPE_CHECKING:

    class IncludableRouter(Protocol):
        """What a tree needs of an included router."""

        tree: RouteTree

        @property
        def guards_routes(self) -> bool: ...
        def defaults(self) -> Inheritance: ...
        def matches(self, scope: Scope) -> tuple[Match, Scope]: ...
        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None: ...


Identity = tuple[int, ...]
"""The identities of the inclusions around a route and of the route itself."""


class Chain(NamedTuple):
    """The inclusions around a route.

    Attributes:
        identity: Tells the route in all of them from itself in others.
        guards: Their routers that want to be asked before the route, outermost first.
    """

    identity: Identity
    guards: tuple[GuardingRouter, ...]

    def with_inclusion(self, inclusion: Inclusion) -> Chain:
        """Add an inner inclusion."""
        router = inclusion.router
        guards = (*self.guards, router) if router.guards_routes else self.guards
        return Chain((*self.identity, id(inclusion)), guards)

    def with_route(self, route: BaseRoute) -> Chain:
        """Add the route."""
        return Chain((*self.identity, id(route)), self.guards)


class Inclusion:
    """An included router, kept by reference: its later routes appear too.

    Attributes:
        router: The included router.
        context: What the including router and the `include_router` call hand down.
    """

    __slots__ = ("context", "router")

    def __init__(self, router: IncludableRouter, context: Inheritance) -> None:
        self.router: IncludableRouter = router
        self.context: Inheritance = context


class RouteTree:
    """The routes of one router, in the order of their declaration.

    Attributes:
        version: Grows at each change here or in an included router, at any depth.
        watchers: Called at each such change.
        entries: What was declared, in order.
        own_frontends: The front ends that were declared, in order.
        parents: The trees that include this one.
    """

    def __init__(self) -> None:
        self.version: int = 0
        self.watchers: list[Callable[[], None]] = []
        self.entries: list[BaseRoute | Inclusion] = []
        self.own_frontends: list[Frontend] = []
        self.parents: WeakSet[RouteTree] = WeakSet()
        self._routes = RouteList(self)
        self._listed_version = -1
        self._spans: list[tuple[BaseRoute | Inclusion, list[BaseRoute]]] = []
        self._effective: dict[Identity, BaseRoute] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Return what was declared: lists of it are made again, and a copy is included nowhere."""
        names = ("version", "watchers", "entries", "own_frontends")
        return {name: getattr(self, name) for name in names}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]  # a copy begins as every tree does
        vars(self).update(state)
        for entry in self.entries:
            if isinstance(entry, Inclusion):
                entry.router.tree.parents.add(self)

    @property
    def routes(self) -> RouteList:
        """Every route, included ones in place: always the same list object, brought up to date."""
        if self._listed_version != self.version:
            self._list_routes()
        return self._routes

    @property
    def frontends(self) -> list[Frontend]:
        """Every front end: this router's own, then those of each included one, in order."""
        inclusions = (each for each in self.entries if isinstance(each, Inclusion))
        return [*self.own_frontends, *_list_frontends(inclusions, None)]

    def add_frontend(self, frontend: Frontend) -> None:
        """Put a front end behind all routes."""
        self.own_frontends.append(frontend)
        self.mark_changed()

    def add(self, route: BaseRoute) -> None:
        """Put a route at the end."""
        self.entries.append(route)
        self.mark_changed()

    def include(self, inclusion: Inclusion) -> None:
        """Put an included router at the end."""
        inclusion.router.tree.parents.add(self)
        self.entries.append(inclusion)
        self.mark_changed()

    def includes(self, tree: RouteTree) -> bool:
        """Tell whether a router's tree is included here, at any depth."""
        inner = [each.router.tree for each in self.entries if isinstance(each, Inclusion)]
        return any(each is tree or each.includes(tree) for each in inner)

    def replace(self, routes: Iterable[BaseRoute]) -> None:
        """Take a list edited by the user as the new declarations.

        An included router whose routes are all there, together and in order, stays included;
        otherwise those of its routes that are left become routes of this router, as they are now,
        and so do its front ends.
        """
        flat = list(routes)
        left = set(map(id, flat))
        self._list_routes()
        spans = {id(own[0]): (entry, own) for entry, own in self._spans if own}
        entries: list[BaseRoute | Inclusion] = []
        while flat:
            entry, own = spans.get(id(flat[0]), (flat[0], flat[:1]))
            if len(own) > len(flat) or any(a is not b for a, b in zip(own, flat, strict=False)):
                entry, own = flat[0], flat[:1]
            entries.append(entry)
            del flat[: len(own)]
        # Routers that are still empty have no route to be found by, and keep the end.
        entries.extend(entry for entry, own in self._spans if not own)
        dissolved = [
            entry
            for entry, own in self._spans
            if isinstance(entry, Inclusion)
            and entry not in entries
            and any(id(route) in left for route in own)
        ]
        self.own_frontends.extend(_list_frontends(dissolved, None))
        self.entries = entries
        self.mark_changed()

    def mark_changed(self) -> None:
        """Outdate the lists of this router and of those that include it."""
        self.version += 1
        for watcher in self.watchers:
            watcher()
        if len(self.parents):  # cheaper than to begin going through a weak set
            for parent in self.parents:
                parent.mark_changed()

    def _list_routes(self) -> None:
        version = self.version
        previous, self._effective = self._effective, {}
        self._spans = [(entry, list(self._expand(entry, previous))) for entry in self.entries]
        self._routes.show(route for _, own in self._spans for route in own)
        self._listed_version = version

    def _expand(
        self, entry: BaseRoute | Inclusion, previous: dict[Identity, BaseRoute]
    ) -> Iterator[BaseRoute]:
        if isinstance(entry, BaseRoute):
            yield entry
            return
        for chain, route, context in _walk(entry, Chain((), ()), entry.context):
            # A route that was listed before stays the same object: users may have changed it.
            effective = previous.get(chain.identity)
            if effective is None:
                effective = effective_route(route, context)
                if chain.guards:
                    inner = getattr(effective, "guarding_routers", ())
                    vars(effective)["guarding_routers"] = (*chain.guards, *inner)
            self._effective[chain.identity] = effective
            yield effective


def _walk(
    inclusion: Inclusion, outer: Chain, context: Inheritance
) -> Iterator[tuple[Chain, BaseRoute, Inheritance]]:
    """Visit the routes of an included router with what reaches each of them."""
    chain = outer.with_inclusion(inclusion)
    own_context = context.around(inclusion.router.defaults())
    for entry in inclusion.router.tree.entries:
        if isinstance(entry, Inclusion):
            yield from _walk(entry, chain, context.around(entry.context))
        else:
            yield chain.with_route(entry), entry, own_context


def _list_frontends(
    inclusions: Iterable[Inclusion], around: Inheritance | None
) -> Iterator[Frontend]:
    """Visit the front ends of included routers, as they are inside the routers around them."""
    for inclusion in inclusions:
        tree = inclusion.router.tree
        context = inclusion.context if around is None else around.around(inclusion.context)
        for frontend in tree.own_frontends:
            yield frontend.within(context)
        inner = (each for each in tree.entries if isinstance(each, Inclusion))
        yield from _list_frontends(inner, context)
