"""A refusal of a planned call by the values alone, without a request object around them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sixlane._lazy import lazy_module
from sixlane._run.refusal import write_refusal

if TYPE_CHECKING:
    from sixlane._compile.field import Field
    from sixlane._compile.plan import ArgumentPlan
    from sixlane._compile.protocol import ErrorList, Location
    from sixlane._run.failure import HandlingApplication
    from sixlane._run.planned import PlannedRoute

# Planning must not import it.
_pydantic_core: Any = lazy_module("pydantic_core")

ReadField = tuple[int, "Field", "Location"]
"""The place among the arguments, what validates the value there, and how errors name it."""


class PlannedRefusal:
    """What `RoutePlan.refuse` is, for a handler without dependencies.

    It validates as the solver does, in the same order, and leaves to it whatever is not simply
    invalid.

    Args:
        app: The application.
        route: The route.
        arguments: The arguments of the call; paths' are as they stand in the path.
    """

    __slots__ = ("_app", "_arguments", "_fields", "_route", "_undefined")

    def __init__(
        self, app: HandlingApplication, route: PlannedRoute, arguments: Sequence[ArgumentPlan]
    ) -> None:
        self._app = app
        self._route = route
        self._arguments = arguments
        self._fields: list[ReadField] | None = None

    def __call__(self, values: list[Any]) -> bytes | None:
        """Return the body of the 422; None where the solver is to answer."""
        if not self._app.failure_handlers.refuses_as_usual:
            return None
        if self._fields is None:
            self._fields = self._find_fields()
            self._undefined = _pydantic_core.PydanticUndefined
        errors: ErrorList = []
        for index, field, location in self._fields:
            value = values[index]
            if value is None or (field.is_sequence and not value):
                value = self._undefined
            elif field.location == "body":
                try:
                    value = json.loads(value)
                except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
                    return None
            errors.extend(field.validate_at(value, location)[1])
        return write_refusal(errors) if errors else None

    def _find_fields(self) -> list[ReadField]:
        """Find what validates each argument, in the solver's order of locations."""
        places = {(each.source, each.name): place for place, each in enumerate(self._arguments)}
        dependant = self._route.compiled.dependant
        lists = (
            dependant.path_params,
            dependant.query_params,
            dependant.header_params,
            dependant.cookie_params,
        )
        fields: list[ReadField] = []
        for field in (field for each in lists for field in each):
            is_header = field.location == "header"
            name = field.alias.lower() if is_header else field.alias
            place = places[field.location, name]  # type: ignore[index]
            fields.append((place, field, (field.location, field.alias)))
        body: Location = ("body",)
        fields.extend((places["body", each.alias], each, body) for each in dependant.body_params)
        return fields
