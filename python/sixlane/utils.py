"""Small questions about routes and options, under the module name that FastAPI gives them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sixlane._compile.analysis import find_path_names
from sixlane._compile.field import Field
from sixlane._reexports import reexported_names
from sixlane._routing.arguments import wrong_argument
from sixlane._routing.identifier import generate_unique_id, make_identifier
from sixlane._routing.inheritance import first_given
from sixlane._run.status import allows_body
from sixlane.exceptions import FastAPIDeprecationWarning
from sixlane.openapi.merging import merge_into

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = [
    "create_model_field",
    "deep_dict_update",
    "generate_operation_id_for_path",
    "generate_unique_id",
    "get_path_param_names",
    "get_value_or_default",
    "is_body_allowed_for_status_code",
]

T = TypeVar("T")


def deep_dict_update(main_dict: dict[Any, Any], update_dict: dict[Any, Any]) -> None:
    """Merge deeply: objects are merged, lists are joined, anything else is replaced.

    Args:
        main_dict: Changed in place.
        update_dict: Wins; not changed.
    """
    merge_into(main_dict, update_dict)


def get_value_or_default(first_item: T, *extra_items: T) -> T:
    """Return the first value that is not a marked default; the first one if all are.

    Args:
        first_item: A value, or `Default(value)`.
        *extra_items: More of them.
    """
    return first_given(first_item, *extra_items)


def is_body_allowed_for_status_code(status_code: int | str | None) -> bool:
    """Tell whether an answer may have a body.

    Args:
        status_code: A status, or what a document says instead: "4XX", "default", None.
    """
    if status_code is None or not str(status_code).isdecimal():
        return True
    return allows_body(int(status_code))


def get_path_param_names(path: str) -> set[str]:
    """List what stands in the braces of a path."""
    return set(find_path_names(path))


def create_model_field(
    name: str,
    type_: Any,
    default: Any = PydanticUndefined,
    field_info: FieldInfo | None = None,
    alias: str | None = None,
    mode: Literal["validation", "serialization"] = "validation",
) -> Field:
    """Make a field that validates values of a type.

    Args:
        name: Name of the field.
        type_: The type, if `field_info` does not say.
        default: The value where there is none; required without it.
        field_info: The whole declaration, instead of type, default and alias.
        alias: Name on the wire.
        mode: Whether the document shows the type as read or as written.

    Raises:
        FastAPIError: The type is not one that can be validated.
    """
    if field_info is None:
        field_info = FieldInfo(annotation=type_, default=default, alias=alias)
    field = Field(field_info, name, mode)
    try:
        _ = field.validator
    except (PydanticUserError, TypeError) as exc:
        raise wrong_argument(
            f"{field.annotation!r} is not a type that can be validated: {exc}",
            "give a type that Pydantic or msgspec knows",
        ) from exc
    return field


def generate_operation_id_for_path(*, name: str, path: str, method: str) -> str:
    """Make an operation id as it was before routes had unique ids. Deprecated."""
    warnings.warn(
        "generate_operation_id_for_path() is deprecated; use generate_unique_id()",
        FastAPIDeprecationWarning,
        stacklevel=2,
    )
    return make_identifier(name, path, method)
