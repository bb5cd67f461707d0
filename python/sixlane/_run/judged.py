"""Values that run code of the user's when they are validated: asked once, whatever comes of it.

A planned call whose values do not decode is served by the solver, which validates all of them in
FastAPI's order. The user's validators are not to run again there: they may count, or take what can
be taken once. So such values are handed on as they came, and judged when all others are there; the
solver knows what was found. Where a call has dependencies they are judged after these have run,
which may refuse, or set what validators read; nothing is left to solve then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from starlette.requests import Request

from sixlane.exceptions import RequestValidationError


class JudgedField(Protocol):
    """What judging needs of a `Field`."""

    location: Any
    alias: str

    def validate_at(self, value: Any, location: tuple[str, ...]) -> tuple[Any, list[Any]]: ...


class Unvalidated:
    """A value that came with a request, on its way to who judges it.

    Args:
        value: The value; a body is decoded.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class JudgedError(Exception):
    """The user's validators have refused a planned call: the solver is to answer.

    Args:
        route: The `APIRoute`.
        outcomes: What they have said, in order.
    """

    def __init__(self, route: Any, outcomes: list[tuple[JudgedField, Any]]) -> None:
        super().__init__("refused by a validator")
        self.route = route
        self.outcomes = outcomes


class Judge:
    """Validates those values of a planned call that were handed on; `RoutePlan.judge`.

    Args:
        route: The route.
        fields: What validates the values, by their places.
    """

    __slots__ = ("_fields", "_route")

    def __init__(self, route: Any, fields: Mapping[int, JudgedField]) -> None:
        self._route = route
        self._fields = tuple(fields.items())

    def __call__(self, values: list[Any]) -> None:
        """Put the validated values in place.

        Raises:
            JudgedError: A value was refused, or a validator failed.
        """
        outcomes: list[tuple[JudgedField, Any]] = []
        is_refused = False
        for place, field in self._fields:
            given = values[place]
            if type(given) is not Unvalidated:
                continue
            try:
                values[place], errors = outcome = field.validate_at(given.value, ())
            except Exception as error:  # noqa: BLE001  the solver raises it where it belongs
                outcomes.append((field, error))
                raise JudgedError(self._route, outcomes) from None
            outcomes.append((field, outcome))
            is_refused = is_refused or bool(errors)
        if is_refused:
            raise JudgedError(self._route, outcomes)


class LateRefusalError(Exception):
    """The user's validators have refused values of a call whose dependencies have run.

    Args:
        route: The `APIRoute`.
        errors: All that is wrong with the request.
        body: What the body was decoded to; None where the route has none.
    """

    def __init__(self, route: Any, errors: list[Any], body: Any) -> None:
        super().__init__("refused by a validator")
        self._route = route
        self._errors = errors
        self._body = body

    def tell(self, request: Request) -> RequestValidationError:
        """Make what exception handlers are given."""
        context = self._route.compiled.endpoint_context(request)
        return RequestValidationError(self._errors, body=self._body, endpoint_ctx=context)


class LateJudge:
    """Validates the values of a handler that were handed on, after its dependencies have run.

    Args:
        route: The `APIRoute`.
        fields: What validates the values, in turn.
    """

    __slots__ = ("_fields", "_route")

    def __init__(self, route: Any, fields: Sequence[JudgedField]) -> None:
        self._route = route
        self._fields = fields

    def __call__(self, *values: Any) -> list[Any]:
        """Return the validated values.

        Raises:
            LateRefusalError: At least one was refused.
            Exception: What a validator has raised.
        """
        judged: list[Any] = []
        errors: list[Any] = []
        body = None
        for given, field in zip(values, self._fields, strict=True):
            value = given
            if type(given) is Unvalidated:
                location: tuple[str, ...] = (field.location, field.alias)
                if field.location == "body":
                    location, body = ("body",), given.value
                value, found = field.validate_at(given.value, location)
                errors.extend(found)
            judged.append(value)
        if errors:
            raise LateRefusalError(self._route, errors, body)
        return judged


_known: ContextVar[list[tuple[Any, Any]] | None] = ContextVar("sixlane_known", default=None)


@contextmanager
def knowing(refusal: JudgedError) -> Iterator[None]:
    """Have the solver take what is known in place of asking again."""
    token = _known.set(list(refusal.outcomes))
    try:
        yield
    finally:
        _known.reset(token)


def take_known(field: JudgedField) -> Any:
    """Return what validating a field's value has come to in this request, once; None if unknown."""
    known = _known.get()
    if known is None:
        return None
    for place, (judged, outcome) in enumerate(known):
        if judged is field:
            del known[place]
            return outcome
    return None
