"""A callable with everything it needs: the tree that the solver and the document walk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from inspect import CO_VARKEYWORDS
from typing import Any, Literal

from sixlane import params
from sixlane._compile.analysis import CallAnalysis, analyze_call
from sixlane._compile.callable import CallKind, classify_call, unwrap_call
from sixlane._compile.checks import Site
from sixlane._compile.cycle import refuse_cycles
from sixlane._compile.field import Field
from sixlane._compile.parameter import Injected, ParameterMeaning
from sixlane._run.limit import ConcurrencyLimit
from sixlane.exceptions import DeclarationError, DependencyScopeError
from sixlane.security.base import SecurityBase
from sixlane.types import DependencyCacheKey

DependencyScope = Literal["function", "request"]


@dataclass(slots=True, eq=False, kw_only=True)
class Dependant:
    """A handler or a dependency, compiled for one path.

    Tools make some of their own and change those of routes; `settle_tree` brings what is derived
    up to date.

    Attributes:
        call: The callable.
        name: The parameter its result is given to; None where nobody reads the result.
        path: Path of the route.
        kind: How it is called.
        for_websocket: Whether the route is one of WebSockets, rather than of requests; None for
            what a tool has made, which may serve both.
        path_params: Values from the path.
        query_params: Values from the query string.
        header_params: Values from headers.
        cookie_params: Values from cookies.
        body_params: Values from the body.
        dependencies: What is solved first, in order.
        use_cache: Whether uses within a request share one result.
        scope: When a generator ends, as declared; None for the default.
        concurrency: Limit on calls at the same time.
        own_oauth_scopes: Security scopes declared with this dependency.
        parent_oauth_scopes: Security scopes declared by those that need it.
        request_param_name: Parameter that is given the request.
        http_connection_param_name: Parameter that is given the request as a connection.
        websocket_param_name: Parameter that is given the WebSocket.
        response_param_name: Parameter that is given the response whose headers are merged.
        background_tasks_param_name: Parameter that is given the background tasks.
        security_scopes_param_name: Parameter that is given the security scopes.
        security_scopes: The scopes of the whole chain, without repetition.
        uses_scopes: Whether security scopes matter to it or to anything it needs.
        cache_key: What makes two uses within a request the same.
        override: What was last called in its place, compiled.
    """

    # Left out by tools alone, which make dependants to hang others from.
    call: Callable[..., Any] = None  # type: ignore[assignment]
    name: str | None = None
    path: str = ""
    kind: CallKind = None  # type: ignore[assignment]  # worked out below
    for_websocket: bool | None = False
    use_cache: bool = True
    scope: DependencyScope | None = None
    concurrency: ConcurrencyLimit | None = None
    own_oauth_scopes: list[str] = field(default_factory=list)
    parent_oauth_scopes: list[str] = field(default_factory=list)
    path_params: list[Field] = field(default_factory=list)
    query_params: list[Field] = field(default_factory=list)
    header_params: list[Field] = field(default_factory=list)
    cookie_params: list[Field] = field(default_factory=list)
    body_params: list[Field] = field(default_factory=list)
    dependencies: list[Dependant] = field(default_factory=list)
    request_param_name: str | None = None
    http_connection_param_name: str | None = None
    websocket_param_name: str | None = None
    response_param_name: str | None = None
    background_tasks_param_name: str | None = None
    security_scopes_param_name: str | None = None
    security_scopes: list[str] = field(init=False)
    uses_scopes: bool = field(init=False)
    cache_key: DependencyCacheKey = field(init=False)
    override: Dependant | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.kind is None:
            self.kind = CallKind.FUNCTION if self.call is None else classify_call(self.call)
        self.settle()

    def settle(self) -> None:
        """Work out what is derived from the scopes and the dependencies."""
        scopes = dict.fromkeys([*self.parent_oauth_scopes, *self.own_oauth_scopes])
        self.security_scopes = list(scopes)
        self.uses_scopes = bool(
            self.own_oauth_scopes
            or self.security_scopes_param_name is not None
            or self.security_scheme is not None
            or any(dependency.uses_scopes for dependency in self.dependencies)
        )
        self.cache_key = (
            self.call,
            tuple(sorted(scopes)) if self.uses_scopes else (),
            self.effective_scope or "",
        )

    @property
    def security_scheme(self) -> SecurityBase | None:
        """The security scheme that this dependency is, for the document."""
        call = unwrap_call(self.call)
        return call if isinstance(call, SecurityBase) else None

    @property
    def effective_scope(self) -> DependencyScope | None:
        """When a generator ends; None for what is no generator and declares nothing."""
        return self.scope or ("request" if self.kind.is_generator else None)


@dataclass(frozen=True, slots=True)
class DependencyPlace:
    """How a dependency is used where it is declared.

    Attributes:
        name: The parameter its result is given to.
        depends: The declaration.
        for_websocket: Whether the route is one of WebSockets, rather than of requests; None if
            it may be both.
        parent_scopes: Security scopes of those that need it, outermost first.
    """

    name: str | None
    depends: params.Depends
    for_websocket: bool | None = False
    parent_scopes: Sequence[str] = ()


def compile_handler(
    call: Callable[..., Any],
    path: str,
    dependencies: Sequence[params.Depends] = (),
    *,
    for_websocket: bool = False,
) -> Dependant:
    """Compile a handler and the tree of its dependencies.

    Args:
        call: The handler.
        path: Path of its route, without convertors.
        dependencies: Dependencies whose results nobody reads; they run first, in order.
        for_websocket: Whether the route is one of WebSockets, rather than of requests.

    Raises:
        DeclarationError: Something in the tree is declared wrongly.
    """
    analysis = analyze_call(call, path)
    handler = Dependant(
        call=call,
        path=path,
        kind=analysis.kind,
        for_websocket=for_websocket,
        scope="function",
    )
    site = Site(call, path)
    for depends in dependencies:
        if not isinstance(depends, params.Depends) or not callable(depends.dependency):
            raise site.error(
                "A parameter-less dependency must have a callable dependency: "
                f"{depends!r} in `dependencies`",
                "write dependencies=[Depends(function)]",
            )
        place = DependencyPlace(None, depends, for_websocket)
        with refuse_cycles(site, depends.dependency):
            handler.dependencies.append(compile_dependency(place, path))
    with refuse_cycles(site, call):
        _fill(handler, analysis)
    return handler


def compile_dependency(place: DependencyPlace, path: str) -> Dependant:
    """Compile a dependency and everything it needs.

    Args:
        place: Its declaration, naming a callable.
        path: Path of the route.
    """
    depends = place.depends
    assert depends.dependency is not None
    analysis = analyze_call(depends.dependency, path)
    own_oauth_scopes = list(depends.scopes or ()) if isinstance(depends, params.Security) else []
    dependant = Dependant(
        call=depends.dependency,
        name=place.name,
        path=path,
        kind=analysis.kind,
        for_websocket=place.for_websocket,
        use_cache=depends.use_cache,
        scope=depends.scope,
        concurrency=depends.concurrency,
        own_oauth_scopes=own_oauth_scopes,
        parent_oauth_scopes=list(place.parent_scopes),
    )
    _fill(dependant, analysis)
    return dependant


def compile_override(original: Dependant, replacement: Callable[..., Any]) -> Dependant:
    """Compile what is called in place of a dependency; it is used exactly as the original."""
    analysis = analyze_call(replacement, original.path)
    dependant = Dependant(
        call=replacement,
        name=original.name,
        path=original.path,
        kind=analysis.kind,
        for_websocket=original.for_websocket,
        scope=original.scope,
        concurrency=original.concurrency,
        parent_oauth_scopes=original.security_scopes,
    )
    _fill(dependant, analysis)
    return dependant


def compile_declared(dependant: Dependant) -> Dependant:
    """Complete a dependant that was made by hand: read its callable, compile what that needs.

    Raises:
        DeclarationError: Something in the tree is declared wrongly.
    """
    _fill(dependant, analyze_call(dependant.call, dependant.path))
    return dependant


def settle_tree(dependant: Dependant) -> None:
    """Bring a tree up to date in which a tool has replaced callables or added dependencies."""
    for dependency in dependant.dependencies:
        settle_tree(dependency)
    if dependant.call is not None:
        dependant.kind = classify_call(dependant.call)
    dependant.settle()


def walk_dependants(dependant: Dependant) -> Iterator[Dependant]:
    """Go through a tree, each dependant before those it needs."""
    yield dependant
    for dependency in dependant.dependencies:
        yield from walk_dependants(dependency)


def _fill(dependant: Dependant, analysis: CallAnalysis) -> None:
    """Sort the parameters of a dependant's callable into its lists, and compile what it needs."""
    for name, meaning in analysis.parameters:
        if meaning.field is not None:
            fields: list[Field] = getattr(dependant, f"{meaning.field.location}_params")
            fields.append(meaning.field)
        elif meaning.depends is not None:
            _add_dependency(dependant, name, meaning.depends)
        elif meaning.injected is not None and _fits_route(dependant, name, meaning):
            setattr(dependant, f"{meaning.injected.value}_param_name", name)
    dependant.settle()


