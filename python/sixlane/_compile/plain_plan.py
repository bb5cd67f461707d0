"""Plans for handlers of plain parameters."""

from __future__ import annotations

from functools import partial
from inspect import CO_COROUTINE
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from sixlane._compile.plain import PlainParameter
from sixlane._compile.plan import (
    JSON_HEADER,
    NO_LIMIT,
    TEXT_CONVERTORS,
    ArgumentPlan,
    CallKind,
    ReplyPlan,
    RoutePlan,
)
from sixlane._compile.task_reach import is_inert
from sixlane._lazy import lazy_module
from sixlane._run.planned import answer_failure, refuse_value, render_or_fail, solve_route
from sixlane._run.planned_refusal import PlannedRefusal
from sixlane._run.status import allows_body
from sixlane.datastructures import DefaultPlaceholder

if TYPE_CHECKING:
    from sixlane._compile import validator as _validators
    from sixlane._compile.plannable import PlannableApplication, PlannableRoute
else:
    _validators = lazy_module("sixlane._compile.validator")


def plan_plain_route(
    app: PlannableApplication, route: PlannableRoute, parameters: tuple[PlainParameter, ...]
) -> RoutePlan | None:
    """Plan a path operation; None where its route or its answer needs a closer look."""
    status = route.status_code or 200
    if route.has_own_handler or route.max_body_size is not None or not _is_plain_answer(route):
        return None
    order = list(route.param_convertors)
    if any(type(each) not in TEXT_CONVERTORS for each in route.param_convertors.values()):
        return None
    arguments = tuple([_argument(each, order) for each in parameters])
    return RoutePlan(
        call=route.endpoint,
        kind=_kind(route.endpoint),
        arguments=arguments,
        body_limit=NO_LIMIT,
        reply=ReplyPlan(
            status,
            JSON_HEADER,
            validate=None,
            encode=None,
            refuse=partial(refuse_value, route),
            render=partial(render_or_fail, app, route),
        ),
        overrides=None,
        dependencies=(),
        refuse=PlannedRefusal(app, route, arguments),
        route=route,
        solve=partial(solve_route, app, route),
        fail=partial(answer_failure, app, route),
    )


def _is_plain_answer(route: PlannableRoute) -> bool:
    chosen = route.response_class
    response_class = chosen.value if isinstance(chosen, DefaultPlaceholder) else chosen
    return response_class is JSONResponse and allows_body(route.status_code or 200)


def _kind(handler: Any) -> CallKind:
    # A function that nothing has marked or wrapped, as all handlers of plain parameters are.
    code = handler.__code__
    if not code.co_flags & CO_COROUTINE:
        return "thread"
    return "direct" if is_inert(code) else "coroutine"


def _argument(parameter: PlainParameter, order: list[str]) -> ArgumentPlan:
    name, location, annotation, form, required, default = parameter
    position = order.index(name) if location == "path" else 0
    validate = partial(_validate, annotation)
    return ArgumentPlan(location, name, form, validate, position, required, default)


def _validate(annotation: Any, text: str) -> Any:
    """Validate a text that the engine is not sure of, by a validator made at the first such text.

    Raises:
        pydantic.ValidationError: It does not fit.
    """
    validator: Any = _validators.make_validator(annotation, [], None)
    return validator.schema_validator.validate_python(text, from_attributes=True)
