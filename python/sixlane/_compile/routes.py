"""The plans of an application's routes, as the engine and the ASGI entrance take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from sixlane._compile.plain_plan import plan_plain_route
from sixlane._compile.plan import EngineRoute, RoutePlan, Routes
from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from sixlane._compile import completeness as _completeness
    from sixlane._compile import middleware as _middleware
    from sixlane._compile import native as _native
    from sixlane._compile.plannable import PlannableApplication, PlannableRoute
    from sixlane._compile.table import RouteSpec
else:
    _completeness = lazy_module("sixlane._compile.completeness")
    _middleware = lazy_module("sixlane._compile.middleware")
    _native = lazy_module("sixlane._compile.native")

_CONVERTOR = re.compile(r":[a-zA-Z_][a-zA-Z0-9_]*\}")


def compile_routes(app: PlannableApplication) -> Routes:
    """Compiles all routes of an application, in matching order, for both entrances."""
    table = app.compiled_table()
    middleware = _middleware.plan_middleware(app) if app.user_middleware else None
    routes = [
        EngineRoute(
            _pattern(spec),
            sorted(spec.methods),
            spec.opaque,
            _plan(app, route),
            is_bounded=_is_bounded(route),
        )
        for route, spec in zip(table.routes, table.specs, strict=True)
    ]
    if middleware is None:
        return Routes(routes)
    behind = [
        route if route.plan is None else route._replace(plan=middleware.surround(app, route.plan))
        for route in routes
    ]
    return Routes(behind, middleware.layers)


def check_routes_defined(app: PlannableApplication) -> None:
    """Refuses path operations that name types which do not exist.

    Raises:
        DeclarationError: Names the first.
    """
    table = app.compiled_table()
    for route in table.routes:
        # The types of plain parameters are Python's own.
        if getattr(route, "plain_parameters", ()) is None:
            _completeness.check_types_defined(cast("PlannableRoute", route).compiled)
    for route in table.websocket_routes:
        if hasattr(route, "dependant"):
            _completeness.check_parameters_defined(route.dependant)


def _pattern(spec: RouteSpec) -> str:
    """The pattern for the native router; convertors that only Python knows take any text."""
    return _CONVERTOR.sub(":path}", spec.pattern) if spec.opaque else spec.pattern


def _is_bounded(route: BaseRoute) -> bool:
    """Whether the route refuses bodies that are too large; one that is open may have lost that."""
    if not hasattr(route, "plain_parameters"):
        return False
    plannable = cast("PlannableRoute", route)
    return plannable.max_body_size is not None and not plannable.is_open


def _plan(app: PlannableApplication, route: BaseRoute) -> RoutePlan | None:
    if app.is_observed or not hasattr(route, "plain_parameters"):
        return None
    plannable = cast("PlannableRoute", route)
    parameters = plannable.plain_parameters
    plan = None if parameters is None else plan_plain_route(app, plannable, parameters)
    return _native.plan_or_leave(app, plannable) if plan is None else plan