def _add_dependency(dependant: Dependant, name: str, depends: params.Depends) -> None:
    _check_lifetime(dependant, name, depends)
    scopes = [*dependant.parent_oauth_scopes, *dependant.own_oauth_scopes]
    place = DependencyPlace(name, depends, dependant.for_websocket, scopes)
    dependant.dependencies.append(compile_dependency(place, dependant.path))


def _check_lifetime(dependant: Dependant, parameter: str, depends: params.Depends) -> None:
    """Refuse a dependency that is over before the one that needs it has exited."""
    outlives = dependant.kind.is_generator and dependant.effective_scope == "request"
    if outlives and depends.scope == "function":
        name = getattr(dependant.call, "__name__", "<unnamed_callable>")
        raise Site(dependant.call, dependant.path, parameter).error(
            f'The dependency "{name}" has a scope of "request", it cannot depend on dependencies '
            'with scope "function"',
            f'declare {name} with scope="function" too, or the other with scope="request"',
            DependencyScopeError,
        )


def _fits_route(dependant: Dependant, parameter: str, meaning: ParameterMeaning) -> bool:
    """Tell whether the route can give an injected object.

    A parameter with a default, as of a dependency that serves both kinds of routes, keeps it. A
    wrapper that shows a signature with both, and takes what comes, gets only what there is.

    Raises:
        DeclarationError: It cannot, and the parameter has no default.
    """
    if meaning.injected is not _MISSING_OBJECT[dependant.for_websocket]:
        return True
    if meaning.has_default or _takes_any_name(dependant.call, parameter):
        return False
    given, wanted = (
        ("WebSocket", "Request") if dependant.for_websocket else ("Request", "WebSocket")
    )
    kind = "WebSockets" if dependant.for_websocket else "HTTP requests"
    raise Site(dependant.call, dependant.path, parameter).error(
        f"a {wanted} cannot be given to a handler of {kind}",
        f"annotate the parameter with {given}, or with HTTPConnection where both are served",
        DeclarationError,
    )


def _takes_any_name(call: Any, parameter: str) -> bool:
    """Tell whether a function can be called without a parameter that its signature only shows."""
    code = getattr(call, "__code__", None)
    if code is None or not code.co_flags & CO_VARKEYWORDS:
        return False
    return parameter not in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


_MISSING_OBJECT = {True: Injected.REQUEST, False: Injected.WEBSOCKET, None: None}
"""What a route cannot inject, by whether it is one of WebSockets."""
