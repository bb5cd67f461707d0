"""Plans for path operations of any kind: which the engine can serve by itself, and how."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin

from pydantic.errors import PydanticUserError
from pydantic_core import PydanticUndefined
from starlette.responses import JSONResponse

from sixlane._compile.call import NotPlannable, compile_call
from sixlane._compile.dependant import Dependant, walk_dependants
from sixlane._compile.field import Field
from sixlane._compile.form_plan import plan_form, plan_members
from sixlane._compile.group import ParameterGroup
from sixlane._compile.json_input import body_decoder, large_body_decoder
from sixlane._compile.judging import Converted, find_judged, find_judged_late, hand_on
from sixlane._compile.plan import (
    JSON_HEADER,
    NO_LIMIT,
    TEXT_CONVERTORS,
    ArgumentPlan,
    Form,
    ReplyPlan,
    RoutePlan,
    Source,
)
from sixlane._compile.validator import PydanticValidator
from sixlane._lazy import lazy_module
from sixlane._run.judged import Judge, LateJudge
from sixlane._run.planned import (
    answer_failure,
    make_request,
    refuse_value,
    render_or_fail,
    solve_route,
)
from sixlane._run.planned_refusal import PlannedRefusal
from sixlane._run.status import allows_body

if TYPE_CHECKING:
    from sixlane._compile import struct_plan as _struct_plan
    from sixlane._compile.plannable import PlannableApplication, PlannableRoute
    from sixlane._compile.struct import StructValidator
else:
    _struct_plan = lazy_module("sixlane._compile.struct_plan")

_NATIVE_FORMS: dict[Any, Form] = {
    str: "text",
    int: "integer",
    float: "float",
    bool: "boolean",
}


def plan_or_leave(app: PlannableApplication, route: PlannableRoute) -> RoutePlan | None:
    """Plans one path operation; None where it is left to the interpreter.

    A type that is not defined is found here by Pydantic; `check_types_defined` tells of it.
    """
    try:
        return plan_route(app, route)
    except (NotPlannable, PydanticUserError):
        return None


def plan_route(app: PlannableApplication, route: PlannableRoute) -> RoutePlan:
    """Plans one path operation.

    Raises:
        NotPlannable: The interpreter is to serve it.
    """
    if route.has_own_handler:
        raise NotPlannable("a route class with a handler of its own")
    if route.max_body_size is not None:
        raise NotPlannable("a body limit of its own")
    if route.compiled.stream is not None:
        raise NotPlannable("an answer in parts")
    dependant = route.compiled.dependant
    late = find_judged_late(route)
    call = compile_call(dependant, late, LateJudge(route, late))
    arguments = tuple(_argument(app, route, value) for value in call.values)
    judged = find_judged(call.values)
    if judged:
        arguments = tuple(
            hand_on(argument, judged[place]) if place in judged else argument
            for place, argument in enumerate(arguments)
        )
    judge = None
    if judged and not late:
        judge = Judge(route, judged)
        for field in judged.values():
            # The solver is not to ask again.
            field.is_judged = True
    return RoutePlan(
        call=call.call,
        kind=call.kind,
        arguments=arguments,
        body_limit=NO_LIMIT,
        reply=_reply(app, route),
        overrides=app.dependency_overrides if dependant.dependencies else None,
        dependencies=_called_dependencies(dependant),
        refuse=None if judged else _refusal(app, route, arguments),
        route=route,
        solve=partial(solve_route, app, route),
        fail=partial(answer_failure, app, route),
        form=plan_form(route, call.values),
        judge=judge,
    )


def _called_dependencies(dependant: Dependant) -> tuple[Callable[..., Any], ...]:
    """What is called for the dependencies; told apart by identity, as it need not be hashable."""
    _, *dependencies = walk_dependants(dependant)
    return tuple({id(each.call): each.call for each in dependencies}.values())


def _refusal(
    app: PlannableApplication, route: PlannableRoute, arguments: tuple[ArgumentPlan, ...]
) -> PlannedRefusal | None:
    """Make what refuses by the values alone; None where they are not validated as they came."""
    are_texts = all(type(each) in TEXT_CONVERTORS for each in route.param_convertors.values())
    if route.compiled.dependant.dependencies or not are_texts or route.compiled.is_form:
        return None
    return PlannedRefusal(app, route, arguments)


def _argument(app: PlannableApplication, route: PlannableRoute, value: Field | str) -> ArgumentPlan:
    if not isinstance(value, Field):
        return ArgumentPlan(
            "request", "request", form="validated", validate=partial(make_request, app, route)
        )
    if value.is_form and value.group is not None:
        return _form_model(value, value.group)
    if value.group is not None or value.form_union is not None or len(value.aliases) != 1:
        raise NotPlannable("a parameter model, or a choice of names")
    if value.location == "body" and not value.is_form:
        return _body(route, value)
    # Neither "body", which was dealt with above, nor "response", which no parameter is.
    source: Source = "form" if value.is_form else value.location  # type: ignore[assignment]
    if source == "path":
        return _path(route, value)
    form, validate = _form(value)
    name = value.alias.lower() if source == "header" else value.alias
    if value.required:
        return ArgumentPlan(source, name, form=form, validate=validate)
    return ArgumentPlan(
        source, name, form=form, validate=validate, required=False, default=_default(value)
    )


def _form_model(value: Field, group: ParameterGroup) -> ArgumentPlan:
    validate = _validate_with(value)
    members = plan_members(group)
    return ArgumentPlan("form", value.alias, form="model", validate=validate, members=members)


def _path(route: PlannableRoute, value: Field) -> ArgumentPlan:
    order = list(route.param_convertors)
    if value.alias not in order or route.path_format.count("{") != len(order):
        raise NotPlannable("a path parameter that the pattern does not name")
    form, validate = _form(value)
    if type(route.param_convertors[value.alias]) not in TEXT_CONVERTORS:
        # The value is validated as the convertor makes it, not as text.
        convert = route.param_convertors[value.alias].convert
        form, validate = "validated", Converted(convert, validate)
    return ArgumentPlan(
        "path", value.alias, form=form, validate=validate, position=order.index(value.alias)
    )


def _form(value: Field) -> tuple[Form, Callable[[Any], Any]]:
    validate = _validate_with(value)
    if value.takes_all:
        return "list", validate
    if value.info.metadata or value.info.discriminator is not None:
        return "validated", validate
    return _NATIVE_FORMS.get(_without_none(value.annotation), "validated"), validate


def _validate_with(value: Field) -> Callable[[Any], Any]:
    validator = value.validator
    if not isinstance(validator, PydanticValidator):
        raise NotPlannable("a parameter that Pydantic does not validate")
    return partial(validator.schema_validator.validate_python, from_attributes=True)


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        members = [member for member in get_args(annotation) if member is not type(None)]
        return members[0] if len(members) == 1 else None
    return annotation


def _default(value: Field) -> Any:
    if value.info.default_factory is not None or value.info.validate_default:
        raise NotPlannable("a default that is made or validated at each request")
    default = value.get_default()
    if default is not value.get_default() or default is PydanticUndefined:
        raise NotPlannable("a default that is copied at each request")
    return default


def _body(route: PlannableRoute, value: Field) -> ArgumentPlan:
    if route.compiled.embed_body:
        raise NotPlannable("a body in parts")
    validator = value.validator
    if isinstance(validator, PydanticValidator):
        return ArgumentPlan(
            "body",
            value.alias,
            form="validated",
            validate=body_decoder(validator),
            validate_large=large_body_decoder(validator),
        )
    decode = _struct_plan.struct_decoder(cast("StructValidator", validator))
    return ArgumentPlan("body", value.alias, form="validated", validate=decode)


def _reply(app: PlannableApplication, route: PlannableRoute) -> ReplyPlan:
    compiled = route.compiled
    status = compiled.status_code or 200
    if not allows_body(status):
        raise NotPlannable("an answer without a body")
    field = compiled.response_field
    if compiled.response_class is not JSONResponse or (field and not compiled.dumps_json):
        raise NotPlannable("a response class of its own")
    validate, encode = (None, None) if field is None else _encoder(route, field)
    return ReplyPlan(
        status,
        JSON_HEADER,
        validate,
        encode,
        refuse=partial(refuse_value, route),
        render=partial(render_or_fail, app, route),
    )


def _encoder(
    route: PlannableRoute, field: Field
) -> tuple[Callable[..., Any] | None, Callable[..., Any]]:
    validator = field.validator
    options: Any = route.compiled.serialize_options
    if not isinstance(validator, PydanticValidator):
        if any(options.get(name) for name in ("include", "exclude", "exclude_none")):
            raise NotPlannable("a filtered answer of msgspec's")
        return None, _struct_plan.struct_encoder(cast("StructValidator", validator))
    validate = partial(validator.schema_validator.validate_python, from_attributes=True)
    return validate, partial(validator.schema_serializer.to_json, **options)
