"""Constraints that a type does not know, such as a least length for a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import NoneType
from typing import Any, Final, get_args, get_origin
from uuid import UUID

from annotated_types import BaseMetadata
from pydantic.fields import FieldInfo
from pydantic.types import AllowInfNan, Strict

from sixlane._compile.annotation import is_union
from sixlane._compile.checks import Site
from sixlane._compile.field import Field
from sixlane._compile.user_code import runs_user_code
from sixlane._compile.validator import PydanticValidator
from sixlane.exceptions import DeclarationError

_SAMPLES: Final[Mapping[Any, Any]] = {
    str: "1",
    int: 1,
    float: 1.0,
    bool: True,
    bytes: b"1",
    Decimal: Decimal(1),
    dt.date: dt.date(2000, 1, 1),
    dt.datetime: dt.datetime(2000, 1, 1),
    dt.time: dt.time(1),
    dt.timedelta: dt.timedelta(1),
    UUID: UUID(int=1),
    list: ["1"],
    set: {"1"},
    frozenset: frozenset({"1"}),
    dict: {"1": "1"},
}
"""A value of each type that constraints are tried on."""

_GENERAL: Final = type(FieldInfo(pattern="").metadata[0])
"""Pydantic's own class for `pattern`, `max_digits` and the like, which has no public name."""


def check_constraints(site: Site, field: Field) -> None:
    """Refuse a constraint that fails on every value of a field's type.

    Pydantic finds out when it first validates, and then every request would be answered 500. Types
    with validators of their own are not tried: those may expect anything.

    Raises:
        DeclarationError: The type of the value does not know a constraint.
    """
    constraints = field.info.metadata
    if not constraints or not all(map(_is_constraint, constraints)):
        return
    plain = _strip_optional(field.annotation)
    sample = _SAMPLES.get(get_origin(plain) or plain)
    if sample is None or _is_own(field):
        return
    try:
        field.validator.validate(sample, ())
    except TypeError as exc:
        raise site.error(
            f"a constraint of {field.name!r} does not fit its type {field.annotation!r}: "
            f"{str(exc).splitlines()[0]}",
            "gt, ge, lt, le and multiple_of are for numbers; min_length and max_length for text "
            "and sequences; pattern for text",
            DeclarationError,
        ) from exc


def _is_own(field: Field) -> bool:
    validator = field.validator
    return isinstance(validator, PydanticValidator) and runs_user_code(
        validator.adapter.core_schema
    )


def _is_constraint(item: Any) -> bool:
    return isinstance(item, BaseMetadata | AllowInfNan | Strict | _GENERAL)


def _strip_optional(annotation: Any) -> Any:
    if not is_union(annotation):
        return annotation
    members = [each for each in get_args(annotation) if each is not NoneType]
    return members[0] if len(members) == 1 else annotation
