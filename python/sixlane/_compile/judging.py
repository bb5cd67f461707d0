"""Which values of a planned call are handed on as they came, to be judged by the user's validators.

See `sixlane._run.judged` for why, and for what judges them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from json import loads
from typing import TYPE_CHECKING, Any

from sixlane import params
from sixlane._compile.call import NotPlannable
from sixlane._compile.dependant import Dependant, walk_dependants
from sixlane._compile.field import Field
from sixlane._compile.plan import ArgumentPlan, Form
from sixlane._compile.user_code import runs_user_code
from sixlane._compile.validator import PydanticValidator
from sixlane._run.judged import Unvalidated

if TYPE_CHECKING:
    from sixlane._compile.plannable import PlannableRoute


class Converted:
    """Validates what a convertor makes of a text."""

    __slots__ = ("_validate", "convert")

    def __init__(self, convert: Callable[[str], Any], validate: Callable[[Any], Any]) -> None:
        self.convert = convert
        self._validate = validate

    def __call__(self, text: str) -> Any:
        return self._validate(self.convert(text))


def find_judged(values: Sequence[Field | str]) -> dict[int, Field]:
    """Find the values whose validation runs the user's code."""
    judged = {}
    for place, value in enumerate(values):
        if not isinstance(value, Field) or not isinstance(value.validator, PydanticValidator):
            continue
        if runs_user_code(value.validator.adapter.core_schema):
            if isinstance(value.info, params.File):
                raise NotPlannable("a file that is judged, and closed where it is refused")
            judged[place] = value
    return judged


def find_judged_late(route: PlannableRoute) -> list[Field]:
    """Find the values of a handler with dependencies whose validation runs the user's code.

    Raises:
        NotPlannable: A dependency has one, or the errors of theirs would not be all there is to
            tell of a request.
    """
    dependant = route.compiled.dependant
    if not dependant.dependencies:
        return []
    dependencies = [each for each in walk_dependants(dependant) if each is not dependant]
    if any(find_judged(_fields_of(each)) for each in dependencies):
        raise NotPlannable("validators of the user's in a dependency")
    late = list(find_judged(_fields_of(dependant)).values())
    bodies = [field for each in walk_dependants(dependant) for field in each.body_params]
    if late and (route.compiled.is_form or any(each not in late for each in bodies)):
        raise NotPlannable("an error tells the body, which nobody has kept")
    return late


def _fields_of(dependant: Dependant) -> list[Field]:
    return [
        *dependant.path_params,
        *dependant.query_params,
        *dependant.header_params,
        *dependant.cookie_params,
        *dependant.body_params,
    ]


def hand_on(argument: ArgumentPlan, field: Field) -> ArgumentPlan:
    """Have an argument handed on as it came, to be judged when all others are there."""
    form: Form = argument.form if argument.form in ("list", "model") else "validated"
    validate: Callable[[Any], Any] = Unvalidated
    if field.is_sequence and argument.form == "validated":
        validate = _hand_text_on
    if argument.source == "body":
        validate = _hand_body_on
    elif isinstance(argument.validate, Converted):
        validate = Converted(argument.validate.convert, Unvalidated)
    return argument._replace(form=form, validate=validate, validate_large=None)


def _hand_text_on(text: str) -> Unvalidated:
    if not text:
        raise ValueError("an empty sequence, which counts as missing")
    return Unvalidated(text)


def _hand_body_on(body: bytes) -> Unvalidated:
    return Unvalidated(loads(body))
